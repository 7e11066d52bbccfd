"""The interfaces of readers, writers and checkers, and the data that they exchange.

A reader turns a `Document` into Articles, a writer turns Articles into pieces of files, and neither
knows the other. Pieces of a file are joined as bytes: head, piece, between, piece, …, tail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple, Protocol

from schemas import __version__
from schemas.article import Article, Party, Source
from schemas.article.salvage import make_article
from schemas.article.values import check_line, make_line, shorten
from schemas.errors import ArticleError, FileFault, NewsmillError
from schemas.file_names import named_after
from schemas.ledger import Ledger
from schemas.reading import ReadingOptions

UNNAMED: Final = "newsmill"
"""The operator's name if no other is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The facts of one conversion, the same for every article in it.

    Args:
        at: when it runs, a date-time with its zone, to the second.
        operator: who runs it.
        stem: the name of the files, which is "articles" by default: "story" makes story.newsml.xml.
        most_output: the highest number of bytes of the files; None for any.
    """

    at: str
    operator: Party = field(default_factory=lambda: Party(name=UNNAMED))
    version: str = __version__
    stem: str | None = None
    most_output: int | None = None

    def file_name(self, name: str, number: int | None = None) -> str:
        """Return the name of a file that a writer names, with its number in a split export."""
        return numbered(named_after(self.stem, name) if self.stem else name, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that a reader reads.

    Args:
        name: its name, if it has one.
        open: how to open its bytes, more than once if need be.
        defaults: fields that hold for every article in it which does not state them itself.
        first: the number of its first line in the larger document, if it is a part of one.
        first_article: and that of its first article.
        columns: for a table, the column that states each field; "" for none (`schemas.columns.names`).
        guarded: for a table, whether its cells have the formula guard (`workers.formats.csv.cells`); None means
            yes for newsmill's own tables and no for others.
        reading: the reading options of the request.
        whole_ledger: whether the ledgers of its articles have an entry for each leaf.
        size: the number of its bytes, if it is known.
    """

    name: str | None
    open: Callable[[], BinaryIO]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    first: int = 1
    first_article: int = 1
    columns: Mapping[str, str] = field(default_factory=dict)
    guarded: bool | None = None
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    whole_ledger: bool = False
    size: int | None = None

    def ledger(self) -> Ledger:
        """Return an empty ledger for one of its articles."""
        return Ledger(whole=self.whole_ledger)

    def source(self, raw: bytes, media_type: str) -> Source:
        """Return the source of an article that is the whole document.

        Args:
            raw: its bytes.
            media_type: its media type.
        """
        line = make_line(self.name) if self.name else None
        return Source(
            name=line if line and not check_line(line) else None,
            media_type=media_type,
            size=len(raw),
            sha256=sha256(raw).hexdigest(),
        )

    def article(self, stated: Mapping[str, Any], ledger: Ledger, *, needs_content: bool = True) -> Article:
        """Return the article of the fields that were read, completed by the defaults.

        A value that breaks a rule of `Article` is left out, and the ledger names it by its field. An id that is no IRI
        becomes an alternative id. A reader that checks a value where it takes it names the place in the source instead.

        Args:
            stated: the fields.
            ledger: the ledger of the article.
            needs_content: whether an article without a text, media and groups is none, unless it is canceled.

        Raises:
            ArticleError: what is left is no article.
        """
        article, left_out = make_article({"paragraphs": (), **self.defaults, **stated}, needs_content=needs_content)
        for one in left_out:
            if one.field:
                ledger.changed(one.place, one.value, one.field, one.reason)
            else:
                ledger.not_held(one.place, one.value, one.reason)
        return article


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The values that a request states for all of its documents.

    Args:
        fields: fields of every article that does not state them itself.
        columns: for tables, the column that states each field.
        format: the id of the format of every document; None to detect it.
        reading: the reading options.
        whole_ledger: whether the ledgers of all articles have an entry for each leaf.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    whole_ledger: bool = False

    def document(
        self,
        name: str | None,
        opener: Callable[[], BinaryIO],
        *,
        size: int | None = None,
        first: int = 1,
        first_article: int = 1,
    ) -> Document:
        """Return a document with these defaults."""
        return Document(
            name=name,
            open=opener,
            defaults=self.fields,
            columns=self.columns,
            first=first,
            first_article=first_article,
            reading=self.reading,
            whole_ledger=self.whole_ledger,
            size=size,
        )


class ReadArticle(NamedTuple):
    """An article that a reader has read.

    Args:
        article: the article.
        ledger: what became of each leaf of its source.
        place: its place in the document, for people ("line 3"); "" for "article N".
    """

    article: Article
    ledger: Ledger
    place: str = ""


