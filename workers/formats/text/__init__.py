"""Plain text: read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.text.reader import MEDIA_TYPE, read_text


def sniff(_head: Head, _name: str | None) -> Evidence:
    """Recognise any bytes as prose, if no other format recognises them."""
    return Evidence.FALLBACK


FORMAT: Final = Format(
    id="text",
    name="Plain text",
    title="Plain text",
    media_types=(MEDIA_TYPE,),
    extensions=("txt", "text"),
    sniff=sniff,
    one_article=True,
    reader=read_text,
)
