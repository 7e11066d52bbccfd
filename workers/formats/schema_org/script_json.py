"""JSON as pages have it: with comments, trailing commas, wrappers and raw control characters.

Search engines and other extractors read these forms, so templates that write them go unnoticed.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

import orjson

from workers.formats.json.strict import DEEPEST, measure
from workers.formats.markup.reading.text import unescape

# Wrappers of scripts for old browsers and XML parsers.
_WRAPPED_BEFORE: Final = re.compile(r"(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?")
_WRAPPED_AFTER: Final = re.compile(r"(?:(?://|/\*)\s*)?\]\](?:>|&gt;)\s*(?:\*/)?\s*;?\s*\Z")
_MARK: Final = re.compile(r'["/<,]|-->')
_COMMENTS: Final = (("/*", "*/"), ("<!--", "-->"))
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_RAW_CONTROL: Final = re.compile(r"[\x00-\x1f]")

WRAPPER: Final = "the wrapper around the JSON is left out"
COMMENTS: Final = "comments are left out"
COMMAS: Final = "commas after the last member are left out"
CONTROLS: Final = "control characters in strings are read as they stand"
ESCAPED: Final = "the script is escaped for HTML; it is read unescaped"


class ReadScript(NamedTuple):
    """The value of a script, and how its text departs from JSON."""

    value: Any
    notes: tuple[str, ...]


def parse_script(script: str) -> ReadScript:
    """Return the value of a script, as search engines read it.

    Raises:
        ValueError: the script is not JSON even then.
    """
    try:
        return _checked(orjson.loads(script), ())
    except orjson.JSONDecodeError as error:
        fault = error
    unescaped = unescape(script)
    for text, note in ((script, ""), *(((unescaped, ESCAPED),) if unescaped != script else ())):
        bare, notes = _json_of(text)
        if note:
            notes.append(note)
        try:
            # orjson then refuses what only Python reads, such as lone surrogates.
            value = orjson.loads(orjson.dumps(json.loads(bare, strict=False)))
        except (ValueError, TypeError, RecursionError):
            continue
        if any(_RAW_CONTROL.search(found[0]) for found in _STRING.finditer(bare)):
            notes.append(CONTROLS)
        return _checked(value, tuple(notes))
    place = f"line {fault.lineno}, column {fault.colno} of the script"
    raise ValueError(f"it is not JSON: {fault.msg}, {place}")


def _checked(value: Any, notes: tuple[str, ...]) -> ReadScript:
    if measure(value)[1] > DEEPEST:
        raise ValueError(f"it nests more than {DEEPEST} deep")
    return ReadScript(value, notes)


def _json_of(text: str) -> tuple[str, list[str]]:
    """Return a text without all that is not JSON, and what was left out."""
    notes = []
    inner = text.strip().removesuffix(";").rstrip()
    if before := _WRAPPED_BEFORE.match(inner):
        inner = inner[before.end() :]
        notes.append(WRAPPER)
    if after := _WRAPPED_AFTER.search(inner, max(0, len(inner) - 40)):
        inner = inner[: after.start()]
        notes = [WRAPPER]
    without = _without_comments(inner)
    if inner and not without.strip():
        # The comment is around the JSON: such was done for browsers that know no scripts.
        without = inner.removeprefix("<!--").removesuffix("-->")
    if without != inner:
        notes.append(COMMENTS)
    inner = _without_commas(without)
    if inner != without:
        notes.append(COMMAS)
    return inner.strip().removesuffix(";"), notes


def _without_comments(text: str) -> str:
    """Return a text without the comments of JavaScript and HTML outside of strings."""
    parts: list[str] = []
    at = start = 0
    # After the last end of a comment, no text is searched for one again.
    last = {closing: text.rfind(closing) for _, closing in _COMMENTS}
    while found := _MARK.search(text, at):
        mark, here = found[0], found.start()
        if mark == '"':
            string = _STRING.match(text, here)
            if not string:
                break
            at = string.end()
            continue
        end = _end_of_comment(text, here, last)
        if end < 0:
            at = here + 1
            continue
        parts += (text[start:here], " ")
        at = start = end
    return "".join((*parts, text[start:]))


def _end_of_comment(text: str, at: int, last: dict[str, int]) -> int:
    """Return the end of a comment that begins at a place; -1 if none does."""
    if text.startswith("-->", at):
        return at + 3
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    for opening, closing in _COMMENTS:
        inner = at + len(opening)
        if text.startswith(opening, at):
            # The opening of a comment without an end is left out alone.
            return text.find(closing, inner) + len(closing) if inner <= last[closing] else inner
    return -1


def _without_commas(text: str) -> str:
    """Return a text without commas before a closing bracket, outside of strings."""
    parts: list[str] = []
    at = start = 0
    while found := _MARK.search(text, at):
        here = found.start()
        if found[0] == '"':
            string = _STRING.match(text, here)
            if not string:
                break
            at = string.end()
            continue
        at = here + 1
        if found[0] == "," and (after := _NEXT.match(text, at)) and after[0][-1] in "}]":
            parts.append(text[start:here])
            start = at
    return "".join((*parts, text[start:]))


_NEXT: Final = re.compile(r"\s*+\S")
