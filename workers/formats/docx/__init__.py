"""Word documents (Office Open XML, ECMA-376), each of a single story. They are read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.docx.reader import MEDIA_TYPE, read_docx
from workers.formats.office.kinds import is_office

_EXTENSIONS: Final = ("docx", "docm")


def sniff(head: Head, name: str | None) -> Evidence:
    """Recognise a document by the parts in its zip; by its name if the first bytes do not show them."""
    named = extension_of(name) in _EXTENSIONS
    return Evidence.CERTAIN if is_office(head.raw, "word/", named=named) else Evidence.NONE


FORMAT: Final = Format(
    id="docx",
    name="Word",
    title="Word document (docx)",
    media_types=(MEDIA_TYPE,),
    extensions=_EXTENSIONS,
    sniff=sniff,
    one_article=True,
    reader=read_docx,
)
