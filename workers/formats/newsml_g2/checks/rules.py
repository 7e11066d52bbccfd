"""The rules of NewsML-G2 about one attribute or one element: each a small function, found by its name.

What needs more than one element is noted in the walk, which looks at it in the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from schemas.article.dates import is_zoned
from schemas.article.languages import REGISTERED, find_language_fault
from schemas.article.values import check_media_type
from workers.formats.newsml_g2.checks.codes import same_concept
from workers.formats.newsml_g2.checks.vocabularies import (
    CODED,
    CONCEPTS,
    DEPRECATED,
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
from workers.formats.newsml_g2.checks.walk import ItemWalk, local_name, nar

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_ANY: Final = f"{{{NAR}}}*"
_NAME: Final = f"{{{NAR}}}name"
# The elements whose QCode an article states.
_STATED: Final = frozenset(("subject", "located", "assert"))
_BAG: Final = f"{{{NAR}}}bag"
_PERCENT = re.compile(r"\s*(?:100|\d{1,2})\s*", re.ASCII)


def walk_elements(walk: ItemWalk, root: etree._Element) -> None:
    """Look at every element of the NAR namespace and at every attribute that a rule is about."""
    attributes, elements = _ATTRIBUTES, _ELEMENTS
    for element in root.iter(_ANY):
        for name, value in element.items():
            attribute = attributes.get(name)
            if attribute is not None:
                attribute(walk, element, name, value)
        rule = elements.get(str(element.tag))
        if rule is not None:
            rule(walk, element)


# Attributes, by their name.


def _qcode(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    known = walk.aliases.known
    fault = known[value] if value in known else walk.aliases.fault(value)
    if fault is not None and (local_name(element), name) not in NO_QCODES:
        shown = f"{local_name(element)} {name}={value!r}"
        stated = name == "qcode" and local_name(element) in _STATED
        walk.report(element, fault.rule, shown, fault.expected, fault.severity, stated=stated)


def _qcode_list(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    for qcode in value.split():
        _qcode(walk, element, name, qcode)


def _identifying_qcode(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    _qcode(walk, element, name, value)
    uri = element.get("uri")
    if uri and (named := walk.aliases.uri(value)) and not same_concept(named, uri):
        walk.report(element, "g2-12-concept", f"qcode={value!r} uri={uri!r}", f"one concept: {value} is {named}")


def _how(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    _qcode(walk, element, name, value)
    if walk.aliases.uri(value) == TOOL:
        walk.tools.append(element)


def _why(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    _qcode(walk, element, name, value)
    walk.reasons.append((element, walk.aliases.uri(value) or ""))


def _id(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    if value in walk.ids:
        walk.report(element, "g2-21-id", f"{name}={value!r} a second time", "an id that no other element has")
    walk.ids[value] = element


def _reference(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    walk.references.append((element, name, value))


def _language(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    if value and (fault := find_language_fault(value)):
        detail, is_error = fault
        shown = "xml:lang" if name == XML_LANG else name
        walk.report(
            element, "g2-25-language", f"{shown}={value!r} ({detail})", REGISTERED, "error" if is_error else "advice"
        )


def _literal(walk: ItemWalk, element: etree._Element, _name: str, value: str) -> None:
    if element.tag in _ASSERTING:
        walk.asserted.append((element, value))
    else:
        walk.literals.add(value)


def _percentage(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    if not _PERCENT.fullmatch(value):
        walk.report(element, "g2-32-tool", f"{name}={value!r}", "a whole number from 0 to 100")


def _media_type(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    if check_media_type(value):
        walk.report(element, "g2-27-media-type", f"{name}={value!r}", "a media type, such as text/plain")


def _deprecated(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    found = f"{local_name(element)} {name}={value!r}"
    walk.report(element, "g2-23-deprecated", found, f"{DEPRECATED[name]}, which took its place")


# Elements, by their name.


def _text(walk: ItemWalk, element: etree._Element) -> None:
    walk.texts.setdefault(local_name(element), (element, element.text or ""))


def _zoned(walk: ItemWalk, element: etree._Element) -> None:
    value = element.text or ""
    walk.texts.setdefault(local_name(element), (element, value))
    if not is_zoned(value) and (value or element.tag != _EMBARGOED):
        walk.report(
            element,
            "g2-16-zone",
            f"{local_name(element)} {value!r}",
            "a date-time with its zone and no white space around it",
        )


def _coded(walk: ItemWalk, element: etree._Element) -> None:
    concept = walk.concept(element)
    if concept is None and not element.get("qcode"):
        walk.report(element, "g2-12-concept", f"{local_name(element)} without qcode and uri", "@qcode or @uri")
    walk.concepts.setdefault(local_name(element), concept)


def _item_class(walk: ItemWalk, element: etree._Element) -> None:
    _coded(walk, element)
    concept = walk.concepts["itemClass"]
    item = next(element.iterancestors(*_ITEM_TAGS), None)
    scheme = ITEM_CLASSES[local_name(item)] if item is not None else ""
    if concept is not None and not same_concept(concept[: concept.rfind("/") + 1], scheme) and scheme:
        walk.report(
            element, "g2-14-item-class", f"itemClass {element.get('qcode') or concept}", f"a concept of {scheme}"
        )


def _named(walk: ItemWalk, element: etree._Element) -> None:
    if element.get("qcode") or element.get("uri") or element.get("literal"):
        return
    if element.find(_NAME) is None and element.find(_BAG) is None:
        walk.report(
            element, "g2-13-named", f"{local_name(element)} without an identity", "@qcode, @uri, @literal or a name"
        )


def _signal(walk: ItemWalk, element: etree._Element) -> None:
    _named(walk, element)
    walk.signals.add(walk.concept(element))


def _metadata_creator(walk: ItemWalk, element: etree._Element) -> None:
    _named(walk, element)
    _text(walk, element)


def _paired(walk: ItemWalk, element: etree._Element) -> None:
    name = PAIRED[local_name(element)]
    if element.get(name) is None and element.get(f"{name}uri") is None:
        walk.report(
            element, "g2-12-concept", f"{local_name(element)} without {name} and {name}uri", f"@{name} or @{name}uri"
        )


def _link(walk: ItemWalk, element: etree._Element) -> None:
    target = element.get("residref")
    if target is not None:
        walk.targets.append(target)
    elif element.get("href") is None and element.get("guidref") is None:
        walk.report(element, "g2-22-target", f"{local_name(element)} that leads nowhere", "@href or @residref")


def _rights_info(walk: ItemWalk, element: etree._Element) -> None:
    for name, scheme in RIGHTS_SCHEMES.items():
        for qcode in element.get(name, "").split():
            named = walk.aliases.uri(qcode)
            if named is not None and not named.startswith(scheme):
                walk.report(element, "g2-15-rights-scheme", f"{name}={qcode!r}", f"a concept of {scheme}")


def _language_element(walk: ItemWalk, element: etree._Element) -> None:
    _text(walk, element)
    tag = element.get("tag")
    if not tag:
        walk.report(element, "g2-25-language", "language without its tag", REGISTERED)
    else:
        _language(walk, element, "tag", tag)


def _facet(walk: ItemWalk, element: etree._Element) -> None:
    walk.report(element, "g2-23-deprecated", "facet", "the element related, which took its place")


_Attribute = Callable[[ItemWalk, etree._Element, str, str], None]
_Element = Callable[[ItemWalk, etree._Element], None]

(_EMBARGOED,) = nar("embargoed")
_ITEM_TAGS: Final = nar(*ITEM_CLASSES)
_ASSERTING: Final = nar("assert", "derivedFrom")
_ATTRIBUTES: Final[Mapping[str, _Attribute]] = {
    **dict.fromkeys(QCODES, _qcode),
    **dict.fromkeys(QCODE_LISTS, _qcode_list),
    **dict.fromkeys(IDS, _id),
    **dict.fromkeys(IDREFS, _reference),
    **dict.fromkeys(DEPRECATED, _deprecated),
    **dict.fromkeys(("confidence", "relevance"), _percentage),
    "qcode": _identifying_qcode,
    "how": _how,
    "why": _why,
    "literal": _literal,
    "contenttype": _media_type,
    XML_LANG: _language,
}
_ELEMENTS: Final[Mapping[str, _Element]] = {
    **dict.fromkeys(nar(*CODED), _coded),
    **dict.fromkeys(nar(*CONCEPTS), _named),
    **dict.fromkeys(nar(*PAIRED), _paired),
    **dict.fromkeys(nar(*LINKS), _link),
    **dict.fromkeys(nar("contentCreated", "contentModified", "edNote", "headline"), _text),
    **dict.fromkeys(nar("versionCreated", "firstCreated", "embargoed", "sent"), _zoned),
    nar("itemClass")[0]: _item_class,
    nar("signal")[0]: _signal,
    nar("metadataCreator")[0]: _metadata_creator,
    nar("rightsInfo")[0]: _rights_info,
    nar("language")[0]: _language_element,
    nar("facet")[0]: _facet,
}
