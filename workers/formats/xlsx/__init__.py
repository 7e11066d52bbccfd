"""Spreadsheets (Office Open XML, ECMA-376): each row of the first sheet with a known heading is an article. Read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.office.kinds import is_office
from workers.formats.xlsx.reader import read_sheet_head, read_xlsx

_EXTENSIONS: Final = ("xlsx", "xlsm")


def sniff(head: Head, name: str | None) -> Evidence:
    """Recognise a spreadsheet by the parts in its zip; by its name if the first bytes do not show them."""
    named = extension_of(name) in _EXTENSIONS
    return Evidence.CERTAIN if is_office(head.raw, "xl/", named=named) else Evidence.NONE


FORMAT: Final = Format(
    id="xlsx",
    name="Excel",
    title="Spreadsheet (xlsx)",
    media_types=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    extensions=_EXTENSIONS,
    sniff=sniff,
    mapped=True,
    table_head=read_sheet_head,
    reader=read_xlsx,
)
