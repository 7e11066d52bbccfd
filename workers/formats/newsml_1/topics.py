"""Topics: the persons, organisations, places and other things that TopicSets describe and items refer to."""

from __future__ import annotations

from typing import Final, NamedTuple

from lxml import etree

from schemas.article.parts import SubjectType
from schemas.article.values import check_qcode, make_line
from workers.formats.markup.reading.text import local_name

_MOST: Final = 100_000
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
    """The topics of a document, by their Duid."""

    __slots__ = ("_found",)

    def __init__(self, found: dict[str, Topic] | None = None) -> None:
        self._found: dict[str, Topic] = found or {}

    def add(self, topic_set: etree._Element) -> None:
        """Add the topics of a TopicSet."""
        for element in topic_set.iterchildren(etree.Element):
            duid = element.get("Duid")
            if local_name(element.tag) == "topic" and duid and len(self._found) < _MOST:
                self._found[duid] = _topic(element)

    def within(self, item: etree._Element) -> Topics:
        """Return these topics with those of an item."""
        own = list(item.iter("{*}TopicSet"))
        if not own:
            return self
        topics = Topics(dict(self._found))
        for topic_set in own:
            topics.add(topic_set)
        return topics

    def find(self, reference: str | None) -> Topic | None:
        """Return the topic of a reference such as "#t1"; None if the document does not have it."""
        return self._found.get(reference.removeprefix("#")) if reference else None


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
