"""Find the code blocks of a page, and the commands in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.running import ROOT

README = ROOT / "README.md"
DOCS = ROOT / "docs"
KUBERNETES = ROOT / "deploy" / "kubernetes" / "README.md"
PAGES = [README, KUBERNETES, *sorted(DOCS.rglob("*.md"))]

RUN_ELSEWHERE = "in a terminal of its own"
"""The title of a block that keeps running while the blocks after it run."""

SHELLS = ("sh", "bash", "shell", "console", "zsh", "shell-session")

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)(?: title=\"(?P<title>[^\"]*)\")?(?P<rest>.*)$")
_PROGRAM = re.compile(
    r"^\s*(?:\$ |[A-Z_]+=\S+ )*"
    r"(?:\.venv/bin/\w+|newsmill|make|curl|docker|docker-compose|kubectl|pip|python3?|promtool|export|cat|git) [^=:{(]"
)


class Block(NamedTuple):
    """A block of code: the number of its first line, the language and title of its fence, and its text.

    An indented block has no language.
    """

    line: int
    language: str
    title: str
    text: str

    def commands(self) -> list[str]:
        """Return the lines that begin with a program for the reader to run."""
        return [line.strip() for line in self.text.splitlines() if _PROGRAM.match(line)]


def blocks(page: Path) -> Iterator[Block]:
    """Yield every block of a page, in order."""
    lines = page.read_text().splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        begun = at
        if fence:
            at += 1
            while lines[at].strip() != "```":
                at += 1
            text = "\n".join(lines[begun + 1 : at]) + "\n"
            yield Block(begun + 1, fence["language"] + fence["rest"], fence["title"] or "", textwrap.dedent(text))
        elif lines[at].startswith("    ") and not lines[at - 1].strip():
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                at += 1
            yield Block(begun + 1, "", "", textwrap.dedent("\n".join(lines[begun:at])).strip() + "\n")
            continue
        at += 1


def shell_blocks(page: Path) -> list[Block]:
    """Return the shell blocks of a page, in order."""
    return [block for block in blocks(page) if block.language == "sh"]


def name_of(page: Path) -> str:
    """Return the name of a page as tests show it."""
    return page.relative_to(ROOT).as_posix().removeprefix("docs/")