FailureKind = Literal["unreadable", "invalid", "conflict", "lost", "internal"]
"""Why an article failed: it cannot be read, a value is not valid, an earlier article has its id and version with other
content, the process that converted it died repeatedly, or newsmill has a fault that this article shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadArticle:
    """An article that a reader found and does not read.

    Args:
        place: where in the document, for people ("line 3"), or "".
        reason: what is wrong and what to do.
        id: the article's id, if that much could be read.
        kind: the kind of the failure.
        passed_over: whether it is no failure: a part of a document that holds no article, such as a picture in a crawl,
            or an article that the request leaves out. It is counted by its reason.
        cause: for the kind "internal", the exception, for the log.
    """

    place: str
    reason: str
    id: str | None = None
    kind: FailureKind = "unreadable"
    passed_over: bool = False
    cause: Exception | None = field(default=None, compare=False)

    @classmethod
    def of(cls, error: Exception, place: str, id_: str | None = None) -> UnreadArticle:
        """Return the article that an exception kept from being read.

        An unexpected exception is a fault of newsmill. It costs this article only.

        Raises:
            NewsmillError, OSError: `error` is one of them, and no ArticleError.
        """
        if isinstance(error, ArticleError):
            return cls(place=place, reason=str(error), id=id_, kind="invalid")
        return cls(place=place, reason=internal_reason(error), id=id_, kind="internal", cause=error)


def internal_reason(error: Exception) -> str:
    """Return why an article failed at an unexpected exception: its type, and the line that raised it; or its memory.

    Raises:
        NewsmillError, OSError: `error` is one of them. Neither is about one article.
    """
    if isinstance(error, NewsmillError | OSError):
        raise error
    if isinstance(error, MemoryError):
        return "it takes more memory than a process may have; divide it"
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""
    said = shorten(" ".join(str(error).split()), 200)
    return f"newsmill has a fault that this article shows ({type(error).__name__}{where}: {said}); report it"


class Reader(Protocol):
    """The reader of one format.

    Raises (while it is iterated):
        InputError: the document as a whole cannot be read, or not any further.
    """

    def __call__(self, document: Document, /) -> Iterator[ReadArticle | UnreadArticle]:
        """Yield the articles of a document in their order."""
        ...


class Record(NamedTuple):
    """The bytes of one article in a document, or of a blank line: a line of NDJSON, a row of a table."""

    content: bytes
    lines: int
    is_article: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The division of a document into records, without reading its articles.

    Args:
        records: yields the records of a stream that starts behind the heading. It also takes the name of the document,
            for its errors. It raises an InputError if a record does not end.
        heading: the bytes that a reader needs before each record.
        heading_size: the number of bytes of the document before its first record.
        heading_lines: the number of lines before it.
        sample: the first bytes of the document, for a reader that finds out by them that it can read none of it.
    """

    records: Callable[[BinaryIO, str], Iterator[Record]]
    heading: bytes = b""
    heading_size: int = 0
    heading_lines: int = 0
    sample: bytes = b""


class Divider(Protocol):
    """The division of the documents of one format into records."""

    def __call__(self, head: bytes, *, is_part: bool, defaults: Defaults) -> Division | None:
        """Return how a document is divided; None if it has to be read in one piece.

        Args:
            head: the first bytes of the document, with the whole of the first line that is not blank.
            is_part: whether the document is a later part of a divided document.
            defaults: the columns and reading options of the request.
        """
        ...


class Encoding(Protocol):
    """The encoding of one file whose bytes are not its pieces joined, such as a table with an index at its end."""

    def add(self, joined: bytes, /) -> bytes:
        """Take some bytes of the joined pieces; return the bytes of the file that are complete."""
        ...

    def end(self) -> bytes:
        """Return the last bytes of the file."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The bytes around the pieces of a file, and the media type of the file.

    Args:
        head: the bytes before the first piece.
        between: the bytes between two pieces.
        tail: the bytes after the last piece.
        media_type: the media type of the file.
        encoding: begins the encoding of the joined pieces; None if the file is the joined pieces.
    """

    head: bytes
    between: bytes
    tail: bytes
    media_type: str
    encoding: Callable[[], Encoding] | None = None

    def file_of(self, *pieces: bytes) -> bytes:
        """Return a whole file of some pieces."""
        joined = self.head + self.between.join(pieces) + self.tail
        if self.encoding is None:
            return joined
        encoding = self.encoding()
        return encoding.add(joined) + encoding.end()


class Writer(Protocol):
    """The writer of one format, for one conversion with one set of options."""

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that it writes."""
        ...

    def pieces(self, article: Article, /) -> tuple[bytes, ...]:
        """Return the piece of an article for each file; b"" for a file without pieces.

        Args:
            article: an article that has its id.

        Raises:
            ArticleError: this format cannot state what the article states.
        """
        ...

    def frame(self, name: str, articles: int, number: int | None = None, /) -> Frame:
        """Return the frame of the file `name` when it holds `articles` articles (1 or more).

        Args:
            name: the file, as `files` names it. For a zip of a file for each article, such as articles.html.zip, also
                the name of one of these: articles.html.
            articles: how many it holds.
            number: its number, if the export is split into several of each file.
        """
        ...


class Checker(Protocol):
    """The checker of the pieces of one format, for one conversion with one set of options."""

    def check(self, article: Article, pieces: tuple[bytes, ...], /) -> tuple[FileFault, ...]:
        """Return every fault in the pieces of an article, which are in the order of the writer.

        Raises:
            ArticleError: the faults are in what the article states, not in how it was written.
        """
        ...


def numbered(name: str, number: int | None) -> str:
    """Return the name of a file of a split export, with a number before the first dot: articles-00001.newsml.xml."""
    if number is None:
        return name
    stem, dot, suffix = name.partition(".")
    return f"{stem}-{number:05d}{dot}{suffix}"
