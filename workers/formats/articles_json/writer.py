"""Articles in newsmill's own JSON, one on each line (NDJSON), with the fields that each states."""

from __future__ import annotations

from typing import Final

import orjson

from schemas.article import Article
from schemas.article.json_form import dump_article
from schemas.conversion import Conversion, Frame
from schemas.options import NoOptions

NAME: Final = "articles.ndjson"
LINES_TYPE: Final = "application/x-ndjson"
_FRAME: Final = Frame(head=b"", between=b"\n", tail=b"\n", media_type=LINES_TYPE)


class ArticlesJsonWriter:
    """A writer of one line for each article."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion and the options: an article is written unchanged."""

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the line of an article, without its line end."""
        return (orjson.dumps(dump_article(article)),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return line feeds between the lines and after the last."""
        return _FRAME
