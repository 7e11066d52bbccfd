"""Read a feed as a stream: the article of each of its items, with what the feed states for all of them.

- An item whose text is a NITF document is read as that document, completed by the elements of the item.
- What stands in the feed beside its items is in the ledger of its first item, and what comes after the last one in that
  of the last.
- A feed that is not well-formed in one of the usual ways is mended, and the ledger says so (`mending`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from typing import Any, Final

from lxml import etree

from schemas.article import Party
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from schemas.ledger import Ledger
from workers.formats.xml.account import Account
from workers.formats.xml.feeds.mending import Mended, mended
from workers.formats.xml.feeds.names import name_of, shown_name
from workers.formats.xml.feeds.reading.deleted import read_deleted
from workers.formats.xml.feeds.reading.entry import Context, Entry
from workers.formats.xml.feeds.reading.items import Handler, read_item, read_own_attributes
from workers.formats.xml.feeds.reading.nested import find_nitf, refuse_newsml
from workers.formats.xml.nitf import stated_by
from workers.formats.xml.parsing import read_elements

_DELETED: Final = "at:deleted-entry"
ITEMS: Final = ("item", "atom:entry", _DELETED)
_AROUND: Final = ("{*}channel", "{*}feed", "{*}rss", "{*}RDF")
_MOST_PENDING: Final = 1000
_NO_NEWS: Final = "it has no title, no text and no media"
_SAYING: Final = ("paragraphs", "blocks", "media", "headline", "description")

Finish = Callable[[Entry], None]
"""A step of one format with an item, after the elements that all feeds share."""


def read_feed(
    document: Document,
    *,
    handlers: Mapping[str, Handler] | None = None,
    skip: Callable[[etree._Element], str | None] = lambda _: None,
    html_of: Callable[[str], str] | None = None,
    finish: Finish = lambda _: None,
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each item of a feed.

    Args:
        document: the feed.
        handlers: handlers of further elements of an item, by their names.
        skip: returns why an item is no article, which is then named; "" for one that another item shows, None for an
            article.
        html_of: makes HTML of the text of an item; None if it is HTML.
        finish: completes the fields of an item.

    Raises:
        InputError: the document is not XML that can be read, or has no item.
    """
    reader = _Reader(document, handlers or {}, skip, html_of, finish)
    tags = ("{*}item", "{*}entry", "{*}deleted-entry", *_AROUND)
    last: ReadArticle | UnreadArticle | None = None
    try:
        for element in read_elements(mended(document, reader.mended), tags):
            name = name_of(element)
            if name == _DELETED:
                found: ReadArticle | UnreadArticle | None = read_deleted(document, element)
            elif name in ITEMS:
                found = reader.item(element)
            else:
                if isinstance(last, ReadArticle):
                    reader.rest(element, last.ledger)
                continue
            if found is not None:
                if last is not None:
                    yield last
                last = found
    except InputError:
        if last is not None:
            yield last
        raise
    if last is None:
        raise InputError(document.name or "document", "", "the feed has no item")
    yield last


