"""Check whole feeds as streams, by the rules of a format and of a partner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final

from lxml import etree

from schemas.errors import FileFault
from schemas.formats import FileChecker
from workers.formats.xml.feeds.checks import partners
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.parsing import has_doctype, parse_events

_ITEMS: Final = ("item", "atom:entry")
_FEEDS: Final = ("channel", "atom:feed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRules:
    """The rules of a format.

    Args:
        prefix: what their ids begin with.
        root: checks the root element; it returns whether the feed can be checked further.
        item: checks an item.
        feed: checks a feed, in which the items are empty.
        identity: returns what an item is known by.
        unique: the rule that an item breaks by standing twice.
    """

    prefix: str
    root: Callable[[etree._Element, Report], bool]
    item: Callable[[etree._Element, Report], None]
    feed: Callable[[etree._Element, Report], None]
    identity: Callable[[etree._Element], str | None]
    unique: str


def check_feed_file(path: Path, rules: FeedRules, profile: str | None = None) -> Iterator[FileFault]:
    """Yield every fault of a feed.

    Args:
        path: the file.
        rules: the rules of its format.
        profile: the partner whose rules alone are checked; None to check the rules of the format, and those of the
            partner that the generator names.
    """
    report = Report(path.name, rules.prefix)
    reading = _Reading(rules, report, profile)
    root: etree._Element | None = None
    try:
        with path.open("rb") as stream:
            for event, element in parse_events(stream):
                if root is None:
                    root = element
                    if has_doctype(element):
                        yield FileFault(path.name, 1, "xml-doctype", "the file has a DOCTYPE; take it out")
                        return
                    if not rules.root(element, report):
                        yield from report.take()
                        return
                if event == "end":
                    reading.end(element)
                    yield from report.take()
    except etree.XMLSyntaxError as error:
        detail = f"the file is not XML that can be read: {error.msg or 'it ends before its root element does'}"
        yield FileFault(path.name, error.lineno or 0, "xml-well-formed", detail)


def partners_of(rules: FeedRules) -> Mapping[str, FileChecker]:
    """Return the checks of a format by the rules of each partner alone."""
    return {
        f"{rules.prefix}-for-{profile}": partial(check_feed_file, rules=rules, profile=profile)
        for profile in partners.PROFILES
    }


class _Reading:
    def __init__(self, rules: FeedRules, report: Report, profile: str | None) -> None:
        self._rules = rules
        self._report = report
        self._only = profile
        self._profile = profile
        self._items = 0
        self._seen: set[bytes] = set()

    def end(self, element: etree._Element) -> None:
        """Check an element that has been read to its end."""
        name = name_of(element)
        if name in _ITEMS:
            self._items += 1
            if self._only is None:
                self._rules.item(element, self._report)
                self._check_unique(element)
            if self._profile:
                partners.check_item(self._profile, element, self._report)
            _empty(element)
        elif name in ("generator", "atom:generator") and self._only is None:
            self._profile = partners.profile_in(element.text or "")
        elif name in _FEEDS:
            if self._only is None:
                self._rules.feed(element, self._report)
            if self._profile:
                partners.check_feed(self._profile, element, self._items, self._report)

    def _check_unique(self, item: etree._Element) -> None:
        identity = self._rules.identity(item)
        if identity is None:
            return
        digest = blake2b(identity.encode(errors="surrogatepass"), digest_size=16).digest()
        if digest in self._seen:
            self._report(item, self._rules.unique, "another item has the same id; give each its own")
        self._seen.add(digest)


def _empty(item: etree._Element) -> None:
    """Free an item. It stays in its place, which the rules of the feed look at; those before it go."""
    item.clear(keep_tail=True)
    parent = item.getparent()
    if parent is not None:
        while (before := item.getprevious()) is not None and name_of(before) in _ITEMS:
            parent.remove(before)
