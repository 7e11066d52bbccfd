"""schema.org NewsArticle as JSON-LD 1.1: one object, a document with an @graph, or NDJSON.

A piece is the object of an article without its opening brace. So the same piece can be a document (after an @context),
a member of a graph, or a line.
"""

from __future__ import annotations

import orjson

from schemas.article import Article
from schemas.conversion import Conversion, Frame
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.schema_org.objects import escape, generation, news_article
from workers.formats.schema_org.terms import CONTEXT, DOCUMENT_TYPE, LINES_TYPE

_DOCUMENT = b'{"@context":"%s",' % CONTEXT.encode()


class NewsArticleWriter:
    """The writer of NewsArticle objects."""

    def __init__(self, conversion: Conversion, options: NewsArticleOptions) -> None:
        self._lines = options.lines
        self.files = ("articles.ndjsonld",) if options.lines else ("articles.jsonld",)
        self._generated = generation(conversion)

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the object of an article, without its opening brace."""
        made = news_article(article)
        made.update(self._generated)
        return (escape(orjson.dumps(made))[1:],)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return an @context before each line, before one object, or around a graph of several."""
        if self._lines:
            return Frame(head=_DOCUMENT, between=b"\n" + _DOCUMENT, tail=b"\n", media_type=LINES_TYPE)
        if articles == 1:
            return Frame(head=_DOCUMENT, between=b"", tail=b"\n", media_type=DOCUMENT_TYPE)
        return Frame(head=_DOCUMENT + b'"@graph":[\n{', between=b",\n{", tail=b"\n]}\n", media_type=DOCUMENT_TYPE)
