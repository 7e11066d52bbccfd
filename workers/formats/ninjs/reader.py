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
from schemas.article.languages import check_language
from schemas.article.values import LARGEST_INTEGER, check_iri, make_line
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from workers.formats.json.leaves import is_stated, shown
from workers.formats.json.lines import is_object, read_lines
from workers.formats.json.members import Members, without_forbidden
from workers.formats.json.strict import BOM, LARGEST, DuplicateNameError, JsonError, parse_json
from workers.formats.markup import find_html, read_blocks, read_html
from workers.formats.ninjs.parts import (
    caption_of,
    group_of,
    kind_of_media,
    read_alternative_ids,
    read_associations,
    read_genre,
    read_renditions,
    read_source,
    read_subjects,
)

_KINDS: Final = ("text", "picture", "video", "audio", "graphic", "composite", "component")
_STATUSES: Final = ("usable", "withheld", "canceled")
_MAIN_ROLES: Final = ("main", "headline", "")
_NOT_NEWS: Final = ("event", "planning")
_BODY = re.compile(r"body_\w+")
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
            yield _article(document, value)


def _values(document: Document) -> Iterator[_Value]:
    name = document.name or "articles"
    with document.open() as stream:
        first = stream.readline(LARGEST + 1).removeprefix(BOM)
        while first and not first.strip():
            first = stream.readline(LARGEST + 1)
        if document.first > 1 or is_object(first):
            yield _line(document.first, first)
            for number, line in read_lines(stream, name, limit=LARGEST, first=document.first + 1):
                if line.strip():
                    yield _line(number, line)
            return
        rest = stream.read(LARGEST - len(first) + 1)
    if len(first) + len(rest) > LARGEST:
        reason = f"it has more than {LARGEST:,} bytes in one piece; write an item on each line"
        raise InputError(name, "", reason)
    twice = ""
    try:
        whole = parse_json(first + rest)
    except DuplicateNameError as error:
        whole, twice = error.value, error.name
    except JsonError as error:
        raise InputError(name, f"line {error.line}, column {error.column}", error.reason) from None
    for number, item in enumerate(whole if isinstance(whole, list) else [whole], 1):
        yield _Value(f"article {number}", item, twice=twice)


def _line(number: int, line: bytes) -> _Value:
    try:
        return _Value(f"line {number}", parse_json(line))
    except DuplicateNameError as error:
        return _Value(f"line {number}", error.value, twice=error.name)
    except JsonError as error:
        return _Value(f"line {number}", None, f"{error.reason}, column {error.column}")


def _article(document: Document, value: _Value) -> ReadArticle | UnreadArticle:
    ledger, place = document.ledger(), value.place
    if value.twice:
        ledger.changed(value.twice, "", None, "an object has this name twice; the last one is read")
    item = Members(value.content, ledger, zone=document.reading.zone, any_case=True)
    uri = item.peek("uri")
    id_ = uri if isinstance(uri, str) else None
    if item.peek("type") in _NOT_NEWS or ("eventdetails" in item and not _has_body(item)):
        kind = item.peek("type") if item.peek("type") in _NOT_NEWS else "event"
        reason = f"it is {'an event' if kind == 'event' else 'a planning item'}, which is no news item"
        return UnreadArticle(place=place, reason=reason, id=id_, kind="invalid")
    try:
        return ReadArticle(document.article(_stated(item), ledger, needs_content=False), ledger, place)
    except ArticleError as error:
        return UnreadArticle(place=place, reason=str(error), id=id_, kind="invalid")


def _has_body(item: Members) -> bool:
    return "bodies" in item or any(_BODY.fullmatch(name) and name in item for name in item.names())


