"""Read ninjs 1.0 to 3.1: one item, a list of items, or an item on each line.

The names of a version in any case are read, and all versions alike: `person` and `people`, `body_html` and `bodies`.
Of several bodies the richest is read; the others say the same in another form. An item may be a headline alone. Events
and plannings are no news items, and are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from lxml import etree

from schemas.article import AlternativeId, Byline, ItemLink, Media, Party, Place, RoleText, split_paragraphs
from schemas.article.body import Block, plain_blocks
from schemas.article.bylines import name_in
from schemas.article.dates import is_zoned, read_moment
from schemas.article.languages import check_language
from schemas.article.values import LARGEST_INTEGER, UUID, check_iri, make_line
from schemas.bounds import LARGEST_DOCUMENT, read_piece
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from schemas.ledger import Ledger
from workers.formats.json.leaves import is_stated, shown
from workers.formats.json.lines import is_object, read_lines
from workers.formats.json.members import Members, each, without_forbidden
from workers.formats.json.strict import BOM, DuplicateNameError, JsonError, parse_json
from workers.formats.markup import find_html, read_blocks, read_html
from workers.formats.markup.reading.signatures import without_byline, without_headline
from workers.formats.markup.reading.text import unescape
from workers.formats.ninjs.names import ALT, CAPTION, CREDIT, URL, is_link
from workers.formats.ninjs.reading.associations import group_of, kind_of_media, read_associations, read_renditions
from workers.formats.ninjs.reading.parts import (
    read_alternative_ids,
    read_authors,
    read_genre,
    read_keywords,
    read_rights,
    read_services,
    read_source,
    read_subjects,
)
from workers.formats.ninjs.reading.texts import MAIN_ROLES, MAIN_TEXTS, leave_out_counts, read_texts

_KINDS: Final = ("text", "picture", "video", "audio", "graphic", "composite", "component")
_STATUSES: Final = ("usable", "withheld", "canceled")
_NOT_NEWS: Final = ("event", "planning")
_BODY = re.compile(r"body_\w+")
_PLAIN_RANK: Final = 2
_DEEPEST_ANSWER: Final = 3
_FORMAT: Final = "format"
_SOURCE_TYPE = re.compile(r"https?://cv\.iptc\.org/newscodes/digitalsourcetype/")
_OTHER_FORM: Final = "it is another form of the body that is read"


class _Value(NamedTuple):
    place: str
    content: Any
    error: str = ""
    twice: str = ""


def read_ninjs(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a document; an UnreadArticle for an item that is no article.

    Raises:
        InputError: the document is not JSON.
    """
    for value in _values(document):
        if value.error:
            yield UnreadArticle(place=value.place, reason=value.error)
        elif not isinstance(value.content, dict):
            yield UnreadArticle(place=value.place, reason="it is not a JSON object; an item of ninjs is one")
        else:
            try:
                yield _article(document, value)
            except Exception as error:
                uri = value.content.get("uri", value.content.get("guid"))
                yield UnreadArticle.of(error, value.place, uri if isinstance(uri, str) else None)


def _values(document: Document) -> Iterator[_Value]:
    name = document.name or "articles"
    with document.open() as stream:
        first = stream.readline(LARGEST_DOCUMENT + 1).removeprefix(BOM)
        while first and not first.strip():
            first = stream.readline(LARGEST_DOCUMENT + 1)
        if document.first > 1 or is_object(first):
            yield from _line(document.first, first)
            for number, line in read_lines(stream, name, first=document.first + 1):
                if line.strip():
                    yield from _line(number, line)
            return
        piece = read_piece(stream, name, "write an item on each line", first=first)
    twice = ""
    try:
        whole = parse_json(piece)
    except DuplicateNameError as error:
        whole, twice = error.value, error.name
    except JsonError as error:
        raise InputError(name, f"line {error.line}, column {error.column}", error.reason) from None
    for number, item in enumerate(_items(whole), 1):
        yield _Value(f"article {number}", item, twice=twice)


def _items(whole: Any) -> list[Any]:
    """Return the items of a document: a list, an item alone, or the items in the answer of a service."""
    found, inner = whole, whole
    for _ in range(_DEEPEST_ANSWER):
        if not isinstance(inner, dict) or _has_id(inner):
            break
        lists = [one for one in inner.values() if isinstance(one, list) and one and all(map(_is_item, one))]
        if lists:
            return [one.get("item", one) if not _has_id(one) else one for one in lists[0]]
        inner = inner.get("item", inner.get("data"))
        found = inner if _has_id(inner) else found
    return found if isinstance(found, list) else [found]


