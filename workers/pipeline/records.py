"""The records of documents: each as a document of its own, so that one can be left out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from schemas.conversion import Defaults, Divider, Document
from schemas.errors import InputError
from workers.formats import FORMATS


def is_one_article(reader: str | None) -> bool:
    """Return whether each document for a reader is one article."""
    return reader in FORMATS and FORMATS.get(str(reader)).one_article


def divider_of(reader: str | None) -> Divider | None:
    """Return the divider of documents for a reader; None if it has none."""
    return FORMATS.get(str(reader)).divide if reader in FORMATS else None


def each_singly(documents: Iterable[tuple[str | None, Document]]) -> Iterator[tuple[str | None, Document]]:
    """Yield each record of the documents as a document of its own, with its reader. The articles stay the same.

    A document that cannot be divided stays as it is. A document that can be divided must fit into memory.
    """
    for reader, document in documents:
        divide = divider_of(reader)
        for one in _singly(document, divide) if divide else (document,):
            yield reader, one


def _singly(document: Document, divide: Divider) -> Iterator[Document]:
    with document.open() as stream:
        content = stream.read()
    is_part = document.first > 1
    defaults = Defaults(columns=document.columns, reading=document.reading)
    division = divide(content, is_part=is_part, defaults=defaults)
    if division is None:
        yield document
        return
    try:
        records = list(division.records(io.BytesIO(content[division.heading_size :]), document.name or ""))
    except InputError:
        yield document
        return
    line, number = document.first, document.first_article
    if not is_part:
        line += division.heading_lines
    for record in records:
        if record.is_article:
            whole = division.heading + record.content
            opener = partial(io.BytesIO, whole)
            yield replace(document, open=opener, first=line, first_article=number, size=len(record.content))
        line, number = line + record.lines, number + record.is_article
