"""WXR, the export of WordPress: read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.wxr.reader import read_wxr
from workers.formats.xml.prolog import read_prolog

_NAMESPACE: Final = "://wordpress.org/export/"


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise RSS with the namespace of an export."""
    prolog = read_prolog(head.text)
    if prolog is None or prolog.html or prolog.root != "rss":
        return Evidence.NONE
    return Evidence.CERTAIN if _NAMESPACE in head.text else Evidence.NONE


FORMAT: Final = Format(
    id="wxr",
    name="WordPress export",
    title="WordPress export (WXR 1.0 to 1.2)",
    extensions=("xml", "wxr"),
    sniff=sniff,
    reader=read_wxr,
)
