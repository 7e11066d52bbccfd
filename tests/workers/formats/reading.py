"""Small newsItems, and how the tests read them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schemas.article import Article
from schemas.conversion import Document, ReadArticle, UnreadArticle
from tests.workers.formats.documents import found_by
from workers.formats.newsml_g2.reader import read_newsml_g2

NAR = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"

BODY = (
    f'<inlineXML contenttype="application/xhtml+xml"><html xmlns="{XHTML}"><body><p>Text.</p></body></html></inlineXML>'
)


def newsml(
    content: str = "",
    *,
    meta: str = "",
    rights: str = "",
    body: str = BODY,
    before: str = "",
    attributes: str = 'guid="urn:x:1" version="1"',
    namespace: str = NAR,
) -> str:
    """A newsItem with these properties in it."""
    return (
        f'<newsItem xmlns="{namespace}" {attributes}>{before}<rightsInfo>{rights}</rightsInfo>'
        f"<itemMeta>{meta}</itemMeta><contentMeta>{content}</contentMeta><contentSet>{body}</contentSet></newsItem>"
    )


def document(text: str | bytes, defaults: Mapping[str, Any] | None = None) -> Document:
    """A document of these bytes."""
    raw = text.encode() if isinstance(text, str) else text
    return Document(name="wire.xml", open=lambda: io.BytesIO(raw), defaults=defaults or {})


def read(text: str | bytes) -> list[Article | UnreadArticle]:
    """What the NewsML-G2 reader finds."""
    return list(found_by(read_newsml_g2, document(text)))


def read_one(text: str | bytes) -> Article:
    """The one article of a document."""
    (found,) = read(text)
    assert isinstance(found, Article), found
    return found


def read_fault(text: str | bytes) -> UnreadArticle:
    """Why the one item of a document is no article."""
    (found,) = read(text)
    assert isinstance(found, UnreadArticle), found
    return found


def read_with_ledger(text: str | bytes) -> ReadArticle:
    """The one article of a document, with a ledger that has an entry for each leaf."""
    (found,) = read_newsml_g2(replace(document(text), whole_ledger=True))
    assert isinstance(found, ReadArticle), found
    return found


def named(read: ReadArticle) -> dict[str, str]:
    """The leaves that are changed or not held, by their paths."""
    return {entry.path: entry.value for entry in read.ledger.entries if entry.outcome != "kept"}
