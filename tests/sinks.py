"""Sinks for conversions: one in memory, and two that fail."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from schemas.errors import StoreError


class Shelf:
    """A sink in memory. A file exists once its context ends without an error."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        stream = io.BytesIO()
        yield stream
        assert name not in self.files
        self.files[name] = stream.getvalue()

    def remove(self, name: str) -> None:
        self.files.pop(name, None)


class FullDisk(Shelf):
    """A sink with a limit on the bytes of a file."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    @contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        room = self.room

        class Stream(io.BytesIO):
            def write(self, piece: Any) -> int:
                if self.tell() + len(piece) > room:
                    raise StoreError("no space left")
                return super().write(piece)

        yield Stream()
        self.files[name] = b""


class ReadOnly(Shelf):
    """A sink that fails to create the file of one name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    @contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        if name == self.name:
            raise StoreError("read-only")
        with super().create(name) as stream:
            yield stream
