"""Text documents of OpenDocument, each of a single story. They are read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.odt.reader import MEDIA_TYPE, read_odt
from workers.formats.office.kinds import first_parts


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise a document by the media type that its first part states."""
    stated = first_parts(head.raw).media_type
    return Evidence.CERTAIN if stated.startswith(MEDIA_TYPE) else Evidence.NONE


FORMAT: Final = Format(
    id="odt",
    name="OpenDocument",
    title="Text document (odt)",
    media_types=(MEDIA_TYPE,),
    extensions=("odt", "ott"),
    sniff=sniff,
    one_article=True,
    reader=read_odt,
)
