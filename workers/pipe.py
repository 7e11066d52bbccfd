"""The pipe: documents → readers → Articles → writers → files.

It needs no Redis, no Flask and no Celery: a task calls it, and so do the command line and the tests.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, Protocol

from schemas.article import Article, identify, with_id
from schemas.conversion import Conversion, Document, UnreadArticle, Writer
from schemas.errors import ArticleError, Fault, InputError
from schemas.formats import find_format
from workers.readers import get_reader
from workers.writers import get_writer


class Sink(Protocol):
    """Where files are made."""

    def create(self, name: str, /) -> AbstractContextManager[BinaryIO]:
        """A new file, which is there under its name only once its context ends without an error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A finished file; size in bytes, sha256 in hexadecimal."""

    name: str
    format: str
    media_type: str
    size: int
    sha256: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedArticle:
    """An article that is in no file: where it stood, its id if known, and why."""

    document: str
    place: str
    id: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something that was done as asked, and that the client should know: in how many articles."""

    type: str
    detail: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a conversion made."""

    done: int
    files: tuple[ExportedFile, ...]
    failed: tuple[FailedArticle, ...]
    warnings: tuple[Warned, ...]


@dataclass(slots=True)
class _Output:
    """One file while it is being written; the first piece waits until it is known whether it is the only one."""

    format: str
    name: str
    writer: Writer
    stream: BinaryIO
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    articles: int = 0
    first: bytes = b""
    between: bytes = b""

    def add(self, piece: bytes) -> None:
        self.articles += 1
        if self.articles == 1:
            self.first = piece
            return
        if self.articles == 2:
            self._begin()
        self._write(self.between + piece)

    def end(self) -> ExportedFile:
        if self.articles == 1:
            self._begin()
        frame = self.writer.frame(self.name, self.articles)
        self._write(frame.tail)
        return ExportedFile(
            name=self.name,
            format=self.format,
            media_type=frame.media_type,
            size=self.size,
            sha256=self.digest.hexdigest(),
            articles=self.articles,
        )

    def _begin(self) -> None:
        frame = self.writer.frame(self.name, self.articles)
        self.between = frame.between
        self._write(frame.head + self.first)

    def _write(self, piece: bytes) -> None:
        self.stream.write(piece)
        self.digest.update(piece)
        self.size += len(piece)


class _NothingError(Exception):
    """No article came through: leaves the contexts of the files, so that none of them appears."""


def convert(
    documents: Iterable[tuple[str, Document]],
    *,
    options: Mapping[str, Any],
    conversion: Conversion,
    sink: Sink,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Read documents and write their articles in each format, one after the other, as a stream.

    An article is in every file or in none. Files appear in the sink only when all of them are whole; where
    no article could be converted there are none.

    Args:
        documents: each with the name of its reader.
        options: the options of each format that is to be written, by its id.
        conversion: what is the same for all articles.
        sink: where the files are made.
        progress: called after each article with how many are done and how many have failed.

    Raises:
        StoreError: the sink could not make a file.
    """
    failed: list[FailedArticle] = []
    notes = _Notes(tuple(options))
    seen: set[tuple[str, int]] = set()
    files: tuple[ExportedFile, ...] = ()
    with suppress(_NothingError), ExitStack() as open_files:
        outputs = _open(options, conversion, sink, open_files)
        for read in _read(documents):
            try:
                article, key = _identified(read.article(), seen)
                pieces = [writer.pieces(article) for writer, _ in outputs]
            except ArticleError as error:
                failed.append(read.failed(str(error)))
            else:
                for (_, of_format), of_article in zip(outputs, pieces, strict=True):
                    for output, piece in zip(of_format, of_article, strict=True):
                        output.add(piece)
                seen.add(key)
                notes.take(article)
            if progress:
                progress(notes.articles, len(failed))
        if not notes.articles:
            raise _NothingError
        files = tuple(output.end() for _, of_format in outputs for output in of_format)
    return Outcome(done=notes.articles, files=files, failed=tuple(failed), warnings=notes.warnings())