def _stated(item: Members) -> dict[str, Any]:
    """Return the fields that an item states."""
    kind = item.one_of("type", "kind", _KINDS)
    language = _language(item)
    fields: dict[str, Any] = {
        "kind": {"component": "text", None: "text"}.get(kind, kind),
        "language": language,
        "version": item.number("version", "version", 1, LARGEST_INTEGER),
        "first_created": item.zoned_moment("firstcreated", "first_created"),
        "version_created": item.zoned_moment("versioncreated", "version_created"),
        "published": item.moment("contentcreated", "published"),
        "embargoed": item.zoned_moment("embargoeduntil" if "embargoeduntil" in item else "embargoed", "embargoed"),
        "expires": item.moment("expires", "expires"),
        "status": item.one_of("pubstatus", "status", _STATUSES),
        "urgency": item.number("urgency", "urgency", 1, 9),
        "profile": item.line("profile", "profile"),
        "slugline": item.line("slugline", "slugline"),
        "byline": item.line("by" if "by" in item else "byline", "byline"),
        "copyright_notice": item.text("copyrightnotice", "copyright_notice"),
        "usage_terms": item.text("usageterms", "usage_terms"),
        "ed_note": item.text("ednote", "ed_note"),
        "copyright_holder": _party(item.line("copyrightholder", "copyright_holder.name")),
        "provider": read_source(item),
        "genre": read_genre(item),
        "subjects": tuple(read_subjects(item)),
        "digital_source_type": _digital_source_type(item),
    }
    if fields["byline"] and (name := name_in(fields["byline"])):
        fields["bylines"] = (Byline(name=name),)
    # The date of the content, or else the date of the item (design of the readers: first, then version).
    fields["published"] = fields["published"] or fields["first_created"] or fields["version_created"]
    if located := item.line("located", "located.name"):
        fields["located"] = _place(located)
    alternative = list(read_alternative_ids(item))
    fields |= _identity(item, alternative)
    fields |= _texts(item, "headlines", "headline", line=True)
    fields |= _texts(item, "descriptions", "description", line=False)
    title = item.line("title", "headline" if not fields.get("headline") else "headlines.text")
    if title and not fields.get("headline"):
        fields["headline"] = title
    elif title and title != fields["headline"]:
        fields["headlines"] = (*fields.get("headlines", ()), RoleText(text=title, role="title"))
    fields |= _content(item, fields)
    _leave_out_counts(item)
    item.end()
    return {name: one for name, one in fields.items() if one not in (None, "", ())}


def _language(item: Members) -> str | None:
    value = item.peek("language")
    if isinstance(value, str) and value.strip() and check_language(value.strip()):
        item.leave_out(item.path_of("language"), item.take("language"), "it is no registered tag of a language")
        return None
    return item.line("language", "language")


def _party(name: str | None) -> Party | None:
    return Party(name=name) if name else None


def _place(name: str) -> Any:

    return Place(name=name)


def _digital_source_type(item: Members) -> str | None:
    value = item.peek("digitalsourcetype")
    if not isinstance(value, dict):
        return item.line("digitalsourcetype", "digital_source_type")
    path = item.path_of("digitalsourcetype")
    item.take("digitalsourcetype")
    inner = item.inside(value, path)
    found = inner.iri("uri", "digital_source_type")
    inner.end()
    return found


def _identity(item: Members, alternative: list[Any]) -> dict[str, Any]:

    uri = item.peek("uri")
    fields: dict[str, Any] = {}
    if is_stated(uri) and not isinstance(uri, dict | list):
        text = make_line(shown(uri))
        if check_iri(text):
            item.take("uri")
            item.ledger.changed("uri", text, "alternative_ids.id", "it is no URI, so it is kept as an alternative id")
            alternative.append(AlternativeId(id=text))
        else:
            fields["id"] = item.line("uri", "id")
    return fields | {"alternative_ids": tuple(alternative)}


def _texts(item: Members, plural: str, single: str, *, line: bool) -> dict[str, Any]:
    """Take the headlines or descriptions: the main one, and the others with their roles."""
    found: list[RoleText] = []
    main = item.line(single, single) if line else None
    for name in [one for one in item.names() if one.startswith(f"{single}_")]:
        role = name.removeprefix(f"{single}_")
        if text := _plain(item, name, f"{plural}.text"):
            found.append(RoleText(text=make_line(text) if line else text, role=role))
    for one in item.objects(plural):
        stated_role, text = one.line("role", f"{plural}.role"), _plain(one, "value", f"{plural}.text")
        language = one.line("language", f"{plural}.language")
        one.keep(one.path_of("contenttype"), one.take("contenttype"), plural)
        _leave_out_counts(one)
        one.end()
        if text:
            found.append(RoleText(text=make_line(text) if line else text, role=stated_role, language=language))
    if main is None and found:
        first = next((one for one in found if (one.role or "") in (*_MAIN_ROLES, "text", "xhtml")), found[0])
        found.remove(first)
        main = first.text
    others = tuple(dict.fromkeys(one for one in found if one.text != main))
    return {single: main, plural: others}


