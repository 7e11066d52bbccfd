"""A bundle: many small documents in one artifact, each after a line of JSON with its name, its reader and its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A document in a bundle; the reader is None where its first bytes are to tell."""

    name: str | None
    reader: str | None
    content: bytes


def add_to_bundle(stream: BinaryIO, document: Bundled) -> None:
    """Add a document."""
    heading = {"name": document.name, "reader": document.reader, "size": len(document.content)}
    stream.write(orjson.dumps(heading) + b"\n" + document.content)


def read_bundle(stream: BinaryIO) -> Iterator[Bundled]:
    """The documents, in order."""
    while heading := stream.readline():
        described = orjson.loads(heading)
        size = described.pop("size")
        yield Bundled(**described, content=stream.read(size))
