"""Documents of XML that stand as text in another document, escaped or in CDATA, as feeds have them in their entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Final

from schemas.conversion import Document
from workers.formats.xml.parsing import read_elements

_TAGS: Final = ("{*}encoded", "{*}content", "{*}description", "{*}summary")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")


def escaped_documents(document: Document, roots: tuple[str, ...]) -> Iterator[Document]:
    """Yield each document whose root element has one of these names, and which is the text of an element of a feed.

    Raises (while it is iterated):
        InputError: the document is not XML that can be read.
    """
    start = re.compile(rf"{_DECLARATION.pattern}?\s*<(?:[\w.-]+:)?(?:{'|'.join(roots)})[\s>]")
    for element in read_elements(document, _TAGS):
        text = element.text
        if text and start.match(text):
            inner = _DECLARATION.sub("", text, count=1).encode()
            yield replace(document, open=partial(BytesIO, inner), first=1, first_article=1)
