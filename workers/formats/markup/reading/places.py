"""The elements of markup while they are read, and the paths of their leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from lxml import etree

from workers.formats.markup.reading.text import local_name

_MANY: Final = 64
_VALUES: Final[Callable[[etree._Element], list[str]]] = etree.XPath("@*", smart_strings=False)
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Return the attributes of an element, in time that grows with their number. That of lxml grows with its square."""
    names = element.keys()
    if len(names) < _MANY:
        return dict(element.items()) if names else {}
    return dict(zip(names, _VALUES(element), strict=True))


class Node:
    """An element that is being read. Its path is made only when it is needed: `str(node)`.

    Args:
        element: the element.
        above: the node of its parent, or the path of the root.
        number: its number among the children of its parent that have the same name, from 1.

    `name` is its local name in lower case, `level` is how deep it is, `attributes` are those that were not taken yet.
    """

    __slots__ = ("above", "attributes", "element", "level", "name", "number")

    def __init__(self, element: etree._Element, above: Node | str, number: int = 1) -> None:
        self.element = element
        self.above = above
        self.number = number
        self.name = local_name(element.tag)
        self.attributes: dict[str, str] = attributes_of(element)
        self.level: int = 0 if isinstance(above, str) else above.level + 1

    def __str__(self) -> str:
        steps: list[str] = []
        node: Node | str = self
        while isinstance(node, Node):
            if isinstance(node.above, str):
                node = node.above
                break
            name = shown_name(node.element)
            steps.append(f"{name}[{node.number}]" if node.number > 1 else name)
            node = node.above
        steps.append(node)
        return "/".join(filter(None, reversed(steps)))

    @property
    def parent(self) -> str:
        """The local name of the parent in lower case; "" for the root."""
        return "" if isinstance(self.above, str) else self.above.name


def children(node: Node) -> Iterator[Node]:
    """Yield the child elements of a node."""
    numbers: dict[str, int] = {}
    for child in node.element:
        tag = child.tag
        if isinstance(tag, str):
            numbers[tag] = number = numbers.get(tag, 0) + 1
            yield Node(child, node, number)


def attribute_path(place: Node | str, name: str) -> str:
    """Return the path of an attribute: `…/p[2]/@class`; `@xml:lang` has its prefix."""
    return f"{place}/@{_shown_attribute(name)}"


def content_leaves(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the value of each leaf in an element, but for its own attributes.

    The paths of descendants have no numbers and skip what is between (`…/svg//title`): whole ones would cost as much as
    the elements are deep.
    """
    for node in element.iter():
        if isinstance(node.tag, str):
            here = path if node is element else f"{path}//{shown_name(node)}"
            if node is not element:
                for name, value in attributes_of(node).items():
                    yield attribute_path(here, str(name)), str(value)
            if node.text and not node.text.isspace():
                yield here, node.text
        if node is not element and node.tail and not node.tail.isspace():
            yield path, node.tail


def shown_name(element: etree._Element) -> str:
    """Return the local name of an element as it is written."""
    return _shown(str(element.tag))


@lru_cache(maxsize=512)
def _shown(tag: str) -> str:
    return tag.rpartition("}")[2]


@lru_cache(maxsize=512)
def _shown_attribute(name: str) -> str:
    return f"xml:{name[len(_XML) :]}" if name.startswith(_XML) else name.rpartition("}")[2]
