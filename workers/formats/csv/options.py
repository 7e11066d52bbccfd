"""Options of CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.options import option


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """Options of CSV."""

    profile: Literal["default", "excel", "excel-semicolon", "data"] = option(
        "default",
        "default: cells that a spreadsheet would run are guarded by an apostrophe; "
        "excel: the same, with a byte-order mark; "
        "excel-semicolon: as excel, with semicolons, which Excel expects where the comma is the decimal sign; "
        "data: cells as they are",
    )

    @property
    def guarded(self) -> bool:
        """Whether cells that a spreadsheet would run have an apostrophe before them."""
        return self.profile != "data"

    @property
    def delimiter(self) -> str:
        """The character between two cells."""
        return ";" if self.profile == "excel-semicolon" else ","
