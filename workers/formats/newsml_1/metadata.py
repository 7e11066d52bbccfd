"""NewsLines and the metadata of a component: headlines, bylines, parties, rights, subjects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lxml import etree

from schemas.article import Byline, EdNote, Party, Place, Position, RoleText, Subject
from schemas.article.bylines import name_in
from schemas.article.languages import check_language
from schemas.article.parts import Concept
from schemas.article.values import make_line
from workers.formats.markup.reading.text import local_name
from workers.formats.newsml_1.item import ONE, Item
from workers.formats.newsml_1.management import read_signal

_KEYWORDS = re.compile(r"[,;]")
_DESCRIPTIONS: Final = frozenset(("summary", "abstract", "caption", "lead", "teaser", "description"))
_NOTES: Final = frozenset(("editorialnote", "note", "ednote", "advisory", "advisoryline", "editorsnote"))
_SUBJECTS: Final = ("subject", "subjectmatter", "subjectdetail")
_DEGREES: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,15})?", re.ASCII)
_PLACES: Final = ("city", "sublocation", "countryarea", "state", "province", "region", "country", "countryname")


def read_metadata(item: Item, component: etree._Element) -> None:
    """Read the lines and the metadata of a component. What an outer component states wins."""
    account = item.account
    for metadata in account.children(component, "descriptivemetadata"):
        _each(item, metadata, _DESCRIPTIVE)
    for lines in account.children(component, "newslines"):
        _each(item, lines, _LINES)
    for metadata in account.children(component, "administrativemetadata"):
        _each(item, metadata, _ADMINISTRATIVE)
    for rights in account.children(component, "rightsmetadata"):
        _rights(item, rights)
    for comment in account.children(component, "comment"):
        _comment(item, comment)


def _each(item: Item, parent: etree._Element, readers: Mapping[str, Callable[[Item, etree._Element], object]]) -> None:
    for element in item.account.children(parent):
        if read := readers.get(local_name(element.tag)):
            read(item, element)


def read_language(item: Item, element: etree._Element, name: str = "xml:lang") -> None:
    """Take the language in an attribute of an element. What was taken before wins."""
    value = item.account.get(element, name)
    if value is None:
        return
    tag = value.replace("_", "-")
    if detail := check_language(tag):
        item.account.drop(element, name, detail)
    elif item.stated.get("language") not in (None, tag):
        item.account.drop(element, name, ONE)
    else:
        item.stated["language"] = tag
        if name == "formalname":
            item.formal_name(element, "language")
        else:
            item.account.keep(element, name, "language")


def _language(item: Item, element: etree._Element) -> None:
    read_language(item, element, "formalname")


def _headline(role: str | None) -> Callable[[Item, etree._Element], None]:
    def read(item: Item, element: etree._Element) -> None:
        line = item.account.line(element)
        if not line:
            return
        if role is None and item.stated.get("headline") in (None, line):
            item.account.keep_text(element, "headline")
            item.stated["headline"] = line
            return
        item.account.keep_text(element, "headlines.text")
        language = (item.account.get(element, "xml:lang") or "").replace("_", "-") or None
        if language and not check_language(language):
            item.account.keep(element, "xml:lang", "headlines.language")
        else:
            language = None
        item.add("headlines", RoleText(text=line, role=role, language=language))

    return read


def _byline(item: Item, element: etree._Element) -> None:
    line = item.account.line(element)
    if not line:
        return
    if item.stated.get("byline"):
        item.account.drop_text(element, ONE)
        return
    item.account.keep_text(element, "byline")
    item.stated["byline"] = line
    title = None
    parent = element.getparent()
    for one in item.account.children(parent, "bylinetitle") if parent is not None else ():
        title = item.account.line(one)
        item.account.keep_text(one, "bylines.job_title")
    if name := name_in(line):
        item.add("bylines", Byline(name=name, job_title=title or None))
    elif title:
        item.stated["byline"] = f"{line}, {title}"


def _keywords(item: Item, element: etree._Element) -> None:
    if line := item.account.line(element):
        item.account.keep_text(element, "keywords")
        item.add("keywords", *filter(None, map(make_line, _KEYWORDS.split(line))))


def _line(field: str, *, text: bool = False) -> Callable[[Item, etree._Element], object]:
    def read(item: Item, element: etree._Element) -> None:
        item.take_line(element, field, text=text)

    return read


def _news_line(item: Item, element: etree._Element) -> None:
    """Read a line of a type of its own: a summary or a note. Some put the headline into one."""
    for line in item.account.children(element, "headline"):
        _headline(None)(item, line)
    types = item.account.children(element, "newslinetype")
    type_ = (item.account.get(types[0], "formalname") or "").lower().replace(" ", "") if types else ""
    field = "description" if type_ in _DESCRIPTIONS else "ed_note" if type_ in _NOTES else None
    if field is None:
        return
    for line in item.account.children(element, "newslinetext"):
        if item.take_line(line, field, text=True):
            item.formal_name(types[0], field)


def _comment(item: Item, element: etree._Element) -> None:
    """Read a comment on a component, such as when its embargo ends, as a note to editors."""
    text = item.account.text(element)
    if not text:
        return
    field = "ed_notes" if item.stated.get("ed_note", text) != text else "ed_note"
    item.account.keep_text(element, field)
    if field == "ed_note":
        item.stated[field] = text
    else:
        item.add(field, EdNote(text=text))


def _parties(item: Item, element: etree._Element, field: str) -> list[str]:
    """Return the names of the parties in an element, and take them as a field."""
    names = []
    for party in item.account.children(element, "party"):
        topic = item.topics.find(item.account.get(party, "topic"))
        name = item.account.get(party, "formalname")
        if topic and topic.name:
            item.account.keep(party, "topic", f"{field}.name")
            names.append(topic.name)
        elif name:
            item.formal_name(party, f"{field}.name")
            names.append(name)
    return names


def _provider(item: Item, element: etree._Element) -> None:
    if "provider" not in item.stated:
        for name in _parties(item, element, "provider")[:1]:
            item.stated["provider"] = Party(name=name)


def _creator(item: Item, element: etree._Element) -> None:
    field = "contributors" if item.stated.get("byline") else "bylines"
    known = {one.name for one in item.stated.get("bylines", ())}
    item.add(field, *(Byline(name=name) for name in _parties(item, element, field) if name not in known))


def _contributor(item: Item, element: etree._Element) -> None:
    item.add("contributors", *(Byline(name=name) for name in _parties(item, element, "contributors")))


def _rights(item: Item, rights: etree._Element) -> None:
    for holder in item.account.all("copyright/copyrightholder", rights):
        line = item.account.line(holder)
        if line and item.stated.get("copyright_holder") in (None, Party(name=line)):
            item.account.keep_text(holder, "copyright_holder.name")
            item.stated["copyright_holder"] = Party(name=line)
    for limitations in item.account.all("usagerights/limitations", rights):
        item.take_line(limitations, "usage_terms", text=True)


def _genre(item: Item, element: etree._Element) -> None:
    value = item.account.get(element, "formalname")
    if value and item.stated.get("genre") in (None, value):
        item.stated["genre"] = item.formal_name(element, "genre")


def _subject_code(item: Item, element: etree._Element) -> None:
    """Read the subject, the matter and the detail of an IPTC subject code: each of them is a subject."""
    for one in item.account.children(element, *_SUBJECTS):
        if name := item.account.get(one, "formalname"):
            is_code = len(name) == 8 and name.isascii() and name.isdecimal()
            item.formal_name(one, "subjects.qcode" if is_code else "subjects.name")
            topic = item.topics.named(f"subj:{name}" if is_code else name, item.stated.get("language"))
            item.add("subjects", Subject(name=topic, qcode=f"subj:{name}") if is_code else Subject(name=topic or name))


def _occurrence(item: Item, element: etree._Element) -> None:
    topic = item.topics.find(item.account.get(element, "topic"))
    if topic and (topic.name or topic.qcode):
        item.account.keep(element, "topic", "subjects")
        item.add("subjects", Subject(name=topic.name, qcode=topic.qcode, type=topic.type))


def _location(item: Item, element: etree._Element) -> None:
    """Read a place, by its parts from the narrowest to the widest."""
    found: dict[str, tuple[etree._Element, str]] = {}
    for one in item.account.children(element, "property"):
        name, value = item.account.get(one, "formalname"), item.account.get(one, "value")
        if name and value and name.lower() in _PLACES:
            found.setdefault(name.lower(), (one, value))
    parts = [found[name] for name in _PLACES if name in found]
    if not parts:
        return
    is_origin = (item.account.get(element, "howpresent") or "").lower() == "origin" and "located" not in item.stated
    field = "located" if is_origin else "subjects"
    for number, (one, _) in enumerate(parts):
        inner = f"{field}.broader.name" if number else f"{field}.name"
        item.formal_name(one, inner)
        item.account.keep(one, "value", inner)
    wider = tuple(Concept(name=value) for _, value in parts[1:])
    if is_origin:
        item.account.keep(element, "howpresent", field)
    position = _position(item, element, f"{field}.position")
    if is_origin:
        item.stated["located"] = Place(name=parts[0][1], broader=wider, position=position)
    else:
        item.add("subjects", Subject(name=parts[0][1], type="place", broader=wider, position=position))


def _position(item: Item, location: etree._Element, field: str) -> Position | None:
    found = {}
    for one in item.account.children(location, "property"):
        name, value = item.account.get(one, "formalname"), item.account.get(one, "value")
        if name and value and _DEGREES.fullmatch(value):
            found[name.lower()] = one, float(value)
    north, east = found.get("latitude"), found.get("longitude")
    if north is None or east is None or abs(north[1]) > 90 or abs(east[1]) > 180:
        return None
    for one in (north[0], east[0]):
        item.formal_name(one, field)
        item.account.keep(one, "value", field)
    return Position(latitude=north[1], longitude=east[1])


def _interest(item: Item, element: etree._Element) -> None:
    if name := item.formal_name(element, "audience"):
        item.add("audience", name)


def _property(item: Item, element: etree._Element) -> None:
    name, value = item.account.get(element, "formalname"), item.account.get(element, "value")
    if name and value and name.lower() in ("keyword", "keywords"):
        item.formal_name(element, "keywords")
        item.account.keep(element, "value", "keywords")
        item.add("keywords", *filter(None, map(make_line, _KEYWORDS.split(value))))
    elif name and value and name.lower() == "version" and read_signal(item, element, "value"):
        item.formal_name(element, "signals")
    elif name and value and name.lower() == "topic":
        item.formal_name(element, "subjects.name")
        item.account.keep(element, "value", "subjects.name")
        item.add("subjects", Subject(name=value))


_Readers = dict[str, Callable[[Item, etree._Element], Any]]
_LINES: Final[_Readers] = {
    "headline": _headline(None),
    "subheadline": _headline("SubHeadLine"),
    "byline": _byline,
    "dateline": _line("dateline"),
    "creditline": _line("credit_line"),
    "copyrightline": _line("copyright_notice", text=True),
    "rightsline": _line("usage_terms", text=True),
    "slugline": _line("slugline"),
    "keywordline": _keywords,
    "newsline": _news_line,
}
_ADMINISTRATIVE: Final[_Readers] = {
    "provider": _provider,
    "creator": _creator,
    "source": _provider,
    "contributor": _contributor,
}
_DESCRIPTIVE: Final[_Readers] = {
    "language": _language,
    "genre": _genre,
    "subjectcode": _subject_code,
    "ofinterestto": _interest,
    "location": _location,
    "topicoccurrence": _occurrence,
    "property": _property,
}
