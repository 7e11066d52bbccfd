"""Small inputs with what must come out of each: README.md says it row by row. `export_case` converts one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from schemas.article import Article
from schemas.article.json_form import metadata_fields
from schemas.columns.names import take_columns
from schemas.conversion import Conversion, Defaults, UnreadArticle
from schemas.jobs.job import JobWarning
from schemas.ledger import Entry
from schemas.reading import ReadingOptions
from tests.sinks import Shelf
from workers.formats import FORMATS
from workers.pipeline.pipe import FailedArticle, convert, read_documents

CASES: Final = Path(__file__).parent
FORMATS_OF_CASES: Final = ("newsml-g2", "news-article", "csv")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What came out of an input.

    Args:
        articles: the articles as they were read.
        ledgers: the entries of their ledgers, each leaf with an entry.
        files: the bytes of each file.
    """

    articles: tuple[Article, ...]
    ledgers: tuple[tuple[Entry, ...], ...]
    files: Mapping[str, bytes]
    done: int
    duplicates: int
    failed: tuple[FailedArticle, ...]
    warnings: tuple[JobWarning, ...]

    @property
    def article(self) -> Article:
        """The only article."""
        [article] = self.articles
        return article

    def is_named(self, path: str, value: str = "") -> bool:
        """Whether a warning names this path, and this value."""
        return any(path in one.detail and value in one.detail for one in self.warnings)


def export_case(
    name: str,
    *,
    metadata: Mapping[str, Any] | None = None,
    reading: ReadingOptions | None = None,
    named: bool = True,
    reader: str | None = None,
) -> Case:
    """Convert the case of this name, such as "csv/pipes.csv", into all formats.

    Args:
        name: the file, from the folder of the cases.
        metadata: as in a request; "@NAME" maps a column.
        reading: the reading options.
        named: whether the document has the file's name; a document on standard input has none.
        reader: the id of the reader; detected without it.
    """
    path = CASES / name
    values, columns = take_columns(dict(metadata or {}))
    defaults = Defaults(fields=metadata_fields(values), columns=columns, reading=reading or ReadingOptions())
    whole = Defaults(fields=defaults.fields, columns=columns, reading=defaults.reading, whole_ledger=True)
    opener = partial(BytesIO, path.read_bytes())
    document = path.name if named else None
    read = [
        one.found
        for one in read_documents([(reader, whole.document(document, opener))])
        if not isinstance(one.found, UnreadArticle)
    ]
    shelf = Shelf()
    outcome = convert(
        [(reader, defaults.document(document, opener))],
        options=FORMATS.load_options({}, FORMATS_OF_CASES),
        conversion=Conversion(at="2024-11-08T16:30:00Z"),
        sink=shelf,
    )
    return Case(
        articles=tuple(one.article for one in read),
        ledgers=tuple(tuple(one.ledger.entries) for one in read),
        files=dict(shelf.files),
        done=outcome.done,
        duplicates=outcome.duplicates,
        failed=outcome.failed,
        warnings=outcome.warnings,
    )
