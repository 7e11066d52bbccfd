"""The IPTC's catalog: which scheme URI each QCode alias stands for.

The official catalogs are read from the wheel of newsmlg2, the IPTC's own Python library, which
brings them; nothing of its code is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lxml import etree

from schemas.article import SubjectType

CATALOG: Final = 41
"""The number of the newest catalog that the wheel brings: the one our newsItems refer to."""

CATALOGS: Final = range(32, CATALOG + 1)
"""The numbers of the catalogs that the wheel brings. The IPTC keeps what a catalog binds in all later ones."""

RETIRED_SCHEMES: Final = {
    "http://cv.iptc.org/newscodes/contributorrole/": "2020-05-01",
    "http://cv.iptc.org/newscodes/infosourcerole/": "2021-05-01",
}
"""Schemes of the IPTC that must no longer be used, and since when (catalog 41, scheme/@schemeretired)."""

CONCEPT_TYPES: Final[Mapping[SubjectType, str]] = {
    "abstract": "cpnat:abstract",
    "person": "cpnat:person",
    "organisation": "cpnat:organisation",
    "place": "cpnat:geoArea",
    "event": "cpnat:event",
    "object": "cpnat:object",
}
"""The codes of the IPTC's cpnature scheme, by our type of a subject."""

_NAMESPACE = "{http://iptc.org/std/nar/2006-10-01/}"


def catalog_url(number: int = CATALOG) -> str:
    """The address by which a newsItem refers to an IPTC catalog."""
    return f"http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_{number}.xml"


@cache
def schemes(number: int = CATALOG) -> Mapping[str, str]:
    """The scheme URI of each alias in an IPTC catalog.

    Raises:
        LookupError: the wheel does not bring a catalog of this number.
    """
    spec = find_spec("NewsMLG2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "catalogs", f"catalog.IPTC-G2-Standards_{number}.xml")
        if path.is_file():
            root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
            found = {scheme.attrib["alias"]: scheme.attrib["uri"] for scheme in root.iter(f"{_NAMESPACE}scheme")}
            return MappingProxyType(found)
    raise LookupError(f"the package newsmlg2 brings no IPTC catalog {number}")


def resolve(qcode: str) -> str | None:
    """The URI of the concept that a QCode names (NewsML-G2: scheme URI + code), if its alias is the IPTC's."""
    alias, _, code = qcode.partition(":")
    scheme = schemes().get(alias)
    return scheme + code if scheme else None
