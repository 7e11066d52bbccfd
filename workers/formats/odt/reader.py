"""Read the story of a text document of OpenDocument.

The elements of the text are renamed to those of HTML, which the shared room of markup reads as blocks: headings, lists,
tables, links, bold and italic by their styles. A heading at the beginning, or a paragraph of the style Title, is the
headline; without one, the title in the properties is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from schemas.bounds import LARGEST_EXPANSION, WEIGHT, Budget
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from schemas.ledger import Ledger
from workers.formats.markup import read_blocks
from workers.formats.office.properties import read_properties
from workers.formats.office.story import make_story
from workers.formats.office.zipped import open_parts

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.text"

_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO: Final = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG: Final = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"

# OpenDocument 1.3, part 3, sections 5, 6 and 9.
_TAGS: Final[Mapping[str, str]] = {
    f"{_TEXT}p": "p",
    f"{_TEXT}list-item": "li",
    f"{_TEXT}list-header": "li",
    f"{_TEXT}line-break": "br",
    f"{_TEXT}a": "a",
    f"{_TABLE}table": "table",
    f"{_TABLE}table-row": "tr",
    f"{_TABLE}table-cell": "td",
    f"{_TABLE}table-header-rows": "thead",
}
# Elements that are no part of the text: declarations, tracked deletions, remarks, marks.
_LEFT_OUT: Final = frozenset(
    (
        f"{_TEXT}tracked-changes",
        f"{_OFFICE}annotation",
        f"{_TEXT}sequence-decls",
        f"{_TEXT}variable-decls",
        f"{_TEXT}user-field-decls",
        f"{_OFFICE}forms",
        f"{_TEXT}note-citation",
        f"{_TABLE}covered-table-cell",
        f"{_DRAW}image",
    )
)
_DEEPEST: Final = 200
_MOST_REPEATED: Final = 100
_HEADING_LEVELS: Final = 6


def read_odt(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the one article of a text document.

    Raises:
        InputError: the document is damaged, encrypted or too large, or it has no text.
    """
    name = document.name or "document"
    ledger = document.ledger()
    with open_parts(document) as parts:
        content = parts.parse("content.xml")
        roots = [parts.parse("styles.xml"), content] if "styles.xml" in parts else [content]
        styles: dict[str, tuple[str, ...]] = {}
        numbered: set[tuple[str, int]] = set()
        for root in roots:
            styles |= _styles(root)
            numbered |= _numbered(root)
        fields: dict[str, Any] = {"source": document.source(parts.raw, MEDIA_TYPE)}
        if "meta.xml" in parts:
            fields |= read_properties(parts.parse("meta.xml"), "properties", ledger, document.reading.zone)
    found = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if found is None:
        raise InputError(name, "content.xml", "it has no office:text; give a text document")
    body = etree.Element("body")
    copy = _Copy(name, styles, numbered, ledger)
    copy.children(found, body, 0)
    copy.notes(body)
    yield make_story(document, fields, read_blocks(body, ledger, "text"), ledger)


def _styles(root: etree._Element) -> dict[str, tuple[str, ...]]:
    """Return the elements of HTML that stand for each style: those of its name, of its parent and of its letters."""
    parents: dict[str, str] = {}
    own: dict[str, tuple[str, ...]] = {}
    for style in root.iter(f"{_STYLE}style"):
        name = style.get(f"{_STYLE}name", "")
        parents[name] = style.get(f"{_STYLE}parent-style-name", "")
        letters = style.find(f"{_STYLE}text-properties")
        tags = []
        if letters is not None:
            if letters.get(f"{_FO}font-weight") in ("bold", "700", "800", "900"):
                tags.append("strong")
            if letters.get(f"{_FO}font-style") in ("italic", "oblique"):
                tags.append("em")
            position = letters.get(f"{_STYLE}text-position", "")
            if position.startswith(("super", "sub")) and not position.startswith(("super 0", "sub 0")):
                tags.append(position[:3])
        own[name] = tuple(tags)
    return {
        name: ("h1",) if "Title" in (name, parent) else ("blockquote",) if "Quotations" in (name, parent) else own[name]
        for name, parent in parents.items()
    } | {"Title": ("h1",), "Quotations": ("blockquote",)}


