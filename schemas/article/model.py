"""The Article: the fields of a news article, independent of any format.

An `Article` holds what its source states. A value that is inferred from the look of a page is in a field that
`inferred` names. A field that the source does not state is None or an empty tuple, and absent from every export.

The constructor checks the invariants: every string can be written in XML 1.0 and JSON, names and titles have one line,
dates are dates, identifiers are IRIs, the language is registered. A broken invariant raises `ArticleError`, which names
the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import compress, filterfalse
from operator import attrgetter, ne
from typing import Any, Final, Literal, get_args

from schemas.article import declare
from schemas.article.body import Block, are_plain, check_blocks, is_paragraph, plain_blocks
from schemas.article.languages import check_language
from schemas.article.parts import (
    Access,
    AlternativeId,
    Byline,
    Correction,
    EdNote,
    Group,
    ItemLink,
    LiveUpdate,
    Media,
    Party,
    Place,
    Rights,
    RoleText,
    Source,
    Subject,
)
from schemas.article.values import check_characters, check_day_or_moment, check_embargo, check_moment
from schemas.errors import ArticleError, Fault

Kind = Literal["text", "picture", "video", "audio", "graphic", "composite"]
Status = Literal["usable", "withheld", "canceled"]
Signal = Literal["update", "correction"]

STATUSES: Final = get_args(Status)
INFERABLE: Final = ("headline", "bylines", "published")
"""The fields that can be inferred."""
SIGNALS: Final = get_args(Signal)

# For the word count: ASCII bytes are blanks, parts of words, or neither. Beyond ASCII, the first byte of a character
# stands for all of it.
_ASCII = bytes(range(0x80))
_NO_WORD = bytes(byte for byte in _ASCII if not chr(byte).isalnum() and not chr(byte).isspace()) + bytes(
    range(0x80, 0xC0)
)
_BLANK_OR_WORD = bytes(ord(" ") if byte < 0x80 and chr(byte).isspace() else ord("w") for byte in range(256))
_MAX_REPLACEMENTS = 64


def check_inferred(value: str) -> str | None:
    """Return why a text is no name of a field that can be inferred; None if it is one."""
    return None if value in INFERABLE else f"is none of {', '.join(INFERABLE)}"


class _Memo:
    """A cache of computed values. It is no dataclass field, so it takes no part in comparison."""

    __slots__ = ("_encoded", "_word_count")
    _encoded: bytes
    _word_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(_Memo):
    """One version of one article.

    The text is a list of blocks. If all of them are plain paragraphs, `paragraphs` holds them and `blocks` is empty;
    otherwise `blocks` holds them, and `paragraphs` is computed: the plain text of each block that has one.

    Paragraphs are verbatim. None is blank, begins or ends with white space, or contains a blank line: in every format,
    a blank line separates two paragraphs.

    Dates are text in the form of XML Schema: a day ("2024-11-08"), or a date-time with seconds and a zone
    ("2024-11-08T16:30:00+01:00").

    `body` (the paragraphs, joined by blank lines) and `word_count` are computed.

    Raises:
        ArticleError: a value breaks an invariant; each fault names its field.
    """

    paragraphs: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    kind: Kind = declare.choice(Kind, "What the article is", default="text")
    media: tuple[Media, ...] = declare.parts("Pictures, videos, sound and graphics beside the text")
    groups: tuple[Group, ...] = declare.parts("The groups of a composite")
    id: str | None = declare.iri(
        "An absolute URI, the same for all versions; derived from all that is stated if absent"
    )
    alternative_ids: tuple[AlternativeId, ...] = declare.parts()
    version: int = declare.number("From 1", 1, default=1)
    signal: Signal | None = declare.choice(Signal, "The kind of a version above 1")
    signals: tuple[str, ...] = declare.lines("Further signals, as the source names them, such as sig:alert")
    headline: str | None = declare.line("The headline")
    headlines: tuple[RoleText, ...] = declare.parts("Other headlines, by role and language")
    description: str | None = declare.text("The standfirst or summary")
    descriptions: tuple[RoleText, ...] = declare.parts("Other descriptions, by role and language")
    slugline: str | None = declare.line("The slugline")
    byline: str | None = declare.line("The byline, as printed")
    bylines: tuple[Byline, ...] = declare.parts()
    contributors: tuple[Byline, ...] = declare.parts("Who contributed beside the authors")
    credit_line: str | None = declare.line("The credit that is to be shown with the article")
    dateline: str | None = declare.line("The dateline, as printed")
    located: Place | None = declare.part()
    published: str | None = declare.line(
        "A day, or a date-time, with its zone if the source states it",
        check_day_or_moment,
        examples=["2024-11-08", "2024-11-08T16:30:00Z"],
    )
    modified: str | None = declare.line(
        "A day, or a date-time, with its zone if the source states it", check_day_or_moment
    )
    first_created: str | None = declare.line("When the first version was made, with its zone", check_moment)
    version_created: str | None = declare.line("When this version was made, with its zone", check_moment)
    embargoed: str | None = declare.line("The date-time, with its zone, at which the embargo ends", check_embargo)
    expires: str | None = declare.line(
        "A day, or a date-time, with its zone if the source states it", check_day_or_moment
    )
    status: Status | None = declare.choice(Status, "The publication status")
    language: str | None = declare.line("A registered BCP 47 tag", check_language, examples=["en", "pt-BR"])
    section: str | None = declare.line("The section of the publication")
    genre: str | None = declare.line("The genre")
    keywords: tuple[str, ...] = declare.lines()
    subjects: tuple[Subject, ...] = declare.parts()
    provider: Party | None = declare.part()
    copyright_holder: Party | None = declare.part()
    copyright_notice: str | None = declare.text("The copyright notice")
    usage_terms: str | None = declare.text("The usage terms, or their URL")
    rights: tuple[Rights, ...] = declare.parts("Further statements of rights")
    data_mining: str | None = declare.line("Whether it may be mined for data: a URI or QCode of PLUS data mining")
    digital_source_type: str | None = declare.line("How it was made: a URI or QCode of IPTC digital source type")
    access: Access | None = declare.part()
    url: str | None = declare.iri("Where the article is published")
    links: tuple[ItemLink, ...] = declare.parts("Links to other items")
    corrections: tuple[Correction, ...] = declare.parts()
    live_updates: tuple[LiveUpdate, ...] = declare.parts("The updates of a live report")
    services: tuple[str, ...] = declare.lines("The services it is sent by, as the source names them")
    audience: tuple[str, ...] = declare.lines("The audiences it is meant for, as the source names them")
    profile: str | None = declare.line("The profile of the item, as the source names it")
    roles: tuple[str, ...] = declare.lines("The roles of the item, as the source names them")
    urgency: int | None = declare.number("", 1, 9)
    ed_note: str | None = declare.text("A note to editors")
    ed_notes: tuple[EdNote, ...] = declare.parts("Further notes to editors, with a role or with constraints")
    source: Source | None = declare.part()
    inferred: tuple[str, ...] = declare.lines(
        "The fields that no source states, inferred from the look of a page: headline, bylines, published",
        check_inferred,
    )
    body: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.blocks:
            plain = plain_blocks(self.blocks)
            if self.paragraphs not in ((), plain):
                raise ArticleError((Fault("/paragraphs", "are computed from the blocks; state one of the two"),))
            object.__setattr__(self, "paragraphs", plain)
            if len(plain) == len(self.blocks) and all(isinstance(block, str) for block in self.blocks):
                object.__setattr__(self, "blocks", ())
        object.__setattr__(self, "body", "\n\n".join(self.paragraphs))
        if faults := _faults(self):
            raise ArticleError(tuple(faults))

    @property
    def word_count(self) -> int:
        """The number of words of the body, counted on first use."""
        try:
            return self._word_count
        except AttributeError:
            object.__setattr__(self, "_word_count", _count_words(self.encoded.replace(b"\0", b"\n")))
            return self._word_count

    @property
    def encoded(self) -> bytes:
        """The paragraphs in UTF-8 with a NUL between two of them, encoded on first use.

        No paragraph has a NUL, and a search for it takes a tenth of the time of a search for a blank line.
        """
        try:
            return self._encoded
        except AttributeError:
            object.__setattr__(self, "_encoded", "\0".join(self.paragraphs).encode())
            return self._encoded


def is_stated(name: str, value: object) -> bool:
    """Return whether the source states a value for a field. The default kind, text, counts as not stated."""
    return value is not None and value != () and not (name == "kind" and value == "text")


def stated_fields(article: Article) -> dict[str, Any]:
    """Return the fields that an article states, by name, sorted. `paragraphs` is among them; `body` is not.

    A field with its default value, such as version 1, is not stated.
    """
    values = _values(article)
    return dict(compress(zip(_NAMES, values, strict=True), map(ne, values, _DEFAULTS)))


def with_id(article: Article, id_: str) -> Article:
    """Return the article with another id, without checks. The id must be an IRI."""
    same = object.__new__(Article)
    for get, put in _SLOTS:
        put(same, get(article))
    object.__setattr__(same, "id", id_)
    return same


def article_of(stated: Mapping[str, Any]) -> Article:
    """Return the article of some fields, as `Article(**stated)` does, in less time.

    Raises:
        ArticleError: a value breaks an invariant of `Article`.
        TypeError: the Article has no field of a name.
    """
    article = object.__new__(Article)
    for put, default in _UNSTATED:
        put(article, default)
    try:
        for name, value in stated.items():
            _PUT[name](article, value)
    except KeyError as error:
        raise TypeError(f"an Article has no field {error}") from None
    article.__post_init__()
    return article


# The getter and setter of each field. They bypass the frozen dataclass: four times as fast as copy.copy.
_SLOTS: Final = tuple((slot.__get__, slot.__set__) for slot in (getattr(Article, one.name) for one in fields(Article)))


_DEFAULT_OF: Final = {one.name: one.default for one in fields(Article) if one.init}
_NAMES: Final = tuple(sorted(_DEFAULT_OF))
_DEFAULTS: Final = tuple(_DEFAULT_OF[name] for name in _NAMES)
_values: Final = declare.values_of(_NAMES)

_PUT: Final = {one.name: getattr(Article, one.name).__set__ for one in fields(Article) if one.init}
_UNSTATED: Final = tuple((_PUT[one.name], one.default) for one in fields(Article) if one.init)


def count_words(text: str) -> int:
    """Return the number of words of a text: runs of non-blanks with a letter or a digit in them."""
    return _count_words(text.encode(errors="surrogatepass"))


def _count_words(encoded: bytes) -> int:
    # Counting on bytes is two to five times as fast as `text.split()`: remove all that is neither blank nor part of a
    # word; then each word begins after a blank. Beyond ASCII the first byte stands for a letter or a digit, and all
    # other bytes are removed. A mark whose first byte no letter of the text has is removed in the same step. Any other
    # mark, and a blank, takes a replacement: text of any language has few of them, malicious text may have many.
    removed = _NO_WORD
    if not encoded.isascii():
        beyond = set(encoded.translate(None, _ASCII).decode(errors="surrogatepass"))
        others = set(filterfalse(str.isalnum, beyond))
        if len(others) > _MAX_REPLACEMENTS:
            return sum(any(map(str.isalnum, run)) for run in encoded.decode(errors="surrogatepass").split())
        of_letters = {letter.encode()[:1] for letter in beyond - others}
        for other in others:
            character = other.encode(errors="surrogatepass")
            if other.isspace() or character[:1] in of_letters:
                encoded = encoded.replace(character, b" " if other.isspace() else b"")
            else:
                removed += character[:1]
    runs = b" " + encoded.translate(_BLANK_OR_WORD, removed)
    return runs.count(b" w")


def _faults(article: Article) -> list[Fault]:
    """Return every broken invariant of an article."""
    faults = list(check_blocks(article.blocks, "/paragraphs")) if article.blocks else _paragraph_faults(article)
    if not has_content(article) and not any(_SAYING(article)):
        faults.append(Fault("/paragraphs", NO_CONTENT))
    faults += declare.broken_rules(article)
    for name in article.inferred:
        if name in INFERABLE and not getattr(article, name):
            faults.append(Fault("/inferred", f"{name} is not stated, so it is not inferred"))
    if article.signal is not None and article.version == 1:
        faults.append(Fault("/signal", "version 1 cannot be an update or a correction; state the version, 2 or higher"))
    return faults


def has_content(article: Article) -> bool:
    """Return whether an article has a text, media or groups, or is canceled and so needs none."""
    return bool(article.paragraphs or article.media or article.groups or article.blocks or article.status == "canceled")


NO_CONTENT: Final = "an article needs at least one paragraph that is not blank"
# An item without content is still news if it states one of these: a flash is a headline alone.
_SAYING: Final = attrgetter(
    "headline", "headlines", "description", "descriptions", "subjects", "links", "id", "alternative_ids"
)


def _paragraph_faults(article: Article) -> list[Fault]:
    paragraphs = article.paragraphs
    if are_plain(paragraphs):
        return []
    faults = []
    if not all(map(is_paragraph, paragraphs)):
        text = "a paragraph is blank, has white space around it, or has a blank line in it"
        faults.append(Fault("/paragraphs", text))
    if check_characters(article.body):
        for index, paragraph in enumerate(paragraphs):
            if detail := check_characters(paragraph):
                faults.append(Fault(f"/paragraphs/{index}", detail))
    return faults
