"""NewsML-G2 documents as streams: messages, official examples and malicious XML."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from tests.reference import REFERENCE, needs_reference
from tests.workers.formats.newsml_g2.items import ITEM, NAR, broken, changed, faults, message
from workers.formats.newsml_g2.checks.documents import check_newsml

SENT = "<sent>2024-11-08T16:30:00Z</sent>"


def item(number: int, version: int = 2) -> str:
    """The item, as one of several: with a guid and with ids of its own."""
    other = ITEM.replace("2024:story", f"2024:story-{chr(96 + number)}").replace('version="2"', f'version="{version}"')
    return other.replace('"body"', f'"body-{number}-{version}"').replace('"head"', f'"head-{number}-{version}"')


@needs_reference
@pytest.mark.parametrize("name", ["target-item.xml", "target-message.xml"])
def test_the_targets_have_no_fault(name: str) -> None:
    assert faults((REFERENCE / "newsml-g2" / name).read_bytes()) == []


@needs_reference
@pytest.mark.parametrize(
    ("name", "rules"),
    [
        # Its inlineXML has a comment where the text would be.
        ("LISTING_1_A_NewsML-G2_News_Item.xml", {"g2-28-body-namespace"}),
        ("LISTING_2_NewsML-G2_Text_Document.xml", set()),
        ("LISTING_22_Sports_story_in_NewsML-G2NITF.xml", set()),
        # It shows the hop history, and leaves out the content; its versionCreated has a line break in it.
        ("LISTING_29_Hop_History.xml", {"g2-16-zone"}),
    ],
)
def test_the_iptc_s_examples_break_no_other_rules(name: str, rules: set[str]) -> None:
    assert broken(faults((REFERENCE / "newsml-g2" / "examples" / name).read_bytes())) == rules


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_structure_of_every_item_is_checked_and_of_the_message_around_them(number: int) -> None:
    items = [item(1), item(2), item(3)]
    assert faults(message(*items)) == []
    items[number] = changed("<located ", "<dislocated/><located ", items[number])
    document = message(*items)
    found = faults(document)
    line = document[: document.index("<dislocated/>")].count("\n") + 1
    assert [(fault.rule, fault.line) for fault in found] == [("g2-schema-element", line)]
    assert "dislocated" in found[0].detail


@pytest.mark.parametrize(("stated", "structure"), [("2.8", "2.9"), ("2.36", "2.35")])
def test_advice_names_the_version_that_stands_for_an_unknown_one(stated: str, structure: str) -> None:
    found = faults(changed('standardversion="2.35"', f'standardversion="{stated}"'))
    [advice] = [fault for fault in found if fault.rule == "g2-05-version"]
    assert advice.severity == "advice"
    assert f'version "{stated}" is not known here; that of {structure} was checked' in advice.detail
    assert (broken(found) == set()) == (structure == "2.35")


@pytest.mark.parametrize(
    ("rule", "between"),
    [("g2-schema-element", '<x xmlns="urn:x"/>'), ("g2-schema-text", "text"), ("g2-schema-attribute", "<newsItem/>")],
)
def test_what_stands_between_items_is_checked(rule: str, between: str) -> None:
    document = message(item(1), between, item(2), item(3))
    assert broken(faults(document, "2.35")) >= {rule}
    assert faults(message(item(1), item(2)), "2.35") == []


def test_a_schema_alone_takes_what_other_rules_refuse() -> None:
    wrong = changed("stat:usable", "stat:gone")
    assert broken(faults(wrong)) == {"g2-10-code"}
    assert faults(wrong, "2.35") == []
    assert faults(f'<headline xmlns="{NAR}">Rate kept</headline>', "2.35") == []
    assert broken(faults(f'<rss xmlns="{NAR}"/>', "2.35")) == {"g2-schema-element"}


@pytest.mark.parametrize(
    ("rule", "document"),
    [
        ("g2-02-unique", message(item(1), item(1).replace("-1-2", "-9-9"))),
        ("g2-17-order", message(item(1, 2), item(1, 3).replace("2024-11-08T16:30:00Z", "2024-11-08T16:29:59Z"))),
        ("g2-17-order", message(item(1, 3), item(1, 2).replace("2024-11-07T16:30:00Z", "2024-11-06T16:30:00Z"))),
        ("g2-21-id", message(item(1), item(2).replace("-2-2", "-1-2"))),
        ("g2-schema-order", message(item(1), header="<header><sender>a</sender></header>")),
        ("g2-schema-order", message(item(1), header="")),
        ("g2-schema-missing", message()),
        ("g2-06-alias", message(item(1), header=f'<header>{SENT}<signal qcode="nmsig:atomic"/></header>')),
        ("g2-16-zone", message(item(1), header="<header><sent>2024-11-08T16:30:00</sent></header>")),
    ],
)  # fmt: skip
def test_a_message_breaks_rules_that_its_items_keep(rule: str, document: str) -> None:
    assert broken(faults(document)) == {rule}


def test_a_message_of_good_items_has_no_fault() -> None:
    assert faults(message(item(1, 2), item(2, 2), item(1, 3))) == []


def test_the_codes_of_a_header_are_those_of_its_own_catalogs() -> None:
    catalog = ITEM[ITEM.index("<catalogRef") : ITEM.index("<catalog>")]
    header = f'<header>{SENT}{catalog}<signal qcode="nmsig:atomic"/></header>'
    assert faults(message(item(1), header=header)) == []


def test_package_in_a_message_should_have_its_items_there() -> None:
    package = (
        ITEM[: ITEM.index("  <contentMeta>")].replace("newsItem", "packageItem").replace("2024:story", "2024:pack")
    )
    groups = (
        '<groupSet root="top"><group id="top" role="exsys:root">'
        '<itemRef residref="tag:example.com,2024:story-a"/><itemRef residref="urn:x:y"/></group></groupSet>'
        "</packageItem>"
    )
    found = faults(message(item(1), package + groups))
    assert [(fault.rule, fault.severity) for fault in found] == [("g2-22-target", "advice")]
    assert "urn:x:y" in found[0].detail


@pytest.mark.parametrize(
    ("rule", "document"),
    [
        ("xml-doctype", f'<!DOCTYPE newsItem [<!ENTITY a "b">]>{ITEM}'),
        ("xml-doctype", f'<!DOCTYPE newsItem SYSTEM "http://127.0.0.1:9/x.dtd">{ITEM}'),
        ("xml-well-formed", ITEM[:-20]),
        ("xml-well-formed", ""),
        ("xml-well-formed", changed("Two paragraphs</headline>", "&unknown;</headline>")),
        ("xml-well-formed", changed("<p>Another one.</p>", "<p>" * 400 + "</p>" * 400)),
        ("g2-00-root", "<newsItem/>"),
        ("g2-00-root", f'<rss xmlns="{NAR}"/>'),
    ],
)
def test_document_without_newsml_is_an_error(rule: str, document: str) -> None:
    found = faults(document)
    assert broken(found) == {rule}
    assert len(found) == 1


def test_entities_swell_nothing() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE newsItem [<!ENTITY l0 "ha">{laughs}]>' + changed(
        "Two paragraphs</headline>", "&l9;</headline>"
    )
    assert broken(faults(document)) <= {"xml-doctype", "xml-well-formed"}
    assert broken(faults(document))


class _Endless(io.RawIOBase):
    """A message that is made while it is read, so that no memory holds it."""

    def __init__(self, items: int) -> None:
        self._parts = self._make(items)
        self.read_to = 0

    def _make(self, items: int) -> Iterator[bytes]:
        head, tail = message("@").split("@")
        yield head.encode()
        for number in range(items):
            yield item(1).replace("story-a", f"s{number}x").replace("-1-2", f"-{number}-2").encode()
            self.read_to = number + 1
        yield tail.encode()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return next(self._parts, b"")


def test_faults_come_while_the_document_is_still_being_read() -> None:
    stream = _Endless(50)
    late = _Endless(50)
    assert list(check_newsml(stream, "m.xml")) == []  # type: ignore[arg-type]
    late._parts = iter([*late._make(2)][:-1] + [item(3).replace("stat:usable", "stat:no").encode()] * 2)
    first = next(iter(check_newsml(late, "m.xml")))  # type: ignore[arg-type]
    assert first.rule == "g2-10-code"
