"""Hypothesis strategies: any Article there can be, with the texts that hurt. Each is made and checked once.

A property takes most of its time to make its articles, and an article that of its draws, one for each choice. So the
fields of a part are chosen with one draw, and a quick run takes texts, IRIs and times from tables, each with one draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from schemas.article import (
    SIGNALS,
    STATUSES,
    SUBJECT_TYPES,
    Access,
    AlternativeId,
    Article,
    Block,
    Break,
    Byline,
    Cell,
    Concept,
    Correction,
    EdNote,
    Embed,
    Figure,
    Group,
    Heading,
    ItemLink,
    ItemList,
    LineBreak,
    Link,
    LiveUpdate,
    Media,
    Paragraph,
    Party,
    Place,
    Position,
    Preformatted,
    Quotation,
    Rendition,
    Rights,
    RoleText,
    Ruby,
    Source,
    Span,
    Subject,
    Table,
    split_paragraphs,
)
from schemas.article.model import INFERABLE
from schemas.article.values import make_line

HURTFUL = (
    "=1+1",
    "'=1+1",
    "＝1+1",
    "+49 30 1234",
    "-",
    "@SUM(A1)",
    "]]>",
    "<script>alert(1)</script>",
    "&amp; & &lt;",
    'a "quoted", text; with <all> [of] (it) \\',
    "a\r\nb",
    "a\rb",
    "a\tb",
    "\u202eright to left\u202c",
    "שלום, \u200fעולם",
    "e\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "\u0085next\u2028line\u2029",
    "\ufeffmark",
    "\U0010fffd\ue000",
    "null",
    "2024-11-08",
    "{'a': 1}",
    "x" * 3000,
)

_MARKS = "\t\n\r\u0085 '\"<>&;=,\\"

# Every character that XML 1.0 allows: all planes, no surrogates, no control characters but white space.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    _MARKS
)

_RANGES = ((0x20, 0x7F), (0xA0, 0x250), (0x250, 0xD800), (0xE000, 0xFFFE), (0x10000, 0x110000))


def _is_quick() -> bool:
    return settings.get_current_profile_name() == "quick"


def _table(make: Callable[[Random], str]) -> st.SearchStrategy[str]:
    """A strategy of one draw: one of many values, which are the same in each run."""
    random = Random(0)
    made = [one for _ in range(1000) if (one := make(random))]
    # The numbers stand for the values, which would fill pages where a strategy is shown.
    return st.sampled_from(range(len(made))).map(lambda n: made[n])


def _any_of(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these values, by name."""
    return _with_any_of(dict, {}, optional)


@st.composite
def _with_any_of(
    draw: st.DrawFn,
    make: Callable[..., Any],
    needed: dict[str, st.SearchStrategy[Any]],
    optional: dict[str, st.SearchStrategy[Any]],
) -> Any:
    """What is made of all the needed values and about a third of the optional ones, by name."""
    size = len(optional) // 8 + 1
    drawn = draw(st.binary(min_size=3 * size, max_size=3 * size))
    first, second, third = (int.from_bytes(drawn[n::3]) for n in range(3))
    chosen = first & (second | third)
    stated = {name: one for n, (name, one) in enumerate(optional.items()) if chosen >> n & 1}
    return make(**{name: draw(one) for name, one in {**needed, **stated}.items()})


def _make_text(random: Random) -> str:
    def anything() -> str:
        made = (
            random.choice(_MARKS) if random.random() < 0.5 else chr(random.randrange(*random.choice(_RANGES)))
            for _ in range(random.randint(1, 40))
        )
        return "".join(made)

    def hurtful() -> str:
        return random.choice(HURTFUL)

    parts = random.choice(((hurtful,), (anything,), (hurtful, anything, hurtful)))
    return "".join(part() for part in parts).strip()


@cache
def texts() -> st.SearchStrategy[str]:
    """Text of any number of lines: not blank, no white space around it."""
    if _is_quick():
        return _table(_make_text)
    # A list of parts of either kind would take twice as long.
    hurtful, anything = st.sampled_from(HURTFUL), st.text(_CHARACTERS, min_size=1, max_size=40)
    joined = st.tuples(hurtful, anything, hurtful).map("".join)
    return (hurtful | anything | joined).map(str.strip).filter(bool)


