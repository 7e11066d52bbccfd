"""NewsComponents: the text of an item in its order, its alternatives, and its media."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any, Final

from lxml import etree

from schemas.article import EdNote, Media, Rendition, RoleText
from schemas.article.body import Block, plain_blocks, split_paragraphs
from schemas.article.parts import MediaKind
from schemas.article.values import LARGEST_INTEGER, check_characters, check_iri, check_media_type, make_line
from schemas.ledger import Ledger
from workers.formats.markup import find_html, read_html
from workers.formats.markup.reading.signatures import without_signature
from workers.formats.markup.reading.text import local_name
from workers.formats.newsml_1.item import Item
from workers.formats.newsml_1.metadata import read_language, read_metadata
from workers.formats.xml.account import Account
from workers.formats.xml.nitf import complete

_KINDS: Final[dict[str, MediaKind]] = {
    **dict.fromkeys(("photo", "picture", "image", "still", "stillimage", "jpeg", "jpg", "png", "tiff"), "picture"),
    **dict.fromkeys(("graphic", "graphics", "infographic", "animation"), "graphic"),
    **dict.fromkeys(("video", "movie", "film", "mpeg4", "mp4"), "video"),
    **dict.fromkeys(("audio", "sound", "mpeg3", "mp3", "wav"), "audio"),
}
_NUMBERS: Final = {
    "width": "width",
    "pixelwidth": "width",
    "height": "height",
    "pixelheight": "height",
    "totalduration": "duration",
    "duration": "duration",
    "sizeinbytes": "size",
    "filesize": "size",
}
# Components by their roles whose text is a field, or none of the article.
_FIELDS: Final = {
    "title": "headline",
    "headline": "headline",
    "subheadline": "headlines",
    "abstract": "description",
    "summary": "description",
    "contact": "ed_notes",
}
# Components by their roles whose text is text of the article, also beside a recording or a picture.
_TEXTS: Final = frozenset(("body", "lead", "story", "script"))
_NO_TEXT: Final = frozenset(("stylesheet", "tweet", "tweettext"))
_ALTERNATIVE: Final = "an alternative of it is the text of the article"
_STATED: Final = "the NewsItem states it"
_NO_ROLE: Final = "its role is no part of the text"
_LISTS: Final = ("alternative_ids", "keywords", "subjects", "headlines", "links", "ed_notes", "corrections", "rights")
DATA: Final = frozenset(("datacontent",))
"""The elements that the account of a NewsItem has apart."""
_NOT_TEXT: Final = "it is encoded, but not as base64 of UTF-8"
# A line that begins with a tab begins a paragraph.
_BREAK: Final = re.compile(r"\n\t")
_INDENT: Final = re.compile(r"^ +(?=[^ \n])", re.MULTILINE)
_REFERENCE: Final = re.compile(r"<NewsComponentRef\b[^<>]{0,200}/>")
_IS_REFERENCE: Final = "it refers to another component"
_MOST_FORMS: Final = 16
_MOST_DEPTH: Final = 64


def read_components(item: Item) -> None:
    """Read the components of an item."""
    blocks: list[Block] = []
    for component in item.account.children(item.element, "newscomponent"):
        blocks += _component(item, component, 0)
    item.stated["blocks"] = without_signature(tuple(blocks), item.account.ledger, "NewsComponent")


def _component(item: Item, component: etree._Element, depth: int) -> list[Block]:
    """Return the text of a component, and read its metadata and media."""
    account = item.account
    if depth and _is_media(component):
        if _is_alone(component):
            read_language(item, component)
            read_metadata(item, component)
        return _media(item, component)
    if depth and (purpose := _role(component)) in (*_FIELDS, *_NO_TEXT):
        _apart(item, component, _FIELDS.get(purpose))
        return []
    read_language(item, component)
    read_metadata(item, component)
    for role in account.children(component, "role"):
        if (account.get(role, "formalname") or "").lower() == "main":
            item.formal_name(role, "format")
    inner = account.children(component, "newscomponent", "newsitem", "contentitem")
    if (account.get(component, "equivalentslist") or "").lower() == "yes" and len(inner) > 1:
        account.keep(component, "equivalentslist", "format")
        inner = _alternatives(item, inner)
    elif _are_translations(inner):
        inner = _alternatives(item, inner)
    blocks: list[Block] = []
    contents = [one for one in inner if local_name(one.tag) == "contentitem"]
    files = {one: None for one in contents if _kind(one)}
    if files:
        # The lines of a component with a text are those of the text.
        lines = [component] if len(files) == len(inner) else []
        _media_of(item, list(files), _caption_of(item, list(files)), lines)
    for one in inner:
        match local_name(one.tag):
            case "contentitem" if one not in files:
                blocks += _text(item, one, blocks if len(contents) <= _MOST_FORMS else ())
            case "newscomponent" if depth < _MOST_DEPTH:
                blocks += _component(item, one, depth + 1)
            case "newsitem":
                for nested in account.children(one, "newscomponent"):
                    blocks += _component(item, nested, depth + 1)
    return blocks


def _role(component: etree._Element) -> str:
    return next(((one.get("FormalName") or "").lower() for one in component.iterchildren("{*}Role")), "")


def _apart(item: Item, component: etree._Element, field: str | None) -> None:
    """Read a component whose text is one field, or none."""
    for data in component.iter("{*}DataContent"):
        inner = Item(Account(component, Ledger(), apart=DATA), data, None, item.topics)
        texts = plain_blocks(_data(inner, data, "paragraphs"))
        text = "\n\n".join(texts)
        if field == "headline":
            text = make_line(text)
        if field == "headlines":
            _data(item, data, "headlines.text")
            item.add(field, *(RoleText(text=make_line(one), role="SubHeadLine") for one in texts))
        elif field == "ed_notes" and text:
            _data(item, data, "ed_notes.text")
            item.add(field, EdNote(text=text, role="Contact"))
        elif field and text and item.stated.get(field) in (None, text):
            _data(item, data, field)
            item.stated[field] = text
        elif text:
            item.account.drop_apart(data, _STATED if field else _NO_ROLE)


def _are_translations(inner: list[etree._Element]) -> bool:
    """Return whether components are all of the text, each in a language of its own."""
    languages = [_language(one) for one in inner if local_name(one.tag) == "newscomponent"]
    return 1 < len(inner) == len(set(languages) - {""}) and all(map(_has_text, inner))


def _alternatives(item: Item, inner: list[etree._Element]) -> list[etree._Element]:
    """Return the alternative that is read: the first with a text, in the language of the item if there is one."""
    media = [one for one in inner if local_name(one.tag) == "contentitem" and _kind(one)]
    if media:
        return inner
    texts = [one for one in inner if _has_text(one)]
    wanted = (item.stated.get("language") or "").lower()
    of_language = [one for one in texts if wanted and _language(one) == wanted]
    chosen = next(iter(of_language or texts or inner))
    for one in inner:
        if one is not chosen:
            item.account.drop_text(one, _ALTERNATIVE)
            for content in one.iter("{*}DataContent"):
                item.account.drop_apart(content, _ALTERNATIVE)
    return [chosen]


def _language(component: etree._Element) -> str:
    stated = component.get("{http://www.w3.org/XML/1998/namespace}lang")
    named = next((str(one.get("FormalName") or "") for one in component.iter("{*}Language")), "")
    return (stated or named).lower().replace("_", "-")


def _has_text(element: etree._Element) -> bool:
    return any("".join(map(str, one.itertext())).strip() for one in element.iter("{*}DataContent"))


def _kind(content: etree._Element) -> MediaKind | None:
    """Return the kind of a content item that is no text."""
    names = ("{*}MediaType", "{*}MimeType", "{*}Format")
    for one in (found for name in names for found in content.iterchildren(name)):
        stated = (one.get("FormalName") or "").lower()
        if kind := _KINDS.get(stated) or _KINDS.get(stated.partition("/")[0]):
            return kind
    return None


def _is_media(component: etree._Element) -> bool:
    """Return whether a component is one media object: all text in it is a caption."""
    kinds = [one for one in component.iter("{*}ContentItem") if _kind(one)]
    if not kinds:
        return False
    own = [one for one in component.iterchildren("{*}NewsComponent") if any(map(_kind, one.iter("{*}ContentItem")))]
    if len(own) > 1 and any(_has_text(one) or next(one.iterchildren("{*}NewsLines"), None) is not None for one in own):
        return False  # several media objects
    if _role(component) not in _KINDS and all(_kind(one) in ("picture", "graphic") for one in kinds):
        inner = component.iterchildren("{*}NewsComponent")
        if any(_role(one) in _TEXTS and _has_text(one) for one in inner):
            return False  # a text with a picture, such as a logo
    roles = [(one.get("FormalName") or "").lower() for one in component.iter("{*}Role")]
    return "main" not in roles[1:] and not (roles[:1] == ["main"] and _has_text(component))


def _is_alone(component: etree._Element) -> bool:
    """Return whether no other component stands beside one, so that its metadata are those of the item."""
    return next(component.itersiblings("{*}NewsComponent", preceding=True), None) is None and (
        next(component.itersiblings("{*}NewsComponent"), None) is None
    )


def _media(item: Item, component: etree._Element) -> list[Block]:
    """Read a media object; return the text of the article in it, such as the script of a recording."""
    files = {one: None for one in component.iter("{*}ContentItem") if _kind(one)}
    blocks: list[Block] = []
    texts: list[str] = []
    lines = {item.account.line(one) for one in component.iter("{*}HeadLine", "{*}Headline")}
    for one in component.iter("{*}ContentItem"):
        parent = one.getparent()
        role = _role(parent) if parent is not None else ""
        for content in one.iter("{*}DataContent") if one not in files else ():
            if role in _FIELDS and make_line(content.text or "") in lines:
                item.account.drop_apart(content, _STATED)
            elif role in _TEXTS:
                blocks += _data(item, content, "paragraphs")
            else:
                texts += plain_blocks(_data(item, content, "media.caption"))
    _media_of(item, list(files), "\n\n".join(texts) or _caption_of(item, list(files)), [component])
    return blocks


def _caption_of(item: Item, files: list[etree._Element]) -> str | None:
    """Take the caption that a property of a file states."""
    for one in (found for file in files for found in item.account.children(file, "property")):
        if (item.account.get(one, "formalname") or "").lower() == "caption":
            item.formal_name(one, "media.caption")
            return item.account.keep(one, "value", "media.caption")
    return None


def _media_of(
    item: Item, files: list[etree._Element], caption: str | None, components: Sequence[etree._Element]
) -> None:
    """Add the media object of some files.

    Args:
        item: the item.
        files: their ContentItems.
        caption: the caption, if it is known.
        components: the components whose NewsLines are those of the media object.
    """
    account = item.account
    renditions = tuple(filter(None, (_rendition(item, one) for one in files)))
    stated: dict[str, Any] = {"caption": caption, "renditions": renditions, "kind": _kind(files[0])}
    for lines in (found for component in components for found in component.iter("{*}NewsLines")):
        for line in account.children(lines, "creditline", "byline"):
            if "credit" not in stated and (text := account.line(line)):
                account.keep_text(line, "media.credit")
                stated["credit"] = text
        for line in account.children(lines, "headline"):
            if caption is None and (text := account.line(line)):
                account.keep_text(line, "media.caption")
                stated["caption"] = caption = text
    if renditions or stated["caption"]:
        item.add("media", Media(**stated))


def _rendition(item: Item, content: etree._Element) -> Rendition | None:
    account = item.account
    href = account.get(content, "href")
    if href is None:
        return None
    if detail := check_iri(href):
        account.drop(content, "href", detail)
        return None
    account.keep(content, "href", "media.renditions.href")
    stated: dict[str, Any] = {}
    for one in account.children(content, "mimetype"):
        value = account.get(one, "formalname")
        if value and not check_media_type(value):
            stated["media_type"] = item.formal_name(one, "media.renditions.media_type")
    for one in account.children(content, "mediatype"):
        item.formal_name(one, "media.kind")
    for characteristics in account.children(content, "characteristics"):
        for size in account.children(characteristics, "sizeinbytes"):
            if (number := _number(account.line(size))) is not None:
                account.keep_text(size, "media.renditions.size")
                stated["size"] = number
        for one in account.children(characteristics, "property"):
            field = _NUMBERS.get((account.get(one, "formalname") or "").lower())
            number = _number(account.get(one, "value") or "")
            if field and number is not None and field not in stated:
                item.formal_name(one, f"media.renditions.{field}")
                account.keep(one, "value", f"media.renditions.{field}")
                stated[field] = number
    parent = content.getparent()
    role = parent.find("{*}Role") if parent is not None else None
    if role is not None and (name := item.formal_name(role, "media.renditions.role")):
        stated["role"] = name
    return Rendition(href=href, **stated)


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) < 17 and int(text) <= LARGEST_INTEGER
    return int(text) if is_number else None


def _text(item: Item, content: etree._Element, before: Sequence[Block]) -> tuple[Block, ...]:
    """Return the text of a content item; nothing if it repeats the text before it in another form."""
    account = item.account
    for one in account.children(content, "mediatype", "mimetype", "format"):
        item.formal_name(one, "format")
    blocks: list[Block] = []
    for data in content.iter("{*}DataContent"):
        inner = Item(Account(content, Ledger(), apart=DATA), data, None, item.topics)
        if before and plain_blocks(_data(inner, data, "paragraphs")) == plain_blocks(before):
            account.drop_apart(data, _ALTERNATIVE)
        else:
            blocks += _data(item, data, "paragraphs")
    return tuple(blocks)


def _data(item: Item, data: etree._Element, field: str) -> tuple[Block, ...]:
    """Return the blocks of a DataContent: NITF, XHTML or other markup, escaped HTML, plain text, base64."""
    account = item.account
    nitf = next((one for one in data.iterchildren(etree.Element) if local_name(one.tag) == "nitf"), None)
    if nitf is not None:
        return _nitf(item, nitf)
    if len(data):
        return account.blocks(data, field)
    raw = data.text or ""
    if not raw.strip():
        return ()
    path = account.path(data)
    encoding = data.getparent()
    if encoding is not None and local_name(encoding.tag) == "encoding":
        notation = (account.get(encoding, "notation") or "").lower()
        if "base64" in notation:
            account.keep(encoding, "notation", "format")
            try:
                raw = base64.b64decode("".join(raw.split()), validate=True).decode()
            except ValueError:
                account.ledger.not_held(path, raw.strip(), _NOT_TEXT)
                return ()
    for reference in dict.fromkeys(_REFERENCE.findall(raw)):
        account.ledger.not_held(path, reference, _IS_REFERENCE)
    raw = _REFERENCE.sub("", raw)
    if html := find_html(raw):
        return read_html(html, account.ledger, path, field=field)
    if detail := check_characters(raw):
        account.ledger.changed(path, raw.strip(), field, f"the text {detail}")
        raw = "".join(one for one in raw if not check_characters(one))
    else:
        account.ledger.kept(path, raw.strip(), field)
    return split_paragraphs(_without_indents(_BREAK.sub("\n\n", raw.replace("\r\n", "\n").replace("\r", "\n"))))


def _without_indents(text: str) -> str:
    """Return a text without the blanks that all of its lines begin with: the steps of the document."""
    first, found, rest = text.partition("\n")
    widths = [len(one) for one in _INDENT.findall(rest)]
    if not widths or len(widths) < sum(bool(line.strip()) for line in rest.split("\n")):
        return text
    return f"{first}{found}" + re.sub(rf"^ {{{min(widths)}}}", "", rest, flags=re.MULTILINE)


def _nitf(item: Item, nitf: etree._Element) -> tuple[Block, ...]:
    """Read a NITF document in an item. What the item states wins."""

    def take(name: str, value: Any) -> bool:
        held = item.stated.get(name)
        if name in _LISTS:
            item.add(name, *value)
        elif (tuple(held) if isinstance(held, list) else held) in (None, (), value):
            item.stated[name] = value
        else:
            return False
        return True

    return complete(nitf, item.account.ledger, item.account.path(nitf), item.zone, take)
