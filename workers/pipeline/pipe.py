"""The pipe: documents → readers → Articles → writers → checks → pieces → files.

It needs no Redis, no Flask and no Celery: a task calls it, and so do the command line and the tests.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal

from schemas.article import Article, identify, with_id
from schemas.conversion import Conversion, Document, FailureKind, UnreadArticle
from schemas.errors import ArticleError, CheckError, InputError
from schemas.job import JobWarning, OutputFile
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect
from workers.pipeline.output_file import Output, Sink
from workers.pipeline.output_set import FileSet
from workers.pipeline.stage_times import Times
from workers.pipeline.warnings import Notes, warnings_of

KILLED: Final = "the process that converted it died three times; it may need more memory than there is"
KILLED_READING: Final = f"{KILLED}. What comes after it in this document was not read"
"""Why an article is left out."""

OnError = Literal["skip", "fail"]
"""What becomes of an export when an article of it fails."""

Documents = Iterable[tuple[str | None, Document]]
"""Documents, each with the name of its reader, or None to have it told by the document's first bytes."""

LeaveOut = Callable[[str], bool]
"""Told where the pipe is, before it reads an article there and before it writes it; whether it is to be left out.

A place is the number of the article among all that are found, and what is about to be done with it; the last is END.
"""

END: Final = "end"

