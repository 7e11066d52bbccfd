"""Read an HTML page: see `workers.formats.pages.reader`."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from workers.formats.pages.reader import read_page
from workers.formats.pages.tree import LARGEST


def read_html_page(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a page: usually one.

    Raises:
        InputError: the page is empty, too large, or has no article.
    """
    with document.open() as stream:
        raw = stream.read(LARGEST + 1)
    if not raw.strip():
        raise InputError(document.name or "page", "", "it is empty")
    yield from read_page(document, raw)
