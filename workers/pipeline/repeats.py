"""Repeats: articles whose id and version an export already has, in flat memory."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Protocol, Self

from schemas.errors import StoreError

if TYPE_CHECKING:
    import sqlite3

Repeat = Literal["duplicate", "conflict"]
"""How an article repeats an earlier one of its id and version: with the same content or with other content."""

DIGEST: Final = 16
"""The size of a key, and of a digest of content, in bytes."""

_IN_MEMORY: Final = 50_000


class Repeats(Protocol):
    """A record of the articles of an export so far."""

    def repeat(self, key: bytes, content: bytes, /) -> Repeat | None:
        """Record an article; return how it repeats an earlier one, or None for a new article.

        Args:
            key: a digest of its id and version.
            content: a digest of its content.
        """
        ...

    def forget(self, key: bytes, /) -> None:
        """Forget the article that was recorded last: it is new and could not be written."""
        ...


class SeenArticles:
    """The keys and contents of the articles of an export so far.

    The first 50,000 articles are in memory, about 13 MB. All others are in a temporary file, which SQLite removes. It
    is a context manager.
    """

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._contents: dict[bytes, bytes] = {}
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def repeat(self, key: bytes, content: bytes) -> Repeat | None:
        """Record an article; see `Repeats.repeat`.

        Raises:
            StoreError: the temporary file cannot be written.
        """
        first = self._contents.get(key)
        if first is None:
            if len(self._contents) < self._in_memory:
                self._contents[key] = content
                return None
            first = self._first_in_file(key, content)
        return how_it_repeats(first, content) if first else None

    def forget(self, key: bytes) -> None:
        """Forget an article; see `Repeats.forget`."""
        if self._contents.pop(key, None) is None and self._file:
            self._file.execute("DELETE FROM seen WHERE key = ?", (key,))

    def _first_in_file(self, key: bytes, content: bytes) -> bytes | None:
        """Return the content that the file has for a key; None if the file had none and now has this."""
        import sqlite3  # noqa: PLC0415

        try:
            if self._file is None:
                self._file = _temporary_table()
            if self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, content)).rowcount:
                return None
            [[first]] = self._file.execute("SELECT content FROM seen WHERE key = ?", (key,))
        except sqlite3.Error as error:
            detail = f"the folder for temporary files: {error}"
            raise StoreError(detail, detail) from error
        return bytes(first)


def how_it_repeats(first: bytes, content: bytes) -> Repeat:
    """Return how an article repeats the first one of its id and version."""
    return "duplicate" if content == first else "conflict"


def _temporary_table() -> sqlite3.Connection:
    import sqlite3  # noqa: PLC0415

    file = sqlite3.connect("", isolation_level=None)
    file.execute("PRAGMA journal_mode = OFF")
    file.execute("PRAGMA cache_size = -8000")
    file.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID")
    file.execute("BEGIN")
    return file
