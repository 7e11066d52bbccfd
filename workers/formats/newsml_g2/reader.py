"""Read the newsItems of a NewsML-G2 document of any version, Core or Power, at any place in it.

An item that newsmill wrote reads as the same article. All other items are read by these rules:

- White space around a value is left out, and a run of it with a line feed becomes one blank (see `markup.text`).
- `provider` is itemMeta/provider if it has a name, or else contentMeta/infoSource. A party needs a name. A `literal`
  counts as a name; a party with only a QCode or a URI is left out.
- `contentCreated` and `contentModified` may be incomplete dates. Of a date-time without a zone, the day is kept. A year
  or a month is left out.
- `embargoed` without a time is an embargo whose end is not known: the article is withheld.
- A `pubStatus` other than usable, withheld and canceled (or cancelled) is an error, since it may forbid the use. A
  `signal` of a first version is left out.
- A QCode is kept if the newest IPTC catalog has its alias for the same scheme. Otherwise it becomes a URI, by the
  catalogs of the item. If they do not have its alias, only the name is kept.
- Of values in several languages or roles, the first in the language of the text is read, without a role or (for a
  description) with the role `summary`.
- A link leads to another item, except in items that newsmill wrote, which link to their own address.
- A concept with a QCode and no URI has the URI of its first `sameAs`.
- Words are counted again. `broader` and similar elements are left to the vocabularies.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from lxml import etree

from schemas.article import Byline, Party, Place, Source, Subject, SubjectType
from schemas.article.newscodes import CONCEPT_TYPES, resolve, schemes
from schemas.article.values import check_day_or_moment, check_iri, make_line, shorten
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from workers.formats.markup.text import element_text
from workers.formats.newsml_g2.body_reader import read_body
from workers.formats.xml.parsing import read_elements

# The namespace of NewsML-G2, and a form without its last slash that is common.
NAMESPACES: Final = ("http://iptc.org/std/nar/2006-10-01/", "http://iptc.org/std/nar/2006-10-01")

_NEWS_ITEMS: Final = tuple(f"{{{namespace}}}newsItem" for namespace in NAMESPACES)
_TYPES: Final[dict[str | None, SubjectType]] = {
    **{code: type_ for type_, code in CONCEPT_TYPES.items()},
    "cpnat:poi": "place",  # a point of interest
}
_STATUSES: Final = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_SIGNALS: Final = ("update", "correction")
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_OF_NEWSMILL = re.compile(r"newsmill(, .*)?", re.DOTALL)
_NI_SHA256 = re.compile(r"ni://[^/]*/sha-256;([A-Za-z0-9_-]{43})(\?.*)?")
_YEAR_OR_MONTH = re.compile(r"-?\d{4,}(-\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DIGITS = re.compile(r"\d{1,16}", re.ASCII)
_DAY_LENGTH = 10
_NOTHING: Final = (None, "", ())

_Elements = Sequence[etree._Element]


def read_newsml_g2(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each newsItem of a document.

    Raises:
        InputError: the document is not XML that can be read, or has no newsItem.
    """
    number = 0
    for number, element in enumerate(read_elements(document, _NEWS_ITEMS), document.first_article):
        try:
            ledger = document.ledger()
            yield ReadArticle(document.article(_Item(element).stated(), ledger), ledger)
        except ArticleError as error:
            place = f"newsItem {number}, line {element.sourceline}"
            yield UnreadArticle(place=place, reason=str(error), id=element.get("guid"), kind="invalid")
    if not number:
        raise InputError(document.name or "document", "", "it has no newsItem")


