"""Check Markdown: the pieces that newsmill writes, by reading them, and files of any origin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemas.article import Article
from schemas.article.body import plain_blocks
from schemas.article.json_form import article_fields
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import ArticleError, FileFault, InputError
from schemas.options import NoOptions
from workers.formats.markdown.blocks import escape_text
from workers.formats.markdown.front_matter import read_front_matter
from workers.formats.markdown.reader import NAMES, own_blocks
from workers.formats.markdown.writer import NAME

_FIELDS = {name: field for field, name in NAMES.items()}


class MarkdownChecker:
    """A checker that reads back the text of each article and compares it with the article."""

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion and the options."""

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the piece of an article."""
        (piece,) = pieces
        try:
            front = read_front_matter(piece.decode(), NAME)
            fields = {_FIELDS.get(key, key): value for key, value in front.fields.items()}
            back = article_fields({"paragraphs": list(article.paragraphs) or "-", **fields})
        except (InputError, ArticleError, UnicodeDecodeError) as error:
            return (FileFault(NAME, 0, "md-front", str(error)),)
        faults = []
        text = front.rest.strip("\n")
        if article.blocks:
            same = plain_blocks(own_blocks(text)) == article.paragraphs
        else:
            same = text.split("\n\n") == [*map(escape_text, article.paragraphs)] or not (text or article.paragraphs)
        if not same:
            faults.append(FileFault(NAME, 0, "md-same", "the text reads otherwise than that of the article"))
        if any(getattr(article, name) != value for name, value in back.items() if name != "paragraphs"):
            faults.append(
                FileFault(NAME, 0, "md-same", f"the front matter is of another article: {shorten(str(back))}")
            )
        return tuple(faults)


def check_markdown_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file."""
    try:
        text = path.read_bytes().decode().removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        yield FileFault(path.name, 0, "md-encoding", f"byte {error.start} is not UTF-8; write the file in UTF-8")
        return
    try:
        front = read_front_matter(text, path.name)
    except InputError as error:
        yield FileFault(path.name, 1, "md-front", f"{error.reason}; correct it")
        return
    if not front.rest.strip():
        yield FileFault(path.name, 1, "md-text", "there is no text behind the front matter; write one", "advice")
    if "title" not in front.fields and not front.rest.lstrip().startswith("# "):
        yield FileFault(path.name, 1, "md-text", "no title is stated; write `title` in the front matter", "advice")