@cache
def lines() -> st.SearchStrategy[str]:
    """Text of one line."""
    return texts().map(make_line).filter(bool)


@cache
def uris() -> st.SearchStrategy[str]:
    """Absolute IRIs."""
    hurtful = (
        "https://example.com/",
        "https://example.com/a?b=c&d=e;f#g",
        "http://[::1]:8080/x",
        "tag:example.com,2024:a'b(c)",
        "urn:uuid:00000000-0000-0000-0000-000000000000",
        "https://example.com/ü/日本?q=é",
        "https://example.com/%22quoted%22",
    )
    beginnings = ("https://example.com/", "tag:example.com,2024:")
    characters = "abcdefghijklmnopqrstuvwxyz0123456789.~;&=+!$*,-"

    def make(random: Random) -> str:
        end = "".join(random.choices(characters, k=random.randint(1, 20)))
        return random.choice((random.choice(hurtful), random.choice(beginnings) + end))

    if _is_quick():
        return _table(make)
    ends = st.text(characters, min_size=1, max_size=20)
    return st.sampled_from(hurtful) | st.builds("{}{}".format, st.sampled_from(beginnings), ends)


@cache
def days() -> st.SearchStrategy[str]:
    """Days, but none of the year 1, with which software says that it does not know a date: readers leave it out."""
    if _is_quick():
        return _table(_make_day)
    return st.dates(min_value=date(2, 1, 1)).map(str)


def _make_day(random: Random) -> str:
    return str(date.fromordinal(random.randint(366, date.max.toordinal())))


@cache
def moments() -> st.SearchStrategy[str]:
    """Date-times with their zones."""
    fractions = ("", ".5", ".123456", ".000000001")
    zones = ("Z", "+00:00", "-05:00", "+05:45", "+14:00")

    def make(random: Random) -> str:
        time = f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"
        return f"{_make_day(random)}T{time}{random.choice(fractions)}{random.choice(zones)}"

    if _is_quick():
        return _table(make)
    times = st.times().map(lambda time: time.strftime("%H:%M:%S"))
    return st.builds("{}T{}{}{}".format, days(), times, st.sampled_from(fractions), st.sampled_from(zones))


@cache
def days_or_moments() -> st.SearchStrategy[str]:
    """Days, and date-times with their zones."""
    return days() | moments()


@cache
def qcodes() -> st.SearchStrategy[str]:
    """QCodes of the IPTC's catalog."""
    return st.sampled_from(("medtop:04000000", "medtop:20000350", "genre:Current", "subj:01000000", "iso3166-1a2:AT"))


def _concepts(
    make: type[Place] | type[Subject] | type[Concept], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    given_by = _any_of(name=lines(), qcode=qcodes(), uri=uris(), **more).filter(
        lambda given: bool(given.keys() & {"name", "qcode", "uri"})
    )
    return given_by.map(lambda given: make(**given))


@cache
def bylines() -> st.SearchStrategy[Byline]:
    """Authors."""
    return _stating(Byline, name=lines(), uri=uris(), job_title=lines())


@cache
def parties() -> st.SearchStrategy[Party]:
    """People and organisations."""
    return _stating(Party, name=lines(), uri=uris())


@cache
def subjects() -> st.SearchStrategy[Subject]:
    """Subjects of every type, or of none stated."""
    return _concepts(Subject, type=st.sampled_from(SUBJECT_TYPES))


@cache
def sources() -> st.SearchStrategy[Source]:
    """Documents that articles were read from."""
    return _stating(
        Source,
        sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
        name=lines(),
        media_type=st.sampled_from(("text/plain", "application/xhtml+xml; charset=utf-8")),
        size=st.integers(0, 2**40),
    )


@cache
def paragraphs() -> st.SearchStrategy[tuple[str, ...]]:
    """The paragraphs of an article."""
    return (
        st.lists(texts(), min_size=1, max_size=6).map(lambda given: split_paragraphs("\n\n".join(given))).filter(bool)
    )


@cache
def _roles() -> st.SearchStrategy[str]:
    return st.sampled_from(("hldrole:sub", "an agency's own role", "rnd:web"))


@cache
def _languages() -> st.SearchStrategy[str]:
    return st.sampled_from(("en", "pt-BR", "zh-Hant-TW", "de-1996", "x-klingon"))


def _many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, min_size=1, max_size=2).map(tuple)


