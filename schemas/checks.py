"""The shapes of the checks: a fault in a file, and what checks an article's pieces before they are handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from schemas.article import Article

Severity = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class FileFault:
    """A place in a file that breaks a rule of its format.

    Args:
        file: the file's name.
        line: the line, from 1; 0 where the fault has no line of its own.
        rule: the rule's name, which does not change: "g2-06-alias".
        found: what the file has.
        expected: what the rule asks for.
        severity: "error" where the standard is broken; "advice" where good practice is, or where it cannot
            be known here. Advice fails nothing.
    """

    file: str
    line: int
    rule: str
    found: str
    expected: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity}: {self.rule}: found {_one_line(self.found)}; expected {self.expected}"


class Checker(Protocol):
    """The check of one output format, for one conversion with one set of options."""

    def check(self, article: Article, pieces: tuple[bytes, ...], /) -> tuple[FileFault, ...]:
        """Every fault in the pieces that an article left in the files of the format, in the writer's order.

        Raises:
            ArticleError: the faults are in what the article states, not in how it was written.
        """
        ...


def _one_line(value: str) -> str:
    shown = " ".join(value.split())
    return shown if len(shown) <= 160 else f"{shown[:159]}…"
