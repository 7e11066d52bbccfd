"""Sources: the documents of a path, of a folder, or of standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from pathlib import Path

from schemas.errors import InputError


class SourceError(InputError):
    """A SOURCE does not exist or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A document: its name, and its path if it is a file, else its bytes."""

    name: str
    path: Path | None = None
    data: bytes = b""

    @property
    def size(self) -> int:
        """The number of bytes of the document."""
        return self.path.stat().st_size if self.path else len(self.data)

    def open(self) -> BufferedReader | BytesIO:
        """Open the document for reading."""
        return self.path.open("rb") if self.path else BytesIO(self.data)


def find_sources(sources: Sequence[str]) -> tuple[SourceFile, ...]:
    """Return the documents of SOURCEs. Those of a folder are sorted by name, without hidden files.

    Raises:
        SourceError: a file or folder does not exist, a folder is empty, or a file cannot be read.
    """
    return tuple(found for source in sources for found in _find(source))


def _find(source: str) -> Iterator[SourceFile]:
    if source == "-":
        yield SourceFile(name="stdin", data=sys.stdin.buffer.read())
        return
    path = Path(source)
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and not _is_hidden(file.relative_to(path))]
        if not files:
            raise SourceError(source, "", "the folder has no file in it")
    elif path.exists():
        files = [path]
    else:
        raise SourceError(source, "", "there is no such file or folder")
    for file in files:
        yield _readable(file)


def _readable(path: Path) -> SourceFile:
    """Return the document of a path that can be read. A pipe is read now: it can be opened only once."""
    try:
        if not path.is_file():
            return SourceFile(name=path.name, data=path.read_bytes())
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise SourceError(str(path), "", f"it cannot be read: {error.strerror or error}") from None
    return SourceFile(name=path.name, path=path)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