class _Item:
    """One newsItem, and its values in the form of an Article."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element
        self._item = _properties((element,))
        self._meta = _properties(self._item.get("itemMeta", ()))
        self._content = _properties(self._item.get("contentMeta", ()))
        generators = self._meta.get("generator", ())
        self._by_newsmill = bool(generators) and all(_OF_NEWSMILL.fullmatch(each.text or "") for each in generators)
        self._language = self._stated_language()

    def stated(self) -> dict[str, Any]:
        """Return the fields of an Article that the item states.

        Raises:
            ArticleError: the item has no text, or has an unknown value that must not be left out.
        """
        paragraphs = read_body(self._item.get("contentSet", ()), verbatim=self._by_newsmill)
        if not paragraphs:
            raise ArticleError((Fault("", self._without_text()),))
        version = _number("version", self._element.get("version"))
        fields = {
            "paragraphs": paragraphs,
            "id": (self._element.get("guid") or "").strip(),
            "version": version,
            "signal": self._signal() if version and version > 1 else None,
            "bylines": self._bylines(),
            "status": self._status(),
            "language": self._language,
            "provider": self._provider(),
            "url": self._url(),
            "source": self._source(),
        }
        for properties in (self._meta, self._content, _properties(self._item.get("rightsInfo", ()))):
            for name, elements in properties.items():
                if name in _FIELDS:
                    field, read = _FIELDS[name]
                    fields[field] = read(self, elements)
        return {name: value for name, value in fields.items() if value not in _NOTHING}

    def _without_text(self) -> str:
        item_class = next(map(_value, self._meta.get("itemClass", ())), None) or "not stated"
        if any(_properties((content_set,)).get("remoteContent") for content_set in self._item.get("contentSet", ())):
            return f"its content ({item_class}) is elsewhere (remoteContent), and newsmill fetches nothing"
        return f"it has no text that can be read (XHTML, NITF, HTML or plain text); its class is {item_class}"

    # Text

    def _text_of(self, element: etree._Element) -> str:
        return element_text(element, verbatim=self._by_newsmill)

    def _line_of(self, element: etree._Element) -> str:
        text = element.text or ""
        if text.isprintable() and not len(element):
            return text.strip()  # the fast path for most values
        return make_line(element_text(element, verbatim=self._by_newsmill))

    def _text(self, elements: Iterable[etree._Element]) -> str | None:
        """Return the text of the first property that has text."""
        return next(filter(None, map(self._text_of, elements)), None)

    def _line(self, elements: Iterable[etree._Element]) -> str | None:
        return next(filter(None, map(self._line_of, elements)), None)

    def _lines(self, elements: Iterable[etree._Element]) -> tuple[str, ...]:
        return tuple(filter(None, map(self._line_of, elements)))

    def _notes(self, elements: Iterable[etree._Element]) -> str:
        return "\n".join(filter(None, map(self._text_of, elements)))

    def _headline(self, elements: _Elements) -> str | None:
        return self._line(_in_roles(elements, "") or elements)

    def _description(self, elements: _Elements) -> str | None:
        return self._text(_in_roles(elements, "summary", ""))

    # Dates, codes

    def _day_or_moment(self, elements: _Elements) -> str | None:
        stated = self._text(elements)
        if stated is None or _YEAR_OR_MONTH.fullmatch(stated):
            return None
        if check_day_or_moment(stated) and not check_day_or_moment(stated[:_DAY_LENGTH]):
            return stated[:_DAY_LENGTH]
        return stated

    def _urgency(self, elements: _Elements) -> int | None:
        return _number("urgency", self._text(elements))

    def _status(self) -> str | None:
        # newsmill writes a status for an article that states none.
        statuses = [one for one in self._meta.get("pubStatus", ()) if one.get("why") != "why:inferred"]
        stated = next(filter(None, map(_value, statuses)), None)
        status = _STATUSES.get(_code(stated)) if stated else None
        if stated and status is None:
            raise ArticleError((Fault("/status", f"pubStatus {stated!r} is not one of usable, withheld, canceled"),))
        endless = not all(map(self._text_of, self._meta.get("embargoed", ())))
        return "withheld" if endless and status != "canceled" else status

    def _signal(self) -> str | None:
        codes = (_code(_value(signal) or "") for signal in self._meta.get("signal", ()))
        return next((code for code in codes if code in _SIGNALS), None)

    def _stated_language(self) -> str | None:
        tags = [language.get("tag") for language in self._content.get("language", ())]
        stated = next(filter(None, (*tags, self._element.get(_LANG))), None)
        return stated.replace("_", "-") if stated else None

    @cached_property
    def _schemes(self) -> dict[str | None, str | None]:
        """The scheme URI of each alias in the inline catalogs of the item."""
        schemes_of = _properties(self._item.get("catalog", ())).get("scheme", ())
        return {scheme.get("alias"): scheme.get("uri") for scheme in schemes_of}

    # Concepts and parties

    def _name(self, element: etree._Element) -> str | None:
        """Return the name of a concept, in the language of the text if it has one."""
        names = [child for child in element if child.tag in _NAME_TAGS]
        if len(names) > 1 and (wanted := self._language):
            names.sort(key=lambda name: _distance(name.get(_LANG) or "", wanted))
        return self._line(names) if names else None

    def _identity(self, element: etree._Element) -> tuple[str | None, str | None]:
        """Return the QCode of a concept, if the IPTC's catalog resolves it, and its URI."""
        qcode, uri = element.get("qcode"), element.get("uri")
        if not qcode:
            return None, uri
        # newsmill writes a URI other than that of the QCode into a relation.
        uri = uri or next((one.get("uri") for one in element if one.tag in _SAME_AS_TAGS and one.get("uri")), None)
        alias, _, code = qcode.partition(":")
        of_iptc, of_item = schemes().get(alias), self._schemes.get(alias)
        if code and of_iptc and of_item in (None, of_iptc):
            return qcode, uri
        if not uri and of_item and not check_iri(of_item + code):
            uri = of_item + code
        return None, uri

    def _place(self, elements: _Elements) -> Place | None:
        for element in elements:
            name, (qcode, uri) = self._name(element), self._identity(element)
            if name or qcode or uri:
                return Place(name=name, qcode=qcode, uri=uri)
        return None

    def _subjects(self, elements: _Elements) -> tuple[Subject, ...]:
        found = []
        for element in elements:
            name, (qcode, uri) = self._name(element), self._identity(element)
            if name or qcode or uri:
                found.append(Subject(name=name, qcode=qcode, uri=uri, type=_TYPES.get(element.get("type"))))
        return tuple(found)

    def _genre(self, elements: _Elements) -> str | None:
        """Return the first name of a genre, or the first code if none has a name."""
        return next(filter(None, (*map(self._name, elements), *map(_value, elements))), None)

    def _party(self, elements: Iterable[etree._Element]) -> Party | None:
        for element in elements:
            if name := self._party_name(element):
                return Party(name=name, uri=self._party_uri(element))
        return None

    def _party_name(self, element: etree._Element) -> str | None:
        return self._name(element) or make_line(element.get("literal") or "") or None

    def _party_uri(self, element: etree._Element) -> str | None:
        qcode, uri = self._identity(element)
        return uri or (resolve(qcode) if qcode else None)

    def _provider(self) -> Party | None:
        # In an item by newsmill, provider may be the operator. infoSource is the provider that the article states.
        provider = None if self._by_newsmill else self._party(self._meta.get("provider", ()))
        return provider or self._party(self._content.get("infoSource", ()))

    def _bylines(self) -> tuple[Byline, ...]:
        bylines = tuple(
            Byline(name=name, uri=self._party_uri(creator), job_title=self._job_title(creator))
            for creator in self._content.get("creator", ())
            if (name := self._party_name(creator))
        )
        return bylines or tuple(Byline(name=line) for line in self._lines(self._content.get("by", ())))

    def _job_title(self, creator: etree._Element) -> str | None:
        # In other items, a definition describes the person, at any length.
        return self._line(_properties((creator,)).get("definition", ())) if self._by_newsmill else None

    # Links

    def _url(self) -> str | None:
        if not self._by_newsmill:
            return None
        links = self._meta.get("link", ())
        return next((link.get("href") for link in links if link.get("rel") == "irel:seeAlso"), None)

    def _source(self) -> Source | None:
        """Return the document that the text was made from, if a digest identifies it (RFC 6920)."""
        for link in self._meta.get("link", ()):
            if link.get("rel") == "irel:derivedFrom" and (found := _NI_SHA256.fullmatch(link.get("href") or "")):
                return Source(
                    sha256=base64.urlsafe_b64decode(found[1] + "=").hex(),
                    name=self._line(_properties((link,)).get("title", ())),
                    media_type=link.get("contenttype"),
                    size=_number("source/size", link.get("size")),
                )
        return None


