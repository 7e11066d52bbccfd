"""Bounds of what a document may take, in one place. Readers, the pipe, writers and checks draw on them.

They keep a process under 512 MB for every input. The page on security has the table of all bounds.
"""

from __future__ import annotations

from typing import BinaryIO, Final, NoReturn

from schemas.errors import ArticleError, ExportError, Fault, InputError

MOST_MEMORY: Final = 640 * 2**20
"""The highest number of bytes of data of a process that converts. It meets a library that unpacks without a bound.

The other bounds keep a process under 512 MB, so that no document comes near it."""

LARGEST_DOCUMENT: Final = 32 * 2**20
"""The highest number of bytes of a document that is read in one piece, such as a list in JSON, a text or a mailbox."""

LARGEST_RECORD: Final = 16 * 2**20
"""The highest number of bytes of one record of a stream: a line of NDJSON, a row of a table."""

LARGEST_ITEM: Final = 8 * 2**20
"""The highest number of bytes of one item of XML. The longest novels have 4 MB."""

MOST_LINES: Final = 1_000_000
"""The highest number of lines of a document whose lines are held at once, such as a mail."""

MOST_MARKS: Final = 500_000
"""The highest number of tags and attributes of one item of XML. Each takes about 250 bytes."""

MOST_VALUES: Final = 2_000_000
"""The highest number of values that are parsed at once. Each takes about 100 bytes."""

LARGEST_ARTICLE: Final = 6 * 2**20
"""The highest weight of an article."""

WEIGHT: Final = 40
"""The weight of each value beside its bytes. An article of 140,000 paragraphs of one letter weighs 6 MiB."""

LARGEST_EXPANSION: Final = 2 * 2**20
"""The highest number of bytes that the references of one article repeat. References past it are left out."""

LARGEST_REPEATS: Final = 16 * 2**20
"""The highest number of bytes that a writer repeats for one article, such as its id in each row of a table."""

LARGEST_PIECES: Final = 96 * 2**20
"""The highest number of bytes that all formats make of one article."""


def read_piece(stream: BinaryIO, name: str, advice: str, *, first: bytes = b"", most: int | None = None) -> bytes:
    """Return the rest of a document that is read in one piece, after the bytes that were read first.

    Args:
        stream: the document.
        name: its name, for the error.
        advice: how to give the same in smaller pieces, for the error.
        first: the bytes that were read before.
        most: the highest number of bytes; `LARGEST_DOCUMENT` if it is not given.

    Raises:
        InputError: the document is larger.
    """
    most = LARGEST_DOCUMENT if most is None else most
    rest = stream.read(most - len(first) + 1)
    if len(first) + len(rest) > most:
        raise InputError(name, "", f"it has more than {most:,} bytes in one piece; {advice}")
    return first + rest if first else rest


def check_text(text: str) -> None:
    """Refuse the text of one article that is too large, or has too many lines, before it is divided.

    Raises:
        ArticleError: it is.
    """
    if len(text) + WEIGHT // 2 * text.count("\n") > LARGEST_ARTICLE:
        refuse_article("with its lines, the text takes", LARGEST_ARTICLE)


class Budget:
    """The bytes that may still be repeated for one article. Readers and writers draw on it before they repeat one."""

    __slots__ = ("_left",)

    def __init__(self, most: int) -> None:
        self._left = most

    def draw(self, size: int) -> bool:
        """Take so many bytes; return whether they were left. Without them, nothing is taken."""
        if size > self._left:
            return False
        self._left -= size
        return True


MOST_GROWTH: Final = 10
"""The highest ratio of the files of one format to the input, in which an article counts as 1 KiB more than it has."""

ALWAYS_ALLOWED: Final = 16 * 2**20
"""The number of bytes of files that are allowed for any input."""


class OutputBound:
    """The bound of the files of a conversion, counted while they are made.

    Args:
        formats: the number of formats.
        most: the highest number of bytes, as the setting says; None for any.
        written: the number of bytes that other parts of the job have made, of the highest number.
    """

    def __init__(self, formats: int, most: int | None = None, written: int = 0) -> None:
        self._growth = formats * MOST_GROWTH
        self._most = most
        self._written = written
        self._input: int | None = 0
        self._made = 0

    def begin(self, size: int | None) -> None:
        """Count the bytes of a document that is read next. Without its size, only the setting bounds the files."""
        self._input = None if size is None or self._input is None else self._input + size

    def take(self, size: int) -> None:
        """Count the bytes of an article in all formats.

        Raises:
            ExportError: the files would be larger than the bound.
        """
        self._made += size
        if self._input is not None:
            self._input += 1024
            allowed = max(ALWAYS_ALLOWED, self._input * self._growth)
            if self._made > allowed:
                raise ExportError(
                    f"the files would take more than {allowed:,} bytes, too many for {self._input:,} bytes of input; "
                    "take out of the metadata what is not for each article"
                )
        check_output(self._written + self._made, self._most)


def check_output(size: int, most: int | None) -> None:
    """Check the size of the files of a job against the setting; None for any size.

    Raises:
        ExportError: it is larger.
    """
    if most is not None and size > most:
        raise ExportError(
            f"the files would take more than {most:,} bytes (NEWSMILL_MAX_OUTPUT, or the caller's limit); divide it"
        )


def refuse_article(what: str, most: int) -> NoReturn:
    """Refuse an article that exceeds a bound.

    Raises:
        ArticleError: always.
    """
    raise ArticleError((Fault("", f"{what} more than {most:,} bytes; divide it into several articles"),))