def _open(
    options: Mapping[str, Any], conversion: Conversion, sink: Sink, open_files: ExitStack
) -> list[tuple[Writer, list[_Output]]]:
    """The writer of each format, and the files it makes."""
    outputs = []
    for format_id in options:
        writer = get_writer(format_id)(conversion, options[format_id])
        of_format = [
            _Output(format_id, name, writer, open_files.enter_context(sink.create(name))) for name in writer.files
        ]
        outputs.append((writer, of_format))
    return outputs


@dataclass(frozen=True, slots=True)
class _Read:
    """What a reader gave, and where: an article, or one that it could not read."""

    document: str
    place: str
    found: Article | UnreadArticle

    def article(self) -> Article:
        if isinstance(self.found, UnreadArticle):
            raise ArticleError((Fault("", self.found.reason),))
        return self.found

    def failed(self, reason: str) -> FailedArticle:
        return FailedArticle(document=self.document, place=self.place, id=self.found.id, reason=reason)


def _read(documents: Iterable[tuple[str, Document]]) -> Iterator[_Read]:
    """Every article of every document; a document that cannot be read (any further) is one that failed."""
    for reader_name, document in documents:
        name = document.name or reader_name
        reader = get_reader(reader_name)
        try:
            for number, found in enumerate(reader(document), 1):
                place = found.place if isinstance(found, UnreadArticle) else f"article {number}"
                yield _Read(name, place, found)
        except InputError as error:
            yield _Read(name, error.place, UnreadArticle(place=error.place, reason=error.reason))
        except ArticleError as error:
            # Raised by a reader of one article a document, for what the defaults make of it.
            yield _Read(name, "", UnreadArticle(place="", reason=str(error)))


def _identified(article: Article, seen: set[tuple[str, int]]) -> tuple[Article, tuple[str, int]]:
    """The article with its id, made from its text when it states none, and its id and version, not yet seen."""
    if article.id is None:
        article = with_id(article, identify(article.body, article.provider))
    key = (article.id or "", article.version)
    if key in seen:
        text = f"version {article.version} of {article.id} was in this job before; no export can hold it twice"
        raise ArticleError((Fault("/id", text),))
    return article, key


class _Notes:
    """What a client should know of the articles that were converted, counted."""

    def __init__(self, formats: tuple[str, ...]) -> None:
        self.articles = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._unheld = [(format_id, name) for format_id in formats for name in find_format(format_id).unheld]

    def take(self, article: Article) -> None:
        self.articles += 1
        for name in _WANTED:
            if getattr(article, name) is None:
                self._counts[("absent", name)] += 1
        if article.version > 1 and article.signal is None:
            self._counts[("absent", "signal")] += 1
        for format_id, name in self._unheld:
            if getattr(article, name) is not None:
                self._counts[(format_id, name)] += 1

    def warnings(self) -> tuple[Warned, ...]:
        made = []
        for (kind, name), count in sorted(self._counts.items()):
            if kind == "absent":
                detail = f"{_WANTED.get(name, _SIGNAL_WANTED)} Give it in the source, or in `metadata.{name}`."
                made.append(Warned(type=f"no-{name}", detail=detail, articles=count))
            else:
                detail = f"{kind} has no place for `{name}`; it is not in the file."
                made.append(Warned(type=f"not-held-{name}", detail=detail, articles=count))
        return tuple(made)


# Fields that good practice wants (NewsML-G2 best practice for text; Google, Article structured data), and why.
_WANTED: Final = {
    "headline": "No headline is stated; newsrooms and search engines look for one.",
    "language": "No language is stated; software that indexes or reads the text aloud has to guess it.",
}
_SIGNAL_WANTED: Final = "A later version says neither that it is an update nor that it is a correction."
