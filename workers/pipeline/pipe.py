"""The pipe: documents → readers → Articles → writers → checks → pieces → files.

It needs no Redis, Flask or Celery. Tasks, the command line, the library and the tests call it.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Literal, NamedTuple, Self

from schemas.article import Article, content_digest, derived_id, stated_fields, with_id
from schemas.bounds import LARGEST_PIECES, OutputBound, refuse_article
from schemas.conversion import Conversion, Document, FailureKind, ReadArticle, UnreadArticle, internal_reason
from schemas.errors import ArticleError, CheckError, InputError
from schemas.jobs.job import JobWarning, OutputFile
from schemas.jobs.record import JobSpec
from schemas.ledger import Entry
from schemas.settings import Settings
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect, reader_of_columns
from workers.pipeline.output import FileSet, Output, Sink
from workers.pipeline.repeats import DIGEST, Repeats, SeenArticles
from workers.pipeline.stage_times import Times
from workers.pipeline.warnings import NoteCounts, Notes, lost_leaves

log = logging.getLogger(__name__)
# A command without a log prints what failed, and no traces.
log.addHandler(logging.NullHandler())

NOT_READ: Final = "The rest of this document was not read"
"""Follows the reason of an article that is left out before it is read."""

# PLUS, Data Mining vocabulary: every value that prohibits some mining has this word.
_PROHIBITED: Final = "PROHIBITED"

OnError = Literal["skip", "fail"]
"""The effect of a failed article: "skip" leaves it out of the export, "fail" fails the export."""

Documents = Iterable[tuple[str | None, Document]]
"""Documents, each with the id of its format; None to detect the format from the first bytes."""

LeaveOut = Callable[[str], str | None]
"""A function that returns why to leave out an article; None to convert it. The pipe calls it with each place before it
works on that place: "3 read", "3 written", and END at the end. The number counts all articles that are found, from 0.
"""

END: Final = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedArticle:
    """An article that is in no file: its document, its place there, its id if known, and the reason."""

    document: str
    place: str
    id: str | None
    kind: FailureKind
    reason: str

    def __str__(self) -> str:
        where = f"{self.document}, {self.place}" if self.place else self.document
        return f"{where}: {self.reason}"


class FoundArticle(NamedTuple):
    """An article that a reader found, or could not read, with its document and its place there.

    `number` is its number in the document, from 1, whether its place is that number or a line.
    """

    document: str
    place: str
    found: ReadArticle | UnreadArticle
    number: int = 1

    def failed(self, kind: FailureKind, reason: str) -> FailedArticle:
        """Return this article as a failed article."""
        id_ = self.found.id if isinstance(self.found, UnreadArticle) else self.found.article.id
        return FailedArticle(document=self.document, place=self.place, id=id_, kind=kind, reason=reason)


Sources = Iterable[tuple[str | None, Document] | FoundArticle]
"""Documents as in `Documents`, and articles that a reader has read already."""


class MadeArticle(NamedTuple):
    """An article in every format.

    Args:
        article: the article, with its id.
        pieces: its piece of each output, in the order of `Pipe.outputs`.
        notes: the names of its warnings, which count if the article is in the export.
        lost: the warnings about the leaves of its source that are not kept, each with a value.
        entries: the entries of its ledger.
    """

    document: str
    place: str
    article: Article
    pieces: tuple[bytes, ...]
    notes: tuple[str, ...] = ()
    lost: Mapping[str, str] = {}
    entries: Sequence[Entry] = ()

    @property
    def id(self) -> str:
        """The id of the article, stated or derived."""
        return self.article.id or ""

    @property
    def version(self) -> int:
        """The version of the article."""
        return self.article.version

    @property
    def key(self) -> bytes:
        """A digest of its id and version, in 16 bytes. An export holds each key once."""
        return _key(self.article)


class DuplicateArticle(NamedTuple):
    """An article that came before with the same id, version and content: its document and its place there."""

    document: str
    place: str


class LeftOutArticle(NamedTuple):
    """A part of a document that is no article, or an article that the request leaves out, and why. It is no failure."""

    document: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a conversion: the number of articles in the files, the files, and what failed.

    `duplicates` is the number of articles that came again, each with the same id, version and content as before.
    """

    done: int
    duplicates: int = 0
    files: tuple[OutputFile, ...]
    failed: tuple[FailedArticle, ...]
    warnings: tuple[JobWarning, ...]


