"""Handlers of properties whose meaning depends on others. They run when all others have been read."""

from __future__ import annotations

from typing import Any, Final

from schemas.article import Access, Media
from workers.formats.schema_org.reading import read_things, read_works
from workers.formats.schema_org.reading.account import Account, flat
from workers.formats.schema_org.reading.reading import Reading, take_line, take_party
from workers.formats.schema_org.reading.take_lists import take_authors, take_body
from workers.formats.schema_org.terms import (
    GRAPHIC,
    LINK_PROPERTIES,
    MEDIA_TYPES,
    types_of,
)

RELATIONS: Final = {name: rel for rel, name in LINK_PROPERTIES.items()}


OWN_FILE: Final = (
    *("contentUrl", "encodingFormat", "width", "height", "contentSize", "duration", "caption"),
    *("representativeOfPage",),
)


def take_name(reading: Reading, path: str, value: Any) -> None:
    """Take the name: the headline of an article without one, else a headline beside it."""
    for at, one in flat(path, value):
        text, _ = reading.clean(one, line=True) if type(one) is str else ("", "")
        if text and text == reading.of.get("headline"):
            reading.keep(at, one, "headline")
        elif "headline" not in reading.of:
            take_line("headline")(reading, at, one)
        else:
            reading.add("headlines", read_things.role_text(reading, at, one, "headlines"))


def take_other_text(reading: Reading, path: str, value: Any) -> None:
    """Take the text of an article without an articleBody."""
    if "blocks" in reading.of:
        reading.lose(path, value, "the articleBody is taken")
    else:
        take_body(reading, path, value)


def take_creator(reading: Reading, path: str, value: Any) -> None:
    """Take the creator: the author of an article without one, else a contributor."""
    if "bylines" not in reading.of:
        take_authors(reading, path, value)
        return
    known = {one.name for one in reading.of["bylines"]}
    for at, one in flat(path, value):
        name = one.get("name") if type(one) is dict else one
        if isinstance(name, str) and name.strip() in known:
            reading.keep(at, one, "bylines")
            continue
        for found in read_things.bylines(reading, at, one, "contributors", "creator"):
            reading.add("contributors", found)


def take_provider(reading: Reading, path: str, value: Any) -> None:
    """Take the provider of an article without a publisher."""
    known = reading.of.get("provider")
    if not known:
        take_party("provider")(reading, path, value)
        return
    for at, one in flat(path, value):
        name = one.get("name") if type(one) is dict else one
        if name == known.name or (type(one) is dict and len(one) == 1 and one.get("@id") == known.uri):
            reading.keep(at, one, "provider")
        else:
            reading.lose(at, one, "the publisher is the provider")


def take_page_url(reading: Reading, path: str, value: Any) -> None:
    """Take the address of the article's page."""
    for at, one in flat(path, value):
        url = reading.of.get("url")
        if type(one) is dict:
            thing = reading.thing(at, one)
            thing.keep("@type", "url")
            if not url:
                found = thing.address("url")
                if found:
                    reading.of["url"] = found
            else:
                for name in ("url", "@id"):
                    for place, address in thing.all(name):
                        _same_url(thing.account, place, address, url)
            thing.close()
        elif url:
            _same_url(reading, at, one, url)
        elif found := reading.iri(at, one, "url"):
            reading.of["url"] = found


def _same_url(account: Account, path: str, value: Any, url: str) -> None:
    address, _ = account.resolve(value) if isinstance(value, str) else (None, "")
    if address == url:
        account.keep(path, value, "url")
    else:
        account.lose(path, value, "the url is another address")


def take_parts(reading: Reading, path: str, value: Any) -> None:
    """Take the paid parts of an article, the groups of a composite, and links to other parts."""
    access = reading.of.get("access")
    for at, one in flat(path, value):
        if type(one) is dict and access and "WebPageElement" in types_of(one):
            access = reading.of["access"] = _with_part(reading, at, one, access)
        elif read_works.is_group(one):
            reading.add("groups", read_works.group(reading, at, one))
        else:
            reading.add("links", read_works.link(reading, at, one, RELATIONS["hasPart"]))


def _with_part(reading: Reading, path: str, value: dict[str, Any], access: Access) -> Access:
    thing = reading.thing(path, value)
    free = thing.rest.get("isAccessibleForFree")
    if read_works.read_boolean(str(free)) is not False:
        thing.close()
        return access
    thing.keep("isAccessibleForFree", "access.paid_parts")
    thing.keep("@type", "access.paid_parts")
    parts = [line for at, one in thing.all("cssSelector") if (line := reading.line(at, one, "access.paid_parts"))]
    thing.close()
    return Access(free=access.free, paid_parts=(*access.paid_parts, *parts))


def take_links(reading: Reading, path: str, value: Any) -> None:
    """Take links to other works; the page of the article itself is its url."""
    for at, one in flat(path, value):
        found = read_works.link(reading, at, one, RELATIONS[path])
        url = reading.of.get("url")
        if found and not (url and url in (found.href, found.id)):
            reading.add("links", found)


def take_identifiers(reading: Reading, path: str, value: Any) -> None:
    """Take the identifiers beside the @id."""
    for one in read_works.alternative_ids(reading, path, value, reading.of.get("id")):
        reading.add("alternative_ids", one)


def take_thumbnails(reading: Reading, path: str, value: Any) -> None:
    """Take the thumbnails that are not among the media."""
    for at, one in flat(path, value):
        if isinstance(one, str) and one in _hrefs(reading):
            reading.keep(at, one, "media.renditions")
        else:
            reading.add("media", read_works.thumbnail(reading, at, one))


def _hrefs(reading: Reading) -> set[str]:
    return {file.href for one in reading.of.get("media", ()) for file in one.renditions}


def take_additional_type(reading: Reading, path: str, value: Any) -> None:
    """Take the type that tells a graphic from a picture."""
    for at, one in flat(path, value):
        if one == GRAPHIC and reading.of.get("kind") == "picture":
            reading.of["kind"] = "graphic"
            reading.keep(at, one, "kind")
        else:
            reading.lose(at, one)


def take_own_file(reading: Reading, own: dict[str, Any]) -> None:
    """Take the file of a picture, a video or sound that is an item of its own, unless it is among its media."""
    known: list[Media] = reading.of.get("media", [])
    is_known = own.get("contentUrl") in _hrefs(reading) or (
        "contentUrl" not in own and any(one.caption == own.get("caption") for one in known)
    )
    if is_known:
        for name, value in own.items():
            reading.keep(name, value, "media")
    elif own:
        kind = reading.of["kind"]
        found = read_works.media(reading, "", {"@type": MEDIA_TYPES[kind], **own}, "image")
        if found:
            reading.of["media"] = [found, *known]
