"""The whole objects of a JSON document whose end is missing."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_CLOSING: Final = {b"[": b"]", b"{": b"}"}


def close_json(head: bytes) -> bytes | None:
    """Return the document up to the last whole object of its outermost list of objects, with its brackets closed.

    Return None if the beginning has no whole object of a list.
    """
    opened: list[bytes] = []
    depth, end, tail = 0, 0, b""
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if mark in _CLOSING:
            opened.append(mark)
        elif mark in (b"]", b"}"):
            if not opened:
                return None
            closed = opened.pop()
            in_list = closed == b"{" and opened[-1:] == [b"["]
            if in_list and (not depth or len(opened) <= depth):
                depth, end = len(opened), token.end()
                tail = b"".join(_CLOSING[one] for one in reversed(opened))
    return head[:end] + tail if end else None