# The properties that each give one field: the field, and the function that reads the property.
_FIELDS: Final[Mapping[str, tuple[str, Callable[[_Item, _Elements], Any]]]] = {
    "headline": ("headline", _Item._headline),
    "description": ("description", _Item._description),
    "slugline": ("slugline", _Item._line),
    "dateline": ("dateline", _Item._line),
    "located": ("located", _Item._place),
    "contentCreated": ("published", _Item._day_or_moment),
    "contentModified": ("modified", _Item._day_or_moment),
    "embargoed": ("embargoed", _Item._text),
    "genre": ("genre", _Item._genre),
    "keyword": ("keywords", _Item._lines),
    "subject": ("subjects", _Item._subjects),
    "urgency": ("urgency", _Item._urgency),
    "edNote": ("ed_note", _Item._notes),
    "copyrightHolder": ("copyright_holder", _Item._party),
    "copyrightNotice": ("copyright_notice", _Item._text),
    "usageTerms": ("usage_terms", _Item._text),
}
_OTHER_NAMES: Final = (
    "by catalog contentMeta contentSet creator definition generator infoSource itemClass itemMeta language link name "
    "provider pubStatus remoteContent rightsInfo scheme signal title"
)
_NAMES: Final[dict[Any, str]] = {
    f"{{{namespace}}}{name}": name for namespace in NAMESPACES for name in (*_FIELDS, *_OTHER_NAMES.split())
}
_NAME_TAGS: Final = frozenset(tag for tag, name in _NAMES.items() if name == "name")
_SAME_AS_TAGS: Final = frozenset(f"{{{namespace}}}{name}" for namespace in NAMESPACES for name in ("sameAs", "related"))


