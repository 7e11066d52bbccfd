"""The Article: the fields of a news article, independent of any format.

An `Article` holds what its source states, and nothing inferred. A field that the source does not state is None or an
empty tuple, and absent from every export. The constructor checks the invariants: every string can be written in XML 1.0
and JSON, names and titles have one line, dates are dates, identifiers are IRIs, the language is registered. A broken
invariant raises `ArticleError`, which names the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from itertools import filterfalse
from typing import Any, Final, Literal, get_args

from schemas.article.languages import check_language
from schemas.article.values import (
    LARGEST_INTEGER,
    check_characters,
    check_day_or_moment,
    check_embargo,
    check_iri,
    check_line,
    check_media_type,
    check_qcode,
    check_sha256,
    check_text,
    shorten,
)
from schemas.errors import ArticleError, Fault

Status = Literal["usable", "withheld", "canceled"]
Signal = Literal["update", "correction"]
SubjectType = Literal["abstract", "person", "organisation", "place", "event", "object"]

STATUSES: Final = get_args(Status)
SIGNALS: Final = get_args(Signal)
SUBJECT_TYPES: Final = get_args(SubjectType)

_BLANK_LINE = re.compile(r"\n\s*\n")

# For the word count: ASCII bytes are blanks, parts of words, or neither. All other bytes are parts of words.
_ASCII = bytes(range(128))
_ASCII_MARKS = bytes(byte for byte in _ASCII if not chr(byte).isalnum() and not chr(byte).isspace())
_BLANK_OR_WORD = bytes(ord(" ") if byte < 128 and chr(byte).isspace() else ord("w") for byte in range(256))
_MAX_REPLACEMENTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or an organisation: a provider or a copyright holder."""

    name: str
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """One author, as named in the article."""

    name: str
    uri: str | None = None
    job_title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place an article was written in; it has a name, a URI or a QCode."""

    name: str | None = None
    uri: str | None = None
    qcode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject of an article: a concept of a vocabulary, a person, an organisation, a place …"""

    name: str | None = None
    qcode: str | None = None
    uri: str | None = None
    type: SubjectType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document an article was read from; `size` is in bytes, `sha256` in hexadecimal."""

    sha256: str
    name: str | None = None
    media_type: str | None = None
    size: int | None = None


class _Memo:
    """A cache of computed values. It is no dataclass field, so it takes no part in comparison."""

    __slots__ = ("_word_count",)
    _word_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(_Memo):
    """One version of one article.

    Paragraphs are verbatim. None is blank, begins or ends with white space, or contains a blank line: in every format,
    a blank line separates two paragraphs.

    Dates are text in the form of XML Schema: a day ("2024-11-08"), or a date-time with seconds and a zone
    ("2024-11-08T16:30:00+01:00").

    `body` (the paragraphs, joined by blank lines) and `word_count` are computed.

    Raises:
        ArticleError: a value breaks an invariant; each fault names its field.
    """

    paragraphs: tuple[str, ...]
    id: str | None = None
    version: int = 1
    signal: Signal | None = None
    headline: str | None = None
    description: str | None = None
    slugline: str | None = None
    bylines: tuple[Byline, ...] = ()
    dateline: str | None = None
    located: Place | None = None
    published: str | None = None
    modified: str | None = None
    embargoed: str | None = None
    status: Status | None = None
    language: str | None = None
    section: str | None = None
    genre: str | None = None
    keywords: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    provider: Party | None = None
    copyright_holder: Party | None = None
    copyright_notice: str | None = None
    usage_terms: str | None = None
    url: str | None = None
    urgency: int | None = None
    ed_note: str | None = None
    source: Source | None = None
    body: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", "\n\n".join(self.paragraphs))
        if faults := _faults(self):
            raise ArticleError(tuple(faults))

    @property
    def word_count(self) -> int:
        """The number of words of the body, counted on first use."""
        try:
            return self._word_count
        except AttributeError:
            object.__setattr__(self, "_word_count", count_words(self.body))
            return self._word_count


def with_id(article: Article, id_: str) -> Article:
    """Return the article with another id, without checks. The id must be an IRI."""
    same = copy(article)
    object.__setattr__(same, "id", id_)
    return same


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Split a text at its blank lines into stripped paragraphs."""
    return tuple(p for p in (part.strip() for part in _BLANK_LINE.split(text)) if p)


def _is_paragraph(text: str) -> bool:
    return bool(text) and text == text.strip() and ("\n" not in text or not _BLANK_LINE.search(text))


