"""Documents that are zips of their parts: office files, e-books, programs. To unpack them gives no article."""

from __future__ import annotations

from typing import Final

from workers.formats.foreign.kinds import PAGE, TABLE, Kind
from workers.formats.office.kinds import first_parts

_CSV: Final = "save it as CSV"
_SLIDES: Final = "save its text as plain text"
_MEDIA_TYPES: Final = (
    ("application/epub+zip", Kind("an e-book (EPUB)", "save its chapters as HTML or plain text")),
    ("application/vnd.oasis.opendocument.text", Kind("a text document (odt)", PAGE)),
    ("application/vnd.oasis.opendocument.spreadsheet", Kind("a spreadsheet (ods)", TABLE)),
    ("application/vnd.oasis.opendocument.presentation", Kind("a presentation (odp)", _SLIDES)),
    ("application/vnd.oasis.opendocument", Kind("an office document (OpenDocument)", PAGE)),
    ("application/vnd.adobe.indesign", Kind("an InDesign document (idml)", PAGE)),
)
# The first bytes may hold none of these parts, if a large one precedes them: the extension decides then.
_OFFICE: Final = Kind(
    "an Office file (docx, xlsx, pptx)",
    "save a document as plain text or a web page, and a table as CSV",
    by_extension={
        "docx": Kind("a Word document (docx)", PAGE),
        "xlsx": Kind("a spreadsheet (xlsx)", _CSV),
        "pptx": Kind("a presentation (pptx)", _SLIDES),
    },
)
_PARTS: Final = (
    ("word/", Kind("a Word document (docx)", PAGE)),
    ("xl/", Kind("a spreadsheet (xlsx)", _CSV)),
    ("ppt/", Kind("a presentation (pptx)", _SLIDES)),
)
_WITH_PART: Final = (
    ("[Content_Types].xml", _OFFICE),
    ("_rels/.rels", _OFFICE),
    ("Index/Document.iwa", Kind("a document of Pages, Numbers or Keynote", "export it as plain text or CSV")),
    ("META-INF/MANIFEST.MF", Kind("a Java program (jar)", "give the file that has the articles")),
    ("AndroidManifest.xml", Kind("an Android program (apk)", "give the file that has the articles")),
)


def find_in_zip(raw: bytes, extension: str) -> Kind | None:
    """Return the kind of a document that is a zip of its parts; None for an archive, and for what is no zip."""
    names, stated = first_parts(raw)
    if stated:
        return next((kind for media_type, kind in _MEDIA_TYPES if stated.startswith(media_type)), None)
    found = next((kind for name, kind in _WITH_PART if name in names), None)
    if found is not _OFFICE:
        return found
    inside = (kind for part, kind in _PARTS if any(name.startswith(part) for name in names))
    return next(inside, _OFFICE.by_extension.get(extension, _OFFICE))
