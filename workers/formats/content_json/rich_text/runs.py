"""Text within an element: runs with their marks, links, and ranges of a text that have marks, as HTML."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, islice, pairwise
from typing import Any, Final, NamedTuple

from workers.formats.content_json.rich_text.elements import DEEPEST, TAGS, Element, Text, bare_name
from workers.formats.json.leaves import member_path

TEXTS: Final = (
    *("text", "value", "html", "content", "quote", "caption", "code", "markdown", "message", "calloutText", "body"),
    *("plain_text", "innerHTML"),
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\w+|\w+);")
_MARKS: Final = {
    **dict.fromkeys(("bold", "strong", "b"), "strong"),
    **dict.fromkeys(("italic", "em", "emphasis", "i"), "em"),
    **dict.fromkeys(("strikethrough", "strike", "s", "del", "struck"), "s"),
    **dict.fromkeys(("superscript", "sup"), "sup"),
    **dict.fromkeys(("subscript", "sub"), "sub"),
    **dict.fromkeys(("code", "inlinecode"), "code"),
}
# Lexical's format of a text. Underlines and highlights are not held.
_BITS: Final = ((1, "strong"), (2, "em"), (4, "s"), (16, "code"), (32, "sub"), (64, "sup"))
_HELD: Final = sum(bit for bit, _ in _BITS)
_LINKS: Final = frozenset(("link", "hyperlink", "a", "urllink", "autolink", "externallink", "assethyperlink"))
_ADDRESSES: Final = ("url", "href", "uri", "locator", "link")
# Members with ranges of the text beside them: of Draft.js, Prismic and Medium.
_RANGES: Final = ("inlineStyleRanges", "entityRanges", "spans", "markups")

Mark = tuple[str, str]
"""A tag, and the address if it is a link."""


class Run(NamedTuple):
    """HTML without marks, with the marks it has. Links come first."""

    html: str
    marks: tuple[Mark, ...] = ()


def nest(runs: Iterable[Run]) -> str:
    """Return runs as HTML. Runs beside each other with the same first mark are in one element."""
    parts = []
    for mark, same in groupby(runs, lambda run: run.marks[:1]):
        if not mark:
            parts += [run.html for run in same]
            continue
        inner = nest(run._replace(marks=run.marks[1:]) for run in same)
        tag, address = mark[0]
        start = f'{tag} href="{escape(address)}"' if address else tag
        parts.append(f"<{start}>{inner}</{tag}>" if inner else "")
    return "".join(parts)


def as_markup(text: str) -> str:
    """Return a text that may be HTML as HTML. In plain text a line feed breaks the line."""
    return text if _TAG.search(text) else as_text(text)


def as_text(text: str) -> str:
    """Return a plain text as HTML."""
    return escape(text, quote=False).replace("\n", "<br>")


def inline_runs(node: Any, definitions: dict[str, Element], depth: int, marks: tuple[Mark, ...] = ()) -> Iterator[Run]:
    """Yield the runs of an inline element.

    Args:
        node: an element, or a string in place of one.
        definitions: what marks refer to, by key.
        depth: the depth of the element.
        marks: the marks of the elements around it.
    """
    if isinstance(node, Text):
        yield Run(as_text(node.take()), marks)
        return
    if not isinstance(node, Element) or depth > DEEPEST:
        return
    kind = node.kind
    if kind in ("hardbreak", "linebreak", "br"):
        node.take_kind()
        yield Run("<br>", marks)
        return
    inside = node.inside()
    own = tuple(dict.fromkeys((*_marks(node, definitions), *((link,) if (link := _link(node, kind)) else ()))))
    # A link in a link is no link.
    own = tuple(mark for mark in own if not (mark[1] and any(href for _, href in marks)))
    held = tuple(sorted((*marks, *own), key=lambda mark: not mark[1]))
    if inside:
        if kind in TAGS:
            node.take_kind()
        for one in inside:
            yield from inline_runs(one, definitions, depth + 1, held)
        return
    if kind in ("text", "span", "fragment", "extendedtext", ""):
        node.take_kind()
    if ranged := list(ranged_runs(node, definitions)):
        yield from ranged
    elif text := node.take_text(*TEXTS, "emoji", "label"):
        yield Run(as_text(text), held)


def ranged_runs(node: Element, definitions: dict[str, Element]) -> list[Run]:
    """Return the runs of a text of which ranges have marks; none if nothing states ranges.

    Ranges count in units of UTF-16, as JavaScript does.
    """
    ranges = [one for name in _RANGES for holder in node.around() for one in holder.items(name)]
    found = [one for each in ranges if isinstance(each, Element) and (one := _range(each, definitions))]
    if not found:
        return []
    text = node.take_text("text", "content", "value").encode("utf-16-le", "surrogatepass")
    edges: dict[int, list[tuple[int, int, Mark]]] = {0: [], len(text): []}
    for one in found:
        start, end = (min(max(at * 2, 0), len(text)) for at in one[:2])
        edges.setdefault(start, []).append((1, end, one[2]))
        edges.setdefault(end, []).append((-1, end, one[2]))
    runs: list[Run] = []
    tags: Counter[Mark] = Counter()
    links: deque[tuple[int, Mark]] = deque()
    for at, following in pairwise(sorted(edges)):
        for step, end, mark in edges[at]:
            if not mark[1]:
                tags[mark] += step
            elif step > 0:
                links.append((end, mark))
        # Of links that overlap, the first one counts.
        while links and links[0][0] <= at:
            links.popleft()
        marks = (*(mark for _, mark in islice(links, 1)), *(+tags))
        runs.append(Run(as_text(text[at:following].decode("utf-16-le", "replace")), marks))
    return runs


def _range(node: Element, definitions: dict[str, Element]) -> tuple[int, int, Mark] | None:
    start = node.value.get("offset", node.value.get("start"))
    end = node.value.get("end")
    if end is None and isinstance(length := node.value.get("length"), int) and isinstance(start, int):
        end = start + length
    if not isinstance(start, int) or not isinstance(end, int) or end <= start:
        return None
    mark: Mark | None = None
    if (style := bare_name(node.value.get("style"))) in _MARKS:
        mark = (_MARKS[style], "")
        node.take("style")
    elif "key" in node.value and (defined := definitions.get(str(node.value["key"]))):
        mark = _affordable(_link(defined, defined.kind), defined)
        if mark:
            node.account.taken.add(member_path(node.path, "key"))
    else:
        mark = _mark(node)
    if mark:
        node.account.taken |= {member_path(node.path, name) for name in ("offset", "length", "start", "end")}
    return (start, end, mark) if mark else None


def _marks(node: Element, definitions: dict[str, Element]) -> Iterator[Mark]:
    for one in (one for holder in node.around() for name in ("marks", "attributes") for one in holder.items(name)):
        if isinstance(one, Element) and (mark := _mark(one)):
            yield mark
        elif isinstance(one, Text) and (mark := _named_mark(one.value, definitions)):
            one.take()
            yield mark
    for holder in (node, node.inner("annotations")):
        for name in holder.value if holder else ():
            if (tag := _MARKS.get(bare_name(name))) and holder and isinstance(stated := holder.value[name], bool):
                holder.account.taken.add(member_path(holder.path, name))
                if stated:
                    yield tag, ""
    bits = node.value.get("format")
    if isinstance(bits, int) and not isinstance(bits, bool):
        yield from ((tag, "") for bit, tag in _BITS if bits & bit)
        node.take("format")
        if bits & ~_HELD:
            node.change("format", "underlines, highlights and capitals are left out")


def mark_of_tag(name: str) -> Mark | None:
    """Return the mark that a name stands for; None if it is none that is held."""
    tag = _MARKS.get(bare_name(name))
    return (tag, "") if tag else None


def _named_mark(name: str, definitions: dict[str, Element]) -> Mark | None:
    """Return the mark of a name, or of what it refers to."""
    if defined := definitions.get(name):
        if mark := _affordable(_mark(defined), defined):
            defined.take("_key")
        return mark
    return mark_of_tag(name)


def _affordable(mark: Mark | None, defined: Element) -> Mark | None:
    """Return the mark of a definition, as long as the addresses of all such marks are within their bound."""
    return mark if mark and defined.account.spend(len(mark[1])) else None


def _mark(node: Element) -> Mark | None:
    """Return the mark that an object is; None if it is none that is held."""
    kind = node.kind
    if tag := _MARKS.get(kind):
        node.take_kind()
        return tag, ""
    return _link(node, kind)


def _link(node: Element, kind: str) -> Mark | None:
    """Return the link that an element, a mark or a definition is."""
    if kind not in _LINKS and not (node.value.get("href") and kind in ("", "text", "span")):
        return None
    address = node.take_text(*_ADDRESSES) or _target(node)
    if not address:
        return None
    node.take_kind()
    return "a", address


def _target(node: Element) -> str:
    """Take the address of the file that a link refers to."""
    steps: Sequence[str] = ("data", "target", "fields", "file")
    here: Element | None = node
    for step in steps:
        here = here.inner(step) if here else None
    return here.take_text("url") if here else ""
