"""The rules of NewsML-G2 about properties: each a small function, found by the name of an attribute or an element.

A rule about several elements is checked when the walk over an item ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from schemas.article.dates import is_zoned
from schemas.article.languages import find_language_fault
from schemas.article.values import check_media_type, shorten
from workers.formats.newsml_g2.checks.codes import Aliases, same_concept
from workers.formats.newsml_g2.checks.report import Report
from workers.formats.newsml_g2.checks.vocabularies import (
    ANCESTOR,
    CODED,
    CONCEPTS,
    DEPRECATED,
    DIRECT,
    IDREFS,
    IDS,
    ITEM_CLASSES,
    LINKS,
    NAR,
    NO_QCODES,
    PAIRED,
    QCODE_LISTS,
    QCODES,
    RIGHTS_SCHEMES,
    TOOL,
)
from workers.formats.xml.value_types import BUILT_IN

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_ANY: Final = f"{{{NAR}}}*"
_NAME: Final = f"{{{NAR}}}name"
_BAG: Final = f"{{{NAR}}}bag"
_BROADER: Final = f"{{{NAR}}}broader"
_TAG_START: Final = len(NAR) + 2


class ItemWalk:
    """The facts of an item, or of the header of a message, that the walk over its elements collects."""

    def __init__(self, aliases: Aliases, report: Report) -> None:
        self.aliases = aliases
        self.report = report
        self.ids: set[str] = set()
        self.references: list[tuple[etree._Element, str, str]] = []
        self.literals: set[str] = set()
        self.asserted: list[tuple[etree._Element, str]] = []
        self.reasons: list[tuple[etree._Element, str]] = []
        self.tools: list[etree._Element] = []
        self.texts: dict[str, tuple[etree._Element, str]] = {}
        self.concepts: dict[str, str | None] = {}
        self.signals: set[str | None] = set()
        self.targets: list[str] = []

    def concept(self, element: etree._Element) -> str | None:
        """Return the URI of the concept that an element names, or None if it cannot be known."""
        qcode = element.get("qcode")
        return (self.aliases.uri(qcode) if qcode else None) or element.get("uri")

    def over(self, root: etree._Element) -> None:
        """Check every element of the NAR namespace in an item or a header, and the rules about several of them."""
        attributes, elements = _ATTRIBUTES, _ELEMENTS
        for element in root.iter(_ANY):
            for name, value in element.items():
                attribute = attributes.get(name)
                if attribute is not None:
                    attribute(self, element, name, value)
            rule = elements.get(str(element.tag))
            if rule is not None:
                rule(self, element)
        self._check_references()
        if self.reasons:
            self._check_reasons()
        if self.tools and "metadataCreator" not in self.texts:
            for element in self.tools:
                if not element.get("creator") and not element.get("creatoruri"):
                    detail = f'a tool made {local_name(element)} (how="{element.get("how")}"), and none is named'
                    self.report(element, "g2-32-tool", f"{detail}; add @creator, or a metadataCreator to the item")

    def _check_references(self) -> None:
        for element, name, value in self.references:
            for reference in value.split():
                if reference not in self.ids:
                    detail = f'{local_name(element)}/@{name} "{shorten(reference)}" is the id of no element of the item'
                    self.report(element, "g2-20-idref", f"{detail}; name an id that stands in it")
        for element, literal in self.asserted:
            if literal not in self.literals:
                detail = f'no property of the item has the literal "{shorten(literal)}" of {local_name(element)}'
                self.report(element, "g2-34-literal", f"{detail}; repeat the literal of a property")

    def _check_reasons(self) -> None:
        """Check that an item with an ancestor has a direct value: below the ancestor, if it states a hierarchy."""
        ancestors = [element for element, why in self.reasons if why == ANCESTOR]
        if not ancestors:
            return
        broader: dict[str, list[str]] = {}
        for element, _ in self.reasons:
            above = [concept for child in element.iterchildren(_BROADER) if (concept := self.concept(child))]
            broader.setdefault(self.concept(element) or "", []).extend(above)
        reached = {self.concept(element) or "" for element, why in self.reasons if why == DIRECT}
        hierarchy = any(broader.values())
        ahead = list(reached)
        while ahead:
            ahead = [above for concept in ahead for above in broader.get(concept, ()) if above not in reached]
            reached.update(ahead)
        for element in ancestors:
            if not reached or (hierarchy and self.concept(element) not in reached):
                detail = (
                    f'{local_name(element)} "{element.get("qcode")}" is an ancestor (why:ancestor) of no direct value'
                )
                detail = f"{detail}; add the value with why:direct that it follows from"
                self.report(element, "g2-33-why", detail, stated=True)


def local_name(element: etree._Element) -> str:
    """Return the name of an element of the NAR namespace."""
    return str(element.tag)[_TAG_START:]


def _nar(*names: str) -> tuple[str, ...]:
    """Return the tags of elements of the NAR namespace."""
    return tuple(f"{{{NAR}}}{name}" for name in names)


# Attributes, by their name.


def _qcode(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    known = walk.aliases.known
    fault = known[value] if value in known else walk.aliases.fault(value)
    if fault is not None and (local_name(element), name) not in NO_QCODES:
        where = local_name(element) if name == "qcode" else f"{local_name(element)}/@{name}"
        walk.report(element, fault.rule, f'{where} "{shorten(value)}" {fault.detail}', fault.severity)


def _qcode_list(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    for qcode in value.split():
        _qcode(walk, element, name, qcode)


def _identifying_qcode(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    _qcode(walk, element, name, value)
    uri = element.get("uri")
    if uri and (named := walk.aliases.uri(value)) and not same_concept(named, uri):
        detail = f'{local_name(element)} names two concepts: "{value}" is {named}, and its uri is "{shorten(uri)}"'
        walk.report(element, "g2-12-concept", f"{detail}; name one")


def _how(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    _qcode(walk, element, name, value)
    if walk.aliases.uri(value) == TOOL:
        walk.tools.append(element)


def _why(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    _qcode(walk, element, name, value)
    walk.reasons.append((element, walk.aliases.uri(value) or ""))


def _id(walk: ItemWalk, _element: etree._Element, _name: str, value: str) -> None:
    walk.ids.add(value)


def _reference(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    walk.references.append((element, name, value))


def _language(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    # A value without the form of a language tag breaks the structure, whose check reports it.
    if BUILT_IN["language"](value) and (fault := find_language_fault(value)):
        reason, is_error = fault
        shown = "xml:lang" if name == XML_LANG else name
        detail = f'{local_name(element)}/@{shown} "{shorten(value)}" is not a language tag in use ({reason})'
        detail = f"{detail}; use a registered one, such as en or pt-BR"
        walk.report(element, "g2-25-language", detail, "error" if is_error else "advice")


def _literal(walk: ItemWalk, element: etree._Element, _name: str, value: str) -> None:
    if element.tag in _ASSERTING:
        walk.asserted.append((element, value))
    else:
        walk.literals.add(value)


def _media_type(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    if check_media_type(value):
        detail = f'{local_name(element)}/@{name} "{shorten(value)}" is not a media type; name one, such as text/plain'
        walk.report(element, "g2-27-media-type", detail)


def _deprecated(walk: ItemWalk, element: etree._Element, name: str, _value: str) -> None:
    detail = f"{local_name(element)}/@{name} is deprecated; use {DEPRECATED[name]}"
    walk.report(element, "g2-23-deprecated", detail, "advice")


# Elements, by their name.


def _text(walk: ItemWalk, element: etree._Element) -> None:
    walk.texts.setdefault(local_name(element), (element, element.text or ""))


def _zoned(walk: ItemWalk, element: etree._Element) -> None:
    value = element.text or ""
    walk.texts.setdefault(local_name(element), (element, value))
    # A value that is no date-time breaks the structure, whose check reports it.
    if not is_zoned(value) and BUILT_IN["dateTime"](value.strip()):
        detail = (
            f'{local_name(element)} "{value}" has white space around it'
            if value != value.strip()
            else (f'{local_name(element)} "{value}" has no time zone')
        )
        walk.report(element, "g2-16-zone", f"{detail}; write a date-time such as 2024-11-08T16:30:00Z")


def _coded(walk: ItemWalk, element: etree._Element) -> None:
    concept = walk.concept(element)
    if concept is None and not element.get("qcode"):
        walk.report(element, "g2-12-concept", f"{local_name(element)} has neither qcode nor uri; add one")
    walk.concepts.setdefault(local_name(element), concept)


def _item_class(walk: ItemWalk, element: etree._Element) -> None:
    _coded(walk, element)
    concept = walk.concepts["itemClass"]
    item = next(element.iterancestors(*_ITEM_TAGS), None)
    if concept is None or item is None:
        return
    scheme = ITEM_CLASSES[local_name(item)]
    if not same_concept(concept[: concept.rfind("/") + 1], scheme):
        detail = f'itemClass "{element.get("qcode") or concept}" is not a concept of {scheme}'
        walk.report(element, "g2-14-item-class", f"{detail}, the vocabulary of a {local_name(item)}; use one of it")


def _named(walk: ItemWalk, element: etree._Element) -> None:
    if element.get("qcode") or element.get("uri") or element.get("literal"):
        return
    if element.find(_NAME) is None and element.find(_BAG) is None:
        walk.report(element, "g2-13-named", f"{local_name(element)} has no qcode, uri, literal or name; add one")


def _signal(walk: ItemWalk, element: etree._Element) -> None:
    _named(walk, element)
    walk.signals.add(walk.concept(element))


def _metadata_creator(walk: ItemWalk, element: etree._Element) -> None:
    _named(walk, element)
    _text(walk, element)


def _paired(walk: ItemWalk, element: etree._Element) -> None:
    name = PAIRED[local_name(element)]
    if element.get(name) is None and element.get(f"{name}uri") is None:
        walk.report(element, "g2-12-concept", f"{local_name(element)} has neither {name} nor {name}uri; add one")


def _link(walk: ItemWalk, element: etree._Element) -> None:
    target = element.get("residref")
    if target is not None:
        walk.targets.append(target)
    elif element.get("href") is None and element.get("guidref") is None:
        walk.report(element, "g2-22-target", f"{local_name(element)} has neither href nor residref; add one")


def _rights_info(walk: ItemWalk, element: etree._Element) -> None:
    for name, scheme in RIGHTS_SCHEMES.items():
        for qcode in element.get(name, "").split():
            named = walk.aliases.uri(qcode)
            if named is not None and not named.startswith(scheme):
                detail = f'rightsInfo/@{name} "{qcode}" is not a concept of {scheme}; use one of it'
                walk.report(element, "g2-15-rights-scheme", detail)


def _language_element(walk: ItemWalk, element: etree._Element) -> None:
    _text(walk, element)
    _language(walk, element, "tag", element.get("tag", ""))


def _facet(walk: ItemWalk, element: etree._Element) -> None:
    walk.report(element, "g2-23-deprecated", "facet is deprecated; use the element related", "advice")


_Attribute = Callable[[ItemWalk, etree._Element, str, str], None]
_Element = Callable[[ItemWalk, etree._Element], None]

_ITEM_TAGS: Final = _nar(*ITEM_CLASSES)
_ASSERTING: Final = _nar("assert", "derivedFrom")
_ATTRIBUTES: Final[Mapping[str, _Attribute]] = {
    **dict.fromkeys(QCODES, _qcode),
    **dict.fromkeys(QCODE_LISTS, _qcode_list),
    **dict.fromkeys(IDS, _id),
    **dict.fromkeys(IDREFS, _reference),
    **dict.fromkeys(DEPRECATED, _deprecated),
    "qcode": _identifying_qcode,
    "how": _how,
    "why": _why,
    "literal": _literal,
    "contenttype": _media_type,
    XML_LANG: _language,
}
_ELEMENTS: Final[Mapping[str, _Element]] = {
    **dict.fromkeys(_nar(*CODED), _coded),
    **dict.fromkeys(_nar(*CONCEPTS), _named),
    **dict.fromkeys(_nar(*PAIRED), _paired),
    **dict.fromkeys(_nar(*LINKS), _link),
    **dict.fromkeys(_nar("contentCreated", "contentModified", "edNote", "headline"), _text),
    **dict.fromkeys(_nar("versionCreated", "firstCreated", "embargoed", "sent"), _zoned),
    f"{{{NAR}}}itemClass": _item_class,
    f"{{{NAR}}}signal": _signal,
    f"{{{NAR}}}metadataCreator": _metadata_creator,
    f"{{{NAR}}}rightsInfo": _rights_info,
    f"{{{NAR}}}language": _language_element,
    f"{{{NAR}}}facet": _facet,
}
