"""Write Markdown: the front matter of each article in YAML, and its text.

The lines of the front matter are names and values in JSON, which is YAML too. The names are those that static site
generators know, and newsmill's own for all else.
"""

from __future__ import annotations

import re
from typing import Final

import orjson

from schemas.article import Article
from schemas.article.json_form import dump_article
from schemas.bounds import refuse_article
from schemas.conversion import Conversion, Frame
from schemas.options import NoOptions
from workers.formats.markdown.blocks import write_markdown
from workers.formats.markdown.front_matter import LARGEST, OWN
from workers.formats.markdown.reader import MEDIA_TYPE, NAMES

NAME: Final = "articles.md"
_FRAME: Final = Frame(head=b"", between=b"\n", tail=b"", media_type=MEDIA_TYPE)
_FIRST: Final = ("headline", "published", "modified", "bylines", "description", "keywords", "section")
# Line breaks of YAML, and characters that it takes only escaped.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


class MarkdownWriter:
    """A writer of one text for each article, with its front matter."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion and the options: an article is written unchanged."""

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the front matter and the text of an article.

        Raises:
            ArticleError: the front matter is too large to be read again.
        """
        stated = dump_article(article)
        stated.pop("paragraphs", None)
        names = sorted(stated, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
        lines = "".join(f"{NAMES.get(name, name)}: {_json(stated[name])}\n" for name in names)
        if len(lines) + len(OWN) >= LARGEST:
            refuse_article("beside its text, it takes", LARGEST)
        text = write_markdown(article.blocks or article.paragraphs)
        return (f"---\n{OWN}\n{lines}---\n{f'{chr(10)}{text}{chr(10)}' if text else ''}".encode(),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return a blank line between two articles."""
        return _FRAME


def _json(value: object) -> str:
    text = orjson.dumps(value).decode()
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