def _is_item(value: Any) -> bool:
    """Return whether a value is an item, or the answer of a service with one item."""
    return _has_id(value) or (isinstance(value, dict) and _has_id(value.get("item")))


def _has_id(value: Any) -> bool:
    return isinstance(value, dict) and ("uri" in value or "guid" in value)


def _line(number: int, line: bytes) -> Iterator[_Value]:
    """Yield the item of a line, or the items in the answer of a service that stands on one line."""
    place, twice = f"line {number}", ""
    try:
        whole = parse_json(line)
    except DuplicateNameError as error:
        whole, twice = error.value, error.name
    except JsonError as error:
        yield _Value(place, None, f"{error.reason}, column {error.column}")
        return
    items = _items(whole) if isinstance(whole, dict) else [whole]
    for at, item in enumerate(items, 1):
        yield _Value(place if len(items) == 1 else f"{place}, article {at}", item, twice=twice)


def _article(document: Document, value: _Value) -> ReadArticle | UnreadArticle:
    ledger, place = document.ledger(), value.place
    if value.twice:
        ledger.changed(value.twice, "", None, "an object has this name twice; the last one is read")
    item = Members(value.content, ledger, zone=document.reading.zone, any_case=True)
    uri = item.peek(_id_name(item))
    id_ = uri if isinstance(uri, str) else None
    if item.peek("type") in _NOT_NEWS or ("eventdetails" in item and not _has_body(item)):
        kind = item.peek("type") if item.peek("type") in _NOT_NEWS else "event"
        reason = f"it is {'an event' if kind == 'event' else 'a planning item'}, which is no news item"
        return UnreadArticle(place=place, reason=reason, id=id_, kind="invalid")
    return ReadArticle(
        document.article(_stated(item, document.reading.zone), ledger, needs_content=False), ledger, place
    )


def _has_body(item: Members) -> bool:
    return "bodies" in item or any(_BODY.fullmatch(name) and name in item for name in item.names())


def _stated(item: Members, zone: str | None) -> dict[str, Any]:
    """Return the fields that an item states."""
    kind = item.one_of("type", "kind", _KINDS)
    language = _language(item)
    published = _published(item, zone)
    fields: dict[str, Any] = {
        "kind": {"component": "text", None: "text"}.get(kind, kind),
        "language": language,
        "version": item.number("version", "version", 1, LARGEST_INTEGER),
        "first_created": item.zoned_moment("firstcreated", "first_created"),
        "version_created": item.zoned_moment("versioncreated", "version_created"),
        "published": published,
        "embargoed": item.zoned_moment("embargoeduntil" if "embargoeduntil" in item else "embargoed", "embargoed"),
        "expires": item.moment("expires", "expires"),
        "status": item.one_of("pubstatus", "status", _STATUSES),
        "urgency": item.number("urgency", "urgency", 1, 9),
        "profile": item.line("profile", "profile"),
        "slugline": item.line("slugline", "slugline"),
        "byline": item.line("by" if "by" in item else "byline", "byline"),
        "copyright_notice": item.text("copyrightnotice", "copyright_notice"),
        "usage_terms": _usage_terms(item),
        "ed_note": item.text("ednote", "ed_note"),
        "copyright_holder": _party(item.line("copyrightholder", "copyright_holder.name")),
        "provider": read_source(item) or _party(item.line("source", "provider.name")),
        "genre": read_genre(item),
        "digital_source_type": _digital_source_type(item),
    }
    keywords: list[str] = []
    fields["subjects"] = tuple(read_subjects(item, keywords))
    fields["keywords"] = tuple(dict.fromkeys((*keywords, *read_keywords(item))))
    fields["services"] = tuple(dict.fromkeys(read_services(item)))
    fields |= read_authors(item, fields["byline"])
    if rights := read_rights(item, fields["usage_terms"]):
        fields["rights"] = (rights,)
    for name in ("$standard", "standard"):
        item.keep(item.path_of(name), item.take(name), _FORMAT)
    if fields["byline"] and (author := name_in(fields["byline"])):
        fields["bylines"] = (Byline(name=author),)
    # The date of the content, or else the date of the item (design of the readers: first, then version).
    fields["published"] = fields["published"] or fields["first_created"] or fields["version_created"]
    if located := item.line("located", "located.name"):
        fields["located"] = Place(name=located)
    alternative = list(read_alternative_ids(item))
    fields |= _identity(item, alternative)
    headline, headlines, _ = read_texts(item, "headlines", "headline", line=True)
    title = item.line("title", "headline" if headline is None else "headlines.text")
    if title and headline is None:
        headline = RoleText(text=title)
    elif title and headline and title != headline.text:
        headlines.append(RoleText(text=title, role="title"))
    fields |= {"headline": headline and headline.text, "headlines": tuple(headlines)}
    fields |= _content(item, fields["kind"], fields["byline"], fields["headline"])
    leave_out_counts(item)
    item.end()
    return {name: one for name, one in fields.items() if one not in (None, "", ())}


