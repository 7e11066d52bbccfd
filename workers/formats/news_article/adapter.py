"""Read an article of schema.org into the fields of an Article.

Each member of the object goes to the handler of its property; a member without a handler is not held. Members whose
meaning depends on others, such as `creator` beside `author`, are read after all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from schemas.article import Access, Article, Block, Media, Subject, split_paragraphs
from schemas.article.languages import check_language
from schemas.article.values import check_iri
from schemas.ledger import Ledger
from workers.formats.markup import find_html, read_html
from workers.formats.news_article import read_things, read_works
from workers.formats.news_article.account import SECOND, Account, Thing, flat
from workers.formats.news_article.nodes import Nodes
from workers.formats.news_article.terms import (
    ARTICLE_TYPES,
    CONTRIBUTOR_PROPERTIES,
    DATA_MINING,
    GRAPHIC,
    KINDS,
    LINK_PROPERTIES,
    LIVE_BLOG,
    MEDIA_TYPES,
    ROLES,
    SOURCE_TYPES,
    short_name,
    types_of,
)

_STATUSES: Final = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_SOURCE_CODES: Final = {short_name(uri): code for code, uri in SOURCE_TYPES.items()}
_RELATIONS: Final = {name: rel for rel, name in LINK_PROPERTIES.items()}
_OWN_FILE: Final = (
    *("contentUrl", "encodingFormat", "width", "height", "contentSize", "duration", "caption"),
    *("representativeOfPage",),
)
_STRUCTURED_DATA: Final = "it is about the structured data, not about the article"
_WORKS: Final = frozenset("CreativeWork WebPage WebSite Book Dataset Movie Report Legislation".split())

Take = Callable[["Reading", str, Any], None]


class Reading(Account):
    """The reading of one article, with the fields that are read so far."""

    careful = False
    """Whether the text has characters that no format holds, which a first reading has found."""

    def __init__(self, nodes: Nodes, ledger: Ledger, *, base: str | None, zone: str | None, verbatim: bool) -> None:
        super().__init__(nodes, ledger, base=base, zone=zone, verbatim=verbatim)
        self.of: dict[str, Any] = {}
        self.words: Any = None

    def first(self, field: str, path: str, value: Any) -> tuple[str, Any] | None:
        """Return the first of the values of a field that holds one; the others are not held."""
        if type(value) is str and field not in self.of:
            return path, value  # the usual case
        found = list(flat(path, value))
        if field not in self.of and found:
            for at, other in found[1:]:
                self.lose(at, other, SECOND)
            return found[0]
        for at, other in found:
            self.lose(at, other, SECOND)
        return None

    def add(self, field: str, value: Any) -> None:
        """Add a value to a field that holds any number."""
        if value is not None:
            self.of.setdefault(field, []).append(value)


def read_story(reading: Reading, story: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an `Article` that an article of schema.org states."""
    late: dict[str, Any] = {}
    for name, value in story.items():
        if value is None or value == "":
            continue
        take = _HANDLERS.get(name)
        if take is None:
            name = short_name(name)
            take = _HANDLERS.get(name)
        if take is not None:
            take(reading, name, value)
        elif name in _LATE:
            late[name] = [late[name], value] if name in late else value
        else:
            reading.lose(name, value)
    if late or "live_updates" in reading.of:
        _read_late(reading, late)
    return {name: tuple(value) if type(value) is list else value for name, value in reading.of.items()}


def count_again(reading: Reading, article: Article) -> None:
    """Record the stated number of words, which newsmill computes."""
    if reading.words is not None:
        stated = reading.words
        if stated == article.word_count or stated == len(article.body.split()):
            reading.keep("wordCount", stated, "paragraphs")
        else:
            reading.lose("wordCount", stated, "the words of the text are counted anew")


def is_own(story: dict[str, Any]) -> bool:
    """Return whether newsmill wrote an article. Its texts are verbatim: they have no markup."""
    return "sdPublisher" in story and "sdDatePublished" in story and "version" in story


# Single values


def _line(field: str) -> Take:
    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (text := reading.line(*found, field)):
            reading.of[field] = text

    return take


