"""The formats: one folder each, and this list of them. Imports schemas only."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from schemas.formats import Formats

FORMATS: Final = Formats(
    import_module(f"{__name__}.{folder}").FORMAT
    for folder in (
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
)
"""Every format, in the order of lists. If two recognise a file equally well, the first one reads it."""
