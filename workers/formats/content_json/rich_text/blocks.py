"""The blocks of a body of typed elements as HTML: paragraphs, headings, quotations, and lists, nested or flat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any, Final, NamedTuple

from schemas.ledger import Entry, Ledger
from workers.formats.content_json.rich_text.deltas import delta_html
from workers.formats.content_json.rich_text.elements import (
    DEEPEST,
    TAGS,
    Account,
    Element,
    Text,
    bare_name,
    items_of,
    kind_of,
)
from workers.formats.content_json.rich_text.figures import SHOWN, figure_html
from workers.formats.content_json.rich_text.lists import list_html
from workers.formats.content_json.rich_text.mobiledoc import is_mobiledoc, mobiledoc_html
from workers.formats.content_json.rich_text.runs import TEXTS, as_markup, inline_runs, nest, ranged_runs
from workers.formats.json.leaves import leaves, member_path

# All addresses that marks refer to have so many characters, and so many times those of the body.
_LEAST: Final = 10_000
_FACTOR: Final = 8
_ROOTS: Final = frozenset(("doc", "document", "root"))
_ROOT_MEMBERS: Final = frozenset(("root", "blocks", "document", "model", "ops", "json", "raw"))
# Types of items of flat lists. Draft.js, Prismic, BlockNote and Medium have no element around them.
_FLAT: Final = {
    **dict.fromkeys(("unorderedlistitem", "listitem", "bulletlistitem", "bulletedlistitem", "uli"), "ul"),
    **dict.fromkeys(("orderedlistitem", "olistitem", "numberedlistitem", "oli"), "ol"),
}
_KNOWN: Final = frozenset((*TAGS, *_FLAT))
_BLOCKS: Final = _KNOWN | SHOWN
_ORDERED: Final = ("ordered", "number", "numbered", "ol", True)
_ATTRIBUTIONS: Final = ("cite", "citation", "attribution", "author", "caption")
_INLINE: Final = frozenset(("", "text", "span", "link", "hyperlink", "a", "extendedtext"))
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_BARE: Final = ("<p", "<ul", "<ol", "<h", "<blockquote")


class RichText(NamedTuple):
    """A body as HTML, and what became of its leaves.

    Args:
        html: the HTML.
        kept: the path and the text of each leaf that the HTML has.
        changed: the same of those that it has in another form, with the reason.
        left: the same of those that it does not have.
    """

    html: str
    kept: dict[str, str]
    changed: dict[str, tuple[str, str]]
    left: dict[str, str]

    def account(self, field: str, ledger: Ledger, entries: Iterable[Entry]) -> None:
        """Record each leaf.

        Args:
            field: the field of the Article that has the body.
            ledger: the ledger of the article.
            entries: what the blocks do not have of the HTML. A value that is a leaf gets the path of the leaf.
        """
        paths = {text: path for path, text in self.kept.items()}
        kept = dict(self.kept)
        for entry in entries:
            if entry.outcome == "kept":
                continue
            path = paths.get(entry.value, entry.path)
            kept.pop(path, None)
            ledger.entries.append(entry._replace(path=path))
        for path, text in kept.items():
            ledger.kept(path, text, field)
        for path, (text, reason) in self.changed.items():
            ledger.changed(path, text, field, reason)
        for path, text in self.left.items():
            ledger.not_held(path, text)


def as_html(value: Any) -> str | None:
    """Return a body of typed elements as HTML; None if a value is no such body."""
    return _html(value, "", Account(_bound(leaves(value))))


def is_rich_text(value: Any) -> bool:
    """Return whether a value is a body of typed elements. The elements may still show nothing."""
    if isinstance(value, dict) and (isinstance(value.get("ops"), list) or is_mobiledoc(value)):
        return True
    if isinstance(value, list) and value and all(isinstance(one, dict) and "insert" in one for one in value):
        return True
    return bool(nodes_of(value, "", Account()))


def read_rich_text(value: Any, path: str) -> RichText | None:
    """Return a body of typed elements as HTML with what became of its leaves; None if a value is no such body.

    Args:
        value: the value.
        path: its place in the article.
    """
    if not is_rich_text(value):
        return None
    stated = list(leaves(value, path))
    account = Account(_bound(stated))
    html = _html(value, path, account)
    if html is None:
        return None
    found = RichText(html, {}, {}, {})
    for here, text in stated:
        if reason := account.changed.get(here):
            found.changed[here] = (text, reason)
        else:
            (found.kept if here in account.taken else found.left)[here] = text
    return found


def _bound(stated: Iterable[tuple[str, str]]) -> int:
    return _LEAST + _FACTOR * sum(len(text) for _, text in stated)


def _html(value: Any, path: str, account: Account) -> str | None:
    root = Element(value, path, account) if isinstance(value, dict) else None
    operations = root.items("ops") if root else _items(value, path, account)
    if operations and all(isinstance(one, Element) and "insert" in one.value for one in operations):
        return delta_html(operations)
    if root and is_mobiledoc(value):
        return mobiledoc_html(root, lambda card: _Writer({}).blocks([card], 0))
    nodes = nodes_of(value, path, account)
    return _Writer(_entities(root) if root else {}).blocks(nodes, 0) or None


def nodes_of(value: Any, path: str, account: Account) -> list[Any]:
    """Return the elements of a body; none if a value is no body of typed elements."""
    if isinstance(value, dict):
        root = Element(value, path, account)
        if not (_ROOT_MEMBERS & value.keys() or kind_of(value) in _ROOTS):
            return []
        nodes = root.inside()
    else:
        root = None
        nodes = _items(value, path, account)
    elements = [one for one in nodes if isinstance(one, Element)]
    if not all(isinstance(one, Text) or (isinstance(one, Element) and (one.kind or _is_untyped(one))) for one in nodes):
        return []
    if not any(one.kind in _KNOWN or _is_untyped(one) for one in elements):
        return []
    _take_roots(root)
    return nodes


def _items(value: Any, path: str, account: Account) -> list[Any]:
    return list(items_of(value, path, account)) if isinstance(value, list) else []


def _take_roots(root: Element | None) -> None:
    """Take the types of the objects around the elements, which state that they are a document."""
    while root:
        if root.kind in _ROOTS:
            root.take_kind()
        root = next(filter(None, map(root.inner, ("root", "document"))), None)


def _entities(root: Element) -> dict[str, Element]:
    """Return what ranges of Draft.js refer to, by key."""
    stated = root.inner("entityMap")
    if stated:
        return {key: one for key in stated.value if (one := stated.inner(key))}
    return {str(number): one for number, one in enumerate(root.items("entityMap")) if isinstance(one, Element)}


class _Writer:
    """A writer of elements as HTML.

    Args:
        entities: what ranges refer to in the whole body, by key.
    """

    def __init__(self, entities: dict[str, Element]) -> None:
        self._entities = entities

    def blocks(self, nodes: Iterable[Any], depth: int) -> str:
        """Return elements as HTML. Items of a flat list are in one list; runs of text between blocks in a paragraph."""
        parts: list[str] = []
        for kind, group in groupby(nodes, lambda node: self._group(node, depth)):
            if kind == "item":
                parts.append(self._flat_list(group, depth))
            elif kind == "inline":
                text = nest(run for node in group for run in inline_runs(node, {}, depth + 1))
                parts.append(f"<p>{text}</p>" if text.strip() else "")
            else:
                parts += [self._block(node, depth) for node in group]
        return "\n".join(filter(None, parts))

    @staticmethod
    def _group(node: Any, depth: int) -> str:
        if not isinstance(node, Element):
            return "block"
        if _flat(node):
            return "item"
        is_run = isinstance(node.value.get("text"), str) or (node.kind and node.inside())
        is_inline = depth and is_run and node.kind in _INLINE and not _holds_blocks(node.inside())
        return "inline" if is_inline else "block"

    def _block(self, node: Any, depth: int) -> str:
        if isinstance(node, Text):
            return f"<p>{as_markup(node.take())}</p>" if node.value.strip() else ""
        if not isinstance(node, Element) or depth > DEEPEST:
            return ""
        tag = self._tag(node)
        if figure := figure_html(node, tag, self._entities):
            return figure
        if tag == "table":
            return self._table(node, depth)
        if tag in ("ul", "ol"):
            inner = "".join(self._item(one, depth + 1) for one in node.inside())
            return f"<{tag}>{inner}</{tag}>" if inner else ""
        if tag == "hr":
            return "<hr>"
        inside = node.inside()
        if tag == "pre":
            text = "\n".join(_plain_lines(inside, depth)) if inside else node.take_text(*TEXTS)
            return f"<pre>{escape(text, quote=False)}</pre>" if text.strip() else ""
        is_heading = tag is not None and tag in _HEADINGS
        holds_blocks = not is_heading and _holds_blocks(inside)
        inner = self.blocks(inside, depth + 1) if holds_blocks else self._text(node, inside, depth)
        inner = self._component(node, depth) if not inside and not inner.strip() else inner
        if not inner.strip():
            return ""
        if tag == "blockquote":
            inner = inner if inner.lstrip().startswith(_BARE) else f"<p>{inner}</p>"
            return f"<blockquote>{inner}{self._attribution(node, depth)}</blockquote>"
        if tag == "li":
            return f"<li>{inner}</li>"
        if holds_blocks or inner.lstrip().startswith(_BARE):
            return inner
        return f"<{tag or 'p'}>{inner}</{tag or 'p'}>"

    def _component(self, node: Element, depth: int) -> str:
        """Return the bodies that the members of a component are, such as a slice of a page."""
        parts = []
        for holder in node.around():
            for name, value in holder.value.items():
                nodes = nodes_of(value, member_path(holder.path, name), node.account)
                parts.append(self.blocks(nodes, depth + 1) if nodes else "")
        return "\n".join(filter(None, parts))

    def _text(self, node: Element, inside: list[Any], depth: int) -> str:
        """Return the text of an element with its marks and links."""
        stated = (one for one in node.items("markDefs") if isinstance(one, Element))
        definitions = {str(one.value.get("_key")): one for one in stated} or self._entities
        if inside:
            return nest(run for one in inside for run in inline_runs(one, definitions, depth + 1))
        return nest(ranged_runs(node, definitions)) or as_markup(node.take_text(*TEXTS))

    @staticmethod
    def _tag(node: Element) -> str | None:
        """Return the tag that the type and the style of an element stand for."""
        tag = TAGS.get(node.kind)
        if tag is None:
            return None
        node.take_kind()
        style = bare_name(node.value.get("style"))
        if tag == "p" and style in TAGS:
            tag = TAGS[style]
            node.take("style")
        if tag == "h2":
            level = node.peek("level")
            if isinstance(level, int) and 1 <= level <= 6:
                tag = f"h{node.take('level')}"
            elif (named := bare_name(node.peek("tag"))) in TAGS and TAGS[named].startswith("h"):
                tag = TAGS[named]
                node.take("tag")
        if tag == "ul":
            names = ("style", "listType", "list_type", "ordered", "format")
            stated = node.peek(*names)
            if isinstance(stated, bool | str):
                node.take(*names)
                tag = "ol" if stated in _ORDERED else "ul"
        if tag == "p" and node.value.get("subtype") in ("blockquote", "pullquote"):
            tag = "blockquote"
        return tag

    def _item(self, node: Any, depth: int) -> str:
        """Return an item of a list. A list in a list belongs to the item before it."""
        if isinstance(node, Element) and not node.kind and isinstance(node.value.get("content"), str):
            # Editor.js: a text, and the items below it.
            inner = f"<p>{as_markup(node.take_text('content'))}</p>"
            below = "".join(self._item(one, depth + 1) for one in node.items("items")) if depth < DEEPEST else ""
            return f"<li>{inner}{f'<ul>{below}</ul>' if below else ''}</li>"
        if isinstance(node, Element) and node.kind in _FLAT:
            node.take_kind()
            inside = node.inside()
            if depth > DEEPEST:
                return ""
            inner = self.blocks(inside, depth + 1) if _holds_blocks(inside) else self._text(node, inside, depth)
            return f"<li>{inner}</li>" if inner.strip() else ""
        if isinstance(node, Element) and not node.kind:
            inner = self._text(node, node.inside(), depth)
        else:
            inner = self._block(node, depth)
        return inner if inner.startswith(("<li", "<ul", "<ol")) else f"<li>{inner}</li>" if inner else ""

    def _flat_list(self, nodes: Iterable[Element], depth: int) -> str:
        """Return items that stand beside each other, each with its depth, as lists in lists."""
        items = []
        for node in nodes:
            _take_item(node)
            inside = [one for name in ("content", "children") for one in node.items(name)] or node.inside()
            if _holds_blocks(inside):
                html = self.blocks(inside, depth + 1) if depth < DEEPEST else ""
            else:
                html = f"<p>{self._text(node, inside, depth)}</p>"
            items.append((*(_flat(node) or ("ul", 0)), html))
        return list_html(items)

    def _attribution(self, node: Element, depth: int) -> str:
        """Return the attribution that a quotation states beside its text."""
        for holder in node.around():
            for name in _ATTRIBUTIONS:
                stated = holder.inner(name)
                text = as_markup(holder.take_text(name)) if isinstance(holder.value.get(name), str) else ""
                if stated:
                    text = nest(inline_runs(stated, {}, depth + 1)) or as_markup(stated.take_text("name"))
                if text.strip():
                    return f"<footer>{text}</footer>"
        return ""

    def _table(self, node: Element, depth: int) -> str:
        rows = node.items("rows") or node.inside()
        if head := node.items("header"):
            rows = [head, *rows]
        is_headed = bool(head) or node.peek("withHeadings") is True
        node.take("withHeadings")
        parts = []
        for number, row in enumerate(rows):
            if isinstance(row, Element):
                row.take_kind()
                cells = row.items("cells") or row.inside()
            else:
                cells = row if isinstance(row, list) else []
            inner = "".join(self._cell(cell, depth + 1, is_header=is_headed and number == 0) for cell in cells)
            parts.append(f"<tr>{inner}</tr>" if inner else "")
        inner = "".join(parts)
        return f"<table>{inner}</table>" if inner else ""

    def _cell(self, cell: Any, depth: int, *, is_header: bool) -> str:
        if isinstance(cell, list):
            # Contentful and ProseMirror have elements; other lists in a row are the elements of one cell.
            return f"<td>{self.blocks(cell, depth)}</td>"
        if isinstance(cell, Text):
            tag = "th" if is_header else "td"
            return f"<{tag}>{as_markup(cell.take())}</{tag}>"
        if not isinstance(cell, Element) or depth > DEEPEST:
            return ""
        cell.take_kind()
        state = cell.take("headerState")
        tag = "th" if is_header or "header" in cell.kind or cell.kind == "th" or state else "td"
        spans = ""
        for name, names in (("colspan", ("colspan", "colSpan")), ("rowspan", ("rowspan", "rowSpan"))):
            if isinstance(span := cell.take(*names), int) and span > 1:
                spans += f' {name}="{span}"'
        inside = cell.inside()
        inner = self.blocks(inside, depth + 1) if _holds_blocks(inside) else self._text(cell, inside, depth)
        return f"<{tag}{spans}>{inner}</{tag}>"


def _flat(node: Element) -> tuple[str, int] | None:
    """Return the tag and the depth of an item of a flat list; None if an element is none."""
    style = bare_name(node.value.get("listItem"))
    tag = ("ol" if style in _ORDERED else "ul") if style else _FLAT.get(node.kind)
    if tag is None:
        return None
    level = next((one for name in ("level", "depth", "indent") if (one := node.value.get(name)) is not None), 0)
    return tag, level if isinstance(level, int) else 0


def _take_item(node: Element) -> None:
    node.take_kind()
    style = node.value.get("style")
    if style == "normal":
        node.take("style")
    taken = [name for name in ("listItem", "level", "depth", "indent") if name in node.value]
    node.account.taken |= {member_path(node.path, name) for name in taken}


def _holds_blocks(inside: Iterable[Any]) -> bool:
    """Return whether some of these elements are blocks, and not runs of text alone."""
    return any(isinstance(one, Element) and one.kind in _BLOCKS and not _is_run(one) for one in inside)


def _is_untyped(node: Element) -> bool:
    """Return whether an element without a type is a paragraph, as Slate has them: it has nothing but runs of text."""
    inside = node.items("children")
    return (
        not node.kind and bool(inside) and all(isinstance(one, Element) and "text" in one.value for one in inside[:1])
    )


def _is_run(node: Element) -> bool:
    """Return whether an element is a run of text: it has nothing but a text with its marks."""
    return node.kind == "text" and not node.inside()


def _plain_lines(inside: list[Any], depth: int) -> Iterator[str]:
    """Yield the lines of a code, which stand in elements of their own or in runs of one text."""
    text = ""
    for one in inside:
        if isinstance(one, Element) and depth < DEEPEST and (inner := one.inside()) and one.kind not in _INLINE:
            one.take_kind()
            if text:
                yield text
            text = ""
            yield "".join(_plain_lines(inner, depth + 1))
        elif isinstance(one, Element):
            one.take_kind()
            text += "\n" if one.kind in ("linebreak", "hardbreak") else one.take_text(*TEXTS)
        elif isinstance(one, Text):
            text += one.take()
    if text:
        yield text