def _text(field: str) -> Take:
    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (text := reading.text(*found, field)):
            reading.of[field] = text

    return take


def _moment(field: str, *, zoned: bool = False) -> Take:
    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (moment := reading.moment(*found, field, zoned=zoned)):
            reading.of[field] = moment

    return take


def _chosen(field: str, read: Callable[[str], Any], reason: str) -> Take:
    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (read_value := reading.choose(*found, field, read, reason)) is not None:
            reading.of[field] = read_value

    return take


def _party(field: str) -> Take:
    def take(reading: Reading, path: str, value: Any) -> None:
        for at, one in flat(path, value):
            if field in reading.of:
                reading.lose(at, one, SECOND)
            elif party := read_things.party(reading, at, one, field):
                reading.of[field] = party

    return take


def _id(reading: Reading, path: str, value: Any) -> None:
    text = value.strip() if isinstance(value, str) else ""
    if text and check_iri(text) is None:
        reading.of["id"] = text
        reading.keep(path, value, "id")
    elif text and not text.startswith(("#", "_:", "/", "?", ".")):
        for one in read_works.alternative_ids(reading, path, value, None):
            reading.add("alternative_ids", one)
    else:
        reading.lose(path, value, "the @id is a name within its document")


def _type(reading: Reading, path: str, value: Any) -> None:
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


def _source_type(reading: Reading, path: str, value: Any) -> None:
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


def _language(reading: Reading, path: str, value: Any) -> None:
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


def _words(reading: Reading, _: str, value: Any) -> None:
    reading.words = value


# Lists


def _lines(field: str, main: str) -> Take:
    """Take texts: one as the main field where that has none, others beside it."""

    def take(reading: Reading, path: str, value: Any) -> None:
        for at, one in flat(path, value):
            is_plain = type(one) is not dict or "@language" not in one
            if is_plain and main and main not in reading.of:
                text = reading.text(at, one, main)
                if text:
                    reading.of[main] = text
            else:
                reading.add(field, read_things.role_text(reading, at, one, field))

    return take


def _headlines(reading: Reading, path: str, value: Any) -> None:
    """Take the headline, and the headlines beside it."""
    for at, one in flat(path, value):
        if "headline" not in reading.of:
            if text := reading.line(at, one, "headline"):
                reading.of["headline"] = text
        else:
            reading.add("headlines", read_things.role_text(reading, at, one, "headlines"))


def _authors(reading: Reading, path: str, value: Any) -> None:
    for one in read_things.bylines(reading, path, value, "bylines"):
        reading.add("bylines", one)


def _contributors(reading: Reading, path: str, value: Any) -> None:
    role = path if path in CONTRIBUTOR_PROPERTIES else None
    for one in read_things.bylines(reading, path, value, "contributors", role):
        reading.add("contributors", one)


def _keywords(reading: Reading, path: str, value: Any) -> None:
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


def _subjects(reading: Reading, path: str, value: Any) -> None:
    for at, one in flat(path, value):
        reading.add("subjects", read_things.subject(reading, at, one))


def _places(reading: Reading, path: str, value: Any) -> None:
    """Take the places that the article is about."""
    for at, one in flat(path, value):
        found = read_things.subject(reading, at, one)
        if found and not found.type:
            found = Subject(**{**_stated(found), "type": "place"})
        reading.add("subjects", found)


def _stated(subject: Subject) -> dict[str, Any]:
    return {name: getattr(subject, name) for name in Subject.__slots__}


def _located(reading: Reading, path: str, value: Any) -> None:
    found = reading.first("located", path, value)
    if found and (place := read_things.place(reading, *found, "located")):
        reading.of["located"] = place


def _mentions(reading: Reading, path: str, value: Any) -> None:
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


def _media(reading: Reading, path: str, value: Any) -> None:
    for at, one in flat(path, value):
        reading.add("media", read_works.media(reading, at, one, path))


def _audience(reading: Reading, path: str, value: Any) -> None:
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


def _corrections(reading: Reading, path: str, value: Any) -> None:
    for one in read_works.corrections(reading, path, value):
        reading.add("corrections", one)


