"""Every leaf of an item is kept, changed or not held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from schemas.ledger import Ledger
from tests.reference import REFERENCE, needs_reference
from tests.workers.formats.reading import newsml, read_with_ledger
from workers.formats.newsml_g2.reading.item import Item

DOCUMENTS = sorted((REFERENCE / "newsml-g2").rglob("*.xml"))


def items(path: Path) -> Iterator[etree._Element]:
    """Every newsItem and packageItem of a document."""
    try:
        root = etree.parse(path, etree.XMLParser(remove_comments=True, remove_pis=True)).getroot()
    except etree.XMLSyntaxError:
        return
    yield from root.iter("{*}newsItem", "{*}packageItem")


def leaves(item: etree._Element) -> Counter[str]:
    """The value of every attribute and of every run of text in an item."""
    found: Counter[str] = Counter()
    for element in item.iter(etree.Element):
        found.update(value.strip() for value in element.values())
        texts = (element.text, element.tail if element is not item else None)
        found.update(text.strip() for text in texts if text and text.strip())
    return found


@needs_reference
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_each_leaf_of_a_reference_item_has_one_entry(path: Path) -> None:
    for item in items(path):
        expected = leaves(item)
        ledger = Ledger(whole=True)
        Item(item, ledger, None).stated()
        assert Counter(entry.value.strip() for entry in ledger.entries) == expected


@needs_reference
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_ledger_that_is_not_whole_has_the_same_losses(path: Path) -> None:
    for item in items(path):
        losses = []
        for whole in (True, False):
            ledger = Ledger(whole=whole)
            Item(item, ledger, None).stated()
            losses.append(Counter(entry.value for entry in ledger.entries if entry.outcome != "kept"))
        assert losses[0] == losses[1]


def test_a_path_has_the_index_of_its_element_among_those_of_its_name() -> None:
    subjects = '<subject uri="urn:x:1"/><headline>H</headline><subject uri="urn:x:2"><name x="y">S</name></subject>'
    found = {entry.path: (entry.outcome, entry.field) for entry in read_with_ledger(newsml(subjects)).ledger.entries}
    assert found["contentMeta/subject[1]/@uri"] == ("kept", "subjects.uri")
    assert found["contentMeta/subject[2]/@uri"] == ("kept", "subjects.uri")
    assert found["contentMeta/subject[2]/name"] == ("kept", "subjects.name")
    assert found["contentMeta/subject[2]/name/@x"] == ("not-held", None)
    assert found["contentMeta/headline"] == ("kept", "headline")
    assert found["@guid"] == ("kept", "id")


def test_text_between_properties_is_named() -> None:
    found = read_with_ledger(newsml("stray <headline>H</headline> text")).ledger.entries
    assert [(one.path, one.value) for one in found if one.outcome == "not-held"] == [
        ("contentMeta", "stray"),
        ("contentMeta", "text"),
    ]