def kinds_of(failed: Iterable[FailedArticle]) -> Mapping[str, int]:
    """Return the number of failed articles of each kind of failure."""
    return dict(Counter(article.kind for article in failed))


class Pipe:
    """The readers, writers and checks of one conversion."""

    def __init__(self, options: Mapping[str, Any], conversion: Conversion, *, times: Times | None = None) -> None:
        """Prepare the writers.

        Args:
            options: the options of each format to write, by its id.
            conversion: the facts that are the same for all articles.
            times: counts the seconds of reading, writing and checking.
        """
        self._times = times
        writers = [FORMATS.writer(format_id)(conversion, options[format_id]) for format_id in options]
        checkers = [FORMATS.checker(format_id)(conversion, options[format_id]) for format_id in options]
        self._steps = [(writer.pieces, checker.check) for writer, checker in zip(writers, checkers, strict=True)]
        if times:
            self._steps = [(times.timed("write", write), times.timed("check", check)) for write, check in self._steps]
        self._notes = Notes(tuple(options), options, conversion)
        self._formats = len(options)
        self._most_output = conversion.most_output
        self.outputs = tuple(
            Output(format=format_id, name=name, writer=writer, file_name=conversion.file_name)
            for format_id, writer in zip(options, writers, strict=True)
            for name in writer.files
        )

    @classmethod
    def of_job(cls, spec: JobSpec, settings: Settings, *, times: Times | None = None) -> Self:
        """Return the pipe of a job's request."""
        options = FORMATS.load_options(spec.options, spec.formats)
        return cls(options, spec.conversion(settings), times=times)

    def run(
        self, sources: Sources, leave_out: LeaveOut | None = None, repeats: Repeats | None = None, *, written: int = 0
    ) -> Iterator[MadeArticle | DuplicateArticle | LeftOutArticle | FailedArticle]:
        """Yield every article, made in all formats, or as a duplicate, left out or failed.

        Args:
            sources: the documents and articles.
            leave_out: decides which articles to leave out. If the reading of one is left out, the rest of its document
                is left out too.
            repeats: knows the articles so far. An article that repeats one is not written. Without it, each is written.
            written: the number of bytes that other parts of the job have made; see `OutputBound`.

        Raises (while it is iterated):
            ExportError: the files would be too large; see `OutputBound`.
        """
        bound = OutputBound(self._formats, self._most_output, written)
        found = read_documents(_counted(sources, bound), leave_out)
        for number, read in enumerate(self._times.reading(found) if self._times else found):
            if leave_out and (reason := leave_out(f"{number} written")):
                # A preview finds the article again by its number.
                yield read._replace(place=f"article {read.number}").failed("lost", reason)
                continue
            if isinstance(read.found, UnreadArticle):
                if read.found.cause:
                    _log_fault(read, read.found.cause)
                if read.found.passed_over:
                    yield LeftOutArticle(read.document, read.place, read.found.reason)
                else:
                    yield read.failed(read.found.kind, read.found.reason)
                continue
            try:
                article, stated, content = _identified(read.found.article)
                key = _key(article)
            except Exception as error:
                yield _failed_writing(read, error)
                continue
            if repeats and (repeated := repeats.repeat(key, content[:DIGEST])):
                yield (
                    _conflicting(read, article)
                    if repeated == "conflict"
                    else DuplicateArticle(read.document, read.place)
                )
                continue
            try:
                made = MadeArticle(
                    document=read.document,
                    place=read.place,
                    article=article,
                    pieces=self._pieces(article),
                    notes=self._notes.of(article, stated),
                    lost=lost_leaves(read.found.ledger.entries),
                    entries=read.found.ledger.entries,
                )
            except Exception as error:
                if repeats:
                    repeats.forget(key)
                yield _failed_writing(read, error)
            else:
                bound.take(sum(map(len, made.pieces)))
                yield made
        if leave_out:
            leave_out(END)

    def _pieces(self, article: Article) -> tuple[bytes, ...]:
        """Return the article's pieces in each format. The checked bytes are the bytes of the files."""
        made: list[bytes] = []
        left = LARGEST_PIECES
        for write, check in self._steps:
            pieces = write(article)
            left -= sum(map(len, pieces))
            if left < 0:
                refuse_article("its files would take", LARGEST_PIECES)
            if faults := check(article, pieces):
                errors = tuple(fault for fault in faults if fault.severity == "error")
                if errors:
                    raise CheckError(errors)
            made += pieces
        return tuple(made)