def _live_updates(reading: Reading, path: str, value: Any) -> None:
    for one in read_works.live_updates(reading, path, value):
        reading.add("live_updates", one)


def _encoding(reading: Reading, path: str, value: Any) -> None:
    for at, one in flat(path, value):
        if "source" in reading.of:
            reading.lose(at, one, SECOND)
        elif source := read_works.source(reading, at, one):
            reading.of["source"] = source


def _body(reading: Reading, path: str, value: Any) -> None:
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


# Members whose meaning depends on others


def _read_late(reading: Reading, late: dict[str, Any]) -> None:
    of = reading.of
    for name, take in _LATE.items():
        if name in late:
            take(reading, name, late[name])
    if of.get("live_updates") and "blocks" not in of and of.get("kind") == "text":
        of["blocks"] = read_works.blocks_of_updates(tuple(of["live_updates"]))
    if of.get("kind") in MEDIA_TYPES:
        _own_file(reading, {name: late[name] for name in _OWN_FILE if name in late})
    else:
        for name in _OWN_FILE:
            reading.lose(name, late.get(name))


def _name(reading: Reading, path: str, value: Any) -> None:
    """Take the name: the headline of an article without one, else a headline beside it."""
    for at, one in flat(path, value):
        text, _ = reading.clean(one, line=True) if type(one) is str else ("", "")
        if text and text == reading.of.get("headline"):
            reading.keep(at, one, "headline")
        elif "headline" not in reading.of:
            _line("headline")(reading, at, one)
        else:
            reading.add("headlines", read_things.role_text(reading, at, one, "headlines"))


def _other_text(reading: Reading, path: str, value: Any) -> None:
    """Take the text of an article without an articleBody."""
    if "blocks" in reading.of:
        reading.lose(path, value, "the articleBody is taken")
    else:
        _body(reading, path, value)


def _creator(reading: Reading, path: str, value: Any) -> None:
    """Take the creator: the author of an article without one, else a contributor."""
    if "bylines" not in reading.of:
        _authors(reading, path, value)
        return
    known = {one.name for one in reading.of["bylines"]}
    for at, one in flat(path, value):
        name = one.get("name") if type(one) is dict else one
        if isinstance(name, str) and name.strip() in known:
            reading.keep(at, one, "bylines")
            continue
        for found in read_things.bylines(reading, at, one, "contributors", "creator"):
            reading.add("contributors", found)


def _provider(reading: Reading, path: str, value: Any) -> None:
    """Take the provider of an article without a publisher."""
    known = reading.of.get("provider")
    if not known:
        _party("provider")(reading, path, value)
        return
    for at, one in flat(path, value):
        name = one.get("name") if type(one) is dict else one
        if name == known.name or (type(one) is dict and len(one) == 1 and one.get("@id") == known.uri):
            reading.keep(at, one, "provider")
        else:
            reading.lose(at, one, "the publisher is the provider")


def _page_url(reading: Reading, path: str, value: Any) -> None:
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


def _url(reading: Reading, path: str, value: Any) -> None:
    for at, one in flat(path, value):
        if "url" in reading.of:
            reading.lose(at, one, SECOND)
        elif found := reading.iri(at, one, "url"):
            reading.of["url"] = found


def _usage(reading: Reading, path: str, value: Any) -> None:
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


def _access(reading: Reading, path: str, value: Any) -> None:
    found = reading.first("access", path, value)
    if found:
        free = reading.choose(*found, "access.free", read_works.read_boolean, "it is neither true nor false")
        if free is not None:
            reading.of["access"] = Access(free=free)


def _parts(reading: Reading, path: str, value: Any) -> None:
    """Take the paid parts of an article, the groups of a composite, and links to other parts."""
    access = reading.of.get("access")
    for at, one in flat(path, value):
        if type(one) is dict and access and "WebPageElement" in types_of(one):
            access = reading.of["access"] = _with_part(reading, at, one, access)
        elif read_works.is_group(one):
            reading.add("groups", read_works.group(reading, at, one))
        else:
            reading.add("links", read_works.link(reading, at, one, _RELATIONS["hasPart"]))


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


