"""The input formats: one module each, and the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.conversion import Reader
from schemas.errors import UnknownNameError
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.csv.reader import read_csv
from workers.formats.news_article.reader import read_news_article
from workers.formats.newsml_g2.reader import read_newsml_g2
from workers.formats.text.reader import read_text

READERS: Final[Mapping[str, Reader]] = {
    "text": read_text,
    "json": read_json_articles,
    "newsml-g2": read_newsml_g2,
    "csv": read_csv,
    "news-article": read_news_article,
}


def get_reader(name: str) -> Reader:
    """The reader of an input format.

    Raises:
        UnknownNameError: there is no such format.
    """
    if name not in READERS:
        raise UnknownNameError("input format", name, tuple(READERS))
    return READERS[name]
