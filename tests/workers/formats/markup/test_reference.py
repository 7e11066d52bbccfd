"""Real markup: each leaf is kept, changed or named, and what was read is written and read back the same."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from lxml import etree

from schemas.article.body import check_blocks
from schemas.ledger import Ledger
from tests.reference import REFERENCE, needs_reference
from tests.workers.formats.markup.blocks import normal_form
from workers.formats.markup import parse_html, read_blocks, reduce_for_nitf, write_nitf, write_xhtml

PAGES = sorted((REFERENCE / "pages" / "html").glob("*.html.gz"))[::6]


def bodies_of_items() -> Iterator[etree._Element]:
    for path in sorted((REFERENCE / "newsml-g2" / "examples").rglob("*.xml")):
        yield from etree.parse(path).iter("{*}inlineXML")


def bodies_of_pages() -> Iterator[etree._Element]:
    for path in PAGES:
        text = gzip.decompress(path.read_bytes()).decode(errors="replace")
        root = parse_html(re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text))
        if root is not None and (body := root.find("body")) is not None:
            yield body


def leaves(element: etree._Element) -> Counter[str]:
    """The attributes and texts in an element, by a walk of its own."""
    found: Counter[str] = Counter()
    for node in element.iter():
        if isinstance(node.tag, str):
            found.update(() if node is element else map(str, node.attrib.values()))
            found.update(filter(str.strip, [node.text or ""]))
        found.update(() if node is element else filter(str.strip, [node.tail or ""]))
    return found


@needs_reference
@pytest.mark.parametrize("bodies", [bodies_of_items, bodies_of_pages], ids=["items", "pages"])
def test_no_leaf_of_real_markup_is_unaccounted_for(bodies: type[Iterator[etree._Element]]) -> None:
    read = 0
    for body in bodies():
        ledger = Ledger(whole=True)
        blocks = read_blocks(body, ledger, "body")
        accounted = Counter(entry.value for entry in ledger.entries if "the element is empty" not in entry.reason)
        assert accounted == leaves(body)
        assert list(check_blocks(blocks, "")) == []
        assert read_blocks(body, Ledger(), "body") == blocks
        read += len(blocks)
    assert read > 1


@needs_reference
@pytest.mark.parametrize("bodies", [bodies_of_items, bodies_of_pages], ids=["items", "pages"])
def test_real_markup_that_was_read_is_written_and_read_back(bodies: type[Iterator[etree._Element]]) -> None:
    for body in bodies():
        blocks = read_blocks(body, Ledger(), "body")
        xhtml = etree.fromstring(f"<body>{write_xhtml(blocks)}</body>")
        assert read_blocks(xhtml, Ledger(), "", verbatim=True) == normal_form(blocks)
        nitf = etree.fromstring(f"<body.content>{write_nitf(blocks)}</body.content>")
        assert read_blocks(nitf, Ledger(), "", verbatim=True) == normal_form(reduce_for_nitf(blocks)[0])