@dataclass(slots=True)
class Tally:
    """The articles of an export so far: the number of those in it, those that failed, and the counts of warnings."""

    done: int = 0
    duplicates: int = 0
    failed: list[FailedArticle] = field(default_factory=list)
    notes: NoteCounts = field(default_factory=NoteCounts)

    def add_each(
        self,
        articles: Iterable[MadeArticle | DuplicateArticle | LeftOutArticle | FailedArticle],
        add: Callable[[tuple[bytes, ...]], None],
    ) -> Iterator[None]:
        """Add each article that is made. Yield after each article, so that the caller can report or stop.

        Args:
            articles: the articles, as `Pipe.run` yields them.
            add: writes the pieces of one article.
        """
        for article in articles:
            if isinstance(article, FailedArticle):
                self.failed.append(article)
            elif isinstance(article, DuplicateArticle):
                self.duplicates += 1
                self.notes.add_duplicate(article.document, article.place)
            elif isinstance(article, LeftOutArticle):
                self.notes.add_left_out(article.reason, article.document, article.place)
            else:
                add(article.pieces)
                self.notes.add(article.notes, article.lost, article.document, article.place)
                self.done += 1
            yield


class _NothingError(Exception):
    """An error that ends the contexts of the files, so that no file appears."""


def convert(
    sources: Sources,
    *,
    options: Mapping[str, Any],
    conversion: Conversion,
    sink: Sink,
    split: int | None = None,
    on_error: OnError = "skip",
    progress: Callable[[int, int, int], None] | None = None,
    times: Times | None = None,
    leave_out: LeaveOut | None = None,
) -> Outcome:
    """Write articles in each format, as a stream.

    An article is in every file or in none. Files appear in the sink only when all of them are complete. If no article
    could be converted, there is no file.

    Args:
        sources: the documents and articles.
        options: the options of each format to write, by its id.
        conversion: the facts that are the same for all articles.
        sink: the place for the files.
        split: the highest number of articles in a file; 1 makes a file for each article, in one zip for each format.
        on_error: "skip" leaves a failed article out; with "fail", there are then no files.
        progress: called after each article with the numbers of articles done, failed, and duplicates.
        times: counts the seconds of reading, writing and checking.
        leave_out: see `Pipe.run`.

    Raises:
        StoreError: the sink could not make a file.
        ExportError: the files would be too large or too many.
    """
    pipe = Pipe(options, conversion, times=times)
    tally = Tally()
    files: tuple[OutputFile, ...] = ()
    with suppress(_NothingError), SeenArticles() as seen, FileSet(pipe.outputs, sink, split=split) as writing:
        for _ in tally.add_each(pipe.run(sources, leave_out, seen), writing.add):
            if progress:
                progress(tally.done, len(tally.failed), tally.duplicates)
            if tally.failed and on_error == "fail":
                raise _NothingError
        if tally.done:
            files = writing.end()
    return Outcome(
        done=tally.done if files else 0,
        duplicates=tally.duplicates if files else 0,
        files=files,
        failed=tuple(tally.failed),
        warnings=tally.notes.warnings(),
    )


def _identified(article: Article) -> tuple[Article, Mapping[str, Any], bytes]:
    """Return an article with its id, its stated fields, and the digest of its content.

    Raises:
        ArticleError: a value has no digest.
    """
    stated = stated_fields(article)
    content = content_digest(stated)
    if article.id is None:
        article = with_id(article, derived_id(content, article.provider))
    return article, stated, content


def _failed_writing(read: FoundArticle, error: Exception) -> FailedArticle:
    """Return an article that cannot be written. A failed check or an unexpected exception costs this article only.

    Raises:
        NewsmillError, OSError: the error is not about one article.
    """
    if isinstance(error, ArticleError):
        return read.failed("invalid", str(error))
    if isinstance(error, CheckError):
        reason = f"newsmill has a fault that this article shows ({error.faults[0]}); report it"
    else:
        reason = internal_reason(error)
    _log_fault(read, error)
    return read.failed("internal", reason)


