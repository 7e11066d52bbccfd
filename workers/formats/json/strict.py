"""JSON that anybody may have sent: parsed by orjson, which stops at 1,024 levels and takes no lone surrogate.

A name that an object has twice is an error (RFC 7493, section 2.3): which of the two was meant is not ours to say.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any, Final

import orjson

from schemas.article.values import shorten
from schemas.errors import NewsmillError

DEEPEST: Final = 100
"""How deep a value may nest: what reads it goes down by calling itself."""

LARGEST: Final = 32 * 2**20
"""How many bytes of JSON are read in one piece, a document or a line of one; in memory they may be 25 times as many."""

BOM: Final = b"\xef\xbb\xbf"

# A string and what is left of one, in possessive steps, so that it takes one pass over what is made to be slow.
_STRING = rb'"(?:[^"\\]|\\.)*+"'
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


def parse_json(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises:
        JsonError: it is not JSON, nests too deep, or an object in it has a name twice.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise JsonError(error.lineno, error.colno, f"it is not JSON: {error.msg}") from None
    members, depth = measure(value)
    if depth > DEEPEST:
        raise JsonError(1, 1, f"it nests more than {DEEPEST} deep")
    # Every member of an object has a colon; where there are more of them than members, one took the place of another.
    if _STRINGS.sub(b"", raw).count(b":") != members:
        _find_duplicate(raw)
    return value


def measure(value: Any) -> tuple[int, int]:
    """How many members the objects of a value have in all, and how deep it nests."""
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


def _find_duplicate(raw: bytes) -> None:
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
                raise JsonError(before.count(b"\n") + 1, column, f"the object has {shorten(name)!r} twice")
            names[-1].add(name)