_Found = Iterator[Article | UnreadArticle]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedArticle:
    """An article that is in no file: where it stood, its id if known, and why."""

    document: str
    place: str
    id: str | None
    kind: FailureKind
    reason: str

    def __str__(self) -> str:
        where = f"{self.document}, {self.place}" if self.place else self.document
        return f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeArticle:
    """An article in every format.

    Args:
        article: the article, with its id.
        pieces: its piece of each output, in the order of `Pipe.outputs`.
        notes: what there is to say of it if it is kept; `warnings_of` puts the counts in words.
    """

    document: str
    place: str
    article: Article
    pieces: tuple[bytes, ...]
    notes: tuple[str, ...] = ()

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
        """16 bytes that stand for its id and version, of which no export can hold two."""
        return hashlib.blake2b(f"{self.version} {self.id}".encode(), digest_size=16).digest()

    def twice(self) -> FailedArticle:
        """What it is where its id and version were there before."""
        reason = f"/id: version {self.version} of {self.id} was in this job before; no export can hold it twice"
        return FailedArticle(document=self.document, place=self.place, id=self.id, kind="repeated", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a conversion made."""

    done: int
    files: tuple[OutputFile, ...]
    failed: tuple[FailedArticle, ...]
    warnings: tuple[JobWarning, ...]


def kinds_of(failed: Iterable[FailedArticle]) -> Mapping[str, int]:
    """How many articles failed for which kind of reason."""
    return dict(Counter(article.kind for article in failed))


class Pipe:
    """One conversion's way from documents to pieces."""

    def __init__(self, options: Mapping[str, Any], conversion: Conversion, *, times: Times | None = None) -> None:
        """Prepare the writers.

        Args:
            options: the options of each format that is to be written, by its id.
            conversion: what is the same for all articles.
            times: where to count how long it reads, writes and checks.
        """
        self._times = times
        writers = [FORMATS.writer(format_id)(conversion, options[format_id]) for format_id in options]
        checkers = [FORMATS.checker(format_id)(conversion, options[format_id]) for format_id in options]
        self._making = [(writer.pieces, checker.check) for writer, checker in zip(writers, checkers, strict=True)]
        if times:
            self._making = [(times.timed("write", write), times.timed("check", check)) for write, check in self._making]
        self._notes = Notes(tuple(options))
        self.outputs = tuple(
            Output(format=format_id, name=name, writer=writer)
            for format_id, writer in zip(options, writers, strict=True)
            for name in writer.files
        )

    def run(self, documents: Documents, leave_out: LeaveOut | None = None) -> Iterator[MadeArticle | FailedArticle]:
        """Every article of the documents, made in all formats or in none.

        Args:
            documents: what is read.
            leave_out: told of each article, and asked whether to leave it out. Where it is the reading of it that
                is left out, so is what comes after it in its document.

        Raises (while it is iterated):
            CheckError: a piece breaks a rule of its format, by no fault of the article: none of it can be trusted.
        """
        return self.make(read_documents(documents, leave_out), leave_out)

    def make(
        self, found: Iterator[FoundArticle], leave_out: LeaveOut | None = None
    ) -> Iterator[MadeArticle | FailedArticle]:
        """Every article that was found, made in all formats or in none; see `run`."""
        for number, read in enumerate(self._times.reading(found) if self._times else found):
            if leave_out and leave_out(f"{number} written"):
                yield read.failed("lost", KILLED)
                continue
            if isinstance(read.found, UnreadArticle):
                yield read.failed(read.found.kind, read.found.reason)
                continue
            try:
                article = _identified(read.found)
                pieces = tuple(piece for made in self._made(article) for piece in made)
            except ArticleError as error:
                yield read.failed("invalid", str(error))
            else:
                yield MadeArticle(
                    document=read.document,
                    place=read.place,
                    article=article,
                    pieces=pieces,
                    notes=self._notes.of(article),
                )
        if leave_out:
            leave_out(END)

    def _made(self, article: Article) -> Iterator[tuple[bytes, ...]]:
        """The article's pieces in each format, checked: the very bytes that are handed out."""
        for write, check in self._making:
            pieces = write(article)
            if faults := check(article, pieces):
                errors = tuple(fault for fault in faults if fault.severity == "error")
                if errors:
                    raise CheckError(errors)
            yield pieces


class _NothingError(Exception):
    """There are to be no files: leaves their contexts, so that none of them appears."""


def convert(
    documents: Documents,
    *,
    options: Mapping[str, Any],
    conversion: Conversion,
    sink: Sink,
    split: int | None = None,
    on_error: OnError = "skip",
    progress: Callable[[int, int], None] | None = None,
    times: Times | None = None,
    leave_out: LeaveOut | None = None,
) -> Outcome:
    """Read documents and write their articles; see `convert_articles`."""
    return convert_articles(
        read_documents(documents, leave_out),
        options=options,
        conversion=conversion,
        sink=sink,
        split=split,
        on_error=on_error,
        progress=progress,
        times=times,
        leave_out=leave_out,
    )


def convert_articles(
    found: Iterator[FoundArticle],
    *,
    options: Mapping[str, Any],
    conversion: Conversion,
    sink: Sink,
    split: int | None = None,
    on_error: OnError = "skip",
    progress: Callable[[int, int], None] | None = None,
    times: Times | None = None,
    leave_out: LeaveOut | None = None,
) -> Outcome:
    """Write articles in each format, one after the other, as a stream.

    An article is in every file or in none. Files appear in the sink only when all of them are whole; where
    no article could be converted there are none.

    Args:
        found: the articles, as `read_documents` gives them.
        options: the options of each format that is to be written, by its id.
        conversion: what is the same for all articles.
        sink: where the files are made.
        split: how many articles a file has at most; 1 is a file for each, in a zip for each format.
        on_error: whether an article that fails is passed over, or fails all: then there are no files.
        progress: called after each article with how many are done and how many have failed.
        times: where to count how long it reads, writes and checks.
        leave_out: as `Pipe.run` has it.

    Raises:
        CheckError: what was written breaks a rule of its format; there is no file then.
        StoreError: the sink could not make a file.
        ExportError: it would be split into too many files.
    """
    pipe = Pipe(options, conversion, times=times)
    failed: list[FailedArticle] = []
    seen: set[bytes] = set()
    notes: Counter[str] = Counter()
    files: tuple[OutputFile, ...] = ()
    with suppress(_NothingError), FileSet(pipe.outputs, sink, split=split) as writing:
        for article in pipe.make(found, leave_out):
            if isinstance(article, FailedArticle):
                failed.append(article)
            elif (key := article.key) in seen:
                failed.append(article.twice())
            else:
                seen.add(key)
                notes.update(article.notes)
                writing.add(article.pieces)
            if progress:
                progress(len(seen), len(failed))
            if failed and on_error == "fail":
                raise _NothingError
        if seen:
            files = writing.end()
    done = len(seen) if files else 0
    return Outcome(done=done, files=files, failed=tuple(failed), warnings=warnings_of(notes))


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that a reader found, or one that it could not read, with its document and its place there."""

    document: str
    place: str
    found: Article | UnreadArticle

    def failed(self, kind: FailureKind, reason: str) -> FailedArticle:
        """Return it as an article that failed, and why."""
        return FailedArticle(document=self.document, place=self.place, id=self.found.id, kind=kind, reason=reason)


def read_documents(documents: Documents, leave_out: LeaveOut | None = None) -> Iterator[FoundArticle]:
    """Every article of every document; a document that cannot be read (any further) is one that failed."""
    numbers = count()
    for reader_name, document in documents:
        name = document.name or reader_name or "document"
        try:
            in_it = _found(reader_name, document)
            if leave_out:
                in_it = _asking(in_it, document.first_article, numbers, leave_out)
            for number, found in enumerate(in_it, document.first_article):
                place = found.place if isinstance(found, UnreadArticle) else f"article {number}"
                yield FoundArticle(name, place, found)
        except InputError as error:
            yield FoundArticle(name, error.place, UnreadArticle(place=error.place, reason=error.reason))
        except ArticleError as error:
            # Raised by a reader of one article a document, for what the defaults make of it.
            yield FoundArticle(name, "", UnreadArticle(place="", reason=str(error), kind="invalid"))


def _found(reader_name: str | None, document: Document) -> _Found:
    """What the reader of a document finds in it; nothing is opened before the first of it is asked for."""
    yield from FORMATS.reader(reader_name or _detect(document))(document)


def _asking(found: _Found, first: int, numbers: Iterator[int], leave_out: LeaveOut) -> _Found:
    """What a reader finds, up to what is to be left out: no reader can go on behind what it has not read."""
    for number in count(first):
        if leave_out(f"{next(numbers)} read"):
            yield UnreadArticle(place=f"article {number}", reason=KILLED_READING, kind="lost")
            return
        try:
            one = next(found)
        except StopIteration:
            return
        yield one


def _detect(document: Document) -> str:
    with document.open() as stream:
        return detect(stream.read(HEAD), document.name)


def _identified(article: Article) -> Article:
    """The article with its id, made from its text when it states none."""
    if article.id is None:
        return with_id(article, identify(article.body, article.provider))
    return article
