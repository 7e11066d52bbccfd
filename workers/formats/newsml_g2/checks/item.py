"""One item of NewsML-G2: the rules that its schema does not state, in a single walk over its elements."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from schemas.article import Article
from schemas.article.dates import is_after
from schemas.article.values import check_iri, shorten
from workers.formats.newsml_g2.checks.body import check_content
from workers.formats.newsml_g2.checks.codes import find_aliases
from workers.formats.newsml_g2.checks.properties import XML_LANG, ItemWalk, local_name
from workers.formats.newsml_g2.checks.report import Report
from workers.formats.newsml_g2.checks.vocabularies import (
    CANCELED,
    NAR,
    POWER_ATTRIBUTES,
    POWER_ELEMENTS,
    STANDARD_VERSIONS,
    TEXT,
    UPDATES,
    USABLE,
)

_ANY: Final = f"{{{NAR}}}*"
_NEWS_ITEM: Final = f"{{{NAR}}}newsItem"
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+")


def check_item(item: etree._Element, report: Report, article: Article | None = None) -> ItemWalk:
    """Check one item, and compare it with its article if that is known.

    Args:
        item: the root element of the item.
        report: takes each fault.
        article: the article that the item was made from.
    """
    walk = ItemWalk(find_aliases(item, report), report)
    _check_identity(item, report)
    if item.get("conformance", "core") == "core":
        _check_core(item, report)
    walk.over(item)
    _check_management(item, walk)
    if item.tag == _NEWS_ITEM:
        check_content(item, report, article, canceled=walk.concepts.get("pubStatus") == CANCELED)
        if article is None and walk.concepts.get("itemClass") == TEXT:
            for name in ("headline", "language"):
                if name not in walk.texts:
                    report(
                        item, "g2-26-content", f"the item is a text without {name}; add contentMeta/{name}", "advice"
                    )
    return walk


def check_header(header: etree._Element, report: Report) -> None:
    """Check the header of a newsMessage, whose own catalogs resolve its QCodes."""
    ItemWalk(find_aliases(header, report), report).over(header)


def _check_identity(item: etree._Element, report: Report) -> None:
    guid, version = item.get("guid"), item.get("version", "1")
    if guid is not None and check_iri(guid):
        detail = f'guid "{shorten(guid)}" is not an absolute IRI; write one, such as tag:example.com,2024:17'
        report(item, "g2-01-identity", detail)
    elif guid and re.search(
        rf"(?:[:/_.#?&-]v(?:er(?:sion)?)?[=:_.-]?{re.escape(version)}|:{re.escape(version)}[NU]?)\Z", guid
    ):
        detail = f'guid "{shorten(guid)}" ends in the version, {version}; give all versions of the item one guid'
        report(item, "g2-01-identity", detail, "advice")
    standard, release = item.get("standard"), item.get("standardversion", "")
    if standard not in ("NewsML-G2", None):
        report(item, "g2-03-standard", f'standard is "{shorten(standard)}"; write "NewsML-G2"')
    if _VERSION.fullmatch(release) and release not in STANDARD_VERSIONS:
        report(
            item,
            "g2-03-standard",
            f'standardversion "{release}" is not a version of NewsML-G2; write one, such as 2.35',
        )
    if (conformance := item.get("conformance", "core")) not in ("core", "power"):
        report(item, "g2-03-standard", f'conformance is "{shorten(conformance)}"; write "core" or "power"')
    if item.get(XML_LANG) == "":
        report(item, "g2-25-language", "xml:lang of the item is empty; name the language, or leave the attribute out")


def _check_core(item: etree._Element, report: Report) -> None:
    """Report the features that only Power conformance has."""
    for element in item.iter(_ANY):
        name = local_name(element)
        used = [name] if name in POWER_ELEMENTS else []
        used += [f"{name}/@{attribute}" for attribute in element.attrib if attribute in POWER_ATTRIBUTES]
        for feature in used:
            report(element, "g2-04-conformance", f'{feature} needs conformance="power", which the item does not state')


def _check_management(item: etree._Element, walk: ItemWalk) -> None:
    """Check the dates of the item, its signals and its embargo."""
    texts, report = walk.texts, walk.report
    if "versionCreated" in texts:
        created = texts["versionCreated"][1]
        if "firstCreated" in texts and is_after(texts["firstCreated"][1], created):
            element, first = texts["firstCreated"]
            detail = f"firstCreated ({first}) is after versionCreated ({created}); correct one"
            report(element, "g2-17-order", detail, stated=True)
        if "embargoed" in texts:
            _check_embargo(walk, created)
    if "contentModified" in texts and "contentCreated" in texts:
        began, (element, changed) = texts["contentCreated"][1], texts["contentModified"]
        if is_after(began, changed):
            # Advice, because such dates may be intended, for example in a story that is to appear later.
            detail = f"contentModified ({changed}) is before contentCreated ({began}); correct one"
            report(element, "g2-17-order", detail, "advice")
    updated = any(signal in UPDATES for signal in walk.signals)
    version = item.get("version", "1")
    if version == "1" and updated:
        detail = "version 1 has the signal of an update or a correction; use it from version 2 on"
        report(item, "g2-18-signal", detail, "advice")
    elif version != "1" and not (updated and "edNote" in texts):
        detail = f"version {version} does not say what changed; add sig:update or sig:correction, and an edNote"
        report(item, "g2-18-signal", detail, "advice")


def _check_embargo(walk: ItemWalk, created: str) -> None:
    element, embargoed = walk.texts["embargoed"]
    if not embargoed:
        if "edNote" not in walk.texts:
            detail = "embargoed is empty, and no edNote says when the embargo ends; add one"
            walk.report(element, "g2-19-embargo", detail, "advice")
    elif walk.concepts.get("pubStatus", USABLE) == USABLE and not is_after(embargoed, created):
        detail = f"embargoed ({embargoed}) is not after versionCreated ({created}); leave out an embargo that is over"
        walk.report(element, "g2-19-embargo", detail, "advice")
