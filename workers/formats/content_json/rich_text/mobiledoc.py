"""A body as sections of markers, each of which opens and closes marks, as HTML (Mobiledoc 0.3, of older Ghost)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from workers.formats.content_json.rich_text.elements import DEEPEST, Element
from workers.formats.content_json.rich_text.runs import Mark, Run, as_text, mark_of_tag, nest
from workers.formats.json.leaves import leaves

_TAGS: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))
_CARDS: Final = {"hr": "divider", "html": "rawhtml", "markdown": "paragraph"}


def is_mobiledoc(value: Any) -> bool:
    """Return whether a value is a document of Mobiledoc."""
    return isinstance(value, dict) and all(isinstance(value.get(name), list) for name in ("sections", "markups"))


def mobiledoc_html(root: Element, card_html: Callable[[Element], str]) -> str | None:
    """Return a document as HTML; None if it has no section.

    Args:
        root: the document.
        card_html: returns the HTML of a card, which is an element of its own.
    """
    parts = []
    for number, section in enumerate(root.value["sections"], 1):
        match section:
            case [1, str(tag), [*markers], *_]:
                inner = nest(_runs(root, markers))
                name = tag if tag in _TAGS else "p"
                parts.append(f"<{name}>{inner}</{name}>" if inner.strip() else "")
            case [3, str(tag), [*items], *_]:
                inner = "".join(f"<li>{nest(_runs(root, item))}</li>" for item in items if isinstance(item, list))
                parts.append(f"<ol>{inner}</ol>" if tag == "ol" else f"<ul>{inner}</ul>")
            case [10, int(card), *_]:
                parts.append(_card(root, card, card_html))
            case _:
                continue
        root.account.taken |= {path for path, _ in leaves(section, _path(root, f"sections[{number}]"))}
    return "\n".join(filter(None, parts)) or None


def _runs(root: Element, markers: list[Any]) -> Iterator[Run]:
    opened: list[Mark | None] = []
    for marker in markers:
        match marker:
            case [int(kind), [*starts], int(closed), value, *_]:
                opened += (_markup(root, number) for number in starts)
                text = _atom(root, value) if kind else value
                if isinstance(text, str):
                    marks = dict.fromkeys(mark for mark in opened[:DEEPEST] if mark)
                    yield Run(as_text(text), tuple(sorted(marks, key=lambda mark: not mark[1])))
                del opened[max(len(opened) - max(closed, 0), 0) :]


def _markup(root: Element, number: Any) -> Mark | None:
    markup = _at(root, "markups", number)
    match markup:
        case ["a", ["href", str(address), *_], *_]:
            mark: Mark | None = ("a", address)
        case [str(tag), *_]:
            mark = mark_of_tag(tag)
        case _:
            mark = None
    if mark and root.account.spend(len(mark[1])):
        root.account.taken |= {path for path, _ in leaves(markup, _path(root, f"markups[{number + 1}]"))}
        return mark
    return None


def _atom(root: Element, number: Any) -> str | None:
    match _at(root, "atoms", number):
        case [str(name), str(text), *_] if root.account.spend(len(text)):
            root.account.taken |= {_path(root, f"atoms[{number + 1}][{place}]") for place in (1, 2)}
            return "\n" if name == "soft-return" else text
    return None


def _card(root: Element, number: int, card_html: Callable[[Element], str]) -> str:
    match _at(root, "cards", number):
        case [str(name), dict(payload), *_]:
            path = _path(root, f"cards[{number + 1}]")
            if not root.account.show(path):
                return ""
            root.account.taken.add(f"{path}[1]")
            return card_html(Element({**payload, "type": _CARDS.get(name, name)}, f"{path}[2]", root.account))
    return ""


def _at(root: Element, name: str, number: Any) -> Any:
    found = root.value.get(name)
    known = isinstance(found, list) and isinstance(number, int) and 0 <= number < len(found)
    return found[number] if known and isinstance(found, list) else None


def _path(root: Element, path: str) -> str:
    return f"{root.path}.{path}" if root.path else path
