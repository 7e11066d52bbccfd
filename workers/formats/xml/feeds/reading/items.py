"""The field that each element of an item becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from schemas.article import AlternativeId, Block, Byline, ItemLink, Party, Place, Position, RoleText
from schemas.article.body import plain_blocks
from schemas.article.dates import is_zoned
from schemas.article.values import UUID, check_iri, check_media_type
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.reading.categories import read_category, read_term
from workers.formats.xml.feeds.reading.entry import ONE, Entry
from workers.formats.xml.feeds.reading.media import MediaReader, kind_of_address
from workers.formats.xml.feeds.reading.texts import read_texts

_PERIOD = re.compile(r"(start|end|name|scheme)\s*=\s*([^;]*);?", re.IGNORECASE)
_TEXTS: Final = (
    "content:encoded",
    "yandex:full-text",
    "turbo:content",
    "atom:content",
    "xhtml:body",
    "xhtml:div",
    "fulltext",
    "full-text",
    "content",
    "body",
)
"""The elements with the text of an article, the best first."""

_SUMMARIES: Final = (
    "atom:summary",
    "description",
    "excerpt:encoded",
    "summary",
    "dc:description",
    "dcterms:abstract",
    "itunes:summary",
    "itunes:subtitle",
)
_PUBLISHED: Final = ("atom:published", "pubDate", "atom:issued", "dcterms:issued", "dc:date", "atom:created")
_MODIFIED: Final = ("dcterms:modified", "atom:updated", "atom:modified")
_NO_TIME: Final = "the end of an embargo is no date-time with its zone; the article is withheld"
_NOWHERE: Final = 1000.0

Handler = Callable[[Entry, etree._Element], None]


def read_item(entry: Entry, more: Mapping[str, Handler] | None = None) -> tuple[Block, ...]:
    """Read the children of an item into its fields; return its text.

    Args:
        entry: the item.
        more: handlers of further elements, by their names.
    """
    handlers = {**HANDLERS, **(more or {})}
    entry.media = media = MediaReader(entry)
    texts: dict[str, list[etree._Element]] = {}
    entry.base = entry.element.base or entry.context.base
    nested = entry.nested
    around = () if nested is None else (nested, *nested.iterancestors())
    for child in entry.account.children(entry.element):
        name = name_of(child)
        if child in around:
            continue
        if name in _TEXTS or name in _SUMMARIES:
            texts.setdefault(name, []).append(child)
        elif handler := handlers.get(name):
            handler(entry, child)
        elif read := _MEDIA.get(name):
            read(media, child)
    if entry.base is None:
        entry.base = entry.stated.get("url")
    for child in texts.pop("atom:content", ()):
        _content_of_atom(entry, child, texts)
    entry.texts += [one for name in _TEXTS for one in texts.get(name, ())]
    entry.summaries += [one for name in _SUMMARIES for one in texts.get(name, ())]
    blocks = read_texts(entry)
    found = media.media(blocks)
    if found:
        shown = {one.href for media_ in found for one in media_.renditions}
        before = [one for one in entry.stated.get("media", ()) if not shown & {each.href for each in one.renditions}]
        entry.stated["media"] = [*found, *before]
    _set_dates(entry)
    _set_place(entry)
    _complete(entry)
    if blocks:
        plain = all(isinstance(block, str) for block in blocks)
        entry.stated["paragraphs" if plain else "blocks"] = blocks
    elif entry.stated.get("media") and not plain_blocks(blocks):
        entry.stated.setdefault("kind", _kind(entry))
    return blocks


def _kind(entry: Entry) -> str:
    return str(entry.stated["media"][0].kind)


def _complete(entry: Entry) -> None:
    """Complete an item by what the feed states for all of its items."""
    context, stated = entry.context, entry.stated
    for name in ("language", "copyright_notice", "provider"):
        if name not in stated and (value := getattr(context, name)) is not None:
            stated[name] = value
    if "bylines" not in stated and "byline" not in stated and context.authors:
        stated["bylines"] = list(context.authors)


def _set_dates(entry: Entry) -> None:
    """Set the date of publication, and that of the last change where it is another one."""
    dates = entry.dates
    published = next((dates[name] for name in _PUBLISHED if name in dates), None)
    modified = next((dates[name] for name in _MODIFIED if name in dates), None)
    if entry.context.own:
        if "dcterms:modified" not in dates and modified in (published, entry.context.updated):
            modified = None
    elif published is None:
        published, modified = modified, None
    elif modified == published:
        modified = None
    for name, value in (("published", published), ("modified", modified)):
        if value is not None:
            entry.stated[name] = value


# Elements of RSS and Dublin Core


def _title(entry: Entry, element: etree._Element) -> None:
    for attribute in ("type", "mode"):
        entry.account.keep(element, attribute, "headline")
    entry.state(element, "headline")


def _headline_beside(entry: Entry, element: etree._Element) -> None:
    language = entry.language(element, "xml:lang", "headlines.language")
    if text := entry.line(element, "headlines.text"):
        entry.add("headlines", RoleText(text=text, language=language))


def _link(entry: Entry, element: etree._Element) -> None:
    if "url" in entry.stated:
        same = entry.account.line(element) == entry.stated["url"]
        entry.account.keep_text(element, "url") if same else entry.account.drop_text(element, ONE)
    elif url := entry.iri(element, None, "url"):
        entry.stated["url"] = url


def _original_link(entry: Entry, element: etree._Element) -> None:
    # A service that forwards readers has its own address in `link`.
    if url := entry.iri(element, None, "url"):
        entry.stated["url"] = url


def _guid(entry: Entry, element: etree._Element) -> None:
    account = entry.account
    permanent = (account.get(element, "ispermalink") or "").lower()
    account.keep(element, "ispermalink", "id")
    _id(entry, element)
    id_ = entry.stated.get("id", "")
    if permanent != "false" and id_.startswith(("http://", "https://")) and not entry.context.own:
        entry.stated.setdefault("url", id_)


def _id(entry: Entry, element: etree._Element) -> None:
    text = entry.account.line(element)
    if not text:
        return
    if "id" in entry.stated:
        entry.account.drop_text(element, ONE)
    elif UUID.fullmatch(text):
        entry.account.change_text(element, "id", "a UUID is written as a URI")
        entry.stated["id"] = f"urn:uuid:{text.lower()}"
    elif reason := check_iri(text):
        entry.account.change_text(element, "alternative_ids.id", f"{reason}; it is kept as an alternative id")
        entry.add("alternative_ids", AlternativeId(id=text))
    else:
        entry.account.keep_text(element, "id")
        entry.stated["id"] = text


def _source(entry: Entry, element: etree._Element) -> None:
    """Read the feed that an item was taken from: that of its provider (RSS 2.0, source)."""
    if name := entry.line(element, "provider.name"):
        uri = entry.iri(element, "url", "provider.uri")
        entry.stated.setdefault("provider", Party(name=name, uri=uri))


def _publisher(entry: Entry, element: etree._Element) -> None:
    if "provider" in entry.stated:
        entry.account.drop_text(element, ONE)
    elif name := entry.line(element, "provider.name"):
        entry.stated["provider"] = Party(name=name)


def _holder(entry: Entry, element: etree._Element) -> None:
    if "copyright_holder" in entry.stated:
        entry.account.drop_text(element, ONE)
    elif name := entry.line(element, "copyright_holder.name"):
        entry.stated["copyright_holder"] = Party(name=name)


def _license(entry: Entry, element: etree._Element) -> None:
    if entry.account.get(element, "resource"):
        if iri := entry.iri(element, "resource", "usage_terms"):
            entry.stated.setdefault("usage_terms", iri)
        return
    entry.state(element, "usage_terms", line=False)


def _contributor(entry: Entry, element: etree._Element) -> None:
    if name := entry.line(element, "contributors.name"):
        entry.add("contributors", Byline(name=name))


def _creator_of_podcast(entry: Entry, element: etree._Element) -> None:
    if "bylines" not in entry.stated and "byline" not in entry.stated:
        entry.author(element)
    elif entry.account.line(element) in {one.name for one in entry.stated.get("bylines", ())}:
        entry.account.keep_text(element, "bylines.name")


def _language(entry: Entry, element: etree._Element) -> None:
    if language := entry.language(element, None, "language"):
        entry.stated.setdefault("language", language)


def _date(name: str, field: str) -> Handler:
    def read(entry: Entry, element: etree._Element) -> None:
        if name in entry.dates:
            entry.account.drop_text(element, ONE)
        elif value := entry.date(element, field):
            entry.dates[name] = value

    return read


def _created(entry: Entry, element: etree._Element) -> None:
    if value := entry.date(element, "first_created", zoned=True):
        entry.stated.setdefault("first_created", value)


def _available(entry: Entry, element: etree._Element) -> None:
    """Read when an article becomes available (DCMI, available): an embargo, where it is after the publication."""
    text = entry.account.line(element)
    start = _period(text).get("start", text)
    if is_zoned(start):
        entry.account.keep_text(element, "embargoed")
        entry.stated["embargoed"] = start
    elif start:
        entry.account.drop_text(element, _NO_TIME)
        entry.stated.setdefault("status", "withheld")


def _valid(entry: Entry, element: etree._Element) -> None:
    """Read until when an article is valid (DCMI Period): `end=2025-11-08; scheme=W3C-DTF`."""
    end = _period(entry.account.line(element)).get("end")
    if end and (value := entry.date(element, "expires", end)):
        entry.stated.setdefault("expires", value)


def _period(text: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in _PERIOD.findall(text)}


def _subject(entry: Entry, element: etree._Element) -> None:
    if name := entry.line(element, "keywords"):
        entry.add("keywords", name)


def _audience(entry: Entry, element: etree._Element) -> None:
    if name := entry.line(element, "audience"):
        entry.add("audience", name)


def _keywords(entry: Entry, element: etree._Element) -> None:
    words = [word for one in (entry.line(element, "keywords") or "").split(",") if (word := one.strip())]
    entry.add("keywords", *words)


def _field(name: str, *, line: bool = True) -> Handler:
    def read(entry: Entry, element: etree._Element) -> None:
        entry.state(element, name, line=line)

    return read


# Places


def _place(entry: Entry, element: etree._Element) -> None:
    if entry.place:
        entry.account.drop_text(element, ONE)
    else:
        entry.place = entry.line(element, "located.name")


def _point(entry: Entry, element: etree._Element) -> None:
    """Read a point: latitude and longitude (GeoRSS Simple, and GML)."""
    inner = next((one for one in element.iter(etree.Element) if name_of(one) in ("georss:point", "gml:pos")), None)
    if inner is not None:
        _set_position(entry, [inner], entry.account.line(inner).replace(",", " ").split())


def _latitude(entry: Entry, element: etree._Element) -> None:
    """Read `geo:lat`, with the `geo:long` beside it (W3C Basic Geo)."""
    parent = element.getparent()
    beside = [] if parent is None else [one for one in entry.account.children(parent) if name_of(one) == "geo:long"]
    if beside:
        _set_position(entry, [element, beside[0]], [entry.account.line(element), entry.account.line(beside[0])])


def _geo_point(entry: Entry, element: etree._Element) -> None:
    for one in entry.account.children(element):
        if name_of(one) == "geo:lat":
            _latitude(entry, one)


def _set_position(entry: Entry, elements: list[etree._Element], numbers: list[str]) -> None:
    try:
        north, east = (float(number) for number in numbers)
    except ValueError:
        north = east = _NOWHERE
    is_one = -90 <= north <= 90 and -180 <= east <= 180
    for element in elements:
        if is_one and entry.position is None:
            entry.account.keep_text(element, "located.position")
        else:
            entry.account.drop_text(element, ONE if is_one else "it is no position in degrees")
    if is_one and entry.position is None:
        entry.position = Position(latitude=north, longitude=east)


def _set_place(entry: Entry) -> None:
    """Set where an article was written. A position needs the name of a place."""
    if entry.place:
        entry.stated["located"] = Place(name=entry.place, position=entry.position)
    elif entry.position:
        shown = f"{entry.position.latitude} {entry.position.longitude}"
        entry.account.ledger.not_held("georss:point", shown, "a position needs the name of a place")


# Elements of Atom


def _person(field: str) -> Handler:
    def read(entry: Entry, element: etree._Element) -> None:
        if person := entry.person(element, field):
            if field == "bylines" and person.uri is None and not entry.context.own:
                entry.byline(person.name)
            else:
                entry.add(field, person)

    return read


def _link_of_atom(entry: Entry, element: etree._Element) -> None:
    account = entry.account
    rel = (account.get(element, "rel") or "alternate").removeprefix("http://www.iana.org/assignments/relation/")
    if rel == "alternate" and "url" not in entry.stated:
        if url := entry.iri(element, "href", "url"):
            entry.stated["url"] = url
            for name in ("rel", "type"):
                account.keep(element, name, "url")
        return
    if rel == "enclosure" and not entry.context.own:
        entry.media.enclosure(element, "href")
        return
    title = account.get(element, "title")
    media_type = account.get(element, "type")
    if media_type and check_media_type(media_type):
        media_type = None
    if href := entry.iri(element, "href", "links.href"):
        if title:
            account.keep(element, "title", "links.title")
        if media_type:
            account.keep(element, "type", "links.media_type")
        if account.get(element, "rel"):
            account.keep(element, "rel", "links.rel")
        stated = None if entry.context.own and rel == "related" else rel
        entry.add("links", ItemLink(href=href, rel=stated, media_type=media_type, title=title))


def _content_of_atom(entry: Entry, element: etree._Element, texts: dict[str, list[etree._Element]]) -> None:
    """Read the content of an entry: a text, or the address of one (RFC 4287, section 4.1.3)."""
    account = entry.account
    source = account.get(element, "src")
    if source is None:
        stated = (account.get(element, "type") or "").lower()
        if stated and "/" in stated and not stated.startswith("text/") and not stated.endswith(("+xml", "/xml")):
            account.drop_text(element, "the content is no text")
        else:
            texts.setdefault("atom:content", []).append(element)
    elif kind_of_address(source) or (account.get(element, "type") or "").startswith(("image/", "video/", "audio/")):
        entry.media.enclosure(element, "src")
    elif href := entry.iri(element, "src", "links.href"):
        entry.add("links", ItemLink(href=href, rel="content"))


def _source_of_atom(entry: Entry, element: etree._Element) -> None:
    """Read the feed that an entry was taken from (RFC 4287, section 4.2.11): its title names the provider."""
    for child in entry.account.children(element):
        name = name_of(child)
        if name == "atom:title":
            _publisher(entry, child)
        elif name == "atom:rights":
            entry.state(child, "copyright_notice", line=False)
        elif name == "atom:author" and "bylines" not in entry.stated:
            _person("bylines")(entry, child)


def _control(entry: Entry, element: etree._Element) -> None:
    """Read whether an entry is a draft, which is not for publication (RFC 5023, section 13.1.1)."""
    for draft in entry.account.children(element):
        text = entry.account.line(draft).lower()
        if name_of(draft) == "app:draft" and text in ("yes", "no"):
            entry.account.keep_text(draft, "status")
            if text == "yes" or entry.context.own:
                entry.stated["status"] = "withheld" if text == "yes" else "usable"


def read_own_attributes(entry: Entry) -> None:
    """Read the attributes of an item: its language, and its id in RSS 1.0."""
    account, element = entry.account, entry.element
    if language := entry.language(element, "xml:lang", "language"):
        entry.stated["language"] = language
    about = account.get(element, "about")
    if about and not check_iri(about):
        account.keep(element, "about", "id")
        entry.stated["id"] = about
    account.keep(element, "xml:base", "url")


HANDLERS: Final[Mapping[str, Handler]] = {
    "title": _title,
    "atom:title": _title,
    "dc:title": _field("headline"),
    "dcterms:alternative": _headline_beside,
    "link": _link,
    "feedburner:origLink": _original_link,
    "atom:link": _link_of_atom,
    "guid": _guid,
    "atom:id": _id,
    "dc:identifier": _id,
    "author": Entry.author,
    "dc:creator": Entry.author,
    "itunes:author": _creator_of_podcast,
    "dc:contributor": _contributor,
    "atom:author": _person("bylines"),
    "atom:contributor": _person("contributors"),
    "category": read_category,
    "atom:category": read_term,
    "dc:subject": _subject,
    "keywords": _keywords,
    "itunes:keywords": _keywords,
    "pubDate": _date("pubDate", "published"),
    "dc:date": _date("dc:date", "published"),
    "dcterms:issued": _date("dcterms:issued", "published"),
    "atom:published": _date("atom:published", "published"),
    "atom:issued": _date("atom:issued", "published"),
    "atom:created": _date("atom:created", "published"),
    "atom:updated": _date("atom:updated", "modified"),
    "atom:modified": _date("atom:modified", "modified"),
    "dcterms:modified": _date("dcterms:modified", "modified"),
    "dcterms:created": _created,
    "dcterms:available": _available,
    "dcterms:valid": _valid,
    "dcterms:audience": _audience,
    "dcterms:rightsHolder": _holder,
    "dcterms:license": _license,
    "creativeCommons:license": _license,
    "cc:license": _license,
    "source": _source,
    "atom:source": _source_of_atom,
    "dc:publisher": _publisher,
    "dc:language": _language,
    "dc:rights": _field("copyright_notice", line=False),
    "atom:rights": _field("copyright_notice", line=False),
    "copyright": _field("copyright_notice", line=False),
    "media:copyright": _field("copyright_notice", line=False),
    "georss:featurename": _place,
    "georss:featureName": _place,
    "georss:point": _point,
    "georss:where": _point,
    "geo:Point": _geo_point,
    "geo:lat": _latitude,
    "app:control": _control,
}
"""The function for each element of an item."""

_MEDIA: Final[Mapping[str, Callable[[MediaReader, etree._Element], None]]] = {
    "media:group": MediaReader.group,
    "media:content": MediaReader.content,
    "media:thumbnail": MediaReader.thumbnail,
    "media:description": MediaReader.shared,
    "media:credit": MediaReader.shared,
    "media:keywords": MediaReader.shared,
    "enclosure": MediaReader.enclosure,
    "itunes:image": MediaReader.image,
    "image": MediaReader.image,
    "thumbnail": MediaReader.thumbnail,
}