def _language(item: Members) -> str | None:
    value = item.peek("language")
    if isinstance(value, str) and value.strip() and check_language(value.strip()):
        item.leave_out(item.path_of("language"), item.take("language"), "it is no registered tag of a language")
        return None
    return item.line("language", "language")


def _published(item: Members, zone: str | None) -> str | None:
    """Take the date of the content, or else the first date of the item that states no zone: no other field holds it."""
    found = item.moment("contentcreated", "published")
    if found is None:
        found = item.moment("firstpublished", "published")  # of newsrooms that state it beside the standard
    for name in ("firstcreated", "versioncreated"):
        stated = item.peek(name)
        value = read_moment(stated, zone).value if found is None and isinstance(stated, str) else None
        if value and not is_zoned(value):
            found = item.moment(name, "published")
    return found


def _usage_terms(item: Members) -> str | None:
    """Take the usage terms: a text, or a list of texts as some newsrooms state them."""
    value = item.peek("usageterms")
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return item.text("usageterms", "usage_terms")
    path = item.path_of("usageterms")
    terms = [without_forbidden(one, at, item.ledger).strip() for at, one in each(item.take("usageterms"), path)]
    item.keep(path, value, "usage_terms")
    return "\n".join(filter(None, terms)) or None


def _party(name: str | None) -> Party | None:
    return Party(name=name) if name else None


def _digital_source_type(item: Members) -> str | None:
    value = item.peek("digitalsourcetype")
    if not isinstance(value, dict):
        return item.line("digitalsourcetype", "digital_source_type")
    # The Article holds the IPTC's types as QCodes, as most sources state them.
    path = item.path_of("digitalsourcetype")
    item.take("digitalsourcetype")
    inner = item.inside(value, path)
    found = inner.iri("uri", "digital_source_type") or inner.line("literal", "digital_source_type")
    inner.end()
    return _SOURCE_TYPE.sub("digsrctype:", found) if found else None


def _id_name(item: Members) -> str:
    return "guid" if "uri" not in item and "guid" in item else "uri"


def _identity(item: Members, alternative: list[Any]) -> dict[str, Any]:
    name = _id_name(item)
    uri = item.peek(name)
    fields: dict[str, Any] = {}
    if is_stated(uri) and not isinstance(uri, dict | list):
        text = make_line(shown(uri))
        if UUID.fullmatch(text):
            item.take(name)
            fields["id"] = f"urn:uuid:{text.lower()}"
            item.ledger.changed(name, text, "id", "a UUID alone is no URI; urn:uuid: is put before it")
        elif check_iri(text):
            item.take(name)
            item.ledger.changed(name, text, "alternative_ids.id", "it is no URI, so it is kept as an alternative id")
            alternative.append(AlternativeId(id=text))
        else:
            fields["id"] = item.line(name, "id")
    addresses = [one for one in alternative if one.type == URL and not check_iri(one.id)]
    if addresses:
        fields["url"] = addresses[0].id
        alternative.remove(addresses[0])
    return fields | {"alternative_ids": tuple(alternative)}


def _content(item: Members, kind: str, byline: str | None, headline: str | None) -> dict[str, Any]:
    """Take the body, the media, the associated items, and the descriptions."""
    media: list[Media] = []
    renditions = read_renditions(item)
    roles = (CREDIT, CAPTION, ALT) if renditions else (CREDIT,)
    described, descriptions, texts = read_texts(item, "descriptions", "description", line=False, apart=roles)
    if renditions:
        own: Any = kind_of_media(kind, renditions) or "picture"
        caption, alt, credit = texts.get(CAPTION), texts.get(ALT), byline or texts.get(CREDIT)
        if described and caption is None and described.role != "main" and (described.role or "") in MAIN_TEXTS:
            # The description of a picture is its caption, unless the item has both.
            caption, described = described.text, None
        media.append(Media(kind=own, renditions=renditions, caption=caption, credit=credit, alt=alt, main=True))
    links: list[ItemLink] = []
    members: list[ItemLink] = []
    for name, one in read_associations(item):
        if isinstance(one, Media):
            media.append(one)
        else:
            (members if kind == "composite" and not is_link(name) else links).append(one)
    blocks = _body(item, byline, headline)
    return {
        "credit_line": make_line(texts.get(CREDIT, "")),
        "description": described and described.text,
        "descriptions": tuple(descriptions),
        "groups": group_of(members),
        "links": tuple(links),
        "media": tuple(media),
        "paragraphs" if all(isinstance(block, str) for block in blocks) else "blocks": blocks,
    }


