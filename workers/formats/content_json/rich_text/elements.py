"""An element of a body, and an account of the leaves that are taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from workers.formats.json.leaves import is_stated, member_path

DEEPEST: Final = 24
"""The highest depth of elements. What lies deeper is not held."""

_TYPES: Final = (
    *("nodeType", "_type", "__component", "component", "slice_type", "acf_fc_layout", "type", "blockName", "kind"),
    *("name", "__typename"),
)
_INSIDE: Final = (
    *("children", "content", "content_elements", "blocks", "items", "nodes", "innerBlocks", "root", "document"),
    *("paragraphs", "rich_text"),
)
# Objects that hold what an element has beside its type.
_AROUND: Final = (
    "model",
    "data",
    "attributes",
    "attrs",
    "props",
    "fields",
    "primary",
    "raw_oembed",
    "oembed",
    "embed",
    "json",
    "raw",
)
_LEVELS: Final = dict(zip(("one", "two", "three", "four", "five", "six"), range(1, 7), strict=True))
_NO_NAME: Final = re.compile(r"[^a-z0-9]")

TAGS: Final = {
    **dict.fromkeys(
        (
            *("paragraph", "p", "text", "block", "unstyled", "normal", "textblock", "richtext", "html", "rawhtml"),
            *("correction", "textsection"),
        ),
        "p",
    ),
    **dict.fromkeys(("unorderedlist", "bulletlist", "ul", "bulletedlist", "list", "checklist", "linklist"), "ul"),
    **dict.fromkeys(("orderedlist", "ol", "numberedlist"), "ol"),
    **dict.fromkeys(("listitem", "li", "listitemchild", "lic", "listitemcontent"), "li"),
    **dict.fromkeys(("blockquote", "quote", "pullquote", "bq", "pq", "extendedquote"), "blockquote"),
    **dict.fromkeys(
        ("heading", "header", "subheading", "subheadline", "crosshead", "extendedheading", "subhead"), "h2"
    ),
    **{f"{name}{level}": f"h{level}" for name in ("heading", "h", "header") for level in range(1, 7)},
    **dict.fromkeys(("code", "codeblock", "pre", "preformatted"), "pre"),
    **dict.fromkeys(("horizontalrule", "hr", "divider", "delimiter", "thematicbreak"), "hr"),
    "headline": "h1",
    "table": "table",
}
"""The tag of HTML that the type of an element stands for, without case and punctuation."""


@dataclass(slots=True)
class Account:
    """The paths of the leaves of a body that are taken, and of those that it has in another form, with the reason.

    Args:
        left: the number of characters that are left for addresses that several marks refer to. Without a bound, a short
            body that refers to one long address many times would become a large one.
        taken: the paths.
        changed: the paths with the reasons.
        shown: the paths of the objects that references have shown. Each is shown once.
    """

    left: int = 0
    taken: set[str] = field(default_factory=set)
    changed: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def spend(self, characters: int) -> bool:
        """Take characters from those that are left; return whether there were as many."""
        self.left -= characters
        return self.left >= 0

    def show(self, path: str) -> bool:
        """Return whether the object at a path is shown for the first time."""
        is_first = path not in self.shown
        self.shown.add(path)
        return is_first


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a body.

    Args:
        value: the object.
        path: its place in the article, such as "body[2].children[1]".
        account: the account of the body.
    """

    value: dict[str, Any]
    path: str
    account: Account

    @property
    def kind(self) -> str:
        """The type of the element without case and punctuation; "" if it states none."""
        return kind_of(self.value)

    def take_kind(self) -> None:
        """Take the type, which the body has as its structure."""
        if name := next((name for name in _TYPES if isinstance(self.value.get(name), str) and self.value[name]), None):
            self.account.taken.add(member_path(self.path, name))

    def peek(self, *names: str) -> Any:
        """Return the first value that one of these members states, here or in an object that holds the details."""
        return next((one.value[name] for name, one in self._holders(names)), None)

    def take(self, *names: str) -> str | int | float | None:
        """Take the first scalar that one of these members states, as `peek` finds it."""
        for name, one in self._holders(names):
            value = one.value[name]
            if isinstance(value, str | int | float):
                self.account.taken.add(member_path(one.path, name))
                return value
        return None

    def take_text(self, *names: str) -> str:
        """Take the first string that one of these members states; "" if none does."""
        for name, one in self._holders(names):
            if isinstance(value := one.value[name], str):
                self.account.taken.add(member_path(one.path, name))
                return value
        return ""

    def change(self, name: str, reason: str) -> None:
        """Record a member as held in another form."""
        path = member_path(self.path, name)
        self.account.taken.add(path)
        self.account.changed[path] = reason

    def inner(self, name: str) -> Element | None:
        """Return the object that a member is."""
        value = self.value.get(name)
        return Element(value, member_path(self.path, name), self.account) if isinstance(value, dict) else None

    def items(self, name: str) -> list[Any]:
        """Return the items of a member: elements for objects, and `Text` for strings."""
        value = self.value.get(name)
        return list(items_of(value, member_path(self.path, name), self.account)) if isinstance(value, list) else []

    def inside(self, levels: int = 4) -> list[Any]:
        """Return the elements within this one, and the strings between them."""
        for name in _INSIDE:
            if isinstance(inner := self.value.get(name), list) and inner:
                return self.items(name)
        if levels and dict in map(type, self.value.values()):
            names: tuple[Any, ...] = (*_INSIDE, *_AROUND, self.value.get("type"))
            for name in names:
                if isinstance(name, str) and (holder := self.inner(name)) and (found := holder.inside(levels - 1)):
                    return found
        return []

    def around(self) -> Iterator[Element]:
        """Yield the element and the objects in it that hold its details."""
        yield self
        if dict in map(type, self.value.values()):
            for name in (*_AROUND, self.value.get("type")):
                if isinstance(name, str) and (inner := self.inner(name)):
                    yield inner

    def _holders(self, names: tuple[str, ...]) -> Iterator[tuple[str, Element]]:
        for one in self.around():
            for name in names:
                if is_stated(one.value.get(name)):
                    yield name, one


@dataclass(frozen=True, slots=True)
class Text:
    """A string that stands in place of an element."""

    value: str
    path: str
    account: Account

    def take(self) -> str:
        """Take the string."""
        self.account.taken.add(self.path)
        return self.value


def items_of(value: list[Any], path: str, account: Account) -> Iterator[Any]:
    """Yield the items of a list: elements for objects, `Text` for strings, lists as they are."""
    for number, item in enumerate(value, 1):
        here = f"{path}[{number}]"
        if isinstance(item, dict):
            yield Element(item, here, account)
        elif isinstance(item, str):
            yield Text(item, here, account)
        elif isinstance(item, list):
            yield list(items_of(item, here, account))


def kind_of(value: dict[str, Any]) -> str:
    """Return the type that an object states, without case and punctuation; "" if it states none."""
    for name in _TYPES:
        if isinstance(one := value.get(name), str) and one:
            return _bare_kind(one)
    return ""


@lru_cache(maxsize=1024)
def _bare_kind(stated: str) -> str:
    bare = _NO_NAME.sub("", re.split(r"[/:.]", stated)[-1].lower())
    level = next((number for word, number in _LEVELS.items() if bare == f"header{word}"), None)
    return f"h{level}" if level else bare


def bare_name(value: Any) -> str:
    """Return a name without case and punctuation."""
    return _NO_NAME.sub("", value.lower()) if isinstance(value, str) else ""