def count_words(text: str) -> int:
    """Return the number of words of a text: runs of non-blanks with a letter or a digit in them."""
    # Counting on bytes is two to five times as fast as `text.split()`: remove every character that is neither blank nor
    # part of a word; then each word begins after a blank. Beyond ASCII this takes one replacement for each distinct
    # character that is no letter or digit. Text of any language has a few of them, malicious text may have many.
    if not text.isascii():
        beyond = text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass")
        others = tuple(filterfalse(str.isalnum, set(beyond)))
        if len(others) > _MAX_REPLACEMENTS:
            return sum(any(map(str.isalnum, run)) for run in text.split())
        for character in others:
            text = text.replace(character, " " if character.isspace() else "")
    runs = b" " + text.encode().translate(_BLANK_OR_WORD, _ASCII_MARKS)
    return runs.count(b" w")


def _faults(article: Article) -> list[Fault]:
    """Return every broken invariant of an article."""
    faults = _paragraph_faults(article)
    faults += _field_faults("", article, _ARTICLE_CHECKS)
    if article.signal is not None and article.version == 1:
        faults.append(Fault("/signal", "version 1 cannot be an update or a correction; state the version, 2 or higher"))
    for index, keyword in enumerate(article.keywords):
        if detail := check_line(keyword):
            faults.append(Fault(f"/keywords/{index}", detail))
    for index, byline in enumerate(article.bylines):
        faults += _field_faults(f"/bylines/{index}", byline, _BYLINE_CHECKS)
    for index, subject in enumerate(article.subjects):
        faults += _concept_faults(f"/subjects/{index}", subject, _SUBJECT_CHECKS)
    if article.located is not None:
        faults += _concept_faults("/located", article.located, _PLACE_CHECKS)
    if article.provider is not None:
        faults += _field_faults("/provider", article.provider, _PARTY_CHECKS)
    if article.copyright_holder is not None:
        faults += _field_faults("/copyright_holder", article.copyright_holder, _PARTY_CHECKS)
    if article.source is not None:
        faults += _field_faults("/source", article.source, _SOURCE_CHECKS)
    return faults


def _paragraph_faults(article: Article) -> list[Fault]:
    paragraphs = article.paragraphs
    faults = []
    if not paragraphs:
        faults.append(Fault("/paragraphs", "an article needs at least one paragraph that is not blank"))
    elif not all(map(_is_paragraph, paragraphs)):
        text = "a paragraph is blank, has white space around it, or has a blank line in it"
        faults.append(Fault("/paragraphs", text))
    if check_characters(article.body):
        for index, paragraph in enumerate(paragraphs):
            if detail := check_characters(paragraph):
                faults.append(Fault(f"/paragraphs/{index}", detail))
    return faults


def _concept_faults(pointer: str, concept: Place | Subject, checks: _Checks) -> list[Fault]:
    faults = _field_faults(pointer, concept, checks)
    if concept.name is None and concept.qcode is None and concept.uri is None:
        faults.insert(0, Fault(pointer, "needs a name, a qcode or a uri"))
    return faults


def _field_faults(pointer: str, part: object, checks: _Checks) -> list[Fault]:
    return [
        Fault(f"{pointer}/{name}", detail)
        for name, check in checks
        if (value := getattr(part, name)) is not None and (detail := check(value))
    ]


def _one_of(names: tuple[str, ...]) -> _Check:
    return lambda value: None if value in names else f"{shorten(str(value))!r} is not one of {', '.join(names)}"


def _whole_number(least: int, most: int) -> _Check:
    return lambda value: None if least <= value <= most else f"{value} is not a whole number from {least} to {most}"


_Check = Callable[[Any], str | None]
_Checks = tuple[tuple[str, _Check], ...]

_PARTY_CHECKS: Final[_Checks] = (("name", check_line), ("uri", check_iri))
_BYLINE_CHECKS: Final[_Checks] = (*_PARTY_CHECKS, ("job_title", check_line))
_PLACE_CHECKS: Final[_Checks] = (*_PARTY_CHECKS, ("qcode", check_qcode))
_SUBJECT_CHECKS: Final[_Checks] = (*_PLACE_CHECKS, ("type", _one_of(SUBJECT_TYPES)))
_SOURCE_CHECKS: Final[_Checks] = (
    ("sha256", check_sha256),
    ("name", check_line),
    ("media_type", check_media_type),
    ("size", _whole_number(0, LARGEST_INTEGER)),
)
_ARTICLE_CHECKS: Final[_Checks] = (
    ("id", check_iri),
    ("version", _whole_number(1, LARGEST_INTEGER)),
    ("signal", _one_of(SIGNALS)),
    ("headline", check_line),
    ("description", check_text),
    ("slugline", check_line),
    ("dateline", check_line),
    ("published", check_day_or_moment),
    ("modified", check_day_or_moment),
    ("embargoed", check_embargo),
    ("status", _one_of(STATUSES)),
    ("language", check_language),
    ("section", check_line),
    ("genre", check_line),
    ("copyright_notice", check_text),
    ("usage_terms", check_text),
    ("url", check_iri),
    ("urgency", _whole_number(1, 9)),
    ("ed_note", check_text),
)
