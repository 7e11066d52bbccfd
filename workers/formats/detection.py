"""Which reader a document is for, by its first tokens; its name only decides where they do not."""

from __future__ import annotations

import codecs
import re
from typing import Final

from schemas.article.values import shorten
from schemas.column_names import count_known
from schemas.errors import InputError
from workers.formats.csv.reader import DELIMITERS, heading

HEAD: Final = 65_536
"""How many of the first bytes are enough to tell."""

# What a client may say that a file is; text/plain and application/octet-stream say nothing.
MEDIA_TYPES: Final = {
    "application/json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/ld+json": "news-article",
    "text/html": "news-article",
    "application/xhtml+xml": "news-article",
    "application/vnd.iptc.g2.newsitem+xml": "newsml-g2",
    "application/vnd.iptc.g2.newsmessage+xml": "newsml-g2",
    "text/plain": "text",
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What may stand before the root element (XML 1.0, prolog): white space, the declaration, comments, a DOCTYPE.
_PROLOG = re.compile(
    r"(?:\s++|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->|<!DOCTYPE(?:[^\[<>]|\"[^\"]*+\"|'[^']*+')*+(?:\[[^\]]*+\]\s*+)?+>)*+",
    re.DOTALL | re.IGNORECASE,
)
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_NEWSML = ("newsItem", "newsMessage")
_HTML = ("html", "head", "body", "script", "meta", "title", "link", "p", "div", "article")
# A key of JSON-LD, as the name of a member.
_JSON_LD = re.compile(r'"@(?:context|graph|type|id)"\s*:')
_JSON_START = re.compile(r'\s*(?:\{\s*(?:"|\}|\Z)|\[\s*(?:[\[{"\]]|\Z))')


def detect(head: bytes, name: str | None) -> str:
    """The name of the reader for a document that begins with these bytes.

    Args:
        head: the first bytes of it, up to `HEAD`.
        name: its name, if it has one.

    Raises:
        InputError: it is XML of a kind that is not read.
    """
    text = _decode(head)
    ending = (name or "").rpartition(".")[2].lower() if "." in (name or "") else ""
    if text.lstrip().startswith("<") and (found := _markup(text, name)):
        return found
    if _JSON_START.match(text) or ending in ("json", "jsonl", "ndjson", "jsonld", "ndjsonld"):
        return "news-article" if _JSON_LD.search(text) or ending in ("jsonld", "ndjsonld") else "json"
    if ending in ("csv", "tsv") or (ending not in ("txt", "text", "md") and _is_table(text)):
        return "csv"
    return "text"


def _decode(head: bytes) -> str:
    """The head as text, as well as it can be: what is wrong with it is for its reader to say."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace")
    return head.decode(errors="replace")


def _markup(text: str, name: str | None) -> str | None:
    """The reader for XML or HTML; None for a text that begins with an angle bracket."""
    prolog = _PROLOG.match(text)
    if _HTML_DOCTYPE.search(prolog[0] if prolog else ""):
        return "news-article"
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    if root is None:
        return "newsml-g2" if text.lstrip().startswith("<?xml") else None
    if root[1] in _NEWSML:
        return "newsml-g2"
    if root[1].lower() in _HTML:
        return "news-article"
    said = f"it is XML whose root element is {shorten(root[1])!r}; of XML, NewsML-G2 (newsItem, newsMessage) is read"
    raise InputError(name or "document", "", f"{said}, and pages (html) with a NewsArticle in JSON-LD")


def _is_table(text: str) -> bool:
    """Whether the first line is a heading: in cells, of which two are names that are known, or all of them."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    if re.fullmatch(r"sep=[,;\t]", line.strip(), re.IGNORECASE):
        return True
    if not any(delimiter in line for delimiter in DELIMITERS):
        return False
    names = heading(line)
    known = count_known(names)
    return known >= 2 or known == len(names)
