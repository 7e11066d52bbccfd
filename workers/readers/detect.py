"""Which reader a document is for, by its first bytes; its name only decides where they do not."""

from __future__ import annotations

from typing import Final

HEAD: Final = 65_536
"""How many of a document's first bytes it takes to tell."""


def detect(head: bytes, name: str | None) -> str:
    """The name of the reader for a document that begins with these bytes."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "json"
    return "json" if name and name.lower().endswith((".json", ".ndjson", ".jsonl")) else "text"
