"""Streams made from other bytes: a part of a stream, and chunks of bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO


class ByteSource(io.RawIOBase):
    """A readable stream whose bytes come from a method."""

    def take(self, most: int) -> bytes | memoryview:
        """Return at most `most` bytes; none at the end."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as one call of `take` allows."""
        part = self.take(len(buffer))
        buffer[: len(part)] = part
        return len(part)


class Range(ByteSource):
    """The next `size` bytes of a stream, after a `head` of other bytes. Closing it closes the stream."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes = b"") -> None:
        self._stream = stream
        self._left = size
        self._head = memoryview(head)

    def take(self, most: int) -> bytes | memoryview:
        """Return some bytes of the head, or of the stream."""
        if self._head:
            head, self._head = self._head[:most], self._head[most:]
            return head
        part = self._stream.read(min(most, self._left))
        self._left -= len(part)
        return part

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


class Chained(ByteSource):
    """The chunks of an iterable as one stream."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def take(self, most: int) -> memoryview:
        """Return some bytes of one chunk."""
        while not self._rest and (chunk := next(self._chunks, None)) is not None:
            self._rest = memoryview(chunk)
        part, self._rest = self._rest[:most], self._rest[most:]
        return part
