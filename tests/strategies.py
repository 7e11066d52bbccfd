"""Hypothesis strategies: any Article there can be, with the texts that hurt. Each is made and checked once."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import date
from functools import cache
from typing import Any

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

# Every character that XML 1.0 allows: all planes, no surrogates, no control characters but white space.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\t\n\r\u0085 '\"<>&;=,\\"
)


@cache
def texts() -> st.SearchStrategy[str]:
    """Text of any number of lines: not blank, no white space around it."""
    # Texts are most of what an article takes to make. A list of parts of either kind would take twice as long.
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
    beginnings = st.sampled_from(("https://example.com/", "tag:example.com,2024:"))
    ends = st.text("abcdefghijklmnopqrstuvwxyz0123456789.~;&=+!$*,-", min_size=1, max_size=20)
    return st.sampled_from(
        (
            "https://example.com/",
            "https://example.com/a?b=c&d=e;f#g",
            "http://[::1]:8080/x",
            "tag:example.com,2024:a'b(c)",
            "urn:uuid:00000000-0000-0000-0000-000000000000",
            "https://example.com/ü/日本?q=é",
            "https://example.com/%22quoted%22",
        )
    ) | st.builds("{}{}".format, beginnings, ends)


@cache
def days() -> st.SearchStrategy[str]:
    """Days, but none of the year 1, with which software says that it does not know a date: readers leave it out."""
    return st.dates(min_value=date(2, 1, 1)).map(str)


@cache
def moments() -> st.SearchStrategy[str]:
    """Date-times with their zones."""
    return st.builds(
        "{}T{}{}{}".format,
        days(),
        st.times().map(lambda time: time.strftime("%H:%M:%S")),
        st.sampled_from(("", ".5", ".123456", ".000000001")),
        st.sampled_from(("Z", "+00:00", "-05:00", "+05:45", "+14:00")),
    )


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
    given_by = st.fixed_dictionaries({}, optional={"name": lines(), "qcode": qcodes(), "uri": uris(), **more}).filter(
        lambda given: bool(given.keys() & {"name", "qcode", "uri"})
    )
    return given_by.map(lambda given: make(**given))


@cache
def bylines() -> st.SearchStrategy[Byline]:
    """Authors."""
    return st.builds(Byline, name=lines(), uri=st.none() | uris(), job_title=st.none() | lines())


@cache
def parties() -> st.SearchStrategy[Party]:
    """People and organisations."""
    return st.builds(Party, name=lines(), uri=st.none() | uris())


@cache
def subjects() -> st.SearchStrategy[Subject]:
    """Subjects of every type, or of none stated."""
    return _concepts(Subject, type=st.sampled_from(SUBJECT_TYPES))


@cache
def sources() -> st.SearchStrategy[Source]:
    """Documents that articles were read from."""
    return st.builds(
        Source,
        sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
        name=st.none() | lines(),
        media_type=st.none() | st.sampled_from(("text/plain", "application/xhtml+xml; charset=utf-8")),
        size=st.none() | st.integers(0, 2**40),
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
    needed = {one.name for one in fields(shape) if one.default is MISSING} or set(
        getattr(shape, "NEEDS_ONE_OF", ())[:1]
    )
    return st.fixed_dictionaries(
        {name: given[name] for name in given if name in needed},
        optional={name: given[name] for name in given if name not in needed},
    ).map(lambda stated: shape(**stated))


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
    return st.builds(
        Media,
        kind=st.sampled_from(("picture", "video", "audio", "graphic")),
        caption=st.none() | texts(),
        credit=st.none() | lines(),
        alt=st.none() | texts(),
        renditions=_many(renditions()),
        main=st.none() | st.booleans(),
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
    bodies = st.fixed_dictionaries({}, optional={"blocks": blocks()})
    return st.builds(
        _rich,
        articles(),
        st.fixed_dictionaries({}, optional=more),
        bodies,
        st.sets(st.sampled_from(INFERABLE)),
    )


def _rich(article: Article, stated: dict[str, Any], body: dict[str, Any], inferred: set[str]) -> Article:
    made = replace(article, **stated, **({"paragraphs": (), **body} if body else {}))
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
    versions: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
        {"version": st.integers(2, 2**53 - 1)}, optional={"signal": st.sampled_from(SIGNALS)}
    )
    required = st.fixed_dictionaries({"id": uris(), "paragraphs": paragraphs()}, optional=optional)
    return st.builds(lambda given, version: Article(**given, **version), required, versions)
