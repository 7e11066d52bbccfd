"""A part of a stream as a stream, and chunks of bytes as a stream."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO


class Range(io.RawIOBase):
    """The next `size` bytes of a stream, after a `head` of other bytes. Closing it closes the stream."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes = b"") -> None:
        self._stream = stream
        self._left = size
        self._head = memoryview(head)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as one read of the stream allows."""
        if self._head:
            part = self._head[: len(buffer)]
            self._head = self._head[len(part) :]
            buffer[: len(part)] = part
            return len(part)
        part = memoryview(self._stream.read(min(len(buffer), self._left)))
        buffer[: len(part)] = part
        self._left -= len(part)
        return len(part)

    def close(self) -> None:
        """Close the stream."""
        if not self.closed:
            self._stream.close()
        super().close()


def open_range(stream: BinaryIO, start: int, end: int | None, head: bytes = b"") -> BinaryIO:
    """Return the bytes of a seekable stream from `start` to `end`, after `head`."""
    if start == 0 and end is None and not head:
        return stream
    stream.seek(start)
    return io.BufferedReader(Range(stream, 2**62 if end is None else end - start, head), 1 << 16)


class Chained(io.RawIOBase):
    """The chunks of an iterable as one stream."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer from one chunk."""
        while not self._rest:
            try:
                self._rest = memoryview(next(self._chunks))
            except StopIteration:
                return 0
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)
