"""The checks of NewsML-G2: of the pieces that the pipe writes, and of whole documents as streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from schemas.article import Article
from schemas.article.dates import is_after
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import FileFault
from schemas.formats import FileChecker
from workers.formats.newsml_g2.checks.item import check_header, check_item
from workers.formats.newsml_g2.checks.properties import ItemWalk
from workers.formats.newsml_g2.checks.report import Report
from workers.formats.newsml_g2.checks.slots import ITEMS as WRITTEN_ITEMS
from workers.formats.newsml_g2.checks.vocabularies import ITEMS, NAR
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.structure import VERSIONS, nearest_version, structure_of
from workers.formats.templates import TemplateCache
from workers.formats.xml.parsing import has_doctype, parse_events, piece_parser

_NAME: Final = "articles.newsml.xml"
_MESSAGE: Final = f"{{{NAR}}}newsMessage"
_HEADER: Final = f"{{{NAR}}}header"
_ITEM_SET: Final = f"{{{NAR}}}itemSet"
_PACKAGE: Final = f"{{{NAR}}}packageItem"
_ITEMS: Final = frozenset(f"{{{NAR}}}{name}" for name in ITEMS)
_STRUCTURE_RULES: Final = {
    "element": "g2-schema-element",
    "order": "g2-schema-order",
    "missing": "g2-schema-missing",
    "attribute": "g2-schema-attribute",
    "value": "g2-schema-value",
    "text": "g2-schema-text",
    "id": "g2-21-id",
}


class NewsmlG2Checker:
    """The check of each newsItem that a conversion writes, against its article."""

    def __init__(self, conversion: Conversion, options: NewsmlG2Options) -> None:
        self._parser = piece_parser()
        self._templates = TemplateCache(WRITTEN_ITEMS.template)

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the item; of items that match one template, only the first has advice.

        A fault in what the article states is advice: the writer passes it on, and it costs no article.
        """
        (piece,) = pieces
        if self._templates.has(article, piece):
            return ()
        faults = check_piece(piece, article, self._parser)
        if any(fault.stated for fault in faults):
            faults = tuple(replace(fault, severity="advice") if fault.stated else fault for fault in faults)
        if all(fault.severity == "advice" for fault in faults):
            self._templates.add(article, piece)
        return faults


def check_piece(
    piece: bytes, article: Article | None = None, parser: etree.XMLParser | None = None
) -> tuple[FileFault, ...]:
    """Return every fault of one item in bytes. Its structure is the writer's, and is not checked.

    Args:
        piece: the item, with or without an XML declaration.
        article: the article that the item was made from, if it is known.
        parser: a parser that serves many pieces.
    """
    report = Report(_NAME)
    try:
        item = etree.fromstring(piece, parser or piece_parser())
    except etree.XMLSyntaxError as error:
        return (_not_well_formed(_NAME, error),)
    if fault := _refused(_NAME, item, _ITEMS):
        return (fault,)
    check_item(item, report, article)
    return tuple(report.faults)


