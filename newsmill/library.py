"""The functions of the library, over the pipe that the service and the command use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from schemas import conversion
from schemas.article import Article, Party
from schemas.article.json_form import metadata_fields
from schemas.article.metadata import Metadata
from schemas.columns.names import take_columns
from schemas.conversion import Conversion, Defaults, UnreadArticle
from schemas.errors import ExportError, FileFault, InputError
from schemas.jobs.request import load_reading
from schemas.ledger import Ledger
from workers.formats import FORMATS
from workers.formats.detection import check_file
from workers.pipeline import pipe
from workers.pipeline.packed import unpack_archives
from workers.pipeline.pipe import FailedArticle, FoundArticle, OnError, Outcome, Sources
from workers.pipeline.sources import find_sources

_MAX_UNPACKED = 64 * 2**30
"""The largest unpacked size of an archive, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """An article, and where it was read.

    Args:
        article: the article.
        document: the name of the document that it was read from.
        place: its place in the document, such as "article 3".
        ledger: what became of each leaf of its source.
    """

    article: Article
    document: str
    place: str
    ledger: Ledger = field(default_factory=Ledger)


Source = str | os.PathLike[str] | bytes | Article | ReadArticle
"""A path of a file or a folder, the bytes of a document, or an article."""


def convert(
    sources: Source | Iterable[Source],
    *,
    to: str | Sequence[str],
    out: str | os.PathLike[str],
    metadata: Metadata | Mapping[str, object] | None = None,
    read: Mapping[str, object] | None = None,
    options: Mapping[str, Mapping[str, object]] | None = None,
    split: int | None = None,
    on_error: OnError = "skip",
    progress: Callable[[int, int], None] | None = None,
    at: datetime | None = None,
    operator: str = "newsmill",
) -> Outcome:
    """Convert documents or articles into files in a folder, as a stream.

    An article is in every file or in none. Files appear under their names when all of them are complete.

    Args:
        sources: one or more paths, documents as bytes, or articles. The format of a document is detected. Compressed
            documents and archives (gz, zst, zip, tar) are unpacked.
        to: the ids of the formats to write, as `newsmill formats` lists them.
        out: the folder for the files. It is made if it does not exist.
        metadata: Article fields for every article that does not state them. `{"headline": "@Title"}` names the
            column of a table that states a field.
        read: how to read the documents: `{"format": "csv", "options": {"delimiter": ";", "zone": "Europe/Paris"}}`.
            Each part is optional.
        options: the options of each format, by its id.
        split: the largest number of articles in a file. 1 writes a zip of files.
        on_error: "skip" leaves an article that fails out of the files; "fail" writes no file then.
        progress: called after each article with the number of articles done and failed. Duplicates count as neither.
        at: the time of the conversion, which the files state. Default: now.
        operator: the name of the party that converts, which the files state.

    Returns:
        The files, the number of articles converted, the number of duplicates (articles that came again with the same
        id, version and content; each is kept once), the articles that failed, each with its place and reason, and
        warnings.

    Raises:
        UnknownNameError: there is no such format.
        RequestError: an option is wrong, or `read` is.
        ArticleError: a metadata field is wrong.
        InputError: a source does not exist or cannot be read.
        StoreError: a file cannot be written.
    """
    # Imported here: the store's log takes long to import, and `read` and `write` do without.
    from workers.storage.local_store import LocalStore  # noqa: PLC0415

    return pipe.convert(
        _sources(sources, metadata, read),
        options=FORMATS.load_options(options or {}, _ids(to)),
        conversion=_conversion(at, operator),
        sink=LocalStore(Path(out)),
        split=split,
        on_error=on_error,
        progress=(lambda done, failed, _: progress(done, failed)) if progress else None,
    )


