"""The formats: one folder each, and this list of them. Imports schemas and workers.archives."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from schemas.formats import Format, Formats

_FOLDERS: Final = (
    "newsml_g2",
    "news_article",
    "csv",
    "html",
    "newsml_1",
    "nitf",
    "wxr",
    "rss",
    "atom",
    "ninjs",
    "articles_json",
    "wire",
    "mail",
    "markdown",
    "docx",
    "odt",
    "xlsx",
    "parquet",
    "warc",
    "text",
)


def _formats() -> Iterator[Format]:
    for folder in _FOLDERS:
        yield import_module(f"{__name__}.{folder}").FORMAT


FORMATS: Final = Formats(_formats)
"""Every format, in the order of lists. If two recognise a file equally well, the first one reads it.

The formats are imported on first use: a process that only passes jobs on needs none of them.
"""
