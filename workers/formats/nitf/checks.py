"""The checks of NITF 3.6: of the documents that are written, and of whole files as streams."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from schemas.article import Article
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import FileFault
from schemas.formats import FileChecker
from schemas.options import NoOptions
from workers.formats.nitf.head import basic
from workers.formats.nitf.structure import NITF, VERSION, structure
from workers.formats.nitf.writer import NAME
from workers.formats.templates import TemplateCache, keywords, names, slots
from workers.formats.xml.parsing import parse_events, piece_parser
from workers.formats.xml.templates import XmlItems

_RULES: Final = {
    "element": "nitf-element",
    "order": "nitf-order",
    "missing": "nitf-missing",
    "attribute": "nitf-attribute",
    "value": "nitf-value",
    "text": "nitf-text",
    "id": "nitf-id",
}
_ROOT: Final = f"{{{NITF}}}nitf"
_N: Final = f"{{{NITF}}}"
_MOST_SHAPES: Final = 1000
ITEMS: Final = XmlItems(
    slots(
        (rb"<title|<hl1", attrgetter("headline")),
        (rb'<meta name="slugline" content', attrgetter("slugline")),
        (rb"<doc-id id-string", attrgetter("id")),
        (rb"<du-key[^>]* version", lambda article: str(article.version)),
        (rb"<date.release norm", lambda article: basic(article.embargoed) or ""),
        (rb"<date.issue norm", lambda article: basic(article.published) or ""),
        (rb"<pubdata[^>]* ex-ref", attrgetter("url")),
        (rb"<revision-history norm", lambda article: basic(article.modified) or ""),
        (rb"<keyword key", keywords()),
        (rb"<pubdata[^>]* position.section", attrgetter("section")),
        (rb"<byline", names()),
        (rb"<dateline", attrgetter("dateline")),
        (rb"<abstract><p", attrgetter("description")),
        (rb"<note><body.content><p", attrgetter("ed_note")),
    ),
    before_text=b"<body.content>\n",
)


class NitfChecker:
    """A checker of the document of each article: its structure, and that it states what the article states."""

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Prepare to check the documents of a conversion."""
        self._parser = piece_parser()
        # The shapes that kept the structure: the elements of a document with the names of their attributes. Numbers
        # and texts in attributes are as the Article has them, so another document of a shape keeps it too.
        self._shapes: set[tuple[tuple[str, ...], ...]] = set()
        self._templates = TemplateCache(ITEMS.template)

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the document."""
        (piece,) = pieces
        if self._templates.has(article, piece):
            return ()
        try:
            root = etree.fromstring(piece, self._parser)
        except etree.XMLSyntaxError as error:
            return (_not_well_formed(NAME, error),)
        faults = (*self._structure(root), *_differences(root, article))
        if not faults:
            self._templates.add(article, piece)
        return faults

    def _structure(self, root: etree._Element) -> Iterator[FileFault]:
        shape = _shape(root)
        if shape in self._shapes:
            return
        faults = list(_structure_faults(NAME, root, set()))
        yield from faults
        if not faults and len(self._shapes) < _MOST_SHAPES:
            self._shapes.add(shape)


def _shape(root: etree._Element) -> tuple[tuple[str, ...], ...]:
    """Return the elements and attribute names of a document. A paragraph like the one before it adds nothing."""
    shape: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for element in root.iter():
        one = (str(element.tag), *map(str, element.keys()), "" if not len(element) else "in")
        if one != before or len(element):
            shape.append(one)
        before = one
    return tuple(shape)


def _differences(root: etree._Element, article: Article) -> Iterator[FileFault]:
    docdata = root.find(f"{_N}head/{_N}docdata")
    doc_id = root.find(f"{_N}head/{_N}docdata/{_N}doc-id")
    hl1 = root.find(f"{_N}body/{_N}body.head/{_N}hedline/{_N}hl1")
    found = {
        "id": doc_id.get("id-string") if doc_id is not None else None,
        "status": docdata.get("management-status") if docdata is not None else None,
        "headline": (hl1.text if hl1 is not None else None) or None,
        "language": root.get("baselang"),
    }
    for field, value in found.items():
        if value != (stated := getattr(article, field)):
            detail = f"{field} is {shorten(repr(value))}; the article states {shorten(repr(stated))}"
            yield FileFault(NAME, 0, "nitf-same", detail)
    if not article.blocks:
        texts = [one.text or "" for one in root.iterfind(f"{_N}body/{_N}body.content/{_N}p")]
        if texts != list(article.paragraphs):
            yield FileFault(NAME, 0, "nitf-same", "the paragraphs are not those of the article")


def check_nitf_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file: a document, or several in an envelope."""
    with path.open("rb") as stream:
        yield from check_nitf(stream, path.name)


def _check_schema(path: Path) -> Iterator[FileFault]:
    with path.open("rb") as stream:
        yield from check_nitf(stream, path.name, alone=True)


SCHEMAS: Final[dict[str, FileChecker]] = {f"nitf-{VERSION}": _check_schema}
"""The check against only the schema, by its id."""


def check_nitf(stream: BinaryIO, name: str, *, alone: bool = False) -> Iterator[FileFault]:
    """Yield every fault of a file.

    Args:
        stream: its bytes.
        name: its name, for the faults.
        alone: whether to check only the structure of one document that is the root, as the schema does.
    """
    ids: set[str] = set()
    seen: set[tuple[str, str]] = set()
    root: etree._Element | None = None
    found = False
    try:
        for event, element in parse_events(stream):
            root = element if root is None else root
            if event != "end" or (alone and element is not root) or (not alone and element.tag != _ROOT):
                continue
            found = True
            # Each document of an envelope stands by itself, and has ids of its own.
            ids = set()
            yield from _structure_faults(name, element, ids)
            if not alone:
                yield from _check_unique(name, element, seen)
            if element is not root:
                element.clear(keep_tail=True)
    except etree.XMLSyntaxError as error:
        yield _not_well_formed(name, error)
        return
    if not found and root is not None:
        shown = etree.QName(root)
        where = f"in the namespace {shown.namespace}" if shown.namespace else "in no namespace"
        detail = f"the root element is <{shown.localname}> {where}, with no <nitf> of {NITF} inside; declare it"
        yield FileFault(name, 1, "nitf-root", detail)


def _structure_faults(name: str, root: etree._Element, ids: set[str]) -> Iterator[FileFault]:
    for fault in structure().validate(root, ids=ids):
        yield FileFault(name, fault.element.sourceline or 0, _RULES[fault.rule], fault.detail)


def _check_unique(name: str, root: etree._Element, seen: set[tuple[str, str]]) -> Iterator[FileFault]:
    ids = [one.get("id-string", "") for one in root.iterfind(f"{_N}head/{_N}docdata/{_N}doc-id")]
    versions = [one.get("version", "") for one in root.iterfind(f"{_N}head/{_N}docdata/{_N}du-key")]
    key = (ids[0] if ids else "", versions[0] if versions else "")
    if key[0] and key in seen:
        detail = f"version {key[1] or 1} of {shorten(key[0])} stands a second time; keep one"
        yield FileFault(name, root.sourceline or 0, "nitf-unique", detail)
    seen.add(key)


def _not_well_formed(name: str, error: etree.XMLSyntaxError) -> FileFault:
    detail = error.msg or "it ends before its root element does"
    return FileFault(name, error.lineno or 0, "xml-well-formed", f"the file is not XML that can be read: {detail}")