def _properties(elements: Iterable[etree._Element]) -> dict[str, list[etree._Element]]:
    """Return the children of some elements that newsmill reads, by their names in the standard."""
    found: dict[str, list[etree._Element]] = {}
    for element in elements:
        for child in element:
            if name := _NAMES.get(child.tag):
                found.setdefault(name, []).append(child)
    return found


def _distance(language: str, wanted: str) -> int:
    """Return the distance of a language from the wanted one: the same, related, or another."""
    if language.lower() == wanted.lower():
        return 0
    return 1 if language.partition("-")[0].lower() == wanted.partition("-")[0].lower() else 2


def _in_roles(elements: _Elements, *roles: str) -> _Elements:
    """Return the properties with one of these roles, in the order of the roles; "" means no role."""
    return [element for role in roles for element in elements if _code(element.get("role") or "") == role]


def _value(element: etree._Element) -> str | None:
    """Return the value of a property without a name."""
    return element.get("qcode") or element.get("uri") or element.get("literal")


def _code(value: str) -> str:
    """Return the code in a QCode or in a concept's URI."""
    return value.rpartition(":")[2].rpartition("/")[2].lower()


def _number(name: str, text: str | None) -> int | None:
    if not text or not text.strip():
        return None
    if not _DIGITS.fullmatch(text.strip()):
        raise ArticleError((Fault(f"/{name}", f"{shorten(text)!r} is not a whole number"),))
    return int(text)
