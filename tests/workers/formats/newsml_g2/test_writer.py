"""NewsML-G2: every field in its place, every paragraph verbatim, and nothing unstated."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas.article import Article, Party, Place, Subject
from schemas.conversion import Conversion
from tests import strategies
from tests.exports import CONVERSION, FULL, small, the_seed
from tests.field_table import RICH
from tests.newsitems import NAMES, found, texts, written
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.places import PLACES
from workers.formats.newsml_g2.writer import NewsmlG2Writer

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TITLE = f"{{{NAMES['h']}}}title"
BODIES = st.sampled_from(("xhtml", "nitf"))


class TestTheText:
    @given(strategies.articles(), BODIES)
    def test_every_paragraph_is_found_exactly(self, article: Article, body: str) -> None:
        assert texts(written(article, body=body), body) == article.paragraphs

    @given(strategies.articles())
    def test_every_name_and_note_is_found_exactly(self, article: Article) -> None:
        root = written(article)
        for field, path in (
            ("headline", "//n:contentMeta/n:headline"),
            ("description", "//n:contentMeta/n:description"),
            ("copyright_notice", "//n:copyrightNotice"),
            ("usage_terms", "//n:usageTerms"),
            ("ed_note", "//n:edNote"),
        ):
            value = getattr(article, field)
            assert [node.text for node in root.xpath(path, namespaces=NAMES)] == ([value] if value else [])
        assert [node.text for node in root.xpath("//n:keyword", namespaces=NAMES)] == list(article.keywords)
        assert [node.text for node in root.xpath("//n:creator/n:name", namespaces=NAMES)] == [
            byline.name for byline in article.bylines
        ]
        assert root.attrib["guid"] == article.id

    @pytest.mark.parametrize(
        "text",
        ["]]>", "a\rb", "a\r\nb", "a\u0085b\u2028c", "&amp;", "</p>\n          <p>", "<!-- x -->", "{}", "a\tb", "%s"],
    )
    @pytest.mark.parametrize("body", ["xhtml", "nitf"])
    def test_text_that_looks_like_xml_is_text(self, text: str, body: str) -> None:
        article = small(paragraphs=(text, text), headline=text.replace("\r", "").replace("\n", "").replace("\t", ""))
        root = written(article, body=body)
        assert texts(root, body) == (text, text)
        assert found(root, "//h:title | //f:hl1 | //n:headline") == [article.headline] * 2

    @pytest.mark.parametrize("body", ["xhtml", "nitf"])
    def test_the_body_is_one_child_in_its_own_namespace(self, body: str) -> None:
        [inline] = written(FULL, body=body).xpath("//n:contentSet/n:inlineXML", namespaces=NAMES)
        [child] = inline
        assert (inline.attrib["contenttype"], child.tag) == {
            "xhtml": ("application/xhtml+xml", f"{{{NAMES['h']}}}html"),
            "nitf": ("application/nitf+xml", f"{{{NAMES['f']}}}nitf"),
        }[body]
        assert inline.attrib["wordcount"] == str(FULL.word_count)
        assert inline.attrib[LANGUAGE] == "en-GB"


class TestWhereTheFieldsGo:
    ROOT = written(FULL)

    def test_the_order_of_the_schema(self) -> None:
        assert [[etree.QName(child).localname for child in part] for part in self.ROOT[1:4]] == [
            ["copyrightHolder", "copyrightNotice", "usageTerms"],
            [
                "itemClass",
                "provider",
                "versionCreated",
                "embargoed",
                "pubStatus",
                "generator",
                "edNote",
                "signal",
                "link",
                "link",
            ],
            [
                "urgency",
                "contentCreated",
                "contentModified",
                "located",
                "infoSource",
                "creator",
                "creator",
                "language",
                "genre",
                "keyword",
                "keyword",
                *["subject"] * 5,
                "slugline",
                "headline",
                "dateline",
                "by",
                "by",
                "description",
                "contentMetaExtProperty",
            ],
        ]
        assert [etree.QName(child).localname for child in self.ROOT] == [
            "catalogRef",
            "rightsInfo",
            "itemMeta",
            "contentMeta",
            "assert",
            "assert",
            "contentSet",
        ]

    @pytest.mark.parametrize(
        ("path", "values"),
        [
            ("/n:newsItem/@guid", ["tag:example.com,2024:17"]),
            ("/n:newsItem/@version", ["2"]),
            ("/n:newsItem/@standard", ["NewsML-G2"]),
            ("/n:newsItem/@standardversion", ["2.35"]),
            ("/n:newsItem/@conformance", ["power"]),
            ("/n:newsItem/@xml:lang", ["en-GB"]),
            ("//n:itemMeta/n:provider/@uri", ["https://example.com/"]),
            ("//n:itemMeta/n:provider/n:name", ["Example News"]),
            ("//n:itemMeta/n:versionCreated", ["2024-11-09T08:00:00Z"]),
            ("//n:itemMeta/n:embargoed", ["2024-11-10T06:00:00Z"]),
            ("//n:itemMeta/n:pubStatus/@qcode", ["stat:withheld"]),
            ("//n:itemMeta/n:generator", ["newsmill"]),
            ("//n:itemMeta/n:generator/@versioninfo", [CONVERSION.version]),
            ("//n:itemMeta/n:edNote", ["Corrects the name."]),
            ("//n:itemMeta/n:signal/@qcode", ["sig:correction"]),
            ("//n:link[@rel='irel:seeAlso']/@href", ["https://example.com/17?a=b&c=d"]),
            (
                "//n:link[@rel='irel:derivedFrom']/@*",
                ["irel:derivedFrom", "ni:///sha-256;q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s", "text/plain", "17"],
            ),
            ("//n:link[@rel='irel:derivedFrom']/n:title", ["17.txt"]),
            ("//n:contentMeta/n:urgency", ["4"]),
            ("//n:contentMeta/n:contentCreated", ["2024-11-08"]),
            ("//n:contentMeta/n:contentModified", ["2024-11-08T16:30:00+01:00"]),
            ("//n:contentMeta/n:located/@qcode", ["iso3166-1a2:AT"]),
            ("//n:contentMeta/n:located/n:name", ["Austria"]),
            ("//n:contentMeta/n:infoSource/@uri", ["https://example.com/"]),
            ("//n:contentMeta/n:creator/@uri", ["https://example.com/jane?a=b&c=d"]),
            ("//n:contentMeta/n:creator/n:name", ["Jane Doe", "John Roe"]),
            ("//n:contentMeta/n:by", ["Jane Doe, Editor", "John Roe"]),
            ("//n:contentMeta/n:language/@tag", ["en-GB"]),
            ("//n:contentMeta/n:genre/n:name", ["Analysis"]),
            ("//n:contentMeta/n:keyword", ["rates", "a;b"]),
            ("//n:contentMeta/n:subject/n:name", ["central bank", "Jane Bull", "Norland Bank", "Rates Day"]),
            ("//n:contentMeta/n:subject/@qcode", ["medtop:20000350", "medtop:04000000"]),
            ("//n:contentMeta/n:subject/@uri", ["https://example.com/norland"]),
            ("//n:contentMeta/n:slugline", ["BANK-RATES"]),
            ("//n:contentMeta/n:headline", ["Bank <cuts> rates & more"]),
            ("//n:contentMeta/n:dateline", ["VIENNA (EN)"]),
            ("//n:contentMeta/n:description[@role='drol:summary']", ["A summary."]),
            ("//n:rightsInfo/n:copyrightHolder/n:name", ["Example Holdings"]),
            ("//n:rightsInfo/n:copyrightNotice", ["(c) 2024"]),
            ("//n:rightsInfo/n:usageTerms", ["For subscribers."]),
            ("//h:title", ["Bank <cuts> rates & more"]),
            ("//n:assert/n:name", ["Jane Bull", "Norland Bank"]),
            ("//n:assert/n:type/@qcode", ["cpnat:person", "cpnat:organisation"]),
            ("//n:assert/@uri", ["https://example.com/norland"]),
        ],
    )
    def test_a_field_is_in_its_place(self, path: str, values: list[str]) -> None:
        assert found(self.ROOT, path) == values

    def test_a_literal_that_is_asserted_is_the_literal_of_a_subject(self) -> None:
        assert found(self.ROOT, "//n:assert/@literal") == found(self.ROOT, "//n:subject/@literal") != []


class TestUnstatedFields:
    def test_the_seed_as_an_item(self) -> None:
        root = written(the_seed())
        assert texts(root) == the_seed().paragraphs
        assert found(root, "//n:contentMeta/*") == ["2024-11-08"]
        assert found(root, "//n:pubStatus/@qcode") == ["stat:usable"]
        assert found(root, "//h:head/h:title") == [""]
        assert found(root, "//n:inlineXML/@wordcount") == ["367"]
        assert [etree.QName(child).localname for child in root] == [
            "catalogRef",
            "itemMeta",
            "contentMeta",
            "contentSet",
        ]
        assert {etree.QName(child).localname for child in root[1]} == {
            "itemClass",
            "provider",
            "versionCreated",
            "pubStatus",
            "generator",
            "link",
        }
        assert root.xpath("//@xml:lang") == []

    @given(strategies.articles(), BODIES)
    def test_no_element_and_no_attribute_is_empty(self, article: Article, body: str) -> None:
        root = written(article, body=body)
        assert [
            element.tag
            for element in root.iter()
            if len(element) == 0 and not element.text and not element.attrib and element.tag != TITLE
        ] == []
        assert root.xpath("//@*[normalize-space(.) = '' and . != '\u00a0']") == []

    @pytest.mark.parametrize(
        "name",
        sorted(
            {field.name for field in fields(Article) if field.init}
            - {"paragraphs", "id", "version"}
            - set(PLACES.unheld)
            - {*RICH, "kind"}
        ),
    )
    def test_a_field_that_is_absent_leaves_no_element(self, name: str) -> None:
        empty: Any = () if isinstance(getattr(FULL, name), tuple) else None
        without = replace(FULL, **{name: empty})
        elements = {
            "headline": ["headline"],
            "description": ["description"],
            "slugline": ["slugline"],
            "bylines": ["creator", "creator", "by", "by", "definition"],
            "dateline": ["dateline"],
            "located": ["located"],
            "published": ["contentCreated"],
            "modified": ["contentModified"],
            "embargoed": ["embargoed"],
            "status": [],
            "section": ["contentMetaExtProperty"],
            "language": ["language"],
            "genre": ["genre"],
            "keywords": ["keyword", "keyword"],
            "subjects": ["subject"] * 5 + ["assert"] * 2 + ["type"] * 2,
            "provider": ["infoSource"],
            "copyright_holder": ["copyrightHolder"],
            "copyright_notice": ["copyrightNotice"],
            "usage_terms": ["usageTerms"],
            "url": ["link"],
            "urgency": ["urgency"],
            "ed_note": ["edNote"],
            "signal": ["signal"],
            "source": ["link"],
        }[name]
        ignored = {"name", "head"} | ({"title"} if name == "source" else set())

        def names_of(article: Article) -> list[str]:
            return sorted(
                local for element in written(article).iter() if (local := etree.QName(element).localname) not in ignored
            )

        assert sorted([*names_of(without), *elements]) == names_of(FULL)

    def test_operator_stands_in_for_an_unnamed_provider(self) -> None:
        operator = Party(name="Desk & Co", uri="https://desk.example/")
        root = written(small(), conversion=Conversion(at="2024-11-09T08:00:00Z", operator=operator))
        assert found(root, "//n:itemMeta/n:provider/n:name") == ["Desk & Co"]
        assert found(root, "//n:infoSource") == []
        assert found(root, "//n:generator") == ["newsmill, Desk & Co"]


class TestMessages:
    def test_one_article_is_an_item_and_several_are_a_message(self) -> None:
        writer = NewsmlG2Writer(CONVERSION, NewsmlG2Options())
        assert writer.frame("articles.newsml.xml", 1).media_type == "application/vnd.iptc.g2.newsitem+xml"
        assert writer.frame("articles.newsml.xml", 2).media_type == "application/vnd.iptc.g2.newsmessage+xml"
        assert etree.QName(written(small())).localname == "newsItem"
        assert etree.QName(written(small(), FULL)).localname == "newsMessage"

    def test_the_header_says_who_sends_it_and_when(self) -> None:
        root = written(small(), FULL, conversion=Conversion(at="2024-11-09T08:00:00Z", operator=Party(name="A & B")))
        assert found(root, "n:header/n:sent") == ["2024-11-09T08:00:00Z"]
        assert found(root, "n:header/n:sender") == ["A & B"]

    def test_an_item_is_the_same_by_itself_and_in_a_message(self) -> None:
        alone, message = written(FULL), written(small(), FULL)
        assert etree.tostring(message[1][1], method="c14n", exclusive=True) == etree.tostring(
            alone, method="c14n", exclusive=True
        )


class TestAliases:
    CODED = small(subjects=(Subject(name="A"), Subject(qcode="ex:1")), located=Place(qcode="place:2"))

    def test_alias_in_no_catalog_is_bound_to_the_code_itself(self) -> None:
        root = written(self.CODED, schemes={"place": "urn:x:place:"})
        assert found(root, "n:catalog/n:scheme/@*") == ["ex", "data:,ex:", "place", "urn:x:place:"]
        assert found(root, "//n:subject/@qcode | //n:located/@qcode") == ["place:2", "ex:1"]

    def test_catalogs_of_an_item_have_its_own_aliases_only(self) -> None:
        root = written(self.CODED, small())
        assert [found(item, "n:catalog/n:scheme/@alias") for item in root[1]] == [["ex", "place"], []]

    def test_an_inline_catalog_binds_it(self) -> None:
        root = written(self.CODED, schemes={"place": "urn:x:place:", "ex": "https://example.com/?a=b&c="})
        assert found(root, "n:catalog/n:scheme/@*") == ["ex", "https://example.com/?a=b&c=", "place", "urn:x:place:"]
        assert found(root, "//n:subject/@qcode | //n:located/@qcode") == ["place:2", "ex:1"]

    def test_there_is_no_inline_catalog_where_no_scheme_is_given(self) -> None:
        assert found(written(FULL), "n:catalog") == []

    def test_a_qcode_is_written_as_an_attribute_can_hold_it(self) -> None:
        assert found(written(small(subjects=(Subject(qcode='own:"<&>'),))), "//n:subject/@qcode") == ['own:"<&>']

    @pytest.mark.parametrize("qcode", ["medtop:123", "freebase:m.1", "ä:b"])
    def test_a_qcode_that_no_catalog_can_resolve_is_a_literal(self, qcode: str) -> None:
        root = written(small(subjects=(Subject(qcode=qcode, uri="https://example.com/"),)))
        assert found(root, "//n:subject/@literal") == [qcode]
        assert found(root, "//n:subject/@uri") == ["https://example.com/"]
