"""JSON from untrusted senders: parsed by orjson, which refuses lone surrogates and more than 1,024 levels.

A name that an object has twice is an error (RFC 7493, section 2.3), because the intended value is unknown.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any, Final

import orjson

from schemas.article.values import shorten
from schemas.bounds import MOST_VALUES
from schemas.errors import NewsmillError

DEEPEST: Final = 100
"""The highest depth of a value. The code that reads it is recursive."""

BOM: Final = b"\xef\xbb\xbf"

# Possessive, so that a hostile text takes one pass.
_STRING = rb'"(?:[^"\\]|\\.)*+"'
_SPACED_COLON = re.compile(rb'"[ \t\r\n]++:')
_STRINGS = re.compile(_STRING, re.DOTALL)
_TOKENS = re.compile(rb"(?P<name>" + _STRING + rb")(?=\s*+(?P<colon>:)?)|[{}\[\]]", re.DOTALL)


class JsonError(NewsmillError):
    """A text is not JSON, or is ambiguous.

    Args:
        line: its line, from 1.
        column: its column, from 1.
        reason: what is wrong.
    """

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(line, column, reason)
        self.line = line
        self.column = column
        self.reason = reason

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


class DuplicateNameError(JsonError):
    """An object has a name twice.

    Args:
        name: the name.
        value: the value of the text, in which the last member of this name stands.
    """

    def __init__(self, line: int, column: int, name: str, value: Any) -> None:
        super().__init__(line, column, f"the object has {shorten(name)!r} twice")
        self.name = name
        self.value = value


def load_json(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8. Of a name that an object has twice, the last member counts.

    Raises:
        JsonError: the text is not JSON, or has more than `MOST_VALUES` values.
    """
    # Each value but the first follows one of these. They are counted before a value takes memory.
    if len(raw) > MOST_VALUES and sum(map(raw.count, (b",", b"[", b"{", b":"))) > MOST_VALUES:
        raise JsonError(1, 1, f"it has more than {MOST_VALUES:,} values in one piece; write an article on each line")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise JsonError(error.lineno, error.colno, f"it is not JSON: {error.msg}") from None


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises:
        JsonError: the text is not JSON, or nests too deep.
        DuplicateNameError: an object has a name twice. A reader may go on with the value of the error.
    """
    value = load_json(raw)
    members, depth = measure(value)
    if depth > DEEPEST:
        raise JsonError(1, 1, f"it nests more than {DEEPEST} deep")
    # Each member of an object has one colon. With more colons than members, a name stands twice. Most documents have
    # no blank before a colon and no quoted word before one in a text, and there is no need to take the texts out.
    if raw.count(b'":') == members and not _SPACED_COLON.search(raw):
        return value
    if _STRINGS.sub(b"", raw).count(b":") != members:
        _find_duplicate(raw, value)
    return value


def measure(value: Any) -> tuple[int, int]:
    """Return the number of members of all objects of a value, and its depth."""
    members = depth = 0
    level = [value]
    while level:
        objects = [one for one in level if type(one) is dict]
        lists = [one for one in level if type(one) is list]
        members += sum(map(len, objects))
        depth += 1
        inner = chain(*map(dict.values, objects), *lists)
        level = [one for one in inner if type(one) is dict or type(one) is list]
    return members, depth


def _find_duplicate(raw: bytes, value: Any) -> None:
    names: list[set[str]] = []
    for token in _TOKENS.finditer(raw):
        if token[0] in b"{[":
            names.append(set())
        elif token[0] in b"}]":
            names.pop()
        elif token["colon"]:
            name = orjson.loads(token["name"])
            if name in names[-1]:
                before = raw[: token.start()]
                column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
                raise DuplicateNameError(before.count(b"\n") + 1, column, name, value)
            names[-1].add(name)
