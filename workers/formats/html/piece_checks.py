"""The check of the pages that newsmill writes: each is read back and compared with its article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from schemas.article import Article
from schemas.article.body import plain_blocks
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import ArticleError, Fault, FileFault, InputError
from schemas.ledger import Ledger
from schemas.options import NoOptions
from workers.formats.html.pages import Pieces
from workers.formats.html.writer import NAME, authors_of, title_of
from workers.formats.markup import read_blocks
from workers.formats.markup.writing.html5 import clean_html
from workers.formats.pages.facts.scripts import find_scripts
from workers.formats.pages.own import BYLINE, PUBLISHED, find_own_body, restore_preformatted
from workers.formats.pages.tree import parse_page
from workers.formats.schema_org.object_checks import ObjectChecker
from workers.formats.schema_org.terms import CONTEXT

_OPENING: Final = f'{{"@context":"{CONTEXT}",'


class HtmlChecker:
    """A checker of the page of each article against the article."""

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        self._objects = ObjectChecker(NAME)

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the page of an article.

        Raises:
            ArticleError: the article has more elements, or deeper ones, than pages that are read.
        """
        page = "".join(page.decode() for _, page in Pieces().take(pieces[0]))
        scripts = [script for _, script in find_scripts(page)]
        if len(scripts) != 1 or not scripts[0].startswith(_OPENING):
            return (FileFault(NAME, 0, "ld-article", "the page has not one object of the article"),)
        faults = self._objects.check(article, scripts[0].removeprefix(_OPENING).encode())
        try:
            root = parse_page(NAME, page)
        except InputError as error:
            raise ArticleError((Fault("/paragraphs", error.reason),)) from None
        return (*faults, *(FileFault(NAME, 0, "html-same", detail) for detail in _differences(root, article)))


def _differences(root: Any, article: Article) -> Iterator[str]:
    """Yield what a page shows otherwise than the article states it."""
    body = find_own_body(root)
    if body is None:
        yield "the page has no body"
        return
    restore_preformatted(body)
    texts = plain_blocks(read_blocks(body, Ledger(), "article", verbatim=True))
    if _bare(texts) != _bare(article.paragraphs):
        yield "the text reads otherwise than that of the article"
    header = body.getparent().find("header")
    shown = {
        "title": (root.findtext("head/title"), title_of(article)),
        "headline": (header.findtext("h1"), article.headline),
        "byline": (header.findtext(f"p[@class='{BYLINE}']"), authors_of(article)),
    }
    for name, (found, stated) in shown.items():
        if found != (clean_html(stated) if stated else None):
            yield f"the {name} is {shorten(repr(found))}; the article states {shorten(repr(stated))}"
    published: etree._Element | None = header.find(f"p/time[@class='{PUBLISHED}']")
    if (published is None) != (article.published is None):
        yield "the date of publication is not that of the article"


def _bare(texts: tuple[str, ...]) -> str:
    """Return the characters of some texts without white space, which blocks divide in other ways than texts."""
    return "".join("".join(clean_html(text).split()) for text in texts)