def _stating(shape: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A part that states any of its fields, and those that it cannot lack."""
    needed = {one.name for one in fields(shape) if one.default is MISSING} | set(getattr(shape, "NEEDS_ONE_OF", ())[:1])
    return _with_any_of(
        shape,
        {name: given[name] for name in given if name in needed},
        {name: given[name] for name in given if name not in needed},
    )


@cache
def renditions() -> st.SearchStrategy[Rendition]:
    """Files of media objects."""
    whole = st.integers(0, 2**53 - 1)
    media_types = st.sampled_from(("image/jpeg", "video/mp4"))
    return _stating(
        Rendition,
        href=uris(),
        media_type=media_types,
        width=whole,
        height=whole,
        size=whole,
        duration=whole,
        role=_roles(),
    )


@cache
def media() -> st.SearchStrategy[Media]:
    """Media objects of every kind."""
    return _stating(
        Media,
        kind=st.sampled_from(("picture", "video", "audio", "graphic")),
        caption=texts(),
        credit=lines(),
        alt=texts(),
        renditions=_many(renditions()),
        main=st.booleans(),
    )


@cache
def _inlines() -> st.SearchStrategy[tuple[Any, ...]]:
    kinds = st.sampled_from(("strong", "emphasis", "sub", "sup", "inserted", "quoted", "code"))
    flat = texts() | st.just(LineBreak()) | st.builds(Ruby, lines(), lines())

    def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(Span, kinds, _many(inner)) | st.builds(Link, uris(), _many(inner))

    content = _many(st.recursive(flat, nested, max_leaves=4)).map(_without_links_in_links)
    # A block has a text.
    return st.tuples(texts(), content).map(lambda both: (both[0], *both[1]))


def _without_links_in_links(content: tuple[Any, ...], *, in_link: bool = False) -> tuple[Any, ...]:
    return tuple(
        Span("code", _without_links_in_links(part.content, in_link=True))
        if in_link and isinstance(part, Link)
        else replace(part, content=_without_links_in_links(part.content, in_link=in_link or isinstance(part, Link)))
        if isinstance(part, Span | Link)
        else part
        for part in content
    )


@cache
def blocks() -> st.SearchStrategy[tuple[Block, ...]]:
    """The blocks of a body that is more than plain paragraphs."""
    cells = st.builds(Cell, _inlines() | st.just(()), st.booleans(), columns=st.integers(1, 3), rows=st.integers(1, 3))
    flat = (
        paragraphs().map(lambda given: given[0])
        | st.builds(Paragraph, _inlines())
        | st.builds(Heading, _inlines(), st.integers(1, 6))
        | st.builds(Table, _many(_many(cells)), st.none() | lines())
        | st.builds(Figure, media())
        | st.builds(Embed, uris(), st.none() | lines())
        | st.builds(Preformatted, texts())
        | st.just(Break())
    )

    def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        quotations = st.builds(Quotation, _many(inner), st.none() | lines(), st.none() | uris())
        return quotations | st.builds(ItemList, _many(_many(inner)), st.booleans())

    return _many(st.recursive(flat, nested, max_leaves=5))


def _rich_concepts(shape: type[Place] | type[Subject], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    concepts = _concepts(Concept)
    return _stating(
        shape,
        name=lines(),
        uri=uris(),
        qcode=qcodes(),
        names=_many(_stating(RoleText, text=texts(), role=_roles(), language=_languages())),
        broader=_many(concepts),
        same_as=_many(uris()),
        position=st.builds(Position, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180)),
        **more,
    )


@cache
def links() -> st.SearchStrategy[ItemLink]:
    """Links to other items."""
    return _stating(
        ItemLink,
        href=uris(),
        id=lines(),
        version=st.integers(1, 99),
        rel=_roles(),
        media_type=st.just("text/html"),
        title=lines(),
    )


@cache
def groups() -> st.SearchStrategy[tuple[Group, ...]]:
    """The groups of a package."""
    return _many(_stating(Group, id=lines(), role=_roles(), mode=_roles(), items=_many(links()), groups=_many(lines())))


@cache
def rich_articles() -> st.SearchStrategy[Article]:
    """Any Article, with a body of blocks and all that an Article can state."""
    role_texts = _many(_stating(RoleText, text=texts(), role=_roles(), language=_languages()))
    people = _many(
        _stating(
            Byline,
            name=lines(),
            uri=uris(),
            job_title=lines(),
            type=st.sampled_from(("person", "organisation")),
            role=_roles(),
        )
    )
    per_cent = st.integers(0, 100)
    more: dict[str, st.SearchStrategy[Any]] = {
        "kind": st.sampled_from(("text", "picture", "video", "audio", "graphic", "composite")),
        "media": _many(media()),
        "groups": groups(),
        "alternative_ids": _many(_stating(AlternativeId, id=lines(), type=_roles())),
        "signals": _many(_roles()),
        "headlines": role_texts,
        "descriptions": role_texts,
        "ed_notes": _many(_stating(EdNote, text=texts(), role=_roles(), constraints=st.just(()) | st.tuples(_roles()))),
        "byline": lines(),
        "bylines": people,
        "contributors": people,
        "credit_line": lines(),
        "located": _rich_concepts(Place),
        "subjects": _many(
            _rich_concepts(
                Subject,
                type=st.sampled_from(SUBJECT_TYPES),
                relevance=per_cent,
                confidence=per_cent,
                why=_roles(),
                creator=lines(),
            )
        ),
        "first_created": moments(),
        "version_created": moments(),
        "expires": days_or_moments(),
        "rights": _many(
            _stating(Rights, holder=parties(), notice=texts(), terms=texts(), scope=_roles(), language=_languages())
        ),
        "data_mining": qcodes(),
        "digital_source_type": qcodes(),
        "access": _stating(Access, free=st.booleans(), paid_parts=_many(lines())),
        "links": _many(links()),
        "corrections": _many(_stating(Correction, text=texts(), published=days_or_moments(), url=uris())),
        "live_updates": _many(
            _stating(LiveUpdate, headline=lines(), text=texts(), published=days_or_moments(), url=uris())
        ),
        "services": _many(lines()),
        "audience": _many(lines()),
        "profile": lines(),
        "roles": _many(lines()),
    }
    return st.builds(
        _rich,
        articles(),
        _any_of(**more),
        st.none() | blocks(),
        st.sets(st.sampled_from(INFERABLE)),
    )


def _rich(article: Article, stated: dict[str, Any], blocks: tuple[Block, ...] | None, inferred: set[str]) -> Article:
    body: dict[str, Any] = {"paragraphs": (), "blocks": blocks} if blocks else {}
    made = replace(article, **stated, **body)
    return replace(made, inferred=tuple(name for name in INFERABLE if name in inferred and getattr(made, name)))


@cache
def articles() -> st.SearchStrategy[Article]:
    """Any Article that states its id, with the fields of the first edition."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "headline": lines(),
        "description": texts(),
        "slugline": lines(),
        "bylines": st.lists(bylines(), max_size=3).map(tuple),
        "dateline": lines(),
        "located": _concepts(Place),
        "published": days_or_moments(),
        "modified": days_or_moments(),
        "embargoed": moments(),
        "status": st.sampled_from(STATUSES),
        "language": st.sampled_from(("en", "pt-BR", "zh-Hant-TW", "de-1996", "x-klingon")),
        "section": lines(),
        "genre": lines(),
        "keywords": st.lists(lines(), max_size=3).map(tuple),
        "subjects": st.lists(subjects(), max_size=3).map(tuple),
        "provider": parties(),
        "copyright_holder": parties(),
        "copyright_notice": texts(),
        "usage_terms": texts() | uris(),
        "url": uris(),
        "urgency": st.integers(1, 9),
        "ed_note": texts(),
        "source": sources(),
    }
    versions: st.SearchStrategy[dict[str, Any]] = st.just({}) | _with_any_of(
        dict, {"version": st.integers(2, 2**53 - 1)}, {"signal": st.sampled_from(SIGNALS)}
    )
    required = _with_any_of(dict, {"id": uris(), "paragraphs": paragraphs()}, optional)
    return st.builds(lambda given, version: Article(**given, **version), required, versions)
