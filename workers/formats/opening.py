"""The headline and the byline that stand as lines at the beginning of a text, where the request says so.

Nothing in the text tells them from its first sentences, so they are read only by the reading options `headline` and
`byline`, and are the statement of the person who gives these.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from schemas.article import Block, Byline, Paragraph
from schemas.article.body import plain_blocks
from schemas.article.bylines import names_in
from schemas.article.values import make_line
from schemas.ledger import Ledger
from schemas.reading import ReadingOptions

LONGEST_HEADLINE: Final = 300
"""The highest number of characters of a first line that is a headline."""

_LONGEST_BYLINE: Final = 120
_MOST_PARAGRAPHS: Final = 3
_BYLINE: Final = re.compile(r"(?i:by|von|par|por|di|door)\s+(?=[^\W\d_])(?![a-z])\S.*[^.!?]")
_ORIGIN: Final = "request"


class Opening(NamedTuple):
    """What the first lines of a text state.

    Args:
        fields: the fields that they state: `headline`, `byline` and `bylines`.
        rest: the text without these lines.
    """

    fields: dict[str, Any]
    rest: tuple[Block, ...]


def take_opening(blocks: Sequence[Block], reading: ReadingOptions, ledger: Ledger, stated: Collection[str]) -> Opening:
    """Take the headline and the byline out of the first lines of a text, as the reading options say.

    A line is the headline only if more follows it. The byline is a line such as "By Jane Doe" in the first paragraphs.

    Args:
        blocks: the text.
        reading: the reading options.
        ledger: the ledger of the article; it names each line that is taken.
        stated: the fields that the text states otherwise. Their lines stay.
    """
    rest = list(blocks)
    fields: dict[str, Any] = {}
    if "headline" not in stated and reading.headline == "first-line" and rest and (lines := _lines(rest[0])):
        line, after = lines
        if (rest[1:] or after.strip()) and len(line) <= LONGEST_HEADLINE:
            fields["headline"] = make_line(line)
            ledger.kept("first line", line.strip(), "headline", origin=_ORIGIN)
            _replace(rest, 0, after)
    if reading.byline == "by-line" and not {"byline", "bylines"} & set(stated):
        fields |= _take_byline(rest, ledger)
    return Opening(fields, tuple(rest))


def _take_byline(rest: list[Block], ledger: Ledger) -> dict[str, Any]:
    for number, block in enumerate(rest[:_MOST_PARAGRAPHS]):
        line, after = _lines(block) or ("", "")
        line = line.strip()
        if len(line) <= _LONGEST_BYLINE and _BYLINE.fullmatch(line) and (len(rest) > 1 or after.strip()):
            ledger.kept("byline", line, "byline", origin=_ORIGIN)
            _replace(rest, number, after)
            names = names_in(line)
            return {"byline": make_line(line)} | (
                {"bylines": tuple(Byline(name=name) for name in names)} if names else {}
            )
    return {}


def _lines(block: Block) -> tuple[str, str] | None:
    """Return the first line of a paragraph and the lines after it; None if it has markup and several lines."""
    if isinstance(block, str):
        line, _, after = block.partition("\n")
        return line, after
    text = "\n".join(plain_blocks((block,))) if isinstance(block, Paragraph) else "\n"
    return None if "\n" in text else (text, "")


def _replace(blocks: list[Block], number: int, text: str) -> None:
    blocks[number : number + 1] = [text.strip()] if text.strip() else []
