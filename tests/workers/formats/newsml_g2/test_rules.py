"""Rules of NewsML-G2: one change to a good item breaks one rule."""

from __future__ import annotations

import pytest

from tests.workers.formats.newsml_g2.items import ITEM, broken, changed, faults

TOOL = 'how="howextr:tool" why="why:direct"'


def test_the_item_keeps_every_rule() -> None:
    assert faults(ITEM) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("g2-01-identity", 'guid="tag:example.com,2024:story"', 'guid=""'),
        ("g2-01-identity", 'guid="tag:example.com,2024:story"', 'guid="story 17"'),
        ("g2-01-identity", 'guid="tag:example.com,2024:story"', 'guid="/stories/17"'),
        ("g2-schema-value", 'version="2" ', 'version="0" '),
        ("g2-03-standard", 'standard="NewsML-G2"', 'standard="NewsML"'),
        ("g2-03-standard", 'standardversion="2.35"', 'standardversion="9.99"'),
        ("g2-03-standard", 'conformance="power"', 'conformance="banana"'),
        ("g2-04-conformance", ' conformance="power"', ""),
        ("g2-04-conformance", ' conformance="power"', ' conformance="core"'),
        ("g2-schema-element", 'standardversion="2.35"', 'standardversion="2.27"'),
        ("g2-06-alias", 'qcode="medtop:20000350"', 'qcode="cat:20000350"'),
        ("g2-schema-value", 'qcode="medtop:20000350"', 'qcode="20000350"'),
        ("g2-schema-value", 'rel="irel:seeAlso"', 'rel="seeAlso"'),
        ("g2-06-alias", 'scope="riscope:content"', 'scope="riscope:content nobody:knows"'),
        ("g2-07-alias-twice", "  </catalog>", '    <scheme alias="medtop" uri="https://a.example/"/></catalog>'),
        ("g2-08-catalog", "Standards_41.xml", "Standards_99.xml"),
        ("g2-08-catalog", "catalog.IPTC-G2-Standards_41.xml", "catalogue.xml"),
        ("g2-10-code", 'qcode="stat:usable"', 'qcode="stat:cancelled"'),
        ("g2-10-code", 'qcode="medtop:20000350"', 'qcode="medtop:central-bank"'),
        ("g2-10-code", 'why="why:ancestor"', 'why="why:because"'),
        ("g2-11-scheme-uri", "<edNote>", '<edNote role="ednoterole:general">'),
        ("g2-12-concept", 'newscodes/ninature/text"', 'newscodes/ninature/picture"'),
        ("g2-12-concept", '<pubStatus qcode="stat:usable"/>', "<pubStatus/>"),
        ("g2-12-concept", '<link rel="irel', '<hash>abc</hash><link rel="irel'),
        ("g2-13-named", "<genre><name>Current</name></genre>", "<genre/>"),
        ("g2-13-named", "<provider uri=\"https://www.example.com/\"><name>Example</name></provider>", "<provider/>"),
        ("g2-14-item-class", 'ninat:text" uri="http://cv.iptc.org/newscodes/ninature/text"', 'cinat:concept"'),
        ("g2-15-rights-scheme", 'scope="riscope:content"', 'scope="drol:summary"'),
        ("g2-16-zone", "2024-11-08T16:30:00Z", "2024-11-08T16:30:00"),
        ("g2-16-zone", "2024-11-07T16:30:00Z", " 2024-11-07T16:30:00Z "),
        ("g2-schema-value", "2024-11-09T00:00:00Z", "2024-11-09"),
        ("g2-17-order", "2024-11-07T16:30:00Z", "2024-11-08T16:30:01Z"),
        ("g2-20-idref", 'idrefs="head"', 'idrefs="head slug"'),
        ("g2-20-idref", 'sourceidref="body"', 'sourceidref="text"'),
        ("g2-21-id", '<located ', '<located id="body" '),
        ("g2-22-target", ' href="https://www.example.com/story"', ""),
        ("g2-schema-value", 'tag="en"', 'tag="en_US"'),
        ("g2-25-language", 'tag="en"', 'tag="xx-YY"'),
        ("g2-25-language", 'xml:lang="en"', 'xml:lang=""'),
        ("g2-27-media-type", 'contenttype="application/xhtml+xml"', 'contenttype="application/xhtml+html"'),
        ("g2-27-media-type", 'contenttype="application/xhtml+xml"', 'contenttype="application/nitf+xml"'),
        ("g2-27-media-type", 'contenttype="text/html"', 'contenttype="html"'),
        ("g2-28-body-namespace", ' xmlns="http://www.w3.org/1999/xhtml"', ""),
        ("g2-28-body-namespace", ' xmlns="http://www.w3.org/1999/xhtml"', ' xmlns=""'),
        ("g2-29-body", "<em>first</em>", "<important>first</important>"),
        ("g2-30-count", 'wordcount="5"', 'wordcount="7"'),
        ("g2-30-count", 'charcount="26"', 'charcount="260"'),
        ("g2-32-tool", 'creator="exsys:tagger" how="howextr:tool" why="why:direct"', TOOL),
        ("g2-schema-value", 'confidence="94"', 'confidence="0.94"'),
        ("g2-33-why", ' why="why:direct"', ""),
        ("g2-33-why", '<broader qcode="medtop:20000346"/>', '<broader qcode="medtop:04000000"/>'),
        ("g2-34-literal", '<assert literal="elena-marsh">', '<assert literal="nobody">'),
    ],
)  # fmt: skip
def test_one_change_breaks_one_rule(rule: str, old: str, new: str) -> None:
    assert broken(faults(changed(old, new))) == {rule}


