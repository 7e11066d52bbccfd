"""What an HTML page states about its article beside JSON-LD: the text of its `article` element, and its metadata.

The metadata are those of OpenGraph and of `meta` elements in wide use, the canonical link and the language of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from lxml import etree

from schemas.article import Byline, Media, Party
from schemas.article.body import Block, Heading, plain_block
from schemas.article.languages import check_language
from schemas.article.parts import Rendition
from schemas.article.values import FORBIDDEN, check_iri, make_line
from schemas.ledger import Ledger
from workers.formats.markup import parse_html, read_blocks
from workers.formats.schema_org.reading.account import Account

_LINES: Final = {
    "headline": ("og:title", "twitter:title", "parsely-title"),
    "section": ("article:section", "parsely-section"),
}
_TEXTS: Final = {"description": ("og:description", "description", "twitter:description")}
_DATES: Final = {
    "published": ("article:published_time", "datepublished", "parsely-pub-date", "dc.date.issued", "date", "pubdate"),
    "modified": ("article:modified_time", "og:updated_time", "datemodified"),
    "expires": ("article:expiration_time",),
}
_AUTHORS: Final = ("author", "article:author", "parsely-author", "dc.creator")
_KEYWORDS: Final = ("article:tag", "news_keywords", "keywords")
# Elements that are no part of the text of an article.
_APART: Final = frozenset(
    "script style noscript template nav aside footer form button input select textarea iframe svg dialog menu".split()
)


class PageFacts:
    """The facts of a page, in the order that they are taken.

    Args:
        page: the text of the page.
    """

    def __init__(self, page: str) -> None:
        self._page = page

    @cached_property
    def _root(self) -> etree._Element | None:
        return parse_html(FORBIDDEN.sub("", self._page))

    @cached_property
    def base(self) -> str | None:
        """The address of the page: its canonical link, else its og:url."""
        if self._root is None:
            return None
        for link in self._root.iter("link"):
            if "canonical" in (link.get("rel") or "").lower().split():
                href = (link.get("href") or "").strip()
                if check_iri(href) is None:
                    return href
        return next((url.strip() for _, url in self._metas("og:url") if check_iri(url.strip()) is None), None)

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for meta in self._root.iter("meta") if self._root is not None else ():
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
            content = (meta.get("content") or "").strip()
            if name and content:
                found.setdefault(name, []).append(content)
        return found

    def _metas(self, *names: str) -> Iterator[tuple[str, str]]:
        for name in names:
            for content in self._named.get(name, ()):
                yield f"meta.{name}", content

    def complete(self, account: Account, of: dict[str, Any]) -> None:
        """Add to the fields of an article what they lack and the page states."""
        for names, line in ((_LINES, True), (_TEXTS, False)):
            for field, metas in names.items():
                for path, content in self._metas(*metas):
                    if field not in of and (text := account.text(path, content, field, line=line)):
                        of[field] = text
        for field, metas in _DATES.items():
            for path, content in self._metas(*metas):
                if field not in of and (moment := account.moment(path, content, field)):
                    of[field] = moment
        self._add_language(account, of)
        self._add_people(account, of)
        if "keywords" not in of and (words := list(self._keywords(account))):
            of["keywords"] = tuple(dict.fromkeys(words))
        if "url" not in of and self.base:
            account.keep("link.canonical", self.base, "url")
            of["url"] = self.base
        if "media" not in of and (image := self._image(account)):
            of["media"] = (image,)
        if "headline" not in of and self._root is not None and (title := self._root.findtext(".//title")):
            headline = account.line("title", title, "headline")
            of |= {"headline": headline} if headline else {}

    def _add_language(self, account: Account, of: dict[str, Any]) -> None:
        tag = (self._root.get("lang") or "").strip().replace("_", "-") if self._root is not None else ""
        if tag and "language" not in of:
            if check_language(tag) is None:
                account.keep("html.lang", tag, "language")
                of["language"] = tag
            else:
                account.lose("html.lang", tag, "it is no language tag of BCP 47")

    def _add_people(self, account: Account, of: dict[str, Any]) -> None:
        if "bylines" not in of:
            names = []
            for path, content in self._metas(*_AUTHORS):
                # article:author is often the address of a profile.
                if "://" not in content and (name := account.line(path, content, "bylines.name")):
                    names.append(name)
            if names:
                of["bylines"] = tuple(Byline(name=name) for name in dict.fromkeys(names))
        if "provider" not in of:
            for path, content in self._metas("og:site_name"):
                if name := account.line(path, content, "provider.name"):
                    of["provider"] = Party(name=name)
                    break

    def _keywords(self, account: Account) -> Iterator[str]:
        for name in _KEYWORDS:
            for path, content in self._metas(name):
                account.keep(path, content, "keywords")
                parts = [content] if name == "article:tag" else content.split(",")
                yield from filter(None, (make_line(part) for part in parts))
            if name in self._named:
                return

    def _image(self, account: Account) -> Media | None:
        for path, content in self._metas("og:image", "og:image:url", "og:image:secure_url"):
            if href := account.iri(path, content, "media.renditions"):
                alt = next((account.text(at, text, "media.alt") for at, text in self._metas("og:image:alt")), None)
                return Media(kind="picture", alt=alt, renditions=(Rendition(href=href),))
        return None

    def text(self, ledger: Ledger, headline: str | None) -> tuple[Block, ...]:
        """Return the blocks of the page's `article` element, without its headline; none if it has no such element."""
        element = self._article()
        if element is None:
            return ()
        inner = Ledger()
        blocks = read_blocks(_without_apart(element), inner, "article", base=self.base)
        ledger.entries += [entry for entry in inner.entries if "/@" not in entry.path]
        return tuple(block for block in blocks if not _is_headline(block, headline))

    def first_heading(self) -> str | None:
        """Return the text of the first heading of the `article` element."""
        element = self._article()
        heading = None if element is None else next(element.iter("h1"), None)
        return make_line(" ".join("".join(heading.itertext()).split())) or None if heading is not None else None

    def _article(self) -> etree._Element | None:
        """Return the element with the text: the longest articleBody, else the longest `article` inside of no other."""
        if self._root is None:
            return None
        found = [one for one in self._root.iter("article") if next(one.iterancestors("article"), None) is None]
        bodies = [
            one
            for one in self._root.iter()
            if isinstance(one.tag, str) and "articleBody" in (one.get("itemprop") or "").split()
        ]
        return max(bodies or found, key=lambda one: sum(map(len, one.itertext())), default=None)


def _without_apart(element: etree._Element) -> etree._Element:
    for child in list(element.iter()):
        if child is not element and isinstance(child.tag, str) and child.tag in _APART:
            parent = child.getparent()
            if parent is not None:
                # The text behind an element belongs to its parent.
                before = child.getprevious()
                if child.tail:
                    if before is None:
                        parent.text = f"{parent.text or ''}{child.tail}"
                    else:
                        before.tail = f"{before.tail or ''}{child.tail}"
                parent.remove(child)
    return element


def _is_headline(block: Block, headline: str | None) -> bool:
    return isinstance(block, Heading) and (block.level == 1 or plain_block(block) == headline)
