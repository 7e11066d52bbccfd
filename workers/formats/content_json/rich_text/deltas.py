"""A body as operations that insert runs of text and objects, as HTML (Quill's deltas).

The attributes of a line stand at the line feed that ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any, Final, NamedTuple

from schemas.article.values import check_iri
from workers.formats.content_json.rich_text.elements import Element
from workers.formats.content_json.rich_text.figures import embed_html
from workers.formats.content_json.rich_text.lists import list_html
from workers.formats.content_json.rich_text.runs import Run, as_text, nest
from workers.formats.json.leaves import member_path

_MARKS: Final = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}
_SCRIPTS: Final = {"super": "sup", "sub": "sub"}
_LISTS: Final = {"ordered": "ol", "bullet": "ul", "checked": "ul", "unchecked": "ul"}
_DEEPEST: Final = 8


class _Line(NamedTuple):
    """A line: its HTML, its tag, and the depth of an item of a list."""

    html: str
    tag: str
    level: int = 0


def delta_html(operations: Iterable[Any]) -> str | None:
    """Return the HTML of operations; None if they insert nothing."""
    parts: list[str] = []
    for kind, lines in groupby(_lines(operations), lambda line: _group(line.tag)):
        if kind == "list":
            parts.append(list_html((line.tag, line.level, f"<p>{line.html}</p>") for line in lines))
        elif kind == "pre":
            parts.append("<pre>" + "\n".join(line.html for line in lines) + "</pre>")
        elif kind == "blockquote":
            parts.append("<blockquote>" + "".join(f"<p>{line.html}</p>" for line in lines) + "</blockquote>")
        else:
            parts += [f"<{line.tag}>{line.html}</{line.tag}>" if line.tag else line.html for line in lines]
    return "\n".join(parts) or None


def _group(tag: str) -> str:
    return "list" if tag in ("ul", "ol") else tag


def _lines(operations: Iterable[Any]) -> Iterator[_Line]:
    runs: list[Run] = []
    for operation in operations:
        if not isinstance(operation, Element):
            continue
        inserted = operation.value.get("insert")
        attributes = operation.inner("attributes")
        if isinstance(inserted, str):
            operation.take("insert")
            first, *others = inserted.split("\n")
            if first:
                runs.append(Run(as_text(first), _marks(attributes)))
            for other in others:
                if runs or attributes:
                    yield from _line(runs, attributes)
                runs = [Run(as_text(other), _marks(attributes))] if other else []
        elif held := operation.inner("insert"):
            if runs:
                yield from _line(runs, None)
                runs = []
            yield _Line(_object(held), "")
    if runs:
        yield from _line(runs, None)


def _line(runs: list[Run], attributes: Element | None) -> Iterator[_Line]:
    html = nest(runs)
    if not html.strip():
        return
    value = attributes.value if attributes else {}
    tag, level = "p", 0
    taken: tuple[str, ...] = ()
    if isinstance(header := value.get("header"), int) and 1 <= header <= 6:
        tag, taken = f"h{header}", ("header",)
    elif isinstance(name := value.get("list"), str) and name in _LISTS:
        tag, taken = _LISTS[name], ("list", "indent")
        level = indent if isinstance(indent := value.get("indent"), int) and 0 < indent <= _DEEPEST else 0
    elif value.get("blockquote"):
        tag, taken = "blockquote", ("blockquote",)
    elif value.get("code-block"):
        tag, taken = "pre", ("code-block",)
    if attributes:
        attributes.account.taken |= {member_path(attributes.path, name) for name in taken}
    yield _Line(html, tag, level)


def _marks(attributes: Element | None) -> tuple[tuple[str, str], ...]:
    if attributes is None:
        return ()
    marks = []
    if isinstance(attributes.value.get("link"), str):
        marks.append(("a", str(attributes.take("link"))))
    for name, tag in _MARKS.items():
        if attributes.value.get(name) is True:
            attributes.take(name)
            marks.append((tag, ""))
    if isinstance(script := attributes.value.get("script"), str) and script in _SCRIPTS:
        attributes.take("script")
        marks.append((_SCRIPTS[script], ""))
    return tuple(marks)


def _object(held: Element) -> str:
    if isinstance(held.value.get("image"), str) and check_iri(held.value["image"]) is None:
        return f'<figure><img src="{escape(held.take_text("image"))}"></figure>'
    if isinstance(held.value.get("video"), str):
        return embed_html(held, "video")
    return ""