def read(
    sources: Source | Iterable[Source],
    *,
    metadata: Metadata | Mapping[str, object] | None = None,
    read: Mapping[str, object] | None = None,
    failed: Callable[[FailedArticle], None] | None = None,
) -> Iterator[ReadArticle]:
    """Read the articles of documents, one after the other.

    Args:
        sources: as in `convert`.
        metadata: as in `convert`.
        read: as in `convert`.
        failed: called with each article that cannot be read; reading goes on. Without it, the first one raises.

    Raises (while it is iterated):
        ArticleError: a metadata field is wrong.
        RequestError: `read` is wrong.
        InputError: a source does not exist, or an article cannot be read and `failed` is not given.
    """
    for one in pipe.read_documents(_sources(sources, metadata, read, whole_ledger=True)):
        if not isinstance(one.found, UnreadArticle):
            article, ledger, _ = one.found
            yield ReadArticle(article=article, document=one.document, place=one.place, ledger=ledger)
        elif one.found.passed_over:
            continue
        elif failed:
            failed(one.failed(one.found.kind, one.found.reason))
        else:
            raise InputError(one.document, one.place, one.found.reason)


def write(
    articles: Article | ReadArticle | Iterable[Article | ReadArticle],
    *,
    to: str | Sequence[str],
    options: Mapping[str, Mapping[str, object]] | None = None,
    at: datetime | None = None,
    operator: str = "newsmill",
) -> dict[str, bytes]:
    """Write articles in memory; `convert` writes them to a folder, as a stream.

    Args:
        articles: one or more articles.
        to: as in `convert`.
        options: as in `convert`.
        at: as in `convert`.
        operator: as in `convert`.

    Returns:
        The bytes of each file, by its name. A format may have several files.

    Raises:
        UnknownNameError: there is no such format.
        RequestError: an option is wrong.
        ExportError: an article cannot be written, or no article is given.
    """
    sink = _Memory()
    outcome = pipe.convert(
        _sources(articles),
        options=FORMATS.load_options(options or {}, _ids(to)),
        conversion=_conversion(at, operator),
        sink=sink,
        on_error="fail",
    )
    for failure in outcome.failed:
        raise ExportError(f"{failure.place}: {failure.reason}")
    if not outcome.files:
        raise ExportError("there is no article to write")
    return sink.files


def validate(path: str | os.PathLike[str], *, schema: str | None = None) -> Iterator[FileFault]:
    """Check a file of any origin, as a stream.

    Args:
        path: the file.
        schema: the id of an official schema, such as "newsml-g2-2.28", to check against nothing else. Without it, the
            format of the file is detected, and all rules of the format are checked.

    Yields:
        Each fault, in the order of the file: its line, its rule, and whether it is an error or advice.

    Raises:
        UnknownNameError: no format has this schema.
        OSError: the file cannot be read. It is raised while the faults are iterated.
    """
    return check_file(Path(path), schema)


class _Memory:
    """A sink that keeps the files in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        stream = BytesIO()
        yield stream
        self.files[name] = stream.getvalue()

    def remove(self, name: str) -> None:
        self.files.pop(name, None)


def _sources(
    sources: Source | Iterable[Source],
    metadata: Metadata | Mapping[str, object] | None = None,
    read: Mapping[str, object] | None = None,
    *,
    whole_ledger: bool = False,
) -> Sources:
    """Yield the documents and articles of the sources."""
    values, columns = take_columns(dict(metadata or {}))
    reading = load_reading(read or {}, FORMATS)
    given = Defaults(
        fields=metadata_fields(values), columns=columns, reading=reading.options, whole_ledger=whole_ledger
    )
    every = (sources,) if isinstance(sources, str | os.PathLike | bytes | Article | ReadArticle) else sources
    for number, source in enumerate(every, 1):
        if isinstance(source, ReadArticle):
            found = conversion.ReadArticle(source.article, source.ledger)
            yield FoundArticle(source.document, source.place, found)
        elif isinstance(source, Article):
            yield FoundArticle("", f"article {number}", conversion.ReadArticle(source, Ledger()))
        else:
            documents = (
                [given.document(None, partial(BytesIO, source), size=len(source))]
                if isinstance(source, bytes)
                else [
                    given.document(file.name, file.open, size=file.size) for file in find_sources([os.fspath(source)])
                ]
            )
            yield from unpack_archives(((reading.format, document) for document in documents), limit=_MAX_UNPACKED)


def _ids(to: str | Sequence[str]) -> tuple[str, ...]:
    return (to,) if isinstance(to, str) else tuple(dict.fromkeys(to))


def _conversion(at: datetime | None, operator: str) -> Conversion:
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    return Conversion(at=moment.strftime("%Y-%m-%dT%H:%M:%SZ"), operator=Party(name=operator))