def check_newsml_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file, as `check_newsml` does."""
    with path.open("rb") as stream:
        yield from check_newsml(stream, path.name)


def _check_structure(version: str, path: Path) -> Iterator[FileFault]:
    with path.open("rb") as stream:
        yield from check_newsml(stream, path.name, version)


SCHEMAS: Final[dict[str, FileChecker]] = {
    f"newsml-g2-{version}": partial(_check_structure, version) for version in VERSIONS
}
"""The check against only the schema of a version, by the id of the schema."""


def check_newsml(stream: BinaryIO, name: str, version: str | None = None) -> Iterator[FileFault]:
    """Yield every fault of a document: an item, or a newsMessage of any length, in flat memory.

    Args:
        stream: its bytes.
        name: its name, for the faults.
        version: check only against the schema of this version of NewsML-G2. Without it, check the structure against
            the version that each item states, and check all other rules too.
    """
    document = _Document(name, version)
    try:
        for event, element in parse_events(stream):
            if document.root is None:
                document.root = element
                roots = None if version else _ITEMS | {_MESSAGE}
                if fault := _refused(name, element, roots):
                    yield fault
                    return
            if event == "end":
                document.end(element)
            if document.report.faults:
                yield from document.report.take()
    except etree.XMLSyntaxError as error:
        yield _not_well_formed(name, error)
        return
    document.finish()
    yield from document.report.take()


class _Document:
    """The facts of a document, collected while its items are read."""

    def __init__(self, name: str, version: str | None) -> None:
        self.root: etree._Element | None = None
        self.report = Report(name)
        self._version = version
        self._newest_stated = ""
        self._ids: set[str] = set()
        # An item leaves behind digests of 16 bytes and a few short values.
        self._seen: set[bytes] = set()
        self._guids: dict[bytes, tuple[int, str, str]] = {}
        self._shared: dict[tuple[int, str, str], tuple[int, str, str]] = {}
        self._targets: dict[bytes, tuple[int, str]] = {}

    def end(self, element: etree._Element) -> None:
        """Check an element that has been read to its end."""
        if element.tag in _ITEMS and (element is self.root or self._is_member(element)):
            self._item(element)
            if element is not self.root:
                _free(element)
        elif element.tag == _HEADER and self._version is None:
            check_header(element, self.report)

    def finish(self) -> None:
        """Check the message around the items, and the rules about several items."""
        root = self.root
        if root is None or root.tag in _ITEMS:
            return
        self._check_structure(root, self._version or self._newest_stated or VERSIONS[-1])
        for digest, (line, target) in self._targets.items():
            if digest not in self._guids:
                detail = f'the package refers to "{shorten(target)}", which is no item of the message'
                self.report.at(
                    line, "g2-22-target", f"{detail}; add it, so that the message stands by itself", "advice"
                )

    def _is_member(self, element: etree._Element) -> bool:
        """Return whether an element is in the itemSet of the message."""
        parent = element.getparent()
        return parent is not None and parent.tag == _ITEM_SET and parent.getparent() is self.root

    def _item(self, item: etree._Element) -> None:
        if self._version:
            self._check_structure(item, self._version)
            return
        stated = item.get("standardversion", "")
        version, is_known = nearest_version(stated)
        self._newest_stated = self._newest_stated or version
        if not is_known:
            detail = f'the structure of version "{shorten(stated)}" is not known here; that of {version} was checked'
            self.report(item, "g2-05-version", detail, "advice")
        self._check_structure(item, version)
        walk = check_item(item, self.report)
        self._check_versions(item, walk)
        if item.tag == _PACKAGE and item is not self.root:
            for target in walk.targets:
                self._targets.setdefault(_digest(target), (item.sourceline or 0, target))

    def _check_structure(self, element: etree._Element, version: str) -> None:
        skip = self._is_member_of_message if element.tag == _MESSAGE else None
        for fault in structure_of(version).validate(element, ids=self._ids, skip=skip):
            self.report(fault.element, _STRUCTURE_RULES[fault.rule], fault.detail)

    def _is_member_of_message(self, element: etree._Element) -> bool:
        return element.tag in _ITEMS and self._is_member(element)

    def _check_versions(self, item: etree._Element, walk: ItemWalk) -> None:
        """Compare the item with other versions of it in the message."""
        guid, stated = item.get("guid", ""), item.get("version", "1")
        key = _digest(f"{stated} {guid}")
        if key in self._seen:
            detail = f'version {stated} of "{shorten(guid)}" stands a second time; keep one'
            self.report(item, "g2-02-unique", detail)
        self._seen.add(key)
        version = int(stated) if stated.isdecimal() and len(stated) < 17 else 1
        created, first = (
            walk.texts[name][1] if name in walk.texts else "" for name in ("versionCreated", "firstCreated")
        )
        facts = (version, created, first)
        other = self._guids.setdefault(_digest(guid), self._shared_facts(facts))
        if other[0] == version:
            return
        older, newer = (other, facts) if other[0] < version else (facts, other)
        if is_after(older[1], newer[1]):
            detail = f"version {newer[0]} was created ({newer[1]}) before version {older[0]} ({older[1]}); correct one"
            self.report(item, "g2-17-order", detail)
        if first and other[2] and first != other[2]:
            detail = f"firstCreated is {first}, and in version {other[0]} it is {other[2]}; give all versions the same"
            self.report(item, "g2-17-order", detail)

    def _shared_facts(self, facts: tuple[int, str, str]) -> tuple[int, str, str]:
        """Return one tuple for all items with the same facts; most items of an export share them."""
        if len(self._shared) > 1000:
            self._shared.clear()
        return self._shared.setdefault(facts, facts)


def _free(item: etree._Element) -> None:
    """Free an item of a message and those before it, except where the structure of the message needs their place."""
    item.clear(keep_tail=True)
    parent = item.getparent()
    if parent is not None:
        while (before := item.getprevious()) is not None and before.tag in _ITEMS and not (before.tail or "").strip():
            parent.remove(before)


def _digest(value: str) -> bytes:
    return blake2b(value.encode(errors="surrogatepass"), digest_size=16).digest()


def _refused(name: str, root: etree._Element, tags: frozenset[str] | None) -> FileFault | None:
    """Return the fault of a document that cannot be checked further, or None."""
    if has_doctype(root):
        return FileFault(name, 1, "xml-doctype", "the file has a document type declaration (DOCTYPE); take it out")
    if tags is not None and root.tag not in tags:
        shown = etree.QName(root)
        where = f"in the namespace {shown.namespace}" if shown.namespace else "in no namespace"
        detail = f"the root element is <{shown.localname}> {where}; it has to be newsMessage or an item of {NAR}"
        return FileFault(name, 1, "g2-00-root", detail)
    return None


def _not_well_formed(name: str, error: etree.XMLSyntaxError) -> FileFault:
    detail = error.msg or "it ends before its root element does"
    return FileFault(name, error.lineno or 0, "xml-well-formed", f"the file is not XML that can be read: {detail}")
