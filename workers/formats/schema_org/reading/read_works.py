"""Read media, links, groups, rights, corrections and live updates of schema.org into the parts of an Article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from schemas.article import (
    AlternativeId,
    Block,
    Correction,
    Group,
    Heading,
    ItemLink,
    LiveUpdate,
    Media,
    Source,
)
from schemas.article.languages import check_language
from schemas.article.parts import MediaKind, Rendition, Rights
from schemas.article.values import LARGEST_INTEGER, check_iri, check_media_type, check_sha256
from workers.formats.schema_org.reading.account import SECOND, Account, Thing, flat
from workers.formats.schema_org.reading.read_things import party
from workers.formats.schema_org.terms import GRAPHIC, MEDIA_TYPES, ROLES, THUMBNAIL, short_name

_KINDS: Final[dict[str, MediaKind]] = {"image": "picture", "video": "video", "audio": "audio"}
_KINDS_OF_TYPES: Final[dict[str, MediaKind]] = {
    "ImageObject": "picture",
    "VideoObject": "video",
    "AudioObject": "audio",
}
_SIZE: Final = re.compile(r"(\d{1,16})(?: ?B| bytes)?", re.ASCII)
_PIXELS: Final = re.compile(r"(\d{1,16})(?:\.0+)?(?: ?px)?", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,16})(?:[.,]0+)?S)?)?", re.ASCII
)
_NO_FILE: Final = "a media object without a file, a caption or a text"


def media(account: Account, path: str, value: Any, property_: str) -> Media | None:
    """Return a media object of image, video, audio or associatedMedia."""
    if type(value) is not dict:
        return _file_only(account, path, value, _KINDS.get(property_, "picture"))
    thing = account.thing(path, value)
    kind = next((_KINDS_OF_TYPES[one] for one in thing.types if one in _KINDS_OF_TYPES), _KINDS.get(property_))
    if kind is None:
        thing.close()
        return None
    thing.keep_types("media.kind", *({MEDIA_TYPES[kind]} if thing.types else ()))
    roles = []
    for at, one in thing.all("additionalType"):
        if one == GRAPHIC and kind == "picture":
            kind = "graphic"
            account.keep(at, one, "media.kind")
        else:
            roles.append((at, one))
    first = _rendition(thing, roles)
    renditions = [first] if first else []
    for at, one in thing.all("encoding"):
        if type(one) is dict:
            inner = thing.account.thing(at, one)
            other = _rendition(inner, inner.all("additionalType"))
            inner.keep("@type", "media.renditions")
            inner.close()
            renditions += [other] if other else []
        else:
            account.lose(at, one)
    caption = thing.text("caption", "media.caption") or thing.text("name", "media.caption")
    credit = thing.line("creditText", "media.credit")
    alt = thing.text("description", "media.alt")
    main = _main(thing)
    if not (renditions or caption or alt):
        thing.close(_NO_FILE)
        return None
    thing.close()
    return Media(kind=kind, caption=caption, credit=credit, alt=alt, renditions=tuple(renditions), main=main)


def _file_only(account: Account, path: str, value: Any, kind: MediaKind) -> Media | None:
    href = account.iri(path, value, "media.renditions")
    return Media(kind=kind, renditions=(Rendition(href=href),)) if href else None


def thumbnail(account: Account, path: str, value: Any) -> Media | None:
    """Return the picture of a thumbnailUrl."""
    href = account.iri(path, value, "media.renditions")
    return Media(kind="picture", renditions=(Rendition(href=href, role=THUMBNAIL),)) if href else None


def _main(thing: Thing) -> bool | None:
    if not (found := thing.one("representativeOfPage")):
        return None
    return thing.account.choose(*found, "media.main", read_boolean, "it is neither true nor false")  # type: ignore[no-any-return]


def read_boolean(text: str) -> bool | None:
    """Return a boolean in the forms that pages write it: true, "False", https://schema.org/False."""
    return {"true": True, "false": False}.get(short_name(text).lower())


def _rendition(thing: Thing, roles: list[tuple[str, Any]]) -> Rendition | None:
    """Take the file of a media object; None if it states none."""
    field = "media.renditions"
    href = thing.iri("contentUrl", field)
    if href:
        for path, value in thing.all("url"):
            if value == href:
                thing.account.keep(path, value, field)
            else:
                thing.account.lose(path, value, SECOND)
    href = href or thing.iri("url", field)
    identity = thing.identity(field) if not href or thing.rest.get("@id") == href else None
    href = href or (identity if identity and identity.startswith(("http:", "https:")) else None)
    role = None
    for path, value in roles:
        if role is None and href and (role := thing.account.line(path, value, field)):
            continue
        thing.account.lose(path, value)
    if not href:
        return None
    return Rendition(
        href=href,
        media_type=_chosen(thing, "encodingFormat", _media_type, "it is no media type"),
        width=_chosen(thing, "width", _pixels, "it is no number of pixels"),
        height=_chosen(thing, "height", _pixels, "it is no number of pixels"),
        size=_chosen(thing, "contentSize", _bytes, "it is no number of bytes"),
        duration=_chosen(thing, "duration", _seconds, "it is no whole number of seconds"),
        role=role,
    )