def _links(reading: Reading, path: str, value: Any) -> None:
    """Take links to other works; the page of the article itself is its url."""
    for at, one in flat(path, value):
        found = read_works.link(reading, at, one, _RELATIONS[path])
        url = reading.of.get("url")
        if found and not (url and url in (found.href, found.id)):
            reading.add("links", found)


def _identifiers(reading: Reading, path: str, value: Any) -> None:
    for one in read_works.alternative_ids(reading, path, value, reading.of.get("id")):
        reading.add("alternative_ids", one)


def _thumbnails(reading: Reading, path: str, value: Any) -> None:
    for at, one in flat(path, value):
        if isinstance(one, str) and one in _hrefs(reading):
            reading.keep(at, one, "media.renditions")
        else:
            reading.add("media", read_works.thumbnail(reading, at, one))


def _hrefs(reading: Reading) -> set[str]:
    return {file.href for one in reading.of.get("media", ()) for file in one.renditions}


def _additional_type(reading: Reading, path: str, value: Any) -> None:
    for at, one in flat(path, value):
        if one == GRAPHIC and reading.of.get("kind") == "picture":
            reading.of["kind"] = "graphic"
            reading.keep(at, one, "kind")
        else:
            reading.lose(at, one)


def _own_file(reading: Reading, own: dict[str, Any]) -> None:
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


def _about_the_data(reading: Reading, path: str, value: Any) -> None:
    if reading.verbatim:
        # What newsmill says of the file that it wrote is no part of the article.
        reading.keep(path, value, None)
    else:
        reading.lose(path, value, _STRUCTURED_DATA)


def _context(reading: Reading, path: str, value: Any) -> None:
    reading.keep(path, value, None)


def _status(text: str) -> str | None:
    return _STATUSES.get(text.lower())


_HANDLERS: Final[dict[str, Take]] = {
    "@context": _context,
    "@id": _id,
    "@type": _type,
    "version": _chosen("version", read_works.read_version, "it is no whole number from 1"),
    "headline": _headlines,
    "alternativeHeadline": _lines("headlines", ""),
    "description": _lines("descriptions", "description"),
    "author": _authors,
    **dict.fromkeys(("contributor", *CONTRIBUTOR_PROPERTIES), _contributors),
    "dateline": _line("dateline"),
    "locationCreated": _located,
    "datePublished": _moment("published"),
    "dateModified": _moment("modified"),
    "dateCreated": _moment("first_created", zoned=True),
    "expires": _moment("expires"),
    "creativeWorkStatus": _chosen("status", _status, "it is none of usable, withheld and canceled"),
    "inLanguage": _language,
    "articleSection": _line("section"),
    "genre": _line("genre"),
    "keywords": _keywords,
    "about": _subjects,
    **dict.fromkeys(("contentLocation", "spatialCoverage"), _places),
    "mentions": _mentions,
    "publisher": _party("provider"),
    "copyrightHolder": _party("copyright_holder"),
    "copyrightNotice": _text("copyright_notice"),
    "creditText": _line("credit_line"),
    "digitalSourceType": _source_type,
    "usageInfo": _usage,
    "isAccessibleForFree": _access,
    "url": _url,
    **dict.fromkeys(("image", "video", "audio", "associatedMedia"), _media),
    "audience": _audience,
    "correction": _corrections,
    "liveBlogUpdate": _live_updates,
    "wordCount": _words,
    "articleBody": _body,
    "encoding": _encoding,
    **dict.fromkeys(("sdDatePublished", "sdPublisher", "sdLicense"), _about_the_data),
}

_LATE: Final[dict[str, Take]] = {
    "name": _name,
    "abstract": _lines("descriptions", "description"),
    "text": _other_text,
    "creator": _creator,
    "provider": _provider,
    "license": _usage,
    "mainEntityOfPage": _page_url,
    "hasPart": _parts,
    **{name: _links for name in _RELATIONS if name != "hasPart"},
    "identifier": _identifiers,
    "thumbnailUrl": _thumbnails,
    "additionalType": _additional_type,
    **dict.fromkeys(_OWN_FILE, lambda *_: None),
}
