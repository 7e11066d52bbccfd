"""Check the items that newsmill writes into a feed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from schemas.article import Article
from schemas.conversion import Conversion
from schemas.errors import FileFault
from workers.formats.templates import TemplateCache
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.checks.same import differences
from workers.formats.xml.feeds.checks.values import DELETED, check_deleted
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.parsing import piece_parser
from workers.formats.xml.templates import XmlItems


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenItems:
    """The items of a format.

    Args:
        file: the name of the file that they are written to.
        prefix: what the ids of the rules begin with.
        feed: the bytes before and after an item that make a whole feed of it.
        markup: the items, as templates are made of them.
        rules: checks an item by the rules of the format.
        is_dated: whether an item without a date states when it was written.
    """

    file: str
    prefix: str
    feed: tuple[bytes, bytes]
    markup: XmlItems
    rules: Callable[[etree._Element, Report], None]
    is_dated: bool


class ItemChecker:
    """The check of each item that a conversion writes."""

    def __init__(self, items: WrittenItems, conversion: Conversion, options: FeedOptions) -> None:
        self._parser = piece_parser()
        self._templates = TemplateCache(items.markup.template)
        self._items = items
        self._at = conversion.at if items.is_dated else None

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the item of an article."""
        (piece,) = pieces
        if self._templates.has(article, piece):
            return ()
        report = Report(self._items.file, self._items.prefix)
        before, after = self._items.feed
        try:
            feed = etree.fromstring(b"".join((before, piece, after)), self._parser)
        except etree.XMLSyntaxError as error:
            return (FileFault(self._items.file, 0, "xml-well-formed", f"the item is not well-formed: {error.msg}"),)
        item = feed[0]
        if item.tag == DELETED:
            check_deleted(item, article, report)
        else:
            self._items.rules(item, report)
            for detail in differences(item, article, self._at):
                report(item, "feed-text", detail)
        faults = report.take()
        if not faults:
            self._templates.add(article, piece)
        return tuple(faults)