class _Reader:
    """The reader of one feed."""

    def __init__(
        self,
        document: Document,
        handlers: Mapping[str, Handler],
        skip: Callable[[etree._Element], str | None],
        html_of: Callable[[str], str] | None,
        finish: Finish,
    ) -> None:
        self.mended = Mended()
        self._document = document
        self._handlers = handlers
        self._skip = skip
        self._html_of = html_of
        self._finish = finish
        self._context = Context()
        self._pending: list[tuple[str, str, str | None, str]] = []
        self._number = document.first_article - 1
        self._parent: etree._Element | None = None

    def item(self, element: etree._Element) -> ReadArticle | UnreadArticle | None:
        """Return the article of an item; None if it is none. An exception costs this item only."""
        number = self._number + 1
        place = f"{shown_name(element)} {number}, line {element.sourceline}"
        try:
            return self._item(element, place)
        except Exception as error:
            self._number = number
            return UnreadArticle.of(error, place)

    def _item(self, element: etree._Element, place: str) -> ReadArticle | None:
        reason = self._skip(element)
        ledger = self._document.ledger()
        self.around(element, ledger)
        if reason is not None:
            if reason:
                ledger.not_held(shown_name(element), _title_of(element), reason)
            lost = (one for one in ledger.entries if one.outcome != "kept")
            if len(self._pending) < _MOST_PENDING:
                self._pending += [(one.path, one.value, one.field, one.reason) for one in lost]
            return None
        for path, value, field, reason in self._pending:
            ledger.changed(path, value, field, reason) if field else ledger.not_held(path, value, reason)
        self._pending.clear()
        for character, how in self.mended.take():
            ledger.changed(shown_name(element), character, None, how)
        self._number += 1
        account = Account(element, ledger, shown=shown_name)
        refuse_newsml(element)
        stated = self._stated(account, element)
        return ReadArticle(self._document.article(stated, ledger, needs_content=False), ledger, place)

    def _stated(self, account: Account, element: etree._Element) -> dict[str, Any]:
        entry = Entry(account, element, self._context, self._document.reading.zone, html_of=self._html_of)
        inner: dict[str, Any] = {}
        if nitf := find_nitf(element, account):
            inner = stated_by(nitf.account, nitf.element, entry.zone)
            if nitf.account is not account:
                nitf.account.finish()
            entry.nested = nitf.element
        read_own_attributes(entry)
        read_item(entry, self._handlers)
        self._finish(entry)
        stated = entry.fields()
        if "paragraphs" in inner or "blocks" in inner:
            stated = {name: value for name, value in stated.items() if name not in ("paragraphs", "blocks")}
        stated |= inner
        account.finish()
        if not any(map(stated.get, _SAYING)) and stated.get("status") != "canceled" and not self._document.defaults:
            raise ArticleError((Fault("", _NO_NEWS),))
        return stated

    # The document around the items

    def around(self, item: etree._Element, ledger: Ledger) -> None:
        """Read what stands before an item in its feed, and what the elements around it state."""
        parent = item.getparent()
        if parent is None:
            return
        if parent is not self._parent:
            self._parent, self._context = parent, Context()
            for outer in (parent, *parent.iterancestors()):
                self._attributes(outer, ledger)
        for element in _before(item):
            # RSS 1.0 has the channel beside its items.
            is_channel = name_of(element) == "channel"
            path = "channel" if is_channel else shown_name(parent)
            for one in element.iterchildren(etree.Element) if is_channel else (element,):
                self._feed_element(one, ledger, path)

    def rest(self, feed: etree._Element, ledger: Ledger) -> None:
        """Record what stands in a feed behind its last item."""
        for one in _behind(feed):
            if name_of(one) != "channel":
                Account(one, ledger, f"{shown_name(feed)}/{shown_name(one)}", shown=shown_name).finish()

    def _attributes(self, element: etree._Element, ledger: Ledger) -> None:
        root = _bare(element)
        account = Account(root, ledger, shown_name(element), shown=shown_name)
        entry = Entry(account, root, self._context, None)
        if language := entry.language(root, "xml:lang", "language"):
            self._context.language = self._context.language or language
        account.keep(root, "version", None)
        account.finish()

    def _feed_element(self, element: etree._Element, ledger: Ledger, path: str) -> None:
        """Take what an element of a feed states for all items."""
        context, name = self._context, name_of(element)
        account = Account(element, ledger, f"{path}/{shown_name(element)}", shown=shown_name)
        entry = Entry(account, element, context, None)
        if name in ("generator", "atom:generator"):
            # newsmill writes it before all other elements.
            context.own = account.line(element).startswith("newsmill")
            account.keep_text(element, None)
            account.keep(element, "version", None)
        elif context.own:
            # The feed says who made it and when, not who provides the articles.
            if name == "atom:updated":
                context.updated = account.line(element)
            return
        elif name in ("language", "dc:language"):
            context.language = entry.language(element, None, "language") or context.language
        elif name in ("copyright", "dc:rights", "atom:rights"):
            context.copyright_notice = entry.text(element, "copyright_notice") or context.copyright_notice
        elif name in ("title", "atom:title", "dc:publisher"):
            if not context.provider or name == "dc:publisher":
                named = entry.line(element, "provider.name")
                context.provider = Party(name=named, uri=context.base) if named else context.provider
        elif name == "link":
            self._home(entry.iri(element, None, "provider.uri"))
        elif name == "atom:link" and (account.get(element, "rel") or "alternate") == "alternate":
            self._home(entry.iri(element, "href", "provider.uri"))
        elif name == "atom:author" and (person := entry.person(element, "bylines")):
            context.authors = (*context.authors, person)
        account.finish()

    def _home(self, uri: str | None) -> None:
        """Set the address of the site that the feed is of."""
        context = self._context
        if uri and context.base is None:
            context.base = uri
            if context.provider:
                context.provider = Party(name=context.provider.name, uri=uri)


def _before(item: etree._Element) -> list[etree._Element]:
    """Return the elements between an item and the item before it."""
    return list(takewhile(_is_no_item, item.itersiblings(etree.Element, preceding=True)))[::-1]


def _behind(feed: etree._Element) -> list[etree._Element]:
    """Return the elements of a feed behind its last item."""
    return list(takewhile(_is_no_item, feed.iterchildren(etree.Element, reversed=True)))[::-1]


def _is_no_item(element: etree._Element) -> bool:
    return name_of(element) not in ITEMS


def _bare(element: etree._Element) -> etree._Element:
    """Return an element with the attributes of another one, and nothing else."""
    bare = etree.Element(_valid(str(element.tag)))
    for name, value in element.attrib.items():
        bare.set(_valid(name), value)
    return bare


def _valid(name: str) -> str:
    """Return a name that an element can be given. One with an undeclared prefix has a colon, which no name may have."""
    if name.startswith("{"):
        return name
    return f"{'_' if name.startswith(':') else ''}{name.replace(':', '-')}"


def _title_of(element: etree._Element) -> str:
    title = next((one for one in element.iterchildren(etree.Element) if name_of(one) in ("title", "atom:title")), None)
    return "" if title is None else (title.text or "").strip()
