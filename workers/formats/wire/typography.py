"""The lines of a story, without the codes of typesetting: control characters, and the `^`, `<` and `=` of ANPA 1312."""

from __future__ import annotations

import re
from typing import Final

from schemas.ledger import Ledger
from workers.formats.markup.reading.broken_lines import Line

# They stand for a blank: the space band, the separators of units.
_BLANKS: Final = dict.fromkeys((0x10, *range(0x1C, 0x20)), " ")
_CONTROLS: Final = {number: None for number in (*range(9), *range(0xB, 0x20), 0x7F) if number not in _BLANKS}
_TABLE: Final = {**_CONTROLS, **_BLANKS, 0xFFFE: None, 0xFFFF: None, 0xFEFF: None}
# BS marks a line of a table.
_FOUND: Final = re.compile("[\0-\a\x0b-\x0f\x11-\x1b\x7f]")
# Codes of typesetting in wires of AAP.
_END_OF_LINE: Final = re.compile(r" ?\.?[<=]!$")


def clean(text: str) -> str:
    """Return a text without control characters, and without blanks around it."""
    return text.translate(_TABLE).strip()


def read_lines(text: str, *, is_anpa: bool) -> list[Line]:
    """Return the lines of a text. In ANPA 1312, `^` begins a line that stands alone, `<` and `=` end it."""
    return [_line(line, is_anpa=is_anpa) for line in text.split("\n")]


def name_controls(text: str, ledger: Ledger) -> None:
    """Name the control characters in a text, which no format can hold."""
    for character in sorted(set(_FOUND.findall(text))):
        ledger.not_held("text", f"U+{ord(character):04X}", "it is a control character of transmission or typesetting")


def _line(line: str, *, is_anpa: bool) -> Line:
    is_tabular = line.lstrip("\0^ ").startswith("\b")
    text = line.translate(_TABLE).replace("\xa0", " ").rstrip()
    is_flush = is_anpa and text.lstrip().startswith("^")
    is_ended = is_anpa and text.endswith(("<", "="))
    if is_anpa:
        text = text.rstrip("<^= \t")
        if is_flush:
            text = text.lstrip().lstrip("^")
    if found := _END_OF_LINE.search(text):
        text = text[: found.start()].removeprefix("<")
    stripped = text.lstrip()
    indent = len(text.expandtabs()) - len(stripped.expandtabs()) if stripped else 0
    return Line(stripped, text, max(indent, 1) if stripped != text else 0, is_flush, is_tabular, is_ended)