def _plain(item: Members, name: str, field: str) -> str | None:
    """Take a text that may be markup as plain text."""
    path, value = item.path_of(name), item.peek(name)
    html = find_html(value) if isinstance(value, str) else None
    if html is None:
        return item.text(name, field)
    item.take(name)
    item.ledger.kept(path, value, field)
    return "\n\n".join(plain_blocks(read_html(html, item.ledger, path))) or None


def _content(item: Members, fields: dict[str, Any]) -> dict[str, Any]:
    """Take the body, the media and the associated items."""
    made: dict[str, Any] = {}
    blocks = _body(item)
    renditions = read_renditions(item)
    media: list[Media] = []
    kind = fields["kind"]
    if renditions:
        own = kind_of_media(kind, renditions) or "picture"
        caption = fields.pop("description", None) or caption_of(item)
        media.append(Media(kind=own, renditions=renditions, caption=caption, credit=fields["byline"], main=True))  # type: ignore[arg-type]
    links: list[ItemLink] = []
    for one in read_associations(item):
        if isinstance(one, Media):
            media.append(one)
        else:
            links.append(one)
    if kind == "composite":
        made["groups"] = group_of(links)
    else:
        made["links"] = tuple(links)
    if all(isinstance(block, str) for block in blocks):
        made["paragraphs"] = blocks
    else:
        made["blocks"] = blocks
    return made | {"media": tuple(media)}


def _body(item: Members) -> tuple[Block, ...]:
    """Take the richest body; the others say the same in another form, and are named."""
    forms = [
        (_rank(name.removeprefix("body_"), shown(item.peek(name))), name, item, "")
        for name in item.names()
        if _BODY.fullmatch(name) and isinstance(item.peek(name), str) and name in item
    ]
    for one in item.objects("bodies"):
        _leave_out_counts(one)
        role, type_ = shown(one.peek("role") or ""), shown(one.peek("contenttype") or "")
        if isinstance(one.peek("value"), str) and "value" in one:
            forms.append((_rank(f"{type_} {role}", shown(one.peek("value"))), "value", one, role))
        else:
            one.end()
    blocks: tuple[Block, ...] = ()
    # The main role comes first among bodies of one rank, then the first in the source.
    for _, name, members, _ in sorted(forms, key=lambda form: (form[0], form[3].lower() not in _MAIN_ROLES)):
        path = members.path_of(name)
        value = shown(members.take(name))
        if blocks:
            members.ledger.not_held(path, value, _OTHER_FORM)
        else:
            blocks = _read_body(members, value, path)
        if members is not item:
            for described in ("role", "contenttype"):
                members.keep(members.path_of(described), members.take(described), "paragraphs")
            members.end()
    return blocks


def _leave_out_counts(item: Members) -> None:
    for name in ("wordcount", "charcount"):
        path, value = item.path_of(name), item.take(name)
        item.leave_out(path, value, "it is counted again")


def _rank(form: str, value: str) -> int:
    """Return the rank of a form of the body; the lowest is the richest."""
    form = form.lower()
    if "xhtml" in form or "html" in form:
        return 0
    if "nitf" in form or "xml" in form:
        return 1 if _parse_xml(value) is not None else 3
    return 2


def _read_body(item: Members, value: str, path: str) -> tuple[Block, ...]:
    text = without_forbidden(value, path, item.ledger)
    root = _parse_xml(text) if text.lstrip().startswith("<?xml") or "<nitf" in text[:500].lower() else None
    if root is not None:
        content = next((one for one in root.iter() if _local(one) == "body.content"), root)
        return read_blocks(content, item.ledger, path, verbatim=False)
    html = find_html(text)
    if html is not None:
        return read_html(html, item.ledger, path)
    item.ledger.kept(path, text, "paragraphs")
    return split_paragraphs(text.replace("\r\n", "\n"))


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _parse_xml(text: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
