"""The data that a page has for its application: JSON in scripts, and values that scripts assign.

`__NEXT_DATA__`, `__NUXT__`, `__NUXT_DATA__`, `__PRELOADED_STATE__`, `__INITIAL_STATE__`, `__APOLLO_STATE__` and their
kind are found by their form, since their names are any. No script is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

import orjson

from schemas.bounds import MOST_VALUES
from workers.formats.json.literals import LiteralError, read_literal
from workers.formats.pages.facts.scripts import find_data_scripts

_ASSIGNED: Final = re.compile(
    r"(?<![\w$])(?P<name>[\w$]{2,60})[\"']?\s*+\]?\s*+=\s*+"
    r"(?=[{\[]|[\"'][{\[]|JSON\.parse\s*\(|\(\s*function\b|Object\.freeze\()"
    r"|\b(?P<member>data)\s*:\s*(?=\[)"
)
_NO_DATA: Final = ("importmap", "speculationrules", "text/template", "text/html", "text/x-template")
_SCRIPTS: Final = ("", "module", "text/javascript", "application/javascript", "application/x-javascript")
# Angular writes these in place of quotes and the like.
_ANGULAR: Final = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}
_ANGULAR_MARK: Final = re.compile("|".join(_ANGULAR))
# A shorter value has no article.
_SHORTEST: Final = 200
_MOST_STATES: Final = 60
_MOST_TRIED: Final = 500
_MOST_CHARACTERS: Final = 4_000_000
# What is no JSON is read by slower means.
_MOST_LITERAL: Final = 1_000_000
# Parts of the answer that React is given for a page, and its rows.
_PUSHED: Final = re.compile(r"\b__next_f\s*(?:=[^;]{0,60}\))?\.push\(\s*(?=\[)")
_ROW: Final = re.compile(rb"\n?(?P<id>[0-9a-f]{1,6}):(?:T(?P<size>[0-9a-f]{1,7}),)?")
_KINDS: Final = ("Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "NuxtError", "Date", "Set", "Map")
_DEEPEST: Final = 60
_MOST_RESTORED: Final = 200_000


def find_states(page: str) -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each part of the data of a page's application.

    Args:
        page: the text of the page.
    """
    left = _MOST_STATES
    pushed: list[str] = []
    for type_, id_, script in find_data_scripts(page):
        if len(script) > _MOST_CHARACTERS or type_ in _NO_DATA or _has_many_values(script):
            continue
        if type_ in _SCRIPTS and (found := _PUSHED.search(script)):
            pushed += _strings(script, found.end())
        elif len(script) < _SHORTEST:
            continue
        elif "json" in type_ or "shoebox" in type_:
            for text in (script, _unescaped(script)):
                try:
                    value, _ = read_literal(text.lstrip())
                except LiteralError:
                    continue
                yield id_ or "script", _restored(value)
                break
        elif type_ in _SCRIPTS:
            for name, value in _assigned(script):
                yield name, _restored(value)
                left -= 1
                if not left:
                    return
    if pushed:
        yield "__next_f", _rows("".join(pushed))


def _strings(script: str, at: int) -> Iterator[str]:
    try:
        value, _ = read_literal(script, at)
    except LiteralError:
        return
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _rows(text: str) -> Any:
    """Return the values of the rows of an answer of React, with the texts that they refer to (Next.js, App Router)."""
    raw = text.encode(errors="replace")
    at = 0
    texts: dict[str, str] = {}
    values: list[Any] = []
    while found := _ROW.match(raw, at):
        if found["size"]:
            at = found.end() + int(found["size"], 16)
            texts[f"${found['id'].decode()}"] = raw[found.end() : at].decode(errors="replace")
            continue
        end = raw.find(b"\n", found.end())
        at = len(raw) if end < 0 else end + 1
        try:
            values.append(orjson.loads(raw[found.end() : at]))
        except orjson.JSONDecodeError:
            continue
    return _with_texts(values, texts, 0)


def _with_texts(value: Any, texts: dict[str, str], depth: int) -> Any:
    if isinstance(value, str):
        return texts.get(value, value)
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {name: _with_texts(inner, texts, depth + 1) for name, inner in value.items()}
    return [_with_texts(inner, texts, depth + 1) for inner in value] if isinstance(value, list) else value


def _has_many_values(script: str) -> bool:
    return len(script) > MOST_VALUES and sum(map(script.count, ",[{:")) > MOST_VALUES


def _unescaped(script: str) -> str:
    return _ANGULAR_MARK.sub(lambda mark: _ANGULAR[mark[0]], unescape(script))


def _assigned(script: str) -> Iterator[tuple[str, Any]]:
    """Yield the names and the values of the assignments of a script whose values are objects or lists."""
    at, left, tried = 0, _MOST_LITERAL, 0
    while tried < _MOST_TRIED and left > 0 and (found := _ASSIGNED.search(script, at)):
        at, tried = found.end(), tried + 1
        try:
            value, end = read_literal(script, at, most=left)
        except LiteralError as error:
            left -= error.at - at
            continue
        if end - at >= _SHORTEST:
            yield found["name"] or found["member"], value
        at = end


def _restored(value: Any) -> Any:
    """Return the value of a list in which each member is stated once, by its index (devalue, as Nuxt 3 writes it)."""
    if not isinstance(value, list) or len(value) < 3 or not _is_indexed(value[0]):
        return value
    left = [_MOST_RESTORED]

    def restore(index: Any, depth: int) -> Any:
        left[0] -= 1
        if type(index) is not int or not 0 <= index < len(value) or depth > _DEEPEST or left[0] < 0:
            return None
        one = value[index]
        if isinstance(one, dict):
            return {name: restore(inner, depth + 1) for name, inner in one.items()}
        if not isinstance(one, list):
            return one
        if one and one[0] == "Date":
            return one[1] if len(one) > 1 else None
        if one and isinstance(one[0], str):
            inside = [restore(inner, depth + 1) for inner in one[1:]]
            return inside[0] if len(inside) == 1 else inside
        return [restore(inner, depth + 1) for inner in one]

    return restore(0, 0)


def _is_indexed(first: Any) -> bool:
    if isinstance(first, dict):
        return bool(first) and all(type(one) is int for one in first.values())
    return isinstance(first, list) and len(first) == 2 and first[0] in _KINDS and type(first[1]) is int
