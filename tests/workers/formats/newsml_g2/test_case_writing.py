"""What NewsML-G2 holds of the cases: each value in the place that the standard has for it."""

from __future__ import annotations

import io

import pytest
from lxml import etree

from tests.cases import CASES, export_case
from tests.newsitems import found
from workers.formats.newsml_g2.checks.documents import check_newsml

ITEMS = sorted(path.name for path in (CASES / "newsml-g2").glob("*.xml"))


def written(name: str) -> bytes:
    return export_case(f"newsml-g2/{name}.xml").files["articles.newsml.xml"]


@pytest.mark.parametrize("name", ITEMS)
def test_export_of_a_case_is_valid_and_has_a_status(name: str) -> None:
    raw = written(name.removesuffix(".xml"))
    assert [fault for fault in check_newsml(io.BytesIO(raw), name) if fault.severity == "error"] == []
    root = etree.fromstring(raw)
    assert len(found(root, "//n:pubStatus/@qcode")) == len(found(root, "//n:itemMeta/n:itemClass/@qcode"))
    assert len(found(root, "//h:html/h:head/h:title")) == len(found(root, "//h:html"))


@pytest.mark.parametrize(
    ("name", "path", "values"),
    [
        ("subjects-private-codes", "//n:subject/@qcode", ["N2:SHP", "N2:GB", "medtop:20000570"]),
        ("by-line-of-two-creators", "//n:contentMeta/n:by", ["By Nora Field in Port Lyme and Tom Lens in Calden"]),
        ("by-and-creator-organisation", "//n:contentMeta/n:by", ["Nora Field"]),
        (
            "version-created-of-the-source",
            "//n:versionCreated | //n:firstCreated",
            ["2024-03-01T08:00:00Z", "2024-02-28T06:30:00Z"],
        ),
        ("date-times-without-zone", "//n:contentCreated", ["2024-03-01T23:30:11"]),
        ("date-times-without-zone", "//n:contentModified", ["2024-03-02T00:10:14"]),
        ("headline-sub-before-main", "//n:contentMeta/n:headline[1]", ["Ferry service returns"]),
        ("headlines-two-languages", "//n:contentMeta/n:headline/@xml:lang", ["fr"]),
        (
            "data-mining-prohibited",
            "//n:dataMining/@*",
            ["http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"],
        ),
        ("digital-source-type", "//n:digitalSourceType/@qcode", ["digsrctype:trainedAlgorithmicMedia"]),
        ("signals-correction-and-alert", "//n:signal/@qcode", ["sig:correction", "sig:alert"]),
        ("status-of-own-scheme", "//n:pubStatus/@qcode", ["stat:withheld"]),
        ("canceled-without-content", "//n:pubStatus/@qcode | //n:edNote", ["stat:canceled", "Kill story: wrong date."]),
        ("picture-item-with-caption", "//n:itemClass/@qcode", ["ninat:picture"]),
        ("picture-item-with-caption", "//n:remoteContent/@href", ["https://harbour.example/boat.jpg"]),
        ("video-item-with-shotlist", "//n:itemClass/@qcode", ["ninat:video"]),
        ("text-item-with-picture", "//n:remoteContent/@href", ["https://harbour.example/boat.jpg"]),
        ("body-list-nested", "//h:ol/h:li/h:ul/h:li", ["pier", "quay"]),
        ("body-heading-quotation-link", "//h:h2 | //h:blockquote", ["Timetable", "We are glad."]),
        ("body-heading-quotation-link", "//h:a/@href", ["https://harbour.example/plan?x=1&y=2"]),
        ("language-on-body-only", "/n:newsItem/@xml:lang", ["de"]),
        ("language-on-message-only", "/n:newsItem/@xml:lang", ["fi"]),
    ],
)
def test_value_of_a_case_is_in_its_place(name: str, path: str, values: list[str]) -> None:
    assert found(etree.fromstring(written(name)), path) == values


def test_every_term_of_use_is_written() -> None:
    stated = found(etree.fromstring(written("rights-languages-and-terms")), "//n:rightsInfo")
    texts = " ".join(stated)
    for text in (
        "All rights reserved.",
        "Alle Rechte vorbehalten.",
        "No web use.",
        "Not in Norland.",
        "Archive for 30",
    ):
        assert text in texts


def test_table_of_a_case_keeps_all_cells() -> None:
    assert len(etree.fromstring(written("body-table-empty-corner")).findall(".//{*}tr/*")) == 9