def test_advice_on_an_item_without_content_unless_it_is_canceled() -> None:
    start, end = ITEM.index("  <derivedFromValue"), ITEM.index("</newsItem>")
    without = ITEM[:start] + ITEM[end:]
    assert broken(faults(without)) == set()
    assert "g2-26-content" in broken(faults(without), "advice")
    assert "g2-26-content" not in broken(faults(changed("stat:usable", "stat:canceled", without)), "advice")


def test_the_body_of_a_text_stands_in_the_body_of_its_vocabulary() -> None:
    headless = ITEM.replace("<body>", "<div>").replace("</body>", "</div>")
    assert broken(faults(headless)) == {"g2-29-body"}


def test_a_facet_is_deprecated() -> None:
    concept = changed(
        '<subject type="cpnat:person"',
        '<subject qcode="medtop:04000000"><facet rel="irel:seeAlso" qcode="medtop:20000346"/></subject>'
        '<subject type="cpnat:person"',
    )
    assert broken(faults(concept)) == set()
    assert broken(faults(concept), "advice") == {"g2-23-deprecated"}


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("g2-01-identity", "2024:story", "2024:story:2"),
        ("g2-08-catalog", 'href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"/>',
         'href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"/>\n<catalogRef href="https://a.example/c"/>'),
        ("g2-08-catalog", "Standards_41.xml", "Standards_12.xml"),
        ("g2-09-retired", "<located ", '<creator qcode="isrol:originfo"/><located '),
        ("g2-09-retired", "<located ", '<contributor role="ctrol:editor"><name>Jo</name></contributor><located '),
        ("g2-10-code", 'qcode="sig:update"', 'qcode="sig:banana"'),
        ("g2-11-scheme-uri", "https://cv.example.com/system/", "https://cv.example.com/system"),
        ("g2-17-order", "2024-11-08T12:00:00+01:00", "2024-11-01T12:00:00+01:00"),
        ("g2-18-signal", 'version="2" ', 'version="1" '),
        ("g2-18-signal", "<edNote>The second paragraph is new.</edNote>", ""),
        ("g2-19-embargo", "2024-11-09T00:00:00Z", "2024-11-01T00:00:00Z"),
        ("g2-23-deprecated", 'href="https://www.example.com/story"', 'href="https://a.example/" guidref="urn:x:y"'),
        ("g2-23-deprecated", 'contenttype="text/html"', 'hreftype="text/html"'),
        ("g2-25-language", 'tag="en"', 'tag="iw"'),
        ("g2-26-content", '<language tag="en"/>', ""),
        ("g2-26-content", '<headline id="head">Two paragraphs</headline>', '<slugline id="head">Two</slugline>'),
    ],
)  # fmt: skip
def test_good_practice_is_advice_and_breaks_nothing(rule: str, old: str, new: str) -> None:
    found = faults(changed(old, new))
    assert broken(found) == set()
    assert rule in broken(found, "advice")


def test_an_embargo_without_a_time_needs_a_note() -> None:
    empty = changed("<embargoed>2024-11-09T00:00:00Z</embargoed>", "<embargoed/>")
    assert broken(faults(empty)) == set()
    without = changed("<edNote>The second paragraph is new.</edNote>", "", empty)
    assert "g2-19-embargo" in broken(faults(without), "advice")


def test_aliases_of_an_unavailable_catalog_are_trusted() -> None:
    trusting = changed("Standards_41.xml", "Standards_12.xml")
    assert broken(faults(changed("medtop:20000350", "whatever:1", trusting))) == set()


def test_the_iptc_s_concepts_are_the_same_by_http_and_https() -> None:
    assert faults(changed('uri="http://cv.iptc.org/', 'uri="https://cv.iptc.org/')) == []


def test_fault_gives_place_value_and_expectation() -> None:
    (fault,) = faults(changed("stat:usable", "stat:cancelled"))
    assert (fault.file, fault.line, fault.rule) == ("story.xml", 15, "g2-10-code")
    assert "stat:cancelled" in fault.detail
    assert "use canceled, usable or withheld" in fault.detail
    assert str(fault).startswith('story.xml:15: error: g2-10-code: pubStatus "stat:cancelled" is not a code of ')
