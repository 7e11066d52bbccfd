"""The IPTC's own Python library reads our items and resolves every QCode."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree
from NewsMLG2 import NewsMLG2Document
from NewsMLG2.catalogstore import CATALOG_STORE, AliasNotFoundInCatalogs

from schemas.article import Article, Byline, Party, Place, Source, Subject
from schemas.conversion import Conversion
from tests.field_table import EVERYTHING, PACKAGE
from tests.newsitems import written as written_as_tree
from tests.reference import REFERENCE, needs_reference
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.writer import NAME, NewsmlG2Writer

ARTICLE = Article(
    paragraphs=("One.", "Two."),
    id="urn:x:1",
    version=2,
    signal="update",
    headline="Headline",
    description="Description",
    bylines=(Byline(name="Jane Doe", job_title="Editor"),),
    located=Place(name="Vienna", qcode="iso3166-1a2:AT"),
    published="2024-11-08",
    status="usable",
    language="en",
    subjects=(
        Subject(name="economy", qcode="medtop:04000000", type="abstract"),
        Subject(name="Elena Marsh", type="person"),
        Subject(name="Rates", qcode="own:1"),
    ),
    provider=Party(name="Example"),
    url="https://x.example/story",
    source=Source(sha256="ab" * 32),
)


def written(count: int) -> bytes:
    writer = NewsmlG2Writer(
        Conversion(at="2024-11-08T16:30:00Z"), NewsmlG2Options(schemes={"own": "https://cv.example.com/"})
    )
    frame = writer.frame(NAME, count)
    return frame.head + writer.pieces(ARTICLE)[0] * count + frame.tail


@pytest.fixture
def item() -> Any:
    return NewsMLG2Document(written(1)).get_item()


def test_newsmlg2_reads_the_item(item: Any) -> None:
    assert (item.guid, item.version, item.conformance) == ("urn:x:1", "2", "power")
    assert str(item.contentmeta.headline[0]) == "Headline"
    assert item.itemmeta.itemclass.qcode == "ninat:text"


def test_newsmlg2_resolves_every_qcode_by_the_items_catalogs(item: Any) -> None:
    qcodes = set(re.findall(r' (?:qcode|type|rel|role)="([^"]*:[^"]*)"', written(1).decode()))
    assert {"ninat:text", "stat:usable", "sig:update", "irel:seeAlso", "drol:summary", "own:1"} <= qcodes
    for qcode in qcodes:
        assert CATALOG_STORE.get_scheme_for_alias(qcode.partition(":")[0]) is not None
    with pytest.raises(AliasNotFoundInCatalogs):
        CATALOG_STORE.get_scheme_for_alias("no-such-alias")


def test_newsmlg2_reads_a_message_and_the_items_cut_out_of_it() -> None:
    message = written(3)
    assert str(NewsMLG2Document(message).get_item().header.sent) == "2024-11-08T16:30:00Z"
    items = list(etree.fromstring(message).iter("{*}newsItem"))
    assert len(items) == 3
    for cut_out in items:
        assert NewsMLG2Document(etree.tostring(cut_out)).get_item().guid == "urn:x:1"


@pytest.mark.parametrize("article", [EVERYTHING, PACKAGE], ids=["item", "package"])
def test_newsmlg2_reads_all_that_an_article_states(article: Article) -> None:
    raw = etree.tostring(written_as_tree(article))
    item = NewsMLG2Document(raw).get_item()
    assert (item.guid, item.itemmeta.pubstatus.qcode) == (article.id, "stat:withheld")
    assert [str(headline) for headline in item.contentmeta.headline] == ["Bank <cuts> rates & more", "Rates: down"]
    attributes = "qcode|type|rel|role|why|creator|rendition|mode|durationunit|scope"
    for qcode in re.findall(rf' (?:{attributes})="([^"]*:[^"]*)"', raw.decode()):
        assert CATALOG_STORE.get_scheme_for_alias(qcode.partition(":")[0]) is not None


@needs_reference
def test_every_qcode_attribute_of_the_schema_is_checked() -> None:
    """The attributes that the resolving test looks at are all that our items have of them."""
    rows = (REFERENCE / "newsml-g2" / "qcode-attributes-2.35.txt").read_text().split()
    of_schema = {row.strip("@,;") for row in rows}
    used = {
        attribute
        for element in etree.fromstring(written(1)).iter()
        for attribute, value in element.attrib.items()
        if attribute in of_schema and re.fullmatch(r"[\w-]+:\S+", str(value))
    }
    assert used <= {"qcode", "type", "rel", "role"}
