"""Handlers of the properties of an article that have any number of values: authors, subjects, media, text."""

from __future__ import annotations

from typing import Any, Final

from schemas.article import Block, Subject, split_paragraphs
from schemas.ledger import Ledger
from workers.formats.markup import find_html, read_html
from workers.formats.schema_org.reading import read_things, read_works
from workers.formats.schema_org.reading.account import SECOND, flat
from workers.formats.schema_org.reading.reading import Reading
from workers.formats.schema_org.terms import (
    ARTICLE_TYPES,
    CONTRIBUTOR_PROPERTIES,
    ROLES,
    types_of,
)

_WORKS: Final = frozenset("CreativeWork WebPage WebSite Book Dataset Movie Report Legislation".split())


def take_headlines(reading: Reading, path: str, value: Any) -> None:
    """Take the headline, and the headlines beside it."""
    for at, one in flat(path, value):
        if "headline" not in reading.of:
            if text := reading.line(at, one, "headline"):
                reading.of["headline"] = text
        else:
            reading.add("headlines", read_things.role_text(reading, at, one, "headlines"))


def take_authors(reading: Reading, path: str, value: Any) -> None:
    """Take the authors."""
    for one in read_things.bylines(reading, path, value, "bylines"):
        reading.add("bylines", one)


def take_contributors(reading: Reading, path: str, value: Any) -> None:
    """Take contributors, editors and the like; the property is their role."""
    role = path if path in CONTRIBUTOR_PROPERTIES else None
    for one in read_things.bylines(reading, path, value, "contributors", role):
        reading.add("contributors", one)


def take_keywords(reading: Reading, path: str, value: Any) -> None:
    """Take the keywords of a list, or of one text with commas between them (schema.org, keywords)."""
    if type(value) is str:
        text, reason = reading.clean(value, line=True)
        names = [name for part in text.split(",") if (name := part.strip())]
        if reason:
            reading.ledger.changed(path, value, "keywords", reason)
        else:
            reading.keep(path, value, "keywords")
    else:
        read = (reading.line(at, one, "keywords") for at, one in flat(path, value))
        names = list(filter(None, read))
    if names:
        reading.of.setdefault("keywords", []).extend(names)


def take_subjects(reading: Reading, path: str, value: Any) -> None:
    """Take what the article is about."""
    for at, one in flat(path, value):
        reading.add("subjects", read_things.subject(reading, at, one))


def take_places(reading: Reading, path: str, value: Any) -> None:
    """Take the places that the article is about."""
    for at, one in flat(path, value):
        found = read_things.subject(reading, at, one)
        if found and not found.type:
            found = Subject(**{**_stated(found), "type": "place"})
        reading.add("subjects", found)


def _stated(subject: Subject) -> dict[str, Any]:
    return {name: getattr(subject, name) for name in Subject.__slots__}


def take_located(reading: Reading, path: str, value: Any) -> None:
    """Take the place that the article was written in."""
    found = reading.first("located", path, value)
    if found and (place := read_things.place(reading, *found, "located")):
        reading.of["located"] = place


def take_mentions(reading: Reading, path: str, value: Any) -> None:
    """Take links to works. Any other thing that is mentioned is held as a subject."""
    for at, one in flat(path, value):
        types = types_of(one) if type(one) is dict else ()
        if not ROLES.isdisjoint(types) or not _WORKS.isdisjoint(types) or not ARTICLE_TYPES.isdisjoint(types):
            reading.add("links", read_works.link(reading, at, one, None))
        else:
            ledger, reading.ledger, reading.whole = reading.ledger, Ledger(whole=True), True
            found = read_things.subject(reading, at, one)
            entries, reading.ledger, reading.whole = reading.ledger.entries, ledger, ledger.whole
            for entry in entries:
                if entry.outcome == "kept":
                    ledger.changed(entry.path, entry.value, entry.field, "a mention is held as a subject")
                else:
                    ledger.entries.append(entry)
            reading.add("subjects", found)


def take_media(reading: Reading, path: str, value: Any) -> None:
    """Take images, videos and sound."""
    for at, one in flat(path, value):
        reading.add("media", read_works.media(reading, at, one, path))


def take_audience(reading: Reading, path: str, value: Any) -> None:
    """Take the audiences."""
    for at, one in flat(path, value):
        if type(one) is dict:
            thing = reading.thing(at, one)
            text: str | None = thing.line("audienceType", "audience") or thing.line("name", "audience")
            if text:
                thing.keep("@type", "audience")
            thing.close()
        else:
            text = reading.line(at, one, "audience")
        reading.add("audience", text)


def take_corrections(reading: Reading, path: str, value: Any) -> None:
    """Take the corrections."""
    for one in read_works.corrections(reading, path, value):
        reading.add("corrections", one)


def take_live_updates(reading: Reading, path: str, value: Any) -> None:
    """Take the updates of a live blog."""
    for one in read_works.live_updates(reading, path, value):
        reading.add("live_updates", one)


def take_encoding(reading: Reading, path: str, value: Any) -> None:
    """Take the document that the article was read from."""
    for at, one in flat(path, value):
        if "source" in reading.of:
            reading.lose(at, one, SECOND)
        elif source := read_works.source(reading, at, one):
            reading.of["source"] = source


def take_body(reading: Reading, path: str, value: Any) -> None:
    """Take the text."""
    for at, one in flat(path, value):
        if blocks := _blocks(reading, at, one):
            reading.of.setdefault("blocks", []).extend(blocks)


def _blocks(reading: Reading, path: str, value: Any) -> tuple[Block, ...]:
    if type(value) is str:
        if not reading.verbatim and ("<" in value or "&" in value):
            source = find_html(value)
            if source is not None:
                return read_html(source, reading.ledger, path, base=reading.base)
        elif not reading.careful and (paragraphs := split_paragraphs(value)):
            # The usual case. The Article checks the characters of its text, so one check is enough.
            reading.keep(path, value, "paragraphs")
            return paragraphs
    text = reading.text(path, value, "paragraphs")
    return split_paragraphs(text) if text else ()
