"""The paragraphs of a story whose lines are broken at the width of a column.

A paragraph begins after a blank line, at a line that begins with blanks where others do not, or at a tab. Without these
signs, a line that had room for the next word ends its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from schemas.article import Block, Preformatted

_WIDEST: Final = 100
_NARROWEST: Final = 50
_TAB: Final = 8
_LEAST: Final = 2
_SENTENCE_ENDS: Final = (".", "!", "?", ":", '"', "”", "'", "’", ")", "»", "«", "“", "-", "*", "_")
_COLUMNS: Final = re.compile(r"\S(?: {3,}|\t)[^\s]")
_RULE: Final = re.compile(r"[-_=*~#. ]{1,200}")


class Line(NamedTuple):
    """A line of a story.

    Args:
        text: its text, without blanks around it.
        raw: its text with the blanks before it, for a table.
        indent: the number of blanks before it; a tab counts as 8.
        is_flush: whether it begins with the code of a line that stands alone (`^` of ANPA 1312).
        is_tabular: whether it begins with the code of a line of a table.
        is_ended: whether it ends with the code of the end of a line (`<` or `=` of ANPA 1312).
    """

    text: str
    raw: str
    indent: int
    is_flush: bool = False
    is_tabular: bool = False
    is_ended: bool = False


def is_broken(text: str) -> bool:
    """Return whether a text has lines at its margin, and others that begin with blanks or have columns.

    In markup that is indented, all lines but the first begin with blanks.
    """
    # The first line stands beside the tag.
    stated = [line.expandtabs() for line in text.split("\n")[1:] if line.strip()]
    margin = sum(not line[0].isspace() for line in stated)
    if margin < _LEAST:
        return False
    begins = sum(line[0].isspace() and not line.lstrip()[0].islower() for line in stated)
    return begins >= _LEAST or sum(_COLUMNS.search(line) is not None for line in stated) >= _LEAST


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text without codes of typesetting."""
    return [_line(line.expandtabs(_TAB).rstrip()) for line in text.split("\n")]


def _line(raw: str) -> Line:
    text = raw.strip()
    return Line(text, raw, len(raw) - len(raw.lstrip()) if text else 0)


def is_rule(text: str) -> bool:
    """Return whether a line has no words, only signs that divide parts of the text."""
    return _RULE.fullmatch(text) is not None


def blocks_of(lines: Sequence[Line], *, tabular: bool) -> tuple[Block, ...]:
    """Return the paragraphs of some lines, and the tables in them as they stand.

    Args:
        lines: the lines of the text.
        tabular: whether the header says that the whole text is a table.
    """
    if tabular:
        return _table(lines)
    blocks: list[Block] = []
    measure = _Measure(lines)
    for is_table, part in groupby(_with_tables(lines), key=lambda pair: pair[0]):
        chosen = [line for _, line in part]
        blocks += _table(chosen) if is_table else _paragraphs(chosen, measure)
    return tuple(blocks)


class _Measure:
    """How the lines of a story are broken."""

    def __init__(self, lines: Sequence[Line]) -> None:
        stated = [line for line in lines if line.text]
        indents = {line.indent for line in stated if line.indent < _TAB and not line.is_flush}
        self.indented = min(indents) if len(indents) > 1 else None
        # Lines that all begin with blanks say nothing by them, but a tab always begins a paragraph.
        self.width = max((len(line.text) for line in stated), default=0)
        inner = [(line, after) for line, after in pairwise(lines) if line.text and after.text]
        broken = sum(not line.text.endswith(_SENTENCE_ENDS) for line, _ in inner)
        self.wrapped = _NARROWEST <= self.width <= _WIDEST and broken > 0
        tabs = sum(line.indent >= _TAB for line in stated)
        if tabs and indents and self.indented is None:
            self.indented = min(indents)
        if self.indented is not None:
            # Short lines are not broken: a list, a table. Then no blank says where a paragraph begins.
            joined = [pair for pair in inner if pair[1].indent <= self.indented]
            whole = max(len(line.text) + line.indent for line in stated)
            if 2 * sum(_has_room(*pair, whole - pair[0].indent) for pair in joined) > len(joined):
                self.indented = None

    def begins(self, line: Line, before: Line) -> bool:
        """Return whether a line begins a paragraph, after a line that is not blank."""
        if line.indent >= _TAB or line.is_flush or before.is_flush:
            return True
        if self.indented is not None:
            return line.indent > self.indented
        if not self.wrapped:
            return True
        return not line.text[0].islower() and _has_room(before, line, self.width)


def _has_room(before: Line, line: Line, width: int) -> bool:
    """Return whether a line had room in a width for the first word of the next one."""
    return len(before.text) + 1 + len(line.text.split(None, 1)[0]) <= width


def _paragraphs(lines: Sequence[Line], measure: _Measure) -> list[str]:
    paragraphs: list[list[str]] = []
    before = None
    for line in lines:
        if line.text:
            if before is None or measure.begins(line, before):
                paragraphs.append([])
            paragraphs[-1].append(line.text)
        before = line if line.text else None
    return [" ".join(parts) for parts in paragraphs]


def _with_tables(lines: Sequence[Line]) -> list[tuple[bool, Line]]:
    """Return each line, and whether it is of a table: two such lines or more stand together."""
    marked = [line.is_tabular or _COLUMNS.search(line.text) is not None for line in lines]
    for number in range(1, len(lines) - 1):
        # A rule between two rows is of the table.
        marked[number] |= marked[number - 1] and marked[number + 1] and is_rule(lines[number].text)
    found = []
    for number, line in enumerate(lines):
        beside = (number and marked[number - 1]) or (number + 1 < len(marked) and marked[number + 1])
        found.append((line.is_tabular or bool(marked[number] and beside), line))
    return found


def _table(lines: Sequence[Line]) -> tuple[Block, ...]:
    text = "\n".join(line.raw for line in lines).strip("\n")
    return (Preformatted(text),) if text.strip() else ()
