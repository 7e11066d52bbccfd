"""The values of a newsItem that differ from item to item, for its templates."""

from __future__ import annotations

import base64
from operator import attrgetter
from typing import Final

from schemas.article import Article
from workers.formats.templates import keywords, names, slots
from workers.formats.xml.templates import XmlItems


def _digest(article: Article) -> str:
    source = article.source
    encoded = base64.urlsafe_b64encode(bytes.fromhex(source.sha256)) if source else b""
    return f"ni:///sha-256;{encoded.rstrip(b'=').decode()}"


def _source_size(article: Article) -> str:
    return str(article.source.size) if article.source else ""


def _source_name(article: Article) -> str:
    return (article.source and article.source.name) or ""


ITEMS: Final = XmlItems(
    slots(
        (rb" guid", attrgetter("id")),
        (rb"<newsItem[^>]* version", lambda article: str(article.version)),
        (rb" wordcount", lambda article: str(article.word_count)),
        (rb"<contentCreated", attrgetter("published")),
        (rb"<contentModified", attrgetter("modified")),
        (rb"<embargoed", attrgetter("embargoed")),
        (rb"<headline|<hl1|<head>\s*<title", attrgetter("headline")),
        (rb"<slugline", attrgetter("slugline")),
        (rb"<dateline", attrgetter("dateline")),
        (rb'<description role="drol:summary"', attrgetter("description")),
        (rb'<creator>\s*<name|<by rank="1"', names()),
        (rb"<keyword", keywords()),
        (rb"<edNote", attrgetter("ed_note")),
        (rb'schema.org/articleSection" value', attrgetter("section")),
        (rb'<link rel="irel:seeAlso" rank="1" href', attrgetter("url")),
        (rb'<link rel="irel:derivedFrom" href', _digest),
        (rb'<link rel="irel:derivedFrom"[^>]* size', _source_size),
        (rb'<link rel="irel:derivedFrom"[^>]*>\s*<title', _source_name),
    )
)
"""The items, whose text begins with the first `p` element."""
