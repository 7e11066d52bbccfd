"""Templates of items that keep every rule, so that items like them are compared instead of checked in full.

Most items of an export differ only in their ids, dates, texts and sources. A template is the bytes of a checked item
without those values. An item needs no full check if a template, filled with the values of its article, gives its
bytes exactly.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

from schemas.article import Article
from workers.formats.markup.writing.escaping import escape_bytes

_MOST: Final = 1000
_MOST_BYLINES: Final = 4
_MOST_KEYWORDS: Final = 12
# A kind of article whose items are not alike gets no new template after so many.
_MOST_TRIES: Final = 4
# The bytes before a value that tell its slot are at most as many.
_BEFORE: Final = 600

# The fields without a slot below. A template holds their values, which tell templates apart.
_FIXED_NAMES: Final = (
    "signal", "located", "status", "language", "genre", "subjects", "provider", "copyright_holder",
    "copyright_notice", "usage_terms", "urgency",
)  # fmt: skip
_OPTIONAL_NAMES: Final = (
    "headline", "description", "slugline", "dateline", "published", "modified", "embargoed", "url", "ed_note",
    "section",
)  # fmt: skip
_FIXED: Final = attrgetter(*_FIXED_NAMES)
_OPTIONAL: Final = attrgetter(*_OPTIONAL_NAMES)

# The other fields. Few articles state them, and an article that does is checked in full. A field with a slot is
# neither here nor above.
_IN_SLOTS: Final = frozenset(("paragraphs", "id", "version", "bylines", "keywords", "source"))
_RARE_FIELDS: Final = tuple(
    one
    for one in fields(Article)
    if one.init and one.name not in _IN_SLOTS and one.name not in (*_FIXED_NAMES, *_OPTIONAL_NAMES)
)
_BESIDE_NAME: Final = attrgetter("uri", "job_title", "type", "role")
_NO_MORE: Final = (None, None, None, None)
_RARE: Final = attrgetter(*(one.name for one in _RARE_FIELDS))
_NOT_STATED: Final = tuple(one.default for one in _RARE_FIELDS)

_VALUE = re.compile(rb'="([^"<]*)"|>([^<\s][^<]*)(?=<)')
_PARAGRAPH: Final = b"<p>"
_BETWEEN = re.compile(rb"</p>\s*<p>")

_Value = Callable[[Article], str]


def _digest(article: Article) -> str:
    source = article.source
    encoded = base64.urlsafe_b64encode(bytes.fromhex(source.sha256)) if source else b""
    return f"ni:///sha-256;{encoded.rstrip(b'=').decode()}"


def _source_size(article: Article) -> str:
    return str(article.source.size) if article.source else ""


def _source_name(article: Article) -> str:
    return (article.source and article.source.name) or ""


def _name(number: int) -> _Value:
    return lambda article: article.bylines[number].name if number < len(article.bylines) else ""


def _keyword(number: int) -> _Value:
    return lambda article: article.keywords[number] if number < len(article.keywords) else ""


# The values that a template leaves out: the bytes before each, and its function of the article. An Article has
# checked them: its id is an IRI, its dates are dates, its texts have no character that XML forbids.
_SLOTS: Final[tuple[tuple[re.Pattern[bytes], _Value], ...]] = tuple(
    (re.compile(rb"(?:%b)\Z" % before), value)
    for before, value in (
        (rb" guid", lambda article: article.id or ""),
        (rb'<newsItem[^>]* version', lambda article: str(article.version)),
        (rb' wordcount', lambda article: str(article.word_count)),
        (rb"<contentCreated", lambda article: article.published or ""),
        (rb"<contentModified", lambda article: article.modified or ""),
        (rb"<embargoed", lambda article: article.embargoed or ""),
        (rb"<headline|<hl1|<head>\s*<title", lambda article: article.headline or ""),
        (rb"<slugline", lambda article: article.slugline or ""),
        (rb"<dateline", lambda article: article.dateline or ""),
        (rb'<description role="drol:summary"', lambda article: article.description or ""),
        *((rb'<creator>\s*<name|<by rank="1"', _name(number)) for number in range(_MOST_BYLINES)),
        *((rb"<keyword", _keyword(number)) for number in range(_MOST_KEYWORDS)),
        (rb"<edNote", lambda article: article.ed_note or ""),
        (rb'schema.org/articleSection" value', lambda article: article.section or ""),
        (rb'<link rel="irel:seeAlso" rank="1" href', lambda article: article.url or ""),
        (rb'<link rel="irel:derivedFrom" href', _digest),
        (rb'<link rel="irel:derivedFrom"[^>]* size', _source_size),
        (rb'<link rel="irel:derivedFrom"[^>]*>\s*<title', _source_name),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Template:
    """The bytes of an item with %b in place of each value, and the functions of these values in order.

    Args:
        text: the bytes.
        values: the functions.
        quoted: the indexes of the values that stand in quotes.
    """

    text: bytes
    values: tuple[_Value, ...]
    quoted: tuple[int, ...]

    def fill(self, article: Article) -> bytes:
        # No value has a NUL, so that all of them are encoded and escaped at once.
        values = escape_bytes("\0".join([value(article) for value in self.values]).encode()).split(b"\0")
        for number in self.quoted:
            values[number] = _in_quotes(values[number])
        return self.text % tuple(values)


class TemplateCache:
    """The templates of one conversion."""

    def __init__(self) -> None:
        self._templates: dict[Any, _Template] = {}
        self._tries: dict[int, int] = {}

    def has(self, article: Article, piece: bytes) -> bool:
        """Return whether the piece is a template that is filled with the values of the article."""
        template = self._templates.get(_key(article))
        if template is None or _RARE(article) != _NOT_STATED:
            return False
        rest = _without_text(article, piece)
        return rest is not None and template.fill(article) == rest

    def add(self, article: Article, piece: bytes) -> None:
        """Make a template of an item that keeps every rule. Skip the first of its kind, which may be the only one."""
        if _RARE(article) != _NOT_STATED:
            return
        key = _key(article)
        tries = self._tries.get(hash(key), 0)
        if not tries and len(self._tries) >= _MOST:
            self._tries.clear()
        self._tries[hash(key)] = tries + 1
        rest = _without_text(article, piece) if 0 < tries <= _MOST_TRIES else None
        if rest is not None:
            if len(self._templates) >= _MOST:
                self._templates.clear()
            self._templates[key] = _make(article, rest)


def _key(article: Article) -> Any:
    source = article.source
    of_source = (source.media_type, source.name is None, source.size is None) if source else None
    optional = tuple([value is None for value in _OPTIONAL(article)])
    bylines: Any = article.bylines
    if all(_BESIDE_NAME(byline) == _NO_MORE for byline in bylines):
        bylines = len(bylines)
    return _FIXED(article), optional, bylines, len(article.keywords), of_source


def _without_text(article: Article, piece: bytes) -> bytes | None:
    """Return the piece without its paragraphs, or None if they are not exactly those of the article."""
    start = piece.find(_PARAGRAPH) + len(_PARAGRAPH)
    text = escape_bytes(article.encoded)
    if len(article.paragraphs) > 1:
        between = _BETWEEN.search(piece, start)
        if between is None:
            return None
        text = text.replace(b"\0", between[0])
    return piece[:start] + piece[start + len(text) :] if piece.startswith(text, start) else None


def _make(article: Article, rest: bytes) -> _Template:
    text: list[bytes] = []
    values: list[_Value] = []
    in_quotes: list[int] = []
    at = 0
    for found in _VALUE.finditer(rest):
        quoted = found[1] is not None
        start, end = found.span(1 if quoted else 2)
        for before, value in _SLOTS:
            if (
                before.search(rest, max(0, found.start() - _BEFORE), found.start())
                and _written(value(article), quoted) == rest[start:end]
            ):
                text += [rest[at:start].replace(b"%", b"%%"), b"%b"]
                in_quotes += [len(values)] if quoted else []
                values.append(value)
                at = end
                break
    text.append(rest[at:].replace(b"%", b"%%"))
    return _Template(b"".join(text), tuple(values), tuple(in_quotes))


def _written(value: str, quoted: bool) -> bytes:  # noqa: FBT001
    written = escape_bytes(value.encode())
    return _in_quotes(written) if quoted else written


def _in_quotes(escaped: bytes) -> bytes:
    return escaped.replace(b'"', b"&quot;").replace(b"\t", b"&#9;").replace(b"\n", b"&#10;")
