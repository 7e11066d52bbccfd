"""Web archives (WARC, ISO 28500): each page that was fetched is read as its article."""

from __future__ import annotations

import re
from typing import Final

from schemas.conversion import Defaults, Division
from schemas.formats import Evidence, Format, Head
from workers.formats.warc.reader import read_warc
from workers.formats.warc.records import divide_records

_VERSION: Final = re.compile(r"\s*WARC/\d\.\d")


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise an archive by the version that its first record states (WARC/1.1, section 4)."""
    return Evidence.CERTAIN if _VERSION.match(head.text) else Evidence.NONE


def divide(head: bytes, *, is_part: bool, defaults: Defaults) -> Division:  # noqa: ARG001
    """Divide an archive into its records."""
    return Division(records=divide_records)


FORMAT: Final = Format(
    id="warc",
    name="WARC",
    title="Web archive (WARC)",
    media_types=("application/warc",),
    extensions=("warc",),
    sniff=sniff,
    divide=divide,
    reader=read_warc,
)
