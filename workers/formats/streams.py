"""Streams of bytes that formats make: of pieces that are read, and of files that libraries write. Imports nothing."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, RawIOBase
from typing import IO, Any


class PieceStream(RawIOBase):
    """A stream of the bytes that an iterator yields.

    Args:
        pieces: the bytes, piece by piece.
        source: the stream that the pieces are made of, which is closed with this one.
    """

    def __init__(self, pieces: Iterator[bytes], source: IO[bytes] | None = None) -> None:
        super().__init__()
        self._pieces = pieces
        self._source = source
        self._rest = BytesIO()

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes into a buffer; return their number, 0 at the end."""
        if not len(buffer):
            return 0
        while not (size := self._rest.readinto(buffer)):
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = BytesIO(piece)
        return size

    def close(self) -> None:
        """Close the source too."""
        if self._source is not None:
            self._source.close()
        super().close()


class MadeBytes(RawIOBase):
    """The bytes that a library has written and that were not taken yet. It cannot seek."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Keep some bytes; return their number."""
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return the bytes that were written since the last time."""
        made = b"".join(self._pieces)
        self._pieces.clear()
        return made