def _log_fault(read: FoundArticle, error: Exception) -> None:
    """Log a fault of newsmill with its trace."""
    log.error("internal error in %s, %s", read.document, read.place, exc_info=error)


def _key(article: Article) -> bytes:
    """Return a digest of an article's id and version."""
    return hashlib.blake2b(f"{article.version} {article.id}".encode(), digest_size=DIGEST).digest()


def _conflicting(read: FoundArticle, article: Article) -> FailedArticle:
    """Return an article as one that failed, because an earlier one has its id and version."""
    reason = (
        f"/id: version {article.version} of {article.id} is already in this job with other content. Give this article "
        "another id, or a higher version"
    )
    return FailedArticle(document=read.document, place=read.place, id=article.id, kind="conflict", reason=reason)


def _counted(sources: Sources, bound: OutputBound) -> Sources:
    """Yield the sources, and count the bytes of each document before it is read."""
    for source in sources:
        if not isinstance(source, FoundArticle):
            bound.begin(source[1].size)
        yield source


def read_documents(sources: Sources, leave_out: LeaveOut | None = None) -> Iterator[FoundArticle]:
    """Yield every article of every document. A document that cannot be read to its end yields a failed one last."""
    numbers = count()
    for source in sources:
        if isinstance(source, FoundArticle):
            yield source
            continue
        reader, document = source
        name = document.name or reader or "document"
        try:
            articles = _read(reader, document)
            if leave_out:
                articles = _up_to_left_out(articles, document.first_article, numbers, leave_out)
            for number, found in enumerate(articles, document.first_article):
                place = found.place or ("" if isinstance(found, UnreadArticle) else f"article {number}")
                yield FoundArticle(name, place, found, number)
        except InputError as error:
            yield FoundArticle(name, error.place, UnreadArticle(place=error.place, reason=error.reason))
        except ArticleError as error:
            # A reader of single-article documents raises this, for example for a wrong default.
            yield FoundArticle(name, "", UnreadArticle(place="", reason=str(error), kind="invalid"))
        except Exception as error:
            yield FoundArticle(name, "", UnreadArticle.of(error, ""))


def _read(reader: str | None, document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a document. The document is opened when the first one is read."""
    if reader is None:
        with document.open() as stream:
            reader = detect(stream.read(HEAD), document.name)
    reader = reader_of_columns(reader, document.columns)
    articles = FORMATS.reader(reader)(document)
    if document.reading.mining == "allowed":
        articles = _minable(articles)
    named = {field: name for field, name in document.columns.items() if name}
    yield from _without_columns(articles, named, reader) if named and not FORMATS.get(reader).mapped else articles


def _without_columns(
    articles: Iterator[ReadArticle | UnreadArticle], named: Mapping[str, str], reader: str
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield articles of a format without columns, and name each column that the request names as not held."""
    for one in articles:
        if isinstance(one, ReadArticle):
            for field, name in named.items():
                one.ledger.not_held(f"metadata.{field}", f"@{name}", f"{reader} has no columns that a request can name")
        yield one


def _minable(articles: Iterator[ReadArticle | UnreadArticle]) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield articles, and pass over each one that states a prohibition of data mining."""
    for one in articles:
        stated = one.article.data_mining if isinstance(one, ReadArticle) else None
        if stated and _PROHIBITED in stated.upper():
            reason = f"it states a prohibition of data mining ({stated})"
            yield UnreadArticle(place=one.place, reason=reason, passed_over=True)
        else:
            yield one


def _up_to_left_out(
    articles: Iterator[ReadArticle | UnreadArticle], first: int, numbers: Iterator[int], leave_out: LeaveOut
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a document up to one that is left out. No reader can skip an article without reading it."""
    for number in count(first):
        if reason := leave_out(f"{next(numbers)} read"):
            yield UnreadArticle(place=f"article {number}", reason=f"{reason}. {NOT_READ}", kind="lost")
            return
        try:
            one = next(articles)
        except StopIteration:
            return
        yield one