class _Form(NamedTuple):
    """A form of the body: the object that holds it, its name in it, its rank, its role and its text."""

    members: Members
    name: str
    rank: int
    role: str
    text: str


def _body(item: Members, byline: str | None, headline: str | None) -> tuple[Block, ...]:
    """Take the richest body. The others say the same in another form: what differs from it is named."""
    forms = [
        _Form(item, name, _rank(name.removeprefix("body_"), value), "", value)
        for name in item.names()
        if _BODY.fullmatch(name) and isinstance(value := item.peek(name), str) and name in item
    ]
    for one in item.objects("bodies"):
        leave_out_counts(one)
        role, type_, value = shown(one.peek("role") or ""), shown(one.peek("contenttype") or ""), one.peek("value")
        if isinstance(value, str) and "value" in one:
            forms.append(_Form(one, "value", _rank(f"{type_} {role}", value), role, value))
        else:
            one.end()
    if not forms:
        return ()
    # The main role comes first among bodies of one rank, then the first in the source.
    first, *others = sorted(forms, key=lambda form: (form.rank, form.role.lower() not in MAIN_ROLES))
    plain = next((one.text for one in others if one.rank == _PLAIN_RANK), None)
    path = first.members.path_of(first.name)
    blocks = _exact(first.text, plain) if plain and first.rank == 0 else ()
    is_exact = bool(blocks)
    if is_exact:
        item.ledger.kept(path, first.text, "paragraphs")
    else:
        blocks = _read_body(first.members, first.text, path, is_html=first.rank == 0)
    same = plain if is_exact else None
    words = "" if all(form.text == same for form in others) else "".join("".join(plain_blocks(blocks)).split())
    for form in (first, *others):
        members, path = form.members, form.members.path_of(form.name)
        members.take(form.name)
        if (
            form is not first
            and form.rank == _PLAIN_RANK
            and (form.text == same or "".join(form.text.split()) == words)
        ):
            members.ledger.kept(path, form.text, "paragraphs")
        elif form is not first:
            members.ledger.not_held(path, form.text, _OTHER_FORM)
        if members is not item:
            for named in ("role", "contenttype"):
                members.keep(members.path_of(named), members.take(named), "paragraphs")
            members.end()
    if is_exact:
        return blocks
    # The pages of some newsrooms repeat both.
    return without_byline(without_headline(blocks, headline, item.ledger), byline, item.ledger)


def _exact(html: str, plain: str) -> tuple[Block, ...]:
    """Return the blocks of XHTML with all its white space, if that gives the plain text of the item; else nothing."""
    root = _parse_xml(f"<body>{html}</body>")
    if root is None:
        return ()
    blocks = read_blocks(root, Ledger(), "", verbatim=True)
    return blocks if "\n\n".join(plain_blocks(blocks)) == plain else ()


def _rank(form: str, value: str) -> int:
    """Return the rank of a form of the body; the lowest is the richest."""
    form = form.lower()
    if "xhtml" in form or "html" in form:
        return 0
    if "nitf" in form or "xml" in form:
        return 1 if _parse_xml(value) is not None else 3
    return _PLAIN_RANK


def _read_body(item: Members, value: str, path: str, *, is_html: bool) -> tuple[Block, ...]:
    text = without_forbidden(value, path, item.ledger)
    root = _parse_xml(text) if text.lstrip().startswith("<?xml") or "<nitf" in text[:500].lower() else None
    if root is not None:
        content = next((one for one in root.iter() if _local(one) == "body.content"), root)
        return read_blocks(content, item.ledger, path, verbatim=False)
    html = find_html(text)
    if html is not None:
        return read_html(html, item.ledger, path)
    item.ledger.kept(path, text, "paragraphs")
    return split_paragraphs((unescape(text) if is_html else text).replace("\r\n", "\n"))


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _parse_xml(text: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
