"""Read the story of a Word document.

mammoth turns the text into HTML: headings by their styles, lists, tables, links, notes. A paragraph of the style Title,
or a heading at the beginning, is the headline; without one, the title in the properties is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from schemas.ledger import Ledger
from workers.formats.markup import read_html
from workers.formats.office.properties import read_properties
from workers.formats.office.story import make_story
from workers.formats.office.zipped import DAMAGED, Parts, open_parts

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_TEXT: Final = "word/document.xml"
_PROPERTIES: Final = "docProps/core.xml"

LARGEST_TEXT: Final = 4 * 2**20
"""The highest number of bytes of a part with text: mammoth holds a part as a tree of Python objects."""

_MOST_TAGS: Final = 300_000

_STYLES: Final = (
    "p[style-name='Title'] => h1:fresh\np[style-name='Quote'] => blockquote > p:fresh\nb => strong\ni => em"
)
_IMAGE: Final = re.compile(r'<img\b[^<>]*?(?:alt="([^"<>]*)")?[^<>]*/>')


def read_docx(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the one article of a Word document.

    Raises:
        InputError: the document is damaged, encrypted or too large, or it has no text.
    """
    name = document.name or "document"
    ledger = document.ledger()
    with open_parts(document) as parts:
        html = _html(parts, name)
        fields: dict[str, Any] = {"source": document.source(parts.raw, MEDIA_TYPE)}
        if _PROPERTIES in parts:
            fields |= read_properties(parts.parse(_PROPERTIES), "properties", ledger, document.reading.zone)
    blocks = read_html(_without_pictures(html, ledger), ledger, "text")
    yield make_story(document, fields, blocks, ledger)


def _html(parts: Parts, name: str) -> str:
    # It takes long to import, and few documents are Word's.
    import mammoth  # noqa: PLC0415

    for part in parts.names:
        if part.endswith((".xml", ".rels")):
            if parts.size(part) > LARGEST_TEXT:
                reason = (
                    f"the part has more than {LARGEST_TEXT:,} bytes unpacked; save the document as a web page (HTML)"
                )
                raise InputError(name, part, reason)
            if parts.read(part, LARGEST_TEXT).count(b"<") > _MOST_TAGS:
                reason = f"the part has more than {_MOST_TAGS:,} tags; save the document as a web page (HTML)"
                raise InputError(name, part, reason)
            parts.parse(part, LARGEST_TEXT)  # names a part that is no XML
    try:
        made = mammoth.convert_to_html(
            BytesIO(parts.raw),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        )
    except RecursionError:
        raise InputError(name, _TEXT, "its tables nest too deep; make them flatter") from None
    except (LookupError, AttributeError, TypeError, *DAMAGED) as error:
        reason = f"the document is damaged ({error}); save it again with a word processor"
        raise InputError(name, _TEXT, reason) from None
    return str(made.value)


def _without_pictures(html: str, ledger: Ledger) -> str:
    """Take out the pictures: they are in the document, and have no address."""
    number = 0

    def take(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        ledger.not_held(f"text/picture[{number}]", found[1] or "a picture", "it is in the document, and has no address")
        return ""

    return _IMAGE.sub(take, html)
