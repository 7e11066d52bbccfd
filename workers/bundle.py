"""A bundle: many small documents in one artifact, each after a line of JSON with its name and its size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import orjson


def add_to_bundle(stream: BinaryIO, name: str, content: bytes) -> None:
    """Add a document."""
    stream.write(orjson.dumps({"name": name, "size": len(content)}) + b"\n" + content)


def read_bundle(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """The documents, each with its name."""
    while heading := stream.readline():
        described = orjson.loads(heading)
        yield described["name"], stream.read(described["size"])