def _chosen(thing: Thing, name: str, read: Any, reason: str) -> Any:
    if not (found := thing.one(name)):
        return None
    path, value = found
    if type(value) is dict and "value" in value:
        # A QuantitativeValue, in pixels unless it says otherwise.
        inner = Thing(thing.account, path, value)
        found = inner.one("value")
        inner.keep("@type", "media.renditions")
        inner.close()
    return thing.account.choose(*found, "media.renditions", read, reason) if found else None


def _media_type(text: str) -> str | None:
    return text if check_media_type(text) is None else None


def _pixels(text: str) -> int | None:
    return _whole(_PIXELS.fullmatch(text))


def _bytes(text: str) -> int | None:
    return _whole(_SIZE.fullmatch(text))


def _whole(found: re.Match[str] | None) -> int | None:
    return number if found and (number := int(found[1])) <= LARGEST_INTEGER else None


def _seconds(text: str) -> int | None:
    if not (found := _DURATION.fullmatch(text)) or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    number = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return number if number <= LARGEST_INTEGER else None


def source(account: Account, path: str, value: Any) -> Source | None:
    """Return the document that a MediaObject with a digest states."""
    if type(value) is not dict or check_sha256(str(value.get("sha256") or "")):
        account.lose(path, value)
        return None
    thing = account.thing(path, value)
    thing.keep("@type", "source.sha256")
    name = thing.line("name", "source.name")
    media_type = thing.one("encodingFormat")
    size = thing.one("contentSize")
    made = Source(
        sha256=thing.rest["sha256"],
        name=name,
        media_type=account.choose(*media_type, "source.media_type", _media_type, "it is no media type")
        if media_type
        else None,
        size=account.choose(*size, "source.size", _bytes, "it is no number of bytes") if size else None,
    )
    thing.keep("sha256", "source.sha256")
    thing.close()
    return made


def link(account: Account, path: str, value: Any, rel: str | None, field: str = "links") -> ItemLink | None:
    """Return a link to another work: a text is its address."""
    if type(value) is not dict:
        href = account.iri(path, value, f"{field}.href")
        return ItemLink(href=href, rel=rel) if href else None
    thing = account.thing(path, value)
    property_ = short_name(path.rpartition(".")[2].partition("[")[0])
    if not ROLES.isdisjoint(thing.types) and (inner := thing.one(property_)):
        thing.keep("@type", f"{field}.rel")
        rel = thing.line("linkRelationship", f"{field}.rel") or rel
        thing.close()
        if account.depth > 5:
            account.lose(*inner)
            return None
        account.depth += 1
        found = link(account, *inner, rel, field)
        account.depth -= 1
        return found
    id_ = thing.identity(f"{field}.id") or thing.line("identifier", f"{field}.id")
    href = thing.iri("url", f"{field}.href")
    if not (id_ or href):
        thing.close("a work without an address")
        return None
    thing.keep("@type", f"{field}.rel")
    version = thing.one("version")
    made = ItemLink(
        href=href,
        id=id_,
        version=account.choose(*version, f"{field}.version", read_version, "it is no number from 1")
        if version
        else None,
        rel=rel,
        media_type=_link_type(thing, f"{field}.media_type"),
        title=thing.line("headline" if "headline" in thing.rest else "name", f"{field}.title"),
    )
    thing.close()
    return made


def _link_type(thing: Thing, field: str) -> Any:
    found = thing.one("encodingFormat")
    return thing.account.choose(*found, field, _media_type, "it is no media type") if found else None


def read_version(text: str) -> int | None:
    """Return a version of an Article: a whole number from 1."""
    number = int(text) if re.fullmatch(r"\d{1,16}", text, re.ASCII) else 0
    return number if 1 <= number <= LARGEST_INTEGER else None


def group(account: Account, path: str, value: dict[str, Any]) -> Group | None:
    """Return a group of a composite: a Collection with an identifier, inside of a Role if it has a role."""
    thing = account.thing(path, value)
    role = None
    if not ROLES.isdisjoint(thing.types):
        inner = thing.one("hasPart")
        thing.keep("@type", None)
        role = thing.line("roleName", "groups.role")
        thing.close()
        if not inner or type(inner[1]) is not dict:
            return None
        thing = account.thing(*inner)
    id_ = thing.line("identifier", "groups.id")
    if not id_:
        thing.close("a collection without an identifier")
        return None
    thing.keep("@type", "groups.id")
    items, groups = [], []
    for at, part in thing.all("hasPart"):
        if type(part) is dict and part.get("@type") == "Collection":
            inner_thing = account.thing(at, part)
            inner_thing.keep("@type", "groups.groups")
            name = inner_thing.line("identifier", "groups.groups")
            inner_thing.close()
            groups += [name] if name else []
        else:
            item = link(account, at, part, None, "groups.items")
            items += [item] if item else []
    thing.close()
    return Group(id=id_, role=role, items=tuple(items), groups=tuple(groups))


