"""One item of NewsML-G2, in a single walk over its elements: the rules that the schema leaves to its readers.

Each attribute and each element that a rule is about has a small function here, found by its name; what
needs more than one element is noted on the way and looked at in the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from schemas.article import Article
from schemas.values import check_iri, check_media_type
from workers.checks.languages import REGISTERED, find_language_fault
from workers.checks.moments import is_after, is_zoned
from workers.checks.newsml_body import check_content
from workers.checks.newsml_codes import Aliases, Report, find_aliases, same_concept
from workers.checks.newsml_power import check_power
from workers.checks.newsml_vocabularies import (
    ANCESTOR,
    CANCELED,
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
    STANDARD_VERSIONS,
    TEXT,
    TOOL,
    UPDATES,
    USABLE,
)

_ANY: Final = f"{{{NAR}}}*"
_NAME: Final = f"{{{NAR}}}name"
_BAG: Final = f"{{{NAR}}}bag"
_BROADER: Final = f"{{{NAR}}}broader"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_PERCENT = re.compile(r"\s*(?:100|\d{1,2})\s*", re.ASCII)
_TAG_START: Final = len(NAR) + 2


class ItemWalk:
    """What is known of an item (or of a message's header) while its elements are walked."""

    def __init__(self, aliases: Aliases, report: Report) -> None:
        self.aliases = aliases
        self.report = report
        self.ids: dict[str, etree._Element] = {}
        self.references: list[tuple[etree._Element, str, str]] = []
        self.literals: set[str] = set()
        self.asserted: list[tuple[etree._Element, str]] = []
        self.reasons: list[tuple[etree._Element, str]] = []
        self.tools: list[etree._Element] = []
        self.texts: dict[str, tuple[etree._Element, str]] = {}
        self.concepts: dict[str, str | None] = {}
        self.signals: set[str | None] = set()
        self.targets: list[str] = []

    def walk(self, root: etree._Element) -> None:
        """Look at every element of the NAR namespace and at every attribute that a rule is about."""
        attributes, elements = _ATTRIBUTES, _ELEMENTS
        for element in root.iter(_ANY):
            for name, value in element.items():
                attribute = attributes.get(name)
                if attribute is not None:
                    attribute(self, element, name, value)
            rule = elements.get(str(element.tag))
            if rule is not None:
                rule(self, element)

    def concept(self, element: etree._Element) -> str | None:
        """The URI of the concept that an element names, if it can be known."""
        qcode = element.get("qcode")
        return (self.aliases.uri(qcode) if qcode else None) or element.get("uri")

    def finish(self) -> None:
        """The rules that are about more than one element."""
        for element, name, value in self.references:
            for reference in value.split():
                if reference not in self.ids:
                    self.report(element, "g2-20-idref", f"{name}={reference!r}", "the id of an element of the item")
        for element, literal in self.asserted:
            if literal not in self.literals:
                self.report(element, "g2-34-literal", literal, "a literal that a property of the item has")
        if self.reasons:
            self._check_reasons()
        if self.tools and "metadataCreator" not in self.texts:
            for element in self.tools:
                if not element.get("creator") and not element.get("creatoruri"):
                    expected = "@creator, or a metadataCreator of the item: which system it was"
                    self.report(element, "g2-32-tool", f"{_local(element)} how={element.get('how')!r}", expected)

    def _check_reasons(self) -> None:
        """An ancestor is there for the sake of a value that is direct, and below it where the item says so."""
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
                expected = "a value with why:direct below it in the item"
                self.report(element, "g2-33-why", f"why:ancestor on {element.get('qcode')}", expected)


def check_item(item: etree._Element, report: Report, article: Article | None = None) -> ItemWalk:
    """Check one item; an item made from an article is checked against that as well.

    Args:
        item: the root element of the item.
        report: takes each fault: element, rule, found, expected, severity.
        article: what the item was made from, where that is known.
    """
    walk = ItemWalk(find_aliases(item, report), report)
    _check_identity(item, report)
    if item.get("conformance") != "power" or item.get("standardversion") != "2.35":
        check_power(item, report)
    walk.walk(item)
    walk.finish()
    _check_management(item, walk)
    if item.tag == _NEWS_ITEM:
        check_content(item, report, article, canceled=walk.concepts.get("pubStatus") == CANCELED)
        if article is None and walk.concepts.get("itemClass") == TEXT:
            _advise_on_text(item, walk)
    return walk


def check_header(header: etree._Element, report: Report) -> None:
    """Check the header of a newsMessage, whose QCodes its own catalogs resolve."""
    walk = ItemWalk(find_aliases(header, report), report)
    walk.walk(header)
    walk.finish()


def _check_identity(item: etree._Element, report: Report) -> None:
    guid, version = item.get("guid", ""), item.get("version", "1")
    if check_iri(guid):
        report(
            item, "g2-01-identity", f"guid={guid!r}", "an absolute IRI, such as tag:example.com,2024:17 or urn:newsml:…"
        )
    if not version.isdecimal() or int(version) < 1:
        report(item, "g2-01-identity", f"version={version!r}", "a whole number from 1")
    elif re.search(rf"(?:[:/_.#?&-]v(?:er(?:sion)?)?[=:_.-]?{version}|:{version}[NUnu])\Z", guid):
        report(item, "g2-01-identity", f"guid={guid!r}", f"a guid without the version ({version}) in it", "advice")
    if item.get("standard") != "NewsML-G2":
        report(item, "g2-03-standard", f"standard={item.get('standard')!r}", "standard='NewsML-G2'")
    if item.get("standardversion") not in STANDARD_VERSIONS:
        report(
            item,
            "g2-03-standard",
            f"standardversion={item.get('standardversion')!r}",
            "a release of NewsML-G2, such as 2.35",
        )
    if item.get("conformance", "core") not in ("core", "power"):
        report(item, "g2-03-standard", f"conformance={item.get('conformance')!r}", "core or power")
    if item.get(_XML_LANG) == "":
        report(item, "g2-25-language", "xml:lang=''", REGISTERED)


def _check_management(item: etree._Element, walk: ItemWalk) -> None:
    """The item's own dates, its signals, its embargo."""
    texts, report = walk.texts, walk.report
    if "versionCreated" in texts:
        created = texts["versionCreated"][1]
        if "firstCreated" in texts and is_after(texts["firstCreated"][1], created):
            report(
                texts["firstCreated"][0],
                "g2-17-order",
                f"firstCreated {texts['firstCreated'][1]}",
                f"none after versionCreated, {created}",
            )
        if "embargoed" in texts:
            _check_embargo(walk, created)
    if "contentModified" in texts and "contentCreated" in texts:
        began, changed = texts["contentCreated"][1], texts["contentModified"][1]
        if is_after(began, changed):
            # Advice: it is what the source states of its story, such as one that is set to appear later.
            report(
                texts["contentModified"][0],
                "g2-17-order",
                f"contentModified {changed}",
                f"none before contentCreated, {began}",
                "advice",
            )
    updated = any(signal in UPDATES for signal in walk.signals)
    version = item.get("version", "1")
    if version == "1":
        if updated:
            report(
                item,
                "g2-18-signal",
                "version 1 with a signal of an update or a correction",
                "such a signal from version 2 on",
                "advice",
            )
    elif not updated or "edNote" not in texts:
        report(
            item,
            "g2-18-signal",
            f"version {version}",
            "sig:update or sig:correction, and an edNote that says what changed",
            "advice",
        )


def _check_embargo(walk: ItemWalk, created: str) -> None:
    element, embargoed = walk.texts["embargoed"]
    if not embargoed:
        if "edNote" not in walk.texts:
            walk.report(
                element, "g2-19-embargo", "embargoed without a time", "an edNote that says when it ends", "advice"
            )
    elif walk.concepts.get("pubStatus", USABLE) == USABLE and not is_after(embargoed, created):
        walk.report(
            element,
            "g2-19-embargo",
            f"embargoed {embargoed}",
            f"an embargo that ends after versionCreated, {created}",
            "advice",
        )


def _advise_on_text(item: etree._Element, walk: ItemWalk) -> None:
    for name in ("headline", "language"):
        if name not in walk.texts:
            walk.report(item, "g2-26-content", f"a text without {name}", f"contentMeta/{name}", "advice")


# Attributes, by their name.


def _qcode(walk: ItemWalk, element: etree._Element, name: str, value: str) -> None:
    known = walk.aliases.known
    fault = known[value] if value in known else walk.aliases.fault(value)
    if fault is not None and (_local(element), name) not in NO_QCODES:
        walk.report(element, fault.rule, f"{_local(element)} {name}={value!r}", fault.expected, fault.severity)


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
        shown = "xml:lang" if name == _XML_LANG else name
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
    walk.report(
        element, "g2-23-deprecated", f"{_local(element)} {name}={value!r}", f"{DEPRECATED[name]}, which took its place"
    )


# Elements, by their name.


def _text(walk: ItemWalk, element: etree._Element) -> None:
    walk.texts.setdefault(_local(element), (element, element.text or ""))


def _zoned(walk: ItemWalk, element: etree._Element) -> None:
    value = element.text or ""
    walk.texts.setdefault(_local(element), (element, value))
    if not is_zoned(value) and (value or element.tag != _EMBARGOED):
        walk.report(
            element,
            "g2-16-zone",
            f"{_local(element)} {value!r}",
            "a date-time with its zone and no white space around it",
        )


def _coded(walk: ItemWalk, element: etree._Element) -> None:
    concept = walk.concept(element)
    if concept is None and not element.get("qcode"):
        walk.report(element, "g2-12-concept", f"{_local(element)} without qcode and uri", "@qcode or @uri")
    walk.concepts.setdefault(_local(element), concept)


def _item_class(walk: ItemWalk, element: etree._Element) -> None:
    _coded(walk, element)
    concept = walk.concepts["itemClass"]
    item = next(element.iterancestors(*_ITEM_TAGS), None)
    scheme = ITEM_CLASSES[_local(item)] if item is not None else ""
    if concept is not None and not same_concept(concept[: concept.rfind("/") + 1], scheme) and scheme:
        walk.report(
            element, "g2-14-item-class", f"itemClass {element.get('qcode') or concept}", f"a concept of {scheme}"
        )


def _named(walk: ItemWalk, element: etree._Element) -> None:
    if element.get("qcode") or element.get("uri") or element.get("literal"):
        return
    if element.find(_NAME) is None and element.find(_BAG) is None:
        walk.report(
            element, "g2-13-named", f"{_local(element)} without an identity", "@qcode, @uri, @literal or a name"
        )


def _signal(walk: ItemWalk, element: etree._Element) -> None:
    _named(walk, element)
    walk.signals.add(walk.concept(element))


def _metadata_creator(walk: ItemWalk, element: etree._Element) -> None:
    _named(walk, element)
    _text(walk, element)


def _paired(walk: ItemWalk, element: etree._Element) -> None:
    name = PAIRED[_local(element)]
    if element.get(name) is None and element.get(f"{name}uri") is None:
        walk.report(
            element, "g2-12-concept", f"{_local(element)} without {name} and {name}uri", f"@{name} or @{name}uri"
        )


def _link(walk: ItemWalk, element: etree._Element) -> None:
    target = element.get("residref")
    if target is not None:
        walk.targets.append(target)
    elif element.get("href") is None and element.get("guidref") is None:
        walk.report(element, "g2-22-target", f"{_local(element)} that leads nowhere", "@href or @residref")


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


def _local(element: etree._Element) -> str:
    return str(element.tag)[_TAG_START:]


def _nar(*names: str) -> tuple[str, ...]:
    return tuple(f"{{{NAR}}}{name}" for name in names)


_Attribute = Callable[[ItemWalk, etree._Element, str, str], None]
_Element = Callable[[ItemWalk, etree._Element], None]

(_NEWS_ITEM, _EMBARGOED) = _nar("newsItem", "embargoed")
_ITEM_TAGS: Final = _nar(*ITEM_CLASSES)
_ASSERTING: Final = _nar("assert", "derivedFrom")
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
    _XML_LANG: _language,
}
_ELEMENTS: Final[Mapping[str, _Element]] = {
    **dict.fromkeys(_nar(*CODED), _coded),
    **dict.fromkeys(_nar(*CONCEPTS), _named),
    **dict.fromkeys(_nar(*PAIRED), _paired),
    **dict.fromkeys(_nar(*LINKS), _link),
    **dict.fromkeys(_nar("contentCreated", "contentModified", "edNote", "headline"), _text),
    **dict.fromkeys(_nar("versionCreated", "firstCreated", "embargoed", "sent"), _zoned),
    _nar("itemClass")[0]: _item_class,
    _nar("signal")[0]: _signal,
    _nar("metadataCreator")[0]: _metadata_creator,
    _nar("rightsInfo")[0]: _rights_info,
    _nar("language")[0]: _language_element,
    _nar("facet")[0]: _facet,
}
