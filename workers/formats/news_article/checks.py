"""schema.org NewsArticle in JSON-LD: the check of the pieces of an export, and of whole files as streams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from schemas.article import Article
from schemas.conversion import Conversion
from schemas.errors import FileFault
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.schema_org.document_checks import DocumentCheck
from workers.formats.schema_org.object_checks import ObjectChecker


class NewsArticleChecker:
    """A checker of the object of each article against the article."""

    def __init__(self, conversion: Conversion, options: NewsArticleOptions) -> None:
        self._objects = ObjectChecker("articles.ndjsonld" if options.lines else "articles.jsonld")

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the object of an article."""
        (piece,) = pieces
        return self._objects.check(article, piece)


def check_news_article_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file of JSON-LD."""
    with path.open("rb") as stream:
        yield from check_news_articles(stream, path.name)


def check_news_articles(stream: BinaryIO, name: str) -> Iterator[FileFault]:
    """Yield every fault of a JSON-LD document of any length: one object, a graph, or lines of objects.

    Args:
        stream: its bytes.
        name: its name, for the faults.
    """
    document = DocumentCheck(name)
    yield from document.check(stream)
    if not document.is_broken:
        yield from document.finish()
