"""Features that an item uses against what it says of itself: Power ones in Core, newer ones than its release."""

from __future__ import annotations

from typing import Final

from lxml import etree

from workers.formats.newsml_g2.checks.codes import Report
from workers.formats.newsml_g2.checks.vocabularies import NAR, POWER_ATTRIBUTES, POWER_ELEMENTS, SINCE
from workers.formats.newsml_g2.checks.walk import local_name

_ANY: Final = f"{{{NAR}}}*"


def check_power(item: etree._Element, report: Report) -> None:
    """Check an item that does not say both conformance="power" and a release that has everything."""
    core = item.get("conformance", "core") == "core"
    _, _, minor = item.get("standardversion", "").partition(".")
    release = int(minor) if minor.isdecimal() else None
    for element in item.iter(_ANY):
        name = local_name(element)
        if core:
            _check_core(element, name, report)
        if release is not None:
            for attribute in (None, "confidence"):
                since = SINCE.get((name, attribute), 0)
                if since > release and (attribute is None or element.get(attribute) is not None):
                    shown = name if attribute is None else f"{name}/@{attribute}"
                    report(element, "g2-05-newer", f"{shown} in 2.{release}", f"standardversion 2.{since} or later")


def _check_core(element: etree._Element, name: str, report: Report) -> None:
    if name in POWER_ELEMENTS:
        report(element, "g2-04-conformance", name, 'conformance="power", which is said nowhere')
    for attribute in element.attrib:
        if attribute in POWER_ATTRIBUTES:
            report(element, "g2-04-conformance", f"{name}/@{attribute}", 'conformance="power", which is said nowhere')
