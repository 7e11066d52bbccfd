"""Walk through body markup and collect its blocks. What an element means is in `elements`.

White space: indented markup has line breaks in the middle of sentences, which are not part of the text. So a run of
white space with a line feed in it becomes one blank, except in `pre`. Verbatim text (newsmill's own) is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Final

from lxml import etree

from schemas.article.body import Embed, Figure, plain_blocks
from schemas.ledger import Ledger
from workers.formats.markup.addresses import absolute
from workers.formats.markup.reading.places import Node, attribute_path, content_leaves, shown_name
from workers.formats.markup.reading.sink import DELETED, Sink
from workers.formats.markup.reading.text import local_name
from workers.formats.markup.reading.vocabulary import INLINE, SPANS, TEXTLESS

Handler = Callable[["BlockReader", Node, Sink], None]
"""Reads one element into a sink. It takes the attributes that the blocks hold; what it leaves is named as not held."""

DEEPEST_ELEMENT: Final = 100
"""Elements that nest deeper are read without their structure, since Python's stack is limited."""

TWICE_ESCAPED: Final = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|amp|apos|quot|nbsp|[lr]aquo|[lr][sd]quo|[mn]dash|hellip);"
)
_TWICE: Final = "its character references were escaped twice"
_CODE: Final = frozenset(("code", "kbd", "pre", "samp", "textarea", "tt", "xmp"))
_ADDRESS: Final = re.compile(r"(?:https?|ftp)://\S{1,2000}")
_UNKNOWN: Final = "the element is of no known vocabulary; its text is read without its meaning"
_TOO_DEEP: Final = f"elements nest deeper than {DEEPEST_ELEMENT} levels; the text is read without its structure"


