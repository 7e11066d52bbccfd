"""Take the values of one item, leaf by leaf.

Each attribute and each run of text of an item is kept, changed or not held. What a reader does not take is not held by
construction: `Leaves.finish` names the attributes and the elements that are left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lxml import etree

from schemas.article.body import plain_blocks
from schemas.article.values import make_line
from schemas.ledger import Ledger, sibling_steps
from workers.formats.markup import read_blocks
from workers.formats.markup.reading.places import attributes_of
from workers.formats.markup.reading.text import element_text
from workers.formats.newsml_g2.reading.names import G2_NAMES, LOCAL_NAMES, XML_LANG, path_name
from workers.formats.newsml_g2.reading.own import REPEATED, text_of

Children = dict[str, list[etree._Element]]
"""The children of an element, by their names in the standard."""

FORMAT: Final = "format"
"""The field of leaves that say how the item is written, such as the version of the standard."""

_MOST_ENTRIES: Final = 10_000


class Leaves:
    """The leaves of one item, and their ledger.

    Args:
        root: the item.
        ledger: the ledger of its article.

    `own` is whether newsmill wrote the item; then line breaks are part of its texts.
    """

    __slots__ = ("_grouped", "_names", "_opened", "_root", "ledger", "own", "whole")

    def __init__(self, root: etree._Element, ledger: Ledger) -> None:
        self._root = root
        self._opened: list[Attributes] = []
        self._grouped: list[Children] = []
        self._names: dict[etree._Element, dict[etree._Element, str]] = {}
        self.ledger = ledger
        self.whole = ledger.whole
        self.own = False

    # Elements

    def children(
        self, element: etree._Element, into: Children | None = None, *, any_namespace: bool = False
    ) -> Children:
        """Return the children of an element by name. Those that are not taken out by the end are not held."""
        found: Children = {} if into is None else into
        if (text := element.text) and not text.isspace():
            self._stray(element, text)
        names = LOCAL_NAMES if any_namespace else G2_NAMES
        for child in element:
            name = names[child.tag]
            if name is None:
                self.drop(child)
            elif name in found:
                found[name].append(child)
            else:
                found[name] = [child]
            if (text := child.tail) and not text.isspace():
                self._stray(element, text)
        if into is None:
            self._grouped.append(found)
        return found

    def no_children(self, element: etree._Element) -> None:
        """Record what is in an element that has only attributes in the standard as not held."""
        if element.text or len(element):
            self.children(element)

    def attributes(self, element: etree._Element) -> Attributes:
        """Return the attributes of an element. Those that are not taken by the end are not held."""
        if not element.keys():
            return NO_ATTRIBUTES
        opened = Attributes(self, element, attributes_of(element))
        self._opened.append(opened)
        return opened

    def drop(self, element: etree._Element, reason: str = "") -> None:
        """Record all that is in an element as not held."""
        thing = self.path(element)
        pending = [(element, thing)]
        ledger, whole = self.ledger, self.whole
        while pending:
            one, path = pending.pop()
            if not whole and len(ledger.entries) > _MOST_ENTRIES:
                return
            for name, value in attributes_of(one).items():
                ledger.not_held(f"{path}/@{path_name(name)}", value, reason, thing=thing)
            if (text := one.text) and not text.isspace():
                ledger.not_held(path, text.strip(), reason, thing=thing)
            inner = list(one.iterchildren(etree.Element))
            names = self._indexed(one, inner)
            for child in inner:
                pending.append((child, f"{path}/{names[child]}"))
                if (text := child.tail) and not text.isspace():
                    ledger.not_held(path, text.strip(), reason, thing=thing)

    def drop_all(self, elements: Iterable[etree._Element], reason: str = "") -> None:
        """Record all that is in some elements as not held."""
        for element in elements:
            self.drop(element, reason)

    def finish(self) -> None:
        """Record each attribute and each element that was not taken as not held."""
        for opened in self._opened:
            if opened.left:
                opened.drop_rest()
        for children in self._grouped:
            for elements in children.values():
                self.drop_all(elements)
        # Without these references, the item is freed at once.
        self._opened.clear()
        self._grouped.clear()

    # Texts

    def plain(self, element: etree._Element) -> str | None:
        """Take the text of an element that has nothing but one line of text, as most have; else return None."""
        if self.whole or len(element) or element.keys():
            return None
        text = element.text
        return text.strip() if text and text.isprintable() else None

    def line(self, element: etree._Element) -> str:
        """Return the text of an element as one line. `keep_text` or `drop_text` is to be called for it."""
        text = element.text or ""
        if text.isprintable() and not len(element):
            return text.strip()  # the fast path for most values
        return make_line(self.text(element))

    def text(self, element: etree._Element) -> str:
        """Return the text of an element. `keep_text` or `drop_text` is to be called for it."""
        if len(element):
            return "\n\n".join(self._plain(element)).strip()
        return element_text(element, verbatim=self.own)

    def block_text(self, element: etree._Element) -> str:
        """Return the text of an element that may hold blocks, each on lines of its own."""
        return "\n".join(self._plain(element)) if len(element) else self.text(element)

    def _plain(self, element: etree._Element) -> tuple[str, ...]:
        return plain_blocks(read_blocks(element, Ledger(), "", verbatim=self.own))

    def skip_repeated(self, element: etree._Element) -> bool:
        """Return whether an element of newsmill repeats another value, and record it as kept."""
        if element.get("rank") != REPEATED:
            return False
        attributes = self.attributes(element)
        for name in ("rank", "role"):
            attributes.keep(name, FORMAT)
        self.keep_text(element, FORMAT)
        return True

    def keep_text(self, element: etree._Element, field: str | None) -> None:
        """Record the text of an element, and of the inline markup in it, as kept."""
        if not self.whole and not len(element):
            return
        for one in element.iter(etree.Element):
            path = self.path(one) if self.whole or one is not element else ""
            if one is not element:
                for name, value in attributes_of(one).items():
                    self.ledger.not_held(f"{path}/@{path_name(name)}", value)
            if self.whole:
                if (text := one.text) and not text.isspace():
                    self.ledger.kept(path, text.strip(), field)
                if one is not element and (text := one.tail) and not text.isspace():
                    self.ledger.kept(self._parent_path(one), text.strip(), field)

    def drop_text(self, element: etree._Element, reason: str = "") -> None:
        """Record the text of an element, and all inside of it, as not held. Its attributes are not touched."""
        path = self.path(element)
        if (text := element.text) and not text.isspace():
            self.ledger.not_held(path, text.strip(), reason)
        for child in element.iterchildren(etree.Element):
            self.drop(child, reason)
            if (text := child.tail) and not text.isspace():
                self.ledger.not_held(path, text.strip(), reason)

    def change_text(self, element: etree._Element, field: str, reason: str) -> None:
        """Record the text of an element as changed."""
        self.ledger.changed(self.path(element), (element.text or "").strip(), field, reason)
        for child in element.iterchildren(etree.Element):
            self.drop(child)
            if (text := child.tail) and not text.isspace():
                self.ledger.not_held(self.path(element), text.strip())

    def _stray(self, element: etree._Element, text: str) -> None:
        self.ledger.not_held(self.path(element), text.strip(), "text where the standard has none")

    # Paths

    def path(self, element: etree._Element) -> str:
        """Return the place of an element in the item, such as "contentMeta/subject[2]"; "" for the item itself.

        An index is given only if the element has siblings of its name, and only in a whole ledger.
        """
        steps: list[str] = []
        while element is not self._root:
            parent = element.getparent()
            if parent is None:
                break
            if self.whole:
                if parent not in self._names:
                    self._names[parent] = self._indexed(parent, list(parent.iterchildren(etree.Element)))
                steps.append(self._names[parent][element])
            else:
                steps.append(path_name(element.tag))
            element = parent
        return "/".join(reversed(steps))

    def _parent_path(self, element: etree._Element) -> str:
        parent = element.getparent()
        return self.path(parent) if parent is not None else ""

    def _indexed(self, parent: etree._Element, children: list[etree._Element]) -> dict[etree._Element, str]:
        if not self.whole:
            return {child: path_name(child.tag) for child in children}
        if parent in self._names:
            return self._names[parent]
        steps = sibling_steps([path_name(child.tag) for child in children])
        found = dict(zip(children, steps, strict=True))
        self._names[parent] = found
        return found


class Attributes:
    """The attributes of one element, to be taken one by one."""

    __slots__ = ("_element", "_leaves", "left")

    def __init__(self, leaves: Leaves, element: etree._Element, left: dict[str, str]) -> None:
        self._leaves = leaves
        self._element = element
        self.left = left

    def get(self, name: str) -> str | None:
        """Return an attribute without taking it; None if it is absent or blank."""
        value = self.left.get(name)
        return (value.strip() or None) if value else None

    def keep(self, name: str, field: str | None) -> str | None:
        """Take an attribute that the Article holds; None if it is absent or blank."""
        value = self.left.pop(name, None)
        if value is None:
            return None
        if self._leaves.whole:
            self._leaves.ledger.kept(self._path(name), value, field)
        return value.strip() or None

    def keep_all(self, names: Iterable[str], field: str | None) -> None:
        """Take several attributes."""
        for name in names:
            if name in self.left:
                self.keep(name, field)

    def keep_code(self, name: str, field: str | None) -> str | None:
        """Take a QCode, or the URI in its sister attribute: role and roleuri."""
        if not self.left:
            return None
        qcode, uri = self.keep(name, field), self.keep(f"{name}uri", field)
        return qcode or (text_of(uri) or None if uri else None)

    def change(self, name: str, field: str, reason: str) -> None:
        """Take an attribute that the Article holds in another form."""
        value = self.left.pop(name, None)
        if value is not None:
            self._leaves.ledger.changed(self._path(name), value, field, reason)

    def drop(self, name: str, reason: str = "") -> None:
        """Take an attribute that the Article does not hold."""
        value = self.left.pop(name, None)
        if value is not None:
            self._leaves.ledger.not_held(self._path(name), value, reason)

    def drop_rest(self) -> None:
        """Record each attribute that is left as not held."""
        for name in tuple(self.left):
            self.drop(name)

    @property
    def language(self) -> str | None:
        """The language that the element states."""
        return self.get(XML_LANG)

    def _path(self, name: str) -> str:
        path = self._leaves.path(self._element)
        return f"{path}/@{path_name(name)}" if path else f"@{path_name(name)}"


class _NoAttributes(Attributes):
    """The attributes of an element that has none."""

    def __init__(self) -> None:
        self.left = {}


NO_ATTRIBUTES: Final = _NoAttributes()
"""The attributes of an element that has none."""
