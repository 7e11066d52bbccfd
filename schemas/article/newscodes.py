"""The IPTC's catalogs, which map the alias of a QCode to its scheme's URI.

The catalogs are read from the data files of newsmlg2, the IPTC's own Python library. Its code is not imported.
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
"""The newest catalog in newsmlg2. Exported newsItems refer to it."""

CATALOGS: Final = range(32, CATALOG + 1)
"""The catalogs in newsmlg2. Each includes the aliases of the catalogs before it."""

RETIRED_SCHEMES: Final = {
    "http://cv.iptc.org/newscodes/contributorrole/": "2020-05-01",
    "http://cv.iptc.org/newscodes/infosourcerole/": "2021-05-01",
}
"""Retired schemes of the IPTC, with the date of their retirement (catalog 41, scheme/@schemeretired)."""

CONCEPT_TYPES: Final[Mapping[SubjectType, str]] = {
    "abstract": "cpnat:abstract",
    "person": "cpnat:person",
    "organisation": "cpnat:organisation",
    "place": "cpnat:geoArea",
    "event": "cpnat:event",
    "object": "cpnat:object",
}
"""The code of the IPTC's cpnature scheme for each type of a subject."""

_NAMESPACE = "{http://iptc.org/std/nar/2006-10-01/}"


def catalog_url(number: int = CATALOG) -> str:
    """Return the URL by which a newsItem refers to an IPTC catalog."""
    return f"http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_{number}.xml"


@cache
def schemes(number: int = CATALOG) -> Mapping[str, str]:
    """Return the scheme URI of each alias in an IPTC catalog.

    Raises:
        LookupError: newsmlg2 has no catalog of this number.
    """
    spec = find_spec("NewsMLG2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "catalogs", f"catalog.IPTC-G2-Standards_{number}.xml")
        if path.is_file():
            root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
            found = {scheme.attrib["alias"]: scheme.attrib["uri"] for scheme in root.iter(f"{_NAMESPACE}scheme")}
            return MappingProxyType(found)
    raise LookupError(f"the package newsmlg2 has no IPTC catalog {number}")


def resolve(qcode: str) -> str | None:
    """Return the concept URI of a QCode (NewsML-G2: scheme URI + code); None if its alias is not the IPTC's."""
    alias, _, code = qcode.partition(":")
    scheme = schemes().get(alias)
    return scheme + code if scheme else None
