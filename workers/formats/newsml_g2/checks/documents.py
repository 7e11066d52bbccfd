"""NewsML-G2: the check of the pieces that the pipe writes, and of whole documents as streams."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from schemas.article import Article
from schemas.article.dates import is_after
from schemas.conversion import Conversion
from schemas.errors import ArticleError, Fault, FileFault, SettingsError, Severity
from workers.formats.newsml_g2.checks.item import check_header, check_item
from workers.formats.newsml_g2.checks.template_cache import AlikeItems
from workers.formats.newsml_g2.checks.vocabularies import ITEMS, NAR
from workers.formats.newsml_g2.checks.walk import ItemWalk
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.xml.parsing import has_doctype, parse_events, piece_parser

_NAME: Final = "articles.newsml.xml"
_MESSAGE: Final = f"{{{NAR}}}newsMessage"
_HEADER: Final = f"{{{NAR}}}header"
_SENT: Final = f"{{{NAR}}}sent"
_ITEM_SET: Final = f"{{{NAR}}}itemSet"
_ITEMS: Final = frozenset(f"{{{NAR}}}{name}" for name in ITEMS)
_VERSION_CREATED: Final = "versionCreated"
_FIRST_CREATED: Final = "firstCreated"


class NewsmlG2Checker:
    """Checks each newsItem as it was written, against its article."""

    def __init__(self, conversion: Conversion, options: NewsmlG2Options, xsd: Path | None = None) -> None:
        self._parser = piece_parser()
        self._schema = _schema(xsd) if xsd else None
        self._alike = AlikeItems()

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Every fault of the newsItem; what there is to advise is said of the first of those that are alike.

        Raises:
            ArticleError: the article states a code that the format does not take.
        """
        (piece,) = pieces
        if self._alike.has(article, piece):
            return ()
        faults = check_piece(piece, article, self._parser, self._schema)
        errors = [fault for fault in faults if fault.severity == "error"]
        if not errors:
            self._alike.add(article, piece)
        elif all(fault.stated for fault in errors):
            raise ArticleError(tuple(Fault("", fault.detail) for fault in errors))
        return faults


def check_piece(
    piece: bytes,
    article: Article | None = None,
    parser: etree.XMLParser | None = None,
    schema: etree.XMLSchema | None = None,
) -> tuple[FileFault, ...]:
    """Every fault of one item in bytes.

    Args:
        piece: the item, with or without an XML declaration.
        article: what it was made from, where that is known.
        parser: one that is kept for many pieces.
        schema: the official schema, where it is at hand.
    """
    report = _Report(_NAME)
    try:
        item = etree.fromstring(piece, parser or piece_parser())
    except etree.XMLSyntaxError as error:
        return (_not_well_formed(_NAME, error),)
    if has_doctype(item):
        return (_doctype(_NAME),)
    if item.tag not in _ITEMS:
        return (FileFault(_NAME, 1, "g2-00-root", f"the root element is {item.tag!s}; it has to be an item of {NAR}"),)
    check_item(item, report, article)
    if schema is not None:
        report.validate(schema, item)
    return tuple(report.faults)


def check_newsml_file(path: Path, xsd: Path | None = None) -> Iterator[FileFault]:
    """Every fault of a file, as `check_newsml` has it."""
    with path.open("rb") as stream:
        yield from check_newsml(stream, path.name, xsd)


def check_newsml(stream: BinaryIO, name: str, xsd: Path | None = None) -> Iterator[FileFault]:
    """Every fault of a document: an item, or a newsMessage of any length, in flat memory.

    Args:
        stream: its bytes.
        name: its name, for the faults.
        xsd: the official schema, where it is at hand.

    Raises:
        SettingsError: the schema cannot be read.
    """
    document = _Document(name, _schema(xsd) if xsd else None)
    try:
        for event, element in parse_events(stream):
            if document.root is None:
                document.root = element
                if has_doctype(element):
                    yield _doctype(name)
                    return
                if element.tag not in _ITEMS and element.tag != _MESSAGE:
                    yield FileFault(
                        name,
                        1,
                        "g2-00-root",
                        f"the root element is {element.tag!s}; it has to be newsMessage or an item of {NAR}",
                    )
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


