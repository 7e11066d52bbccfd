"""Options of CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.options import option


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """Options of CSV."""

    profile: Literal["default", "excel", "data"] = option(
        "default",
        "default: cells that a spreadsheet would run are guarded by an apostrophe; "
        "excel: the same, with a byte-order mark; data: cells as they are",
    )
