"""The output formats: one module each, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.conversion import Conversion, Writer
from schemas.errors import UnknownNameError
from schemas.formats import CSV, NEWS_ARTICLE, NEWSML_G2
from workers.formats.csv.writer import CsvWriter
from workers.formats.news_article.writer import NewsArticleWriter
from workers.formats.newsml_g2.writer import NewsmlG2Writer

WRITERS: Final[Mapping[str, Callable[[Conversion, Any], Writer]]] = {
    NEWSML_G2: NewsmlG2Writer,
    NEWS_ARTICLE: NewsArticleWriter,
    CSV: CsvWriter,
}


def get_writer(format_id: str) -> Callable[[Conversion, Any], Writer]:
    """What makes the writer of a format.

    Raises:
        UnknownNameError: there is no such format.
    """
    if format_id not in WRITERS:
        raise UnknownNameError("format", format_id, tuple(WRITERS))
    return WRITERS[format_id]