class _Report:
    """Takes faults as the rules find them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[FileFault] = []

    def __call__(
        self,
        element: etree._Element,
        rule: str,
        found: str,
        expected: str,
        severity: Severity = "error",
        *,
        stated: bool = False,
    ) -> None:
        self.faults.append(
            FileFault(self.name, element.sourceline or 0, rule, f"{found}: expected {expected}", severity, stated)
        )

    def take(self) -> list[FileFault]:
        faults, self.faults = self.faults, []
        return faults

    def validate(self, schema: etree.XMLSchema, element: etree._Element) -> None:
        if not schema.validate(element):
            for error in schema.error_log:
                message = error.message.replace(f"{{{NAR}}}", "")
                self.faults.append(FileFault(self.name, error.line, "g2-xsd", message))


class _Document:
    """What is known of a document while its items pass by."""

    def __init__(self, name: str, schema: etree.XMLSchema | None) -> None:
        self.root: etree._Element | None = None
        self.report = _Report(name)
        self._schema = schema
        self._items = 0
        self._first: etree._Element | None = None
        self._sent = False
        # By a digest of 16 bytes, which is all that is kept of an item.
        self._seen: set[bytes] = set()
        self._ids: set[bytes] = set()
        self._guids: dict[bytes, tuple[int, str, str]] = {}
        self._shared: dict[tuple[int, str, str], tuple[int, str, str]] = {}
        self._targets: dict[bytes, tuple[int, str]] = {}

    def end(self, element: etree._Element) -> None:
        """An element has been read to its end."""
        if element.tag in _ITEMS and (element is self.root or _is_member(element)):
            self._item(element)
        elif element.tag == _HEADER:
            self._sent = element.find(_SENT) is not None
            check_header(element, self.report)
            if not self._sent:
                self.report(element, "g2-24-message", "a header without sent", "the date-time at which it was sent")

    def finish(self) -> None:
        """The rules about the whole."""
        root = self.root
        if root is None or root.tag != _MESSAGE:
            return
        if root.find(_HEADER) is None:
            self.report(root, "g2-24-message", "a newsMessage without a header", "a header with sent")
        if not self._items:
            self.report(root, "g2-24-message", "a newsMessage without an item", "an itemSet with at least one")
        for digest, (line, target) in self._targets.items():
            if digest not in self._guids:
                expected = "the guid of an item of the message, where it is to stand by itself"
                self.report.faults.append(
                    FileFault(
                        self.report.name, line, "g2-22-target", f"residref={target!r}; expected {expected}", "advice"
                    )
                )
        if self._schema is not None:
            for item_set in root.iterchildren(_ITEM_SET):
                for emptied in [item for item in item_set if item is not self._first and item.tag in _ITEMS]:
                    item_set.remove(emptied)
            self.report.validate(self._schema, root)

    def _item(self, item: etree._Element) -> None:
        self._items += 1
        walk = check_item(item, self.report)
        self._check_whole(item, walk)
        if item is self.root:
            if self._schema is not None:
                self.report.validate(self._schema, item)
            return
        # The first item stays, so that the schema can see the whole message around it in the end.
        if self._first is None:
            self._first = item
            return
        if self._schema is not None:
            self.report.validate(self._schema, item)
        item.clear()
        parent = item.getparent()
        if parent is not None:
            while (previous := item.getprevious()) is not None and previous is not self._first:
                parent.remove(previous)

    def _check_whole(self, item: etree._Element, walk: ItemWalk) -> None:
        guid, version = item.get("guid", ""), item.get("version", "1")
        key = _digest(f"{version} {guid}")
        if key in self._seen:
            self.report(item, "g2-02-unique", f"version {version} of {guid} a second time", "each version once")
        self._seen.add(key)
        for id_, element in walk.ids.items():
            digest = _digest(id_)
            if digest in self._ids:
                self.report(
                    element, "g2-21-id", f"id={id_!r} a second time", "an id that no other element of the message has"
                )
            self._ids.add(digest)
        self._check_versions(item, _digest(guid), int(version) if version.isdecimal() else 1, walk)
        if item.tag == f"{{{NAR}}}packageItem":
            for target in walk.targets:
                self._targets.setdefault(_digest(target), (item.sourceline or 0, target))

    def _check_versions(self, item: etree._Element, guid: bytes, version: int, walk: ItemWalk) -> None:
        """Of later versions, versionCreated is later too, and firstCreated is the same."""
        created = walk.texts[_VERSION_CREATED][1] if _VERSION_CREATED in walk.texts else ""
        first = walk.texts[_FIRST_CREATED][1] if _FIRST_CREATED in walk.texts else ""
        facts = (version, created, first)
        other = self._guids.setdefault(guid, self._shared_facts(facts))
        if other[0] == version:
            return
        older, newer = (other, facts) if other[0] < version else (facts, other)
        if is_after(older[1], newer[1]):
            self.report(
                item,
                "g2-17-order",
                f"version {newer[0]} created {newer[1]}",
                f"none before version {older[0]}, {older[1]}",
            )
        if first and other[2] and first != other[2]:
            self.report(item, "g2-17-order", f"firstCreated {first}", f"{other[2]}, as in version {other[0]}")

    def _shared_facts(self, facts: tuple[int, str, str]) -> tuple[int, str, str]:
        """One tuple for all items with the same facts: those of one export have them in common."""
        if len(self._shared) > 1000:
            self._shared.clear()
        return self._shared.setdefault(facts, facts)


def _is_member(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == _ITEM_SET


def _digest(value: str) -> bytes:
    return blake2b(value.encode(errors="surrogatepass"), digest_size=16).digest()


def _doctype(name: str) -> FileFault:
    return FileFault(name, 1, "xml-doctype", "the file has a document type declaration (DOCTYPE); take it out")


def _not_well_formed(name: str, error: etree.XMLSyntaxError) -> FileFault:
    return FileFault(name, error.lineno or 0, "xml-well-formed", error.msg or "the file is not well-formed XML")


@cache
def _schema(xsd: Path) -> etree.XMLSchema:
    """The official schema; the schema of xml:lang that it imports lies beside it.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return etree.XMLSchema(etree.parse(xsd, etree.XMLParser(resolve_entities=False, no_network=True)))
    except (OSError, etree.LxmlError) as error:
        raise SettingsError(f"the schema {xsd} cannot be read: {error}") from None
