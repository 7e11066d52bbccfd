"""What an object of any JSON states that makes an article: its text in any form, and its headline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from schemas.columns.names import TEXT, plain_name
from workers.formats.articles_json.member_names import NAMES_IN_JSON, plan_members
from workers.formats.articles_json.taken import TEXT_NAMES
from workers.formats.content_json.rich_text import as_html, is_rich_text
from workers.formats.content_json.shapes import member_at, shape_of
from workers.formats.json.leaves import is_stated
from workers.formats.markup import plain_text

# Members without a name for a text, where they are lists of elements.
_ELEMENTS: Final = frozenset(
    "blocks contentblocks bodyblocks components elements sections richtext parts slices modules".split()
)
# Members of an object that holds a headline.
_LINES: Final = (*TEXT_NAMES, "main", "basic", "title", "default")


def known_members(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the member of an object that states each field, by its shape and by the names of its members."""
    shape = shape_of(value)
    found: dict[str, str] = {}
    for field, name in plan_members(tuple(value)):
        if is_stated(value[name]) and field in NAMES_IN_JSON:
            found.setdefault(field, name)
    return found | (shape.columns(value) if shape else {})


def headline_of(value: Mapping[str, Any]) -> str | None:
    """Return the headline that an object states; None if it states none."""
    found = member_at(value, known_members(value).get("headline", ""))
    if isinstance(found, dict):
        found = next((found[name] for name in _LINES if is_stated(found.get(name))), None)
    return plain_text(found).strip() or None if isinstance(found, str) else None


def body_of(value: Mapping[str, Any]) -> str | None:
    """Return the text that an object states for an article, plain or as HTML; None if it states none in full."""
    shape = shape_of(value)
    if shape and shape.partial:
        return None
    if shape and shape.prepare:
        prepared = deepcopy(dict(value))
        shape.prepare(prepared)
        value = prepared
    if shape and (path := shape.columns(value).get(TEXT)):
        return _body(member_at(value, path))
    found = (_body(value[name]) for field, name in plan_members(tuple(value)) if field == TEXT)
    return next(filter(None, found), None) or next((as_html(value[name]) for name in _elements(value)), None)


def elements_member(value: Mapping[str, Any]) -> str | None:
    """Return the member with the text of an object, if nothing but its typed elements tells that it is one."""
    if any(field == TEXT and is_stated(value[name]) for field, name in plan_members(tuple(value))):
        return None
    return next(_elements(value), None)


def _elements(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members whose typed elements are a text."""
    for name, inner in value.items():
        if isinstance(inner, list) and plain_name(name) in _ELEMENTS and is_rich_text(inner):
            yield name


def _body(value: Any) -> str | None:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "\n\n".join(value)
    if isinstance(value, dict | list) and (html := as_html(value)):
        return html
    if isinstance(value, dict):
        value = next((value[name] for name in TEXT_NAMES if is_stated(value.get(name))), None)
    return value if isinstance(value, str) and is_stated(value) else None
