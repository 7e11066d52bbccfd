"""One item of NewsML-G2: the rules that the schema leaves to its readers, in a single walk over its elements."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from schemas.article import Article
from schemas.article.dates import is_after
from schemas.article.languages import REGISTERED
from schemas.article.values import check_iri
from workers.formats.newsml_g2.checks.body import check_content
from workers.formats.newsml_g2.checks.codes import Report, find_aliases
from workers.formats.newsml_g2.checks.conformance import check_power
from workers.formats.newsml_g2.checks.rules import XML_LANG, walk_elements
from workers.formats.newsml_g2.checks.vocabularies import CANCELED, NAR, STANDARD_VERSIONS, TEXT, UPDATES, USABLE
from workers.formats.newsml_g2.checks.walk import ItemWalk

_NEWS_ITEM: Final = f"{{{NAR}}}newsItem"


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
    walk_elements(walk, item)
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
    walk_elements(walk, header)
    walk.finish()


def _check_identity(item: etree._Element, report: Report) -> None:
    guid, version = item.get("guid", ""), item.get("version", "1")
    if check_iri(guid):
        report(
            item, "g2-01-identity", f"guid={guid!r}", "an absolute IRI, such as tag:example.com,2024:17 or urn:newsml:…"
        )
    if not version.isdecimal() or int(version) < 1:
        report(item, "g2-01-identity", f"version={version!r}", "a whole number from 1")
    elif re.search(rf"(?:[:/_.#?&-]v(?:er(?:sion)?)?[=:_.-]?{version}|:{version}[NU]?)\Z", guid):
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
    if item.get(XML_LANG) == "":
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
