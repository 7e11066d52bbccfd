"""Bounds of what a document may take, in one place. Readers, the pipe, writers and checks draw on them.

They keep a process under 512 MB for every input. The page on security has the table of all bounds.
"""

from __future__ import annotations

from typing import BinaryIO, Final, NoReturn

from schemas.errors import ArticleError, Fault, InputError

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
"""What each value weighs beside its bytes. An article of 140,000 paragraphs of one letter weighs 6 MiB."""

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


def refuse_article(what: str, most: int) -> NoReturn:
    """Refuse an article that exceeds a bound.

    Raises:
        ArticleError: always.
    """
    raise ArticleError((Fault("", f"{what} more than {most:,} bytes; divide it into several articles"),))
