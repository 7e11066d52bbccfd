"""The frames of stories in a transmission: where each begins and ends, and its header, text and trailer.

IPTC 7901 and ANPA 1312 frame a story by control characters: SOH header STX text ETX trailer EOT. Older wires write
`ZCZC` before a story and `NNNN` after it, with or without the control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

_BEGINS: Final = re.compile(
    r"[\0\s\a\x0e\x0f\x16]{0,200}"
    r"(?:ZCZC(?![a-z])|zczc[ \r]*\n[A-Z]{2}#|\x02[^\0-\b]{3}"
    r"|\x01\s{0,4}(?:ZCZC|[A-Za-z]{1,8} ?\d|[^\0-\b]{1,400}\x02|[^\n\x1f]{1,80}(?:\x1f[^\n\x1f]{0,80}){2,9}\n))"
)
# Marks side by side start one story.
_START: Final = re.compile(r"\x01+|^[\0\a\t\x0e\x0f\x16 ]*+ZCZC(?![a-z])|^zczc(?= *\n[A-Z]{2}#)", re.MULTILINE)
_END_LINE: Final = re.compile(r"^(?:[^\n]*[^\S\n])?NNNN[\0\s\x03\x04\a]*?$", re.MULTILINE)
_LINE_END: Final = re.compile(r"\r+\n?|\n\r++(?!\n)|[\f\v]")
_BLANK: Final = re.compile(r"[\0-\x20\x7f]*")


class Frame(NamedTuple):
    """A story as it was sent.

    Args:
        header: what precedes STX; None if the story has no STX.
        text: what follows it.
        trailer: what follows ETX, or the line that ends with NNNN, without the end mark.
        after: what follows the end mark, up to the next story.
        is_whole: whether it has an end mark.
    """

    header: str | None
    text: str
    trailer: str
    after: str
    is_whole: bool


def begins_as_wire(text: str) -> bool:
    """Return whether a document begins with the start mark of a story."""
    return _BEGINS.match(text) is not None


def ends_as_wire(text: str) -> bool:
    """Return whether a text ends with the end mark of a story on a line of its own."""
    return text.rstrip("\x03\x04 \t\r\n").endswith("\nNNNN")


def frames_in(text: str) -> Iterator[Frame]:
    """Yield the stories of a transmission in their order. What stands between them belongs to the one before."""
    text = _LINE_END.sub(lambda found: "\n" if "\n" in found[0] else "\n" * len(found[0]), text)
    starts = [(found.start(), found.end()) for found in _START.finditer(text)]
    if not starts:
        yield from _ended(text)
        return
    if not _is_blank(text[: starts[0][0]]):
        yield from _ended(text[: starts[0][0]])
    for (_, end), (upto, _) in pairwise([*starts, (len(text), 0)]):
        if upto == len(text) or not _is_blank(text[end:upto]):
            yield _frame(text[end:upto])


def _ended(text: str) -> Iterator[Frame]:
    """Yield stories that have an end mark only."""
    begin = 0
    for found in _END_LINE.finditer(text):
        if not _is_blank(text[begin : found.end()].replace("NNNN", "")):
            yield _frame(text[begin : found.end()])
        begin = found.end()
    if not _is_blank(text[begin:]):
        yield _frame(text[begin:])


def _frame(story: str) -> Frame:
    header: str | None
    header, stx, text = story.partition("\x02")
    if not stx:
        header, text = None, story
    text, etx, rest = text.partition("\x03")
    if etx:
        trailer, _, after = rest.partition("\x04")
        trailer, after = _without_mark(trailer), _without_mark(after)
        return Frame(header, text, trailer, after, is_whole=True)
    if found := _END_LINE.search(text):
        line, after = found[0], text[found.end() :]
        return Frame(header, text[: found.start()], _without_mark(line), _without_mark(after), is_whole=True)
    text, eot, after = text.partition("\x04")
    return Frame(header, text, "", _without_mark(after), is_whole=bool(eot))


def _without_mark(text: str) -> str:
    return re.sub(r"(?<![^\0-\x20])NNNN(?![^\0-\x20])", "", text)


def _is_blank(text: str) -> bool:
    return _BLANK.fullmatch(text) is not None