def is_group(value: Any) -> bool:
    """Return whether a part is a group of a composite."""
    if type(value) is not dict:
        return False
    inner = value.get("hasPart") if value.get("@type") == "Role" else value
    return type(inner) is dict and inner.get("@type") == "Collection" and isinstance(inner.get("identifier"), str)


def rights(account: Account, path: str, value: Any) -> Rights | None:
    """Return a statement of rights: an address of terms, or a work that has them."""
    if type(value) is not dict or "@value" in value:
        terms = account.text(path, value, "rights.terms")
        return Rights(terms=terms) if terms else None
    thing = account.thing(path, value)
    stated: dict[str, Any] = {"notice": thing.text("copyrightNotice", "rights.notice")}
    if holder := thing.one("copyrightHolder"):
        stated["holder"] = party(thing.account, *holder, "rights.holder")
    terms = thing.text("text", "rights.terms") or thing.address("rights.terms") or thing.text("name", "rights.terms")
    stated["terms"] = terms
    if language := thing.one("inLanguage"):
        stated["language"] = account.choose(*language, "rights.language", _language, "it is no language tag of BCP 47")
    found = {name: one for name, one in stated.items() if one}
    if not found.keys() - {"language"}:
        thing.close("a statement of rights without terms")
        return None
    thing.keep("@type", "rights.terms")
    thing.close()
    return Rights(**found)


def _language(text: str) -> str | None:
    return text if check_language(text) is None else None


def corrections(account: Account, path: str, value: Any) -> Iterator[Correction]:
    """Yield the corrections: texts, or comments with their date and their address."""
    for at, one in flat(path, value):
        if type(one) is not dict:
            text = account.text(at, one, "corrections.text")
            if text:
                yield Correction(text=text)
            continue
        thing = account.thing(at, one)
        text = thing.text("text", "corrections.text") or thing.text("name", "corrections.text")
        if not text:
            thing.close("a correction without a text")
            continue
        thing.keep_types("corrections.text", "CorrectionComment")
        published = thing.moment("datePublished", "corrections.published")
        url = thing.iri("url", "corrections.url")
        thing.close()
        yield Correction(text=text, published=published, url=url)


def live_updates(account: Account, path: str, value: Any) -> Iterator[LiveUpdate]:
    """Yield the updates of a live blog."""
    for at, one in flat(path, value):
        if type(one) is not dict:
            account.lose(at, one)
            continue
        thing = account.thing(at, one)
        headline = thing.line("headline", "live_updates.headline") or thing.line("name", "live_updates.headline")
        body = next((name for name in ("articleBody", "text") if thing.rest.get(name)), "description")
        text = thing.text(body, "live_updates.text")
        if not (headline or text):
            thing.close("an update without a text")
            continue
        thing.keep_types("live_updates.text", "BlogPosting")
        published = thing.moment("datePublished", "live_updates.published")
        url = thing.iri("url", "live_updates.url")
        thing.close()
        yield LiveUpdate(headline=headline, text=text, published=published, url=url)


def blocks_of_updates(updates: tuple[LiveUpdate, ...]) -> list[Block]:
    """Return the text of a live blog that has no other: each update with its headline."""
    blocks: list[Block] = []
    for update in updates:
        if update.headline:
            blocks.append(Heading((update.headline,)))
        blocks += update.text.split("\n\n") if update.text else ()
    return blocks


def alternative_ids(account: Account, path: str, value: Any, id_: str | None) -> Iterator[AlternativeId]:
    """Yield the identifiers of an article, but for its own id."""
    for at, one in flat(path, value):
        if type(one) is dict and "@value" not in one:
            thing = account.thing(at, one)
            name = "value" if "value" in thing.rest else "name"
            text = thing.line(name, "alternative_ids.id")
            type_ = thing.line("propertyID", "alternative_ids.type") if text else None
            if text:
                thing.keep_types("alternative_ids.type", "PropertyValue")
            thing.close()
            if text:
                yield AlternativeId(id=text, type=type_)
        elif one == id_:
            account.keep(at, one, "id")
        elif text := account.line(at, one, "alternative_ids.id"):
            yield AlternativeId(id=text)


def is_address(value: Any) -> bool:
    """Return whether a value is an absolute address."""
    return isinstance(value, str) and check_iri(value.strip()) is None
