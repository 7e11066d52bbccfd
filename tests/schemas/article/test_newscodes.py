"""The IPTC's catalog, compared with the official file."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from schemas.article.newscodes import CATALOG, catalog_url, resolve, schemes
from tests.reference import REFERENCE, needs_reference


def test_the_catalog_that_items_refer_to() -> None:
    assert CATALOG == 41
    assert catalog_url() == "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"


@needs_reference
def test_the_schemes_are_those_of_the_official_catalog() -> None:
    official = etree.parse(REFERENCE / "newsml-g2" / "catalog.IPTC-G2-Standards_41.xml").getroot()
    found = {
        scheme.attrib["alias"]: scheme.attrib["uri"]
        for scheme in official.iter("{http://iptc.org/std/nar/2006-10-01/}scheme")
    }
    assert len(found) > 80
    assert dict(schemes()) == found


def test_the_schemes_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        schemes()["medtop"] = "x"  # type: ignore[index]


def test_an_unknown_catalog_is_named() -> None:
    with pytest.raises(LookupError, match=re.escape("the package newsmlg2 has no IPTC catalog 9")):
        schemes(9)


@pytest.mark.parametrize(
    ("qcode", "uri"),
    [
        ("medtop:04000000", "http://cv.iptc.org/newscodes/mediatopic/04000000"),
        ("stat:usable", "http://cv.iptc.org/newscodes/pubstatusg2/usable"),
        ("medtop:a:b", "http://cv.iptc.org/newscodes/mediatopic/a:b"),
        ("example:1", None),
        ("MEDTOP:04000000", None),
    ],
)
def test_a_qcode_stands_for_its_schemes_uri_and_its_code(qcode: str, uri: str | None) -> None:
    assert resolve(qcode) == uri
