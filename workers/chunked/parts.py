"""The parts of a chunk, as artifacts in the job's folder.

Each conversion of a chunk writes its own parts, and only the parts that are counted first are used. So a dead worker or
a repeated message costs time only, and a worker whose lease has expired overwrites no parts. A part holds the pieces of
one output, joined as in the file. Beside the parts are the keys and contents of the articles (to find repeats), the
lengths of the pieces (for split exports), and the failed articles.

In a remote store, the pieces of all outputs are packed into one part, article by article, and compressed. The outputs
say the same, so one after the other they take a ninth of the bytes to send and to store, and each by itself a third.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

import zstandard

from workers.pipeline.repeats import DIGEST
from workers.storage.base import ALL, JobFolder, create_all

KEY_SIZE: Final = 2 * DIGEST
"""The size of the key of an article with the digest of its content."""

NO_RECORD: Final = bytes(KEY_SIZE)
"""The record of an article that could not be written: its key is free."""

ERRORS: Final = "errors"
KEYS: Final = "keys"
LENGTHS: Final = "lengths"
PIECES: Final = "pieces"
"""The part with the pieces of all outputs, if they are packed."""

_PACKED: Final = "z"
_LEVEL: Final = 1
_BUFFER: Final = 1 << 18


def new_parts(number: int, folder: JobFolder) -> str:
    """Return a new name for the parts of a chunk. Its end says whether they are packed."""
    return f"{number:07d}-{secrets.token_hex(4)}{_PACKED if folder.store.remote else ''}"


def are_packed(parts: str) -> bool:
    """Return whether parts are packed and compressed."""
    return parts.endswith(_PACKED)


def part_name(parts: str, what: str) -> str:
    """Return the name of a part in the job's folder: of an output, or PIECES, KEYS, ERRORS or LENGTHS."""
    return f"parts/{parts}.{what}{'.zst' if are_packed(parts) else ''}"


@contextmanager
def create_parts(folder: JobFolder, parts: str, names: Sequence[str]) -> Iterator[list[BinaryIO]]:
    """Create parts side by side; see `create_all`."""
    with create_all(folder, [part_name(parts, name) for name in names]) as streams:
        if not are_packed(parts):
            yield streams
            return
        writers = [
            zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).stream_writer(one, closefd=False)
            for one in streams
        ]
        yield cast("list[BinaryIO]", writers)
        for writer in writers:
            writer.flush(zstandard.FLUSH_FRAME)


def open_part(folder: JobFolder, parts: str, what: str) -> BinaryIO:
    """Open a part as a stream; see `Store.open`."""
    stream = folder.open(part_name(parts, what), read_ahead=ALL)
    if not are_packed(parts):
        return stream
    return io.BufferedReader(cast("io.RawIOBase", zstandard.ZstdDecompressor().stream_reader(stream)), _BUFFER)