class BlockReader:
    """The reader of one body.

    Args:
        handlers: what is done with each element, by its local name.
        ledger: the ledger of the article.
        field: the field of the Article that the leaves are kept in.
        verbatim: whether all white space is part of the text.
        base: the address that relative addresses are relative to.
        attributes: whether attributes that no block holds are named.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        ledger: Ledger,
        field: str,
        *,
        verbatim: bool,
        base: str | None,
        attributes: bool = True,
    ) -> None:
        self.ledger = ledger
        self.field = field
        self.verbatim = verbatim
        self.spanned_cells = 0
        self._handlers = handlers
        self._base = base
        self._attributes = attributes

    # Walking

    def content(self, node: Node, sink: Sink, reason: str = "") -> None:
        """Read the text and the children of an element.

        Args:
            node: the element.
            sink: where its blocks and its text go.
            reason: why the text that stands directly in the element counts as changed.
        """
        element = node.element
        if node.level > DEEPEST_ELEMENT:
            self._without_structure(node, sink)
            return
        if text := element.text:
            self.text(text, sink, node, reason)
        numbers: dict[str, int] = {}
        standing: bool | None = None
        beside_unknown = False
        for child in element:
            tag = child.tag
            if isinstance(tag, str):
                numbers[tag] = number = numbers.get(tag, 0) + 1
                inner = Node(child, node, number)
                if handler := self._handlers.get(inner.name):
                    handler(self, inner, sink)
                    if self.ledger.whole:
                        sink.settle()
                    beside_unknown = False
                else:
                    if standing is None:
                        standing = not _is_mixed(element)
                    if beside_unknown:
                        sink.separate()
                    self._unknown(inner, sink, standing=standing)
                    beside_unknown = True
                if inner.attributes:
                    self.leave(inner)
            if text := child.tail:
                self.text(text, sink, node, reason)
                beside_unknown = False

    def element(self, node: Node, sink: Sink) -> None:
        """Read an element by what it means; one of no known vocabulary is read for its text."""
        if handler := self._handlers.get(node.name):
            handler(self, node, sink)
        else:
            self.content(node, sink)

    def block(self, node: Node, sink: Sink) -> None:
        """Read an element whose text stands alone."""
        sink.flush()
        self.content(node, sink)
        sink.flush()
        if sink.deleted:
            self.name_deleted(sink, node)

    def inner(self, outer: Sink, *, deeper: int = 0, text_only: bool = False, cell: bool = False) -> Sink:
        """Return a sink for the content of a block in another sink."""
        return Sink(verbatim=self.verbatim, outer=outer, deeper=deeper, text_only=text_only, cell=cell)

    def plain(self, node: Node, outer: Sink) -> str:
        """Return the plain text of an element, each block on a line of its own; figures in it go to the outer sink."""
        sink = self.inner(outer, text_only=True)
        self.content(node, sink)
        sink.flush()
        outer.figures.extend(block for block in sink.blocks if isinstance(block, Figure | Embed))
        return "\n".join(plain_blocks(sink.blocks))

    # Leaves

    def text(self, text: str, sink: Sink, place: Node | str, reason: str = "") -> None:
        """Add text to a sink."""
        if "&" in text and not self.verbatim and TWICE_ESCAPED.search(text) and not _is_code(place):
            text, source, reason = TWICE_ESCAPED.sub(lambda found: unescape(found[0]), text), text, reason or _TWICE
            self.ledger.changed(str(place), source, self.field, reason)
        elif (reason or self.ledger.whole) and not text.isspace():
            if reason:
                self.ledger.changed(str(place), text, self.field, reason)
            else:
                self.ledger.kept(str(place), text, self.field)
        sink.text(text)

    def keep(self, text: str | None, node: Node) -> None:
        """Record that a text is held."""
        if self.ledger.whole and text and not text.isspace():
            self.ledger.kept(str(node), text, self.field)

    def take(self, node: Node, name: str) -> str | None:
        """Take the value of an attribute; None if it is absent or blank."""
        value = node.attributes.pop(name, None)
        if value is not None and self.ledger.whole:
            self.ledger.kept(attribute_path(node, name), value, self.field)
        return (value.strip() or None) if value else None

    def take_iri(self, node: Node, name: str) -> str | None:
        """Take an address as an absolute IRI; None, and named as not held, if it is none."""
        value = node.attributes.pop(name, None)
        if value is None:
            return None
        iri, reason = absolute(value, self._base)
        path = attribute_path(node, name)
        if iri is None:
            self.ledger.not_held(path, value, reason)
        elif reason:
            self.ledger.changed(path, value, self.field, reason)
        elif self.ledger.whole:
            self.ledger.kept(path, value, self.field)
        return iri

    def iri(self, value: str) -> str | None:
        """Return an address as an absolute IRI, without an entry in the ledger."""
        return absolute(value, self._base)[0]

    def name_deleted(self, sink: Sink, node: Node) -> None:
        """Name deleted text that stands alone, and so is in no block."""
        if sink.deleted:
            self.ledger.not_held(str(node), "".join(sink.deleted), DELETED)
            sink.deleted.clear()

    def unheld(self, node: Node, reason: str = "") -> None:
        """Name all leaves in an element, but for its own attributes, as not held."""
        for path, value in content_leaves(node.element, str(node)):
            self.ledger.not_held(path, value, reason)

    def unheld_text(self, node: Node) -> None:
        """Name the text that stands directly in an element as not held."""
        for text in (node.element.text, *(child.tail for child in node.element)):
            if text and not text.isspace():
                self.ledger.not_held(str(node), text)

    def leave(self, node: Node) -> None:
        """Name the attributes that were not taken as not held."""
        if not self._attributes:
            return
        for name, value in node.attributes.items():
            self.ledger.not_held(attribute_path(node, name), value)

    # Private

    def _unknown(self, node: Node, sink: Sink, *, standing: bool) -> None:
        """Read an element of no known vocabulary: a block where blocks stand, inline text beside text."""
        element = node.element
        if not len(element) and not (element.text and element.text.strip()):
            # It may stand for a character, such as a dash.
            if not standing:
                sink.separate()
                self.ledger.not_held(str(node), "", "the element is empty and of no known vocabulary")
        elif standing and self._is_address(element):
            sink.flush()
            self.ledger.not_held(str(node), (element.text or "").strip(), "an address alone is no text")
        elif standing:
            sink.flush()
            self.content(node, sink, _UNKNOWN)
            sink.flush()
        else:
            self.content(node, sink, _UNKNOWN)

    def _is_address(self, element: etree._Element) -> bool:
        """Return whether an element in a text, such as one of a picture, has an address and no words."""
        stands = not len(element) and self.field == "paragraphs" and not self.verbatim
        return stands and _ADDRESS.fullmatch((element.text or "").strip()) is not None

    def _without_structure(self, node: Node, sink: Sink) -> None:
        """Read the text of an element whose content nests too deep. Each block in it is a paragraph."""
        root = str(node)
        if node.element.text:
            self.text(node.element.text, sink, root, _TOO_DEEP)
        walk = etree.iterwalk(node.element, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if element is node.element:
                continue
            if event == "start":
                inner = Node(element, f"{root}//{shown_name(element)}")
                if not _is_inline(inner.name):
                    sink.flush()
                self.leave(inner)
                if inner.name in TEXTLESS:
                    self.unheld(inner, _TOO_DEEP)
                    walk.skip_subtree()
                elif element.text:
                    self.text(element.text, sink, str(inner), _TOO_DEEP)
                continue
            if event == "end" and not _is_inline(local_name(element.tag)):
                sink.flush()
            if element.tail:
                self.text(element.tail, sink, root, _TOO_DEEP)


def _is_code(place: Node | str) -> bool:
    """Return whether a text is of a program, where a character reference may stand for itself."""
    return isinstance(place, Node) and (place.name in _CODE or place.parent in _CODE)


def _is_mixed(element: etree._Element) -> bool:
    """Return whether an element has text or inline elements beside its unknown children."""
    if element.text and not element.text.isspace():
        return True
    for child in element:
        if child.tail and not child.tail.isspace():
            return True
        if isinstance(child.tag, str) and _is_inline(local_name(child.tag)):
            return True
    return False


def _is_inline(name: str) -> bool:
    return name in SPANS or name in INLINE or name in ("a", "br")
