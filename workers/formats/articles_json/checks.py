"""Articles in JSON: the check of the lines that are written, and of whole files."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import orjson

from schemas.article import Article
from schemas.article.json_form import article_fields
from schemas.article.values import shorten
from schemas.conversion import Conversion, Document
from schemas.errors import ArticleError, FileFault, InputError
from schemas.options import NoOptions
from workers.formats.articles_json.reader import read_values
from workers.formats.articles_json.writer import NAME


class ArticlesJsonChecker:
    """A checker that reads back the line of each article and compares it with the article."""

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion and the options: an article is written unchanged."""

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the line of an article."""
        (line,) = pieces
        if b"\n" in line:
            return (
                FileFault(NAME, 0, "aj-line", "a line feed stands within the line; write each article on one line"),
            )
        try:
            back = Article(**article_fields(orjson.loads(line)))
        except (orjson.JSONDecodeError, ArticleError) as error:
            return (FileFault(NAME, 0, "aj-article", str(error)),)
        if back != article:
            return (FileFault(NAME, 0, "aj-same", f"the line reads as another article: {shorten(repr(back))}"),)
        return ()


def check_articles_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file: in its JSON, in an article, or a version that occurs twice."""
    seen: set[bytes] = set()
    found = False
    try:
        for value in read_values(Document(name=path.name, open=lambda: path.open("rb"))):
            found = True
            if value.error:
                yield FileFault(path.name, value.line, "aj-json", f"{value.error}; write JSON in UTF-8")
                continue
            try:
                article = Article(**{"paragraphs": (), **article_fields(value.content)})
            except ArticleError as error:
                for fault in error.faults:
                    yield FileFault(path.name, value.line, "aj-article", str(fault))
                continue
            key = blake2b(f"{article.version} {article.id}".encode(), digest_size=16).digest()
            if article.id and key in seen:
                again = f"version {article.version} of {article.id} stands a second time; keep one"
                yield FileFault(path.name, value.line, "aj-unique", again)
            seen.add(key)
    except InputError as error:
        yield FileFault(path.name, 0, "aj-json", f"{error}; write JSON in UTF-8")
        return
    if not found:
        yield FileFault(
            path.name, 0, "aj-article", "the file has no article; write one on each line, or a list of them"
        )
