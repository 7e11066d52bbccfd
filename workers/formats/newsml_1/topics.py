"""Topics: the persons, organisations, places and other things that TopicSets describe and items refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from schemas.article.parts import SubjectType
from schemas.article.values import check_qcode, make_line
from workers.formats.markup.reading.text import local_name

_MOST: Final = 100_000
_IPTC: Final = "iptcsubjectcode"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_NAMES: Final = frozenset(("category", "code", "definition", "explanation", "note"))
_TYPES: Final[dict[str, SubjectType]] = {
    "person": "person",
    "people": "person",
    **dict.fromkeys(("organisation", "organization", "company", "party"), "organisation"),
    **dict.fromkeys(("location", "place", "country", "city", "geography", "geographicarea"), "place"),
    "event": "event",
}


class Topic(NamedTuple):
    """One topic: its name, its code and its type."""

    name: str | None
    qcode: str | None
    type: SubjectType | None


class Topics:
    """The topics of a document, by their Duid, and by their FormalName."""

    __slots__ = ("_found", "_names")

    def __init__(self, found: dict[str, Topic] | None = None, names: dict[str, dict[str, str]] | None = None) -> None:
        self._found: dict[str, Topic] = found or {}
        self._names: dict[str, dict[str, str]] = names or {}

    def add(self, topic_set: etree._Element) -> None:
        """Add the topics of a TopicSet."""
        for element in topic_set.iterchildren(etree.Element):
            duid = element.get("Duid")
            if local_name(element.tag) != "topic" or len(self._found) + len(self._names) >= _MOST:
                continue
            if duid:
                self._found[duid] = _topic(element)
            if names := _names(element):
                for code in _codes(element):
                    self._names.setdefault(code, names)

    def within(self, item: etree._Element) -> Topics:
        """Return these topics with those of an item."""
        own = list(item.iter("{*}TopicSet"))
        if not own:
            return self
        topics = Topics(dict(self._found), dict(self._names))
        for topic_set in own:
            topics.add(topic_set)
        return topics

    def find(self, reference: str | None) -> Topic | None:
        """Return the topic of a reference such as "#t1"; None if the document does not have it."""
        return self._found.get(reference.removeprefix("#")) if reference else None

    def named(self, code: str, language: str | None) -> str | None:
        """Return the name of the topic with a FormalName, in this language if it has one; None if there is none."""
        names = self._names.get(code, {})
        return names.get((language or "").lower()) or next(iter(names.values()), None)


def _codes(element: etree._Element) -> Iterator[str]:
    """Yield the FormalNames of a topic; one of the IPTC's subject codes as a QCode."""
    for one in element.iterchildren("{*}FormalName"):
        scheme = (one.get("Scheme") or one.get("Vocabulary") or "").lower()
        code = make_line(one.text or "")
        if code:
            yield f"subj:{code}" if _IPTC in scheme else code


def _names(element: etree._Element) -> dict[str, str]:
    """Return the names of a topic by their languages, in lower case."""
    names: dict[str, str] = {}
    for one in element.iterchildren("{*}Description"):
        text = make_line("".join(map(str, one.itertext())))
        if text and (one.get("Variant") or "").lower() not in _NO_NAMES:
            names.setdefault((one.get(_LANGUAGE) or "").lower(), text)
    return names


def _topic(element: etree._Element) -> Topic:
    name = qcode = None
    type_: SubjectType | None = None
    for one in element.iterchildren(etree.Element):
        match local_name(one.tag):
            case "topictype":
                type_ = _TYPES.get((one.get("FormalName") or "").lower(), type_)
            case "description":
                name = name or make_line("".join(map(str, one.itertext()))) or None
            case "formalname":
                code = make_line(one.text or "")
                stated = f"{one.get('Scheme') or one.get('Vocabulary') or ''}:{code}"
                if code and not check_qcode(stated):
                    qcode = qcode or stated
                elif code and name is None:
                    name = code
    return Topic(name, qcode, type_)