def _numbered(root: etree._Element) -> set[tuple[str, int]]:
    """Return the styles of lists, each with a level at which its items have numbers."""
    return {
        (style.get(f"{_STYLE}name", ""), _number(level.get(f"{_TEXT}level"), 1))
        for style in root.iter(f"{_TEXT}list-style")
        for level in style.iter(f"{_TEXT}list-level-style-number")
    }


def _number(value: str | None, least: int, most: int = 1000) -> int:
    """Return a stated number within bounds; the least one if none is stated."""
    if value is None or not (value.isascii() and value.isdecimal() and len(value) < 5):
        return least
    return min(max(int(value), least), most)


class _Copy:
    """The copy of a text as HTML.

    Args:
        name: the name of the document, for errors.
        styles: the elements of HTML that stand for each style.
        numbered: the styles of lists, each with a level whose items have numbers.
        ledger: the ledger of the article.
    """

    def __init__(
        self, name: str, styles: Mapping[str, tuple[str, ...]], numbered: Set[tuple[str, int]], ledger: Ledger
    ) -> None:
        self._name = name
        self._styles = styles
        self._numbered = numbered
        self._ledger = ledger
        self._lists: list[str] = []
        self._notes: list[etree._Element] = []
        self._budget = Budget(LARGEST_EXPANSION)
        self._frame: tuple[etree._Element | None, str | None] | None = None
        # The text that comes next, and where: an element, and its last child so far.
        self._pieces: list[str] = []
        self._place: tuple[etree._Element | None, etree._Element | None] = (None, None)

    def notes(self, target: etree._Element) -> None:
        """Copy the notes, behind the text that refers to them."""
        for note in self._notes:
            self.children(note, target, 1)
        self._write()

    def children(self, source: etree._Element, target: etree._Element, depth: int) -> None:
        """Copy the content of an element into another.

        Raises:
            InputError: the elements nest too deep.
        """
        if depth > _DEEPEST:
            raise InputError(self._name, "content.xml", f"its elements nest deeper than {_DEEPEST} levels")
        self._append(target, source.text)
        for child in source:
            self._child(child, target, depth)
            self._append(target, child.tail)

    def _child(self, child: etree._Element, target: etree._Element, depth: int) -> None:
        tag = child.tag
        if tag == f"{_TEXT}s":
            blanks = _number(child.get(f"{_TEXT}c"), 1)
            self._append(target, " " * blanks if self._repeats(child, blanks) else " ")
        elif tag == f"{_TEXT}tab":
            self._append(target, "\t")
        elif tag in _LEFT_OUT:
            self._leave(child)
        elif tag == f"{_TEXT}h":
            level = _number(child.get(f"{_TEXT}outline-level"), 1, _HEADING_LEVELS)
            self.children(child, etree.SubElement(target, f"h{level}"), depth + 1)
        elif tag == f"{_TEXT}list":
            self._list(child, target, depth)
        elif tag == f"{_TEXT}note-body":
            self._notes.append(child)
        elif tag == f"{_TEXT}p":
            self._paragraph(child, target, depth)
        elif tag == f"{_TEXT}span":
            inner = target
            for letters in self._styles.get(child.get(f"{_TEXT}style-name", ""), ()):
                inner = etree.SubElement(inner, letters) if letters not in ("h1", "blockquote") else inner
            self.children(child, inner, depth + 1)
        elif (name := _TAGS.get(str(tag))) is not None:
            copied = etree.SubElement(target, name)
            if name == "a":
                copied.set("href", child.get(_HREF, ""))
            elif name == "td":
                self._span(child, copied)
            self.children(child, copied, depth + 1)
            if name == "td":
                self._repeat(child, copied, target)
        else:
            # An element that only groups others: a section, an index, a note, a frame.
            self.children(child, target, depth + 1)

    def _repeat(self, child: etree._Element, cell: etree._Element, row: etree._Element) -> None:
        """Append the cell to its row as often as it is repeated, if something is in it."""
        more = _number(child.get(f"{_TABLE}number-columns-repeated"), 1, _MOST_REPEATED) - 1
        self._write()
        if more and (cell.text or len(cell)):
            size = sum(WEIGHT + len(one.text or "") + len(one.tail or "") for one in cell.iter())
            if self._repeats(child, more * size):
                for _ in range(more):
                    row.append(deepcopy(cell))

    def _repeats(self, child: etree._Element, size: int) -> bool:
        """Return whether an element may repeat so much; name what is not repeated."""
        if self._budget.draw(size):
            return True
        self._ledger.not_held(f"text/{etree.QName(child).localname}", "", "the document repeats too much")
        return False

    def _list(self, child: etree._Element, target: etree._Element, depth: int) -> None:
        # A list inside of another has the style of the outer one, if it states none (part 3, section 5.3.1).
        self._lists.append(child.get(f"{_TEXT}style-name") or (self._lists[-1] if self._lists else ""))
        numbered = (self._lists[-1], len(self._lists)) in self._numbered
        self.children(child, etree.SubElement(target, "ol" if numbered else "ul"), depth + 1)
        self._lists.pop()

    def _paragraph(self, child: etree._Element, target: etree._Element, depth: int) -> None:
        tags = self._styles.get(child.get(f"{_TEXT}style-name", ""), ())
        inner = target
        if target.tag in ("p", "h1", "strong", "em"):
            # The paragraphs of a frame stand in the paragraph of its anchor.
            self._append(target, " ")
        elif "h1" in tags and target.tag == "body":
            inner = etree.SubElement(target, "h1")
        else:
            if "blockquote" in tags:
                inner = etree.SubElement(target, "blockquote")
            inner = etree.SubElement(inner, "p")
            for name in tags:
                inner = etree.SubElement(inner, name) if name in ("strong", "em") else inner
        self.children(child, inner, depth + 1)

    @staticmethod
    def _span(child: etree._Element, copied: etree._Element) -> None:
        for attribute, html in (("number-columns-spanned", "colspan"), ("number-rows-spanned", "rowspan")):
            if (number := _number(child.get(f"{_TABLE}{attribute}"), 1)) > 1:
                copied.set(html, str(number))

    def _leave(self, child: etree._Element) -> None:
        """Name what is left out."""
        path = f"text/{etree.QName(child).localname}"
        if child.tag == f"{_DRAW}image":
            href = child.get(_HREF, "")
            said = self._frame_title(child.getparent())
            self._ledger.not_held(path, said or href or "a picture", "it is in the document, and has no address")
        elif text := " ".join("".join(child.itertext()).split()):
            self._ledger.not_held(path, text, "it is no part of the text")

    def _frame_title(self, frame: etree._Element | None) -> str | None:
        """Return what a frame says of its pictures. It is looked up once for all pictures of a frame."""
        if self._frame is None or self._frame[0] is not frame:
            said = frame.findtext(f"{_SVG}title") or frame.findtext(f"{_SVG}desc") if frame is not None else None
            self._frame = frame, said
        return self._frame[1]

    def _append(self, target: etree._Element, text: str | None) -> None:
        """Append a text to the content of an element. It is written with the pieces that follow it at once."""
        if not text:
            return
        place = target, next(target.iterchildren(reversed=True), None)
        if place != self._place:
            self._write()
            self._place = place
        self._pieces.append(text)

    def _write(self) -> None:
        """Write the text that was appended."""
        target, last = self._place
        if last is not None:
            last.tail = (last.tail or "") + "".join(self._pieces)
        elif target is not None:
            target.text = (target.text or "") + "".join(self._pieces)
        self._place = None, None
        self._pieces.clear()
