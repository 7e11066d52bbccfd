"""Handlers of the properties of an article that say one thing: its id, type, language, rights and access."""

from __future__ import annotations

from typing import Any, Final

from schemas.article import Access
from schemas.article.languages import check_language
from schemas.article.values import check_iri
from workers.formats.schema_org.reading import read_works
from workers.formats.schema_org.reading.account import SECOND, Thing, flat
from workers.formats.schema_org.reading.reading import Reading
from workers.formats.schema_org.terms import (
    ARTICLE_TYPES,
    DATA_MINING,
    KINDS,
    LIVE_BLOG,
    SOURCE_TYPES,
    short_name,
    types_of,
)

_STATUSES: Final = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}


_SOURCE_CODES: Final = {short_name(uri): code for code, uri in SOURCE_TYPES.items()}


_STRUCTURED_DATA: Final = "it is about the structured data, not about the article"


def take_id(reading: Reading, path: str, value: Any) -> None:
    """Take the @id: the id if it is an absolute IRI, an alternative id if it is another name of the article."""
    text = value.strip() if isinstance(value, str) else ""
    if text and check_iri(text) is None:
        reading.of["id"] = text
        reading.keep(path, value, "id")
    elif text and not text.startswith(("#", "_:", "/", "?", ".")):
        for one in read_works.alternative_ids(reading, path, value, None):
            reading.add("alternative_ids", one)
    else:
        reading.lose(path, value, "the @id is a name within its document")


def take_type(reading: Reading, path: str, value: Any) -> None:
    """Take the types, which say whether the article is a text, a picture, a video, sound or a composite."""
    if value == KINDS["text"] and not reading.whole:
        reading.of["kind"] = "text"
        return  # the usual case
    types = types_of({"@type": value})
    kind = "text" if not ARTICLE_TYPES.isdisjoint(types) else _kind(types)
    reading.of["kind"] = kind
    expected = (KINDS[kind], *((LIVE_BLOG, "Article") if kind == "text" else ()))
    for at, one in reading.leaves(path, value):
        name = short_name(one)
        if name in expected and (name != "Article" or len(types) > 1):
            reading.keep(at, one, "kind")
        else:
            reading.ledger.changed(at, one, "kind", f"the article is held as a {KINDS[kind]}")


def _kind(types: tuple[str, ...]) -> str:
    return next(kind for kind, type_ in KINDS.items() if type_ in types)


def take_source_type(reading: Reading, path: str, value: Any) -> None:
    """Take the digital source type: a member of schema.org, or a code or URI of the IPTC."""
    found = reading.first("digital_source_type", path, value)
    if not found:
        return
    at, one = found
    code = _SOURCE_CODES.get(short_name(one)) if type(one) is str else None
    if code:
        reading.keep(at, one, "digital_source_type")
        reading.of["digital_source_type"] = code
    elif type(one) is dict and len(one) == 1 and _SOURCE_CODES.get(short_name(str(one.get("@id")))):
        reading.keep(at, one, "digital_source_type")
        reading.of["digital_source_type"] = _SOURCE_CODES[short_name(one["@id"])]
    elif text := reading.line(at, one, "digital_source_type"):
        reading.of["digital_source_type"] = text


def take_language(reading: Reading, path: str, value: Any) -> None:
    """Take the language: a tag, or a Language with one."""
    found = reading.first("language", path, value)
    if not found:
        return
    at, one = found
    if type(one) is not dict or "@value" in one:
        text = str(one.get("@value") if type(one) is dict else one).strip()
        tag = text.replace("_", "-")
        if check_language(tag) is not None:
            reading.lose(at, one, "it is no language tag of BCP 47")
        else:
            reading.of["language"] = tag
            if tag != text:
                reading.ledger.changed(at, text, "language", "the tag is written as in BCP 47")
            else:
                reading.keep(at, one, "language")
        return
    thing = reading.thing(at, one)
    code = ""
    for name in ("alternateName", "identifier", "name"):
        for place, inner in thing.all(name):
            text = inner.replace("_", "-") if isinstance(inner, str) else ""
            if not code and text and check_language(text) is None and (len(text) <= 3 or "-" in text):
                code = text
                reading.keep(place, inner, "language")
            else:
                reading.lose(place, inner)
    thing.keep("@type", "language")
    thing.close()
    if code:
        reading.of["language"] = code


def take_words(reading: Reading, _: str, value: Any) -> None:
    """Take the number of words, which is compared with the text when that is known."""
    reading.words = value


def take_url(reading: Reading, path: str, value: Any) -> None:
    """Take the address: the first that is absolute."""
    for at, one in flat(path, value):
        if "url" in reading.of:
            reading.lose(at, one, SECOND)
        elif found := reading.iri(at, one, "url"):
            reading.of["url"] = found


def take_usage(reading: Reading, path: str, value: Any) -> None:
    """Take the usage terms, further statements of rights, and the permission to mine data."""
    for at, one in flat(path, value):
        if mined := _data_mining(reading, at, one):
            reading.of["data_mining"] = mined
            continue
        found = read_works.rights(reading, at, one)
        if found is None:
            continue
        is_plain = found.terms and not (found.holder or found.notice or found.language)
        if is_plain and "usage_terms" not in reading.of and "rights" not in reading.of:
            reading.of["usage_terms"] = found.terms
        else:
            reading.add("rights", found)


def _data_mining(reading: Reading, path: str, value: Any) -> str | None:
    stated = value.get("identifier") if type(value) is dict else None
    if type(stated) is not dict or stated.get("propertyID") != DATA_MINING or "data_mining" in reading.of:
        return None
    thing = Thing(reading, path, value)
    inner = Thing(reading, f"{path}.identifier", thing.rest.pop("identifier"))
    mined = inner.line("value", "data_mining")
    for name in ("@type", "propertyID"):
        inner.keep(name, "data_mining")
    for name in ("@type", "name", "url"):
        thing.keep(name, "data_mining")
    inner.close()
    thing.close()
    return mined


def take_access(reading: Reading, path: str, value: Any) -> None:
    """Take whether the article is free to read."""
    found = reading.first("access", path, value)
    if found:
        free = reading.choose(*found, "access.free", read_works.read_boolean, "it is neither true nor false")
        if free is not None:
            reading.of["access"] = Access(free=free)


def take_about_the_data(reading: Reading, path: str, value: Any) -> None:
    """Take what is said of the structured data, which no field holds."""
    if reading.verbatim:
        # Statements of newsmill about the file that it wrote are no part of the article.
        reading.keep(path, value, None)
    else:
        reading.lose(path, value, _STRUCTURED_DATA)


def take_context(reading: Reading, path: str, value: Any) -> None:
    """Take the @context, which says that the names are those of schema.org."""
    reading.keep(path, value, None)


def read_status(text: str) -> str | None:
    """Return the publication status of a creativeWorkStatus."""
    return _STATUSES.get(text.lower())
