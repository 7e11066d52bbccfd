"""Writing and reading the wires: NewsML-G2, NITF, RSS, Atom and ninjs, one article after another on one core.

A writer, with the check of each item, is compared with the straightforward way to write the same items: lxml builds the
elements one by one and serialises them, `json.dumps` writes the objects. Both get all names and values ready made.
A reader is compared with a bare parse of the same document by lxml or orjson, which makes no Article and no ledger.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from lxml import etree

from benchmarks import corpus
from benchmarks.report import Row
from schemas.article import Article
from schemas.conversion import Conversion, Document, ReadArticle
from workers.formats import FORMATS
from workers.formats.articles_json.reader import read_json_articles

_CONVERSION: Final = Conversion(at="2024-11-08T16:30:00Z")
_ARTICLES: Final = 1000
_ROUNDS: Final = 7
# The element of an article in each format that is XML.
_ITEMS: Final = {"newsml-g2": "newsItem", "nitf": "nitf", "rss": "item", "atom": "entry", "ninjs": None}


def measure_writing() -> list[Row]:
    """Measure the rate of writing and checking as a multiple of that of the same items without checks."""
    articles = _corpus()
    rows = []
    for format_id, element in _ITEMS.items():
        wire = _Wire(format_id)
        wire.write(articles)
        wire.write(articles)
        other = _element_by_element(wire.document(articles), element) if element else _dumped(wire.document(articles))
        made_by = "lxml, built and serialised" if element else "json.dumps"
        what = f"{FORMATS.get(format_id).name}, checked, compared with the same items by {made_by}"
        rows.append(_row(what, lambda wire=wire: wire.write(articles), other, "≥ 2"))  # type: ignore[misc]
    return rows


def measure_reading() -> list[Row]:
    """Measure the rate of reading as a fraction of that of a bare parse."""
    articles = _corpus()
    rows = []
    for format_id, element in _ITEMS.items():
        raw = _Wire(format_id).document(articles)
        parse = (lambda raw=raw: etree.fromstring(raw)) if element else (lambda raw=raw: orjson.loads(raw))
        what = f"{FORMATS.get(format_id).name} → Article, compared with {'lxml' if element else 'orjson'}'s parse"
        rows.append(_row(what, lambda raw=raw, of=format_id: _read(of, raw), parse, "≥ 0.5"))  # type: ignore[misc]
    return rows


def _corpus() -> list[Article]:
    raw = b"\n".join(map(orjson.dumps, corpus.articles(_ARTICLES)))
    found = read_json_articles(Document(name="a.ndjson", open=lambda: io.BytesIO(raw)))
    return [one.article for one in found if isinstance(one, ReadArticle)]


class _Wire:
    """The writer of a format with its checker."""

    def __init__(self, format_id: str) -> None:
        options = FORMATS.load_options({}, (format_id,))[format_id]
        self._writer = FORMATS.writer(format_id)(_CONVERSION, options)
        self._checker = FORMATS.checker(format_id)(_CONVERSION, options)

    def write(self, articles: list[Article]) -> None:
        """Write and check each article."""
        for article in articles:
            assert not self._checker.check(article, self._writer.pieces(article))

    def document(self, articles: list[Article]) -> bytes:
        """Return one document of all articles."""
        frame = self._writer.frame(self._writer.files[0], len(articles))
        return frame.head + frame.between.join(self._writer.pieces(one)[0] for one in articles) + frame.tail


@dataclass(frozen=True, slots=True)
class _Element:
    """An element to build."""

    tag: Any
    attributes: dict[Any, Any]
    text: str | None
    children: list[_Element]
    namespaces: dict[Any, Any] | None

    @classmethod
    def of(cls, element: etree._Element) -> _Element:
        children = [cls.of(child) for child in element]
        namespaces = element.nsmap if element.getparent() is None else None
        return cls(element.tag, dict(element.attrib), element.text, children, namespaces)

    def build(self, parent: etree._Element | None = None) -> etree._Element:
        if parent is None:
            made = etree.Element(self.tag, self.attributes, nsmap=self.namespaces)
        else:
            made = etree.SubElement(parent, self.tag, self.attributes)
        made.text = self.text
        for child in self.children:
            child.build(made)
        return made


def _element_by_element(document: bytes, element: str) -> Callable[[], Any]:
    elements = [_Element.of(one) for one in etree.fromstring(document).iter(f"{{*}}{element}")]
    return lambda: [etree.tostring(one.build(), encoding="utf-8") for one in elements]


def _dumped(document: bytes) -> Callable[[], Any]:
    objects = orjson.loads(document)
    return lambda: [json.dumps(one, ensure_ascii=False).encode() for one in objects]


def _read(format_id: str, raw: bytes) -> None:
    for _ in FORMATS.reader(format_id)(Document(name=None, open=lambda: io.BytesIO(raw))):
        pass


def _row(what: str, ours: Callable[[], Any], other: Callable[[], Any], bar: str) -> Row:
    """Return the other's best processor time divided by ours, both measured in turns."""
    rounds = [(_time(ours), _time(other)) for _ in range(_ROUNDS)]
    best, best_other = (min(times) for times in zip(*rounds, strict=True))
    return Row(what, f"{best / _ARTICLES * 1e6:.0f} µs an article", best_other / best, bar)


def _time(function: Callable[[], Any]) -> float:
    started = time.process_time()
    function()
    return time.process_time() - started
