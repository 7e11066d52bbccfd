"""Read the article of an HTML page: what it states in JSON-LD, then in its markup and its head, and its text.

The order for each field is JSON-LD, microdata and RDFa, OpenGraph and other `meta`, the markup, and what is inferred
from the look of the page. The text is that of JSON-LD unless the page itself has more of it: JSON-LD often has an
abridged text, or one without paragraphs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from schemas.article import Byline, LiveUpdate
from schemas.article.body import Block, plain_blocks
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError, NoArticleError
from schemas.ledger import Ledger
from workers.formats.markup import read_blocks
from workers.formats.pages.data.article import DataOfPage
from workers.formats.pages.encoding import decode_page
from workers.formats.pages.facts.bylines import clean_bylines, restore_site, set_aside_site
from workers.formats.pages.facts.head import PageFacts
from workers.formats.pages.facts.inference import find_unread_date, infer_date, infer_headline, infer_names
from workers.formats.pages.facts.microdata import MarkedItem, find_marked, find_texts
from workers.formats.pages.facts.mining import find_metas, find_reservation, reserve
from workers.formats.pages.facts.names import is_person
from workers.formats.pages.facts.scripts import find_scripts
from workers.formats.pages.own import LIST_SAID, complete_own, find_own_body, is_own_list
from workers.formats.pages.refusal import NO_TEXT, find_refusal, is_plain_page
from workers.formats.pages.text.body import PageBody, read_body
from workers.formats.pages.text.extraction import weigh
from workers.formats.pages.tree import LARGEST, parse_page
from workers.formats.schema_org.articles import Rest, read_article, say_nothing
from workers.formats.schema_org.merging import SAID_OTHERWISE, Story, merge_stories
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.reading.adapter import is_own, read_story
from workers.formats.schema_org.reading.reading import Reading
from workers.formats.schema_org.script_json import parse_script
from workers.formats.schema_org.terms import types_of

JSON_LD: Final = "json-ld"
META: Final = "meta"
MARKUP: Final = "markup"
SCRIPT: Final = "script"
"""The origins of values in the ledger."""

_REPLACED: Final = "the markup of the page has this text with its paragraphs"
_INFERRED: Final = "it is inferred from the look of the page"
_OF_PAGE: Final = ("author", "creator", "datePublished", "dateModified", "inLanguage")
_LONGEST_PARAGRAPH: Final = 600
# A shorter text of one of several articles is that of a teaser.
_LEAST_PART: Final = 60
_SAME: Final = 0.8


def read_page(document: Document, raw: bytes) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a page.

    Args:
        document: the document, for its name and the options of the request.
        raw: the bytes of the page.

    Raises:
        InputError: the page is too large, or has no article.
    """
    name = document.name or "page"
    if len(raw) > LARGEST:
        raise InputError(name, "", f"the page has more than {LARGEST:,} bytes; no news page does")
    text = decode_page(raw, document.reading.encoding)
    scripts = _Scripts(text)
    stories = merge_stories(scripts.stories)
    page: _Page | None = None
    try:
        page = _Page(document, name, text)
    except InputError:
        # The statements of its JSON-LD can be read all the same.
        if not stories:
            raise
    if page is not None and is_own_list(page.root):
        yield UnreadArticle(place="list of links", reason=LIST_SAID, passed_over=True)
        return
    reservation = find_reservation(page.facts.all_metas() if page else find_metas(text), "meta")
    for found in _articles(document, name, scripts, stories, page):
        yield reserve(found, reservation)


def _articles(
    document: Document, name: str, scripts: _Scripts, stories: list[Story], page: _Page | None
) -> Iterator[ReadArticle | UnreadArticle]:
    rest = Rest(scripts.nodes, scripts.stories, tuple(dict.fromkeys(scripts.notes)), tuple(scripts.faults))
    if not stories and page is not None:
        yield from _without_json_ld(document, name, scripts, rest, page)
        return
    main = _main_story(stories, page.facts.base if page else None)
    for number, story in enumerate(stories, 1):
        last = rest if number == len(stories) else None
        own = page if number - 1 == main else None
        yield _article(document, scripts.nodes, story, number, last, page=own)


class _Scripts:
    """The JSON-LD of a page.

    Args:
        page: the text of the page.
    """

    def __init__(self, page: str) -> None:
        self.values: list[Any] = []
        self.faults: list[tuple[str, str]] = []
        self.notes: list[str] = []
        for line, script in find_scripts(page):
            try:
                read = parse_script(script)
            except ValueError as error:
                self.faults.append((f"the script in line {line}", str(error)))
            else:
                self.values.append(read.value)
                self.notes += read.notes
        if "\ufffd" in page:
            self.notes.append("bytes that are not of the page's encoding stand as U+FFFD")
        # A page of a picture that newsmill wrote has the picture's object. Other pages have those of their logos.
        own = any(isinstance(value, dict) and is_own(value) for value in self.values)
        self.nodes = Nodes(self.values, items=own)
        self.stories = self.nodes.stories()


class _Page:
    """A page, or an article that is a part of it.

    Raises:
        InputError: its elements nest too deep, or are too many.
    """

    def __init__(self, document: Document, name: str, text: str) -> None:
        self.root = parse_page(name, text)
        self.facts = PageFacts(self.root)
        self.marked = find_marked(self.root)
        self.is_plain = is_plain_page(self.root)
        self.own_body = find_own_body(self.root)
        self.is_stated = bool(self.marked) or self.facts.is_article()
        self.data = DataOfPage(text, self.root)
        self._document = document
        self._body: PageBody | None = None
        self._inferred: dict[str, Any] | None = None

    def complete(self, reading: Reading, of: dict[str, Any]) -> None:
        """Add to the fields of an article what they lack and the page has."""
        ledger = reading.ledger
        if self.own_body is not None:
            done = _name_origin(ledger, 0, JSON_LD)
            complete_own(self.own_body, reading, of)
            _name_origin(ledger, done, MARKUP)
            return
        clean_bylines(ledger, of)
        site = set_aside_site(of, self.facts.site, self.facts.host)
        done = _name_origin(ledger, 0, JSON_LD)
        if len(self.marked) == 1:
            _add_marked(reading, of, self.marked[0])
            clean_bylines(ledger, of)
            site = site or set_aside_site(of, self.facts.site, self.facts.host)
            done = _name_origin(ledger, done, MARKUP)
        if self._add_data(reading, of):
            clean_bylines(ledger, of)
            done = _name_origin(ledger, done, SCRIPT)
        self.facts.complete(reading, of)
        done = _name_origin(ledger, done, META)
        if self._document.reading.inferred:
            self._infer(ledger, of, people=bool(site))
        restore_site(ledger, of, site)
        self._add_body(reading, of)
        self.facts.mend_language(ledger, of, "\n".join(plain_blocks(of.get("blocks", ()))))
        _name_origin(ledger, done, MARKUP)

    def body(self, headline: str | None = None, description: str | None = None) -> PageBody:
        """Return the body of the page. It is read once, since it changes the tree."""
        if self._body is None:
            self._body = read_body(
                # The data of the page is looked for before all else is taken from the tree.
                deepcopy(self.root) if self.data.may_have_text else self.root,
                headlines=[*self.facts.titles(), *([headline] if headline else [])],
                descriptions=[*self.facts.descriptions(), *([description] if description else [])],
                base=self.facts.base,
                whole=self._document.whole_ledger,
            )
        return self._body

    @property
    def texts(self) -> Sequence[str]:
        """The text of the page, by its data if its markup has none."""
        return self.data.texts or plain_blocks(self.body().blocks)

    def _add_data(self, reading: Reading, of: dict[str, Any]) -> bool:
        """Add the article of the page's data, if markup and JSON-LD have no text; return whether that was done."""
        if not self.data.may_have_text or of.get("blocks") or of.get("live_updates"):
            return False
        shown = plain_blocks(self.body(of.get("headline"), of.get("description")).blocks)
        self.data.look(self.facts, shown, of.get("headline"), inferred=self._document.reading.inferred)
        return self.data.complete(reading.ledger, of, self._document)

    def _add_body(self, reading: Reading, of: dict[str, Any]) -> None:
        stated: Sequence[Block] = of.get("blocks", ())
        updates: Sequence[LiveUpdate] = of.get("live_updates", ())
        # Some live blogs state the headlines of their updates only.
        if self.data.texts or reading.verbatim or (all(one.text for one in updates) if updates else _is_whole(stated)):
            return
        body = self.body(of.get("headline"), of.get("description"))
        if not body.blocks or (stated and not _is_fuller(body.blocks, stated)):
            return
        of["blocks"] = body.blocks
        entries = reading.ledger.entries
        for number, entry in enumerate(entries):
            if entry.path.startswith("articleBody") and entry.outcome == "kept":
                entries[number] = entry._replace(outcome="changed", reason=_REPLACED)
        entries += body.entries

    def _infer(self, ledger: Ledger, of: dict[str, Any], *, people: bool) -> None:
        """Add what the page shows and states nowhere. The Article names these fields as inferred.

        Args:
            ledger: the ledger of the article.
            of: its fields.
            people: whether only people are authors, since the page states its site as one.
        """
        if self._inferred is None:
            self._inferred = {}
            if "headline" not in of and not self.facts.stated_titles() and (headline := infer_headline(self.root)):
                self._inferred["headline"] = headline
            names = [] if "bylines" in of else infer_names(self.root, self.facts.site)
            if names and (not people or all(map(is_person, names))):
                self._inferred["bylines"] = tuple(Byline(name=name) for name in dict.fromkeys(names))
            if "published" not in of and (date := infer_date(self.root, self.facts.base, self._document.reading.zone)):
                self._inferred["published"] = date
            elif "published" not in of and (unread := find_unread_date(self.root)):
                ledger.not_held("page", *unread)
        for field, value in self._inferred.items():
            if field in of:
                continue
            of[field] = value
            of["inferred"] = (*of.get("inferred", ()), field)
            for text in (one.name for one in value) if field == "bylines" else (value,):
                ledger.changed("page", text, field, _INFERRED)


class _Part:
    """One of several articles that a page marks, each with its text.

    Args:
        page: the page.
        item: the article in its markup.
    """

    def __init__(self, page: _Page, item: MarkedItem) -> None:
        self.facts = page.facts
        self._item = item
        self._texts = find_texts(item)
        # Without headlines, they are parts of one.
        self.has_text = (
            "headline" in item.node and weigh(["".join(one.itertext()) for one in self._texts]) >= _LEAST_PART
        )

    def complete(self, reading: Reading, of: dict[str, Any]) -> None:
        """Add to the fields of an article what its markup states, and what the page states of all of its articles."""
        ledger = reading.ledger
        _add_marked(reading, of, self._item)
        clean_bylines(ledger, of)
        inner = Ledger(whole=reading.whole)
        texts = map(deepcopy, self._texts)
        base = self.facts.base
        of["blocks"] = tuple(block for one in texts for block in read_blocks(one, inner, "article", base=base))
        ledger.entries += [entry for entry in inner.entries if "/@" not in entry.path]
        done = _name_origin(ledger, 0, MARKUP)
        self.facts.complete_part(reading, of)
        _name_origin(ledger, done, META)


def _article(
    document: Document, nodes: Nodes, story: Story, number: int, rest: Rest | None, *, page: _Page | _Part | None
) -> ReadArticle | UnreadArticle:
    read = read_article(
        document,
        nodes,
        story,
        f"article {number}",
        rest,
        base=page.facts.base if page else None,
        complete=page.complete if page else None,
    )
    if isinstance(read, ReadArticle):
        _name_origin(read.ledger, 0, JSON_LD)
    elif isinstance(page, _Page) and page.data.reason:
        return replace(read, reason=f"{read.reason}; {page.data.reason}")
    return read


def _without_json_ld(
    document: Document, name: str, scripts: _Scripts, rest: Rest, page: _Page
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of a page that states none in JSON-LD, or its articles if they are marked with their texts.

    Raises:
        InputError: the page has no article.
    """
    parts = [part for item in page.marked if (part := _Part(page, item)).has_text]
    if len(parts) > 1:
        for number, part in enumerate(parts, 1):
            last = rest if number == len(parts) else None
            yield _article(document, scripts.nodes, Story({}), number, last, page=part)
        return
    read = _article(document, scripts.nodes, Story(_stated_of_page(scripts.nodes)), 1, rest, page=page)
    # Broken JSON-LD is a fault of an article, so the page is no plain text.
    is_plain = page.is_plain and not (scripts.values or scripts.faults)
    is_stated = page.is_stated or page.data.is_sure
    reason = find_refusal(page.facts, page.texts, is_stated=is_stated, is_plain=is_plain)
    if reason is None:
        yield read
    elif scripts.faults:
        for place, fault in scripts.faults:
            yield UnreadArticle(place=place, reason=fault)
    else:
        reason = page.data.reason if page.data.reason and reason == NO_TEXT else reason
        raise NoArticleError(name, "", f"{say_nothing(scripts.nodes)}; {reason}" if scripts.values else reason)


def _stated_of_page(nodes: Nodes) -> dict[str, Any]:
    """Return what the object of a page states and an article has, such as its author; these members are taken."""
    found = [node for node in nodes.top if "WebPage" in types_of(node)]
    if len(found) != 1:
        return {}
    return {name: found[0].pop(name) for name in _OF_PAGE if name in found[0]}


def _main_story(stories: list[Story], base: str | None) -> int | None:
    """Return the index of the article that the page is about: the only one, or the one with the page's address."""
    if len(stories) == 1:
        return 0
    if not stories or not base:
        return None
    stated = [story.node.get("url") or story.node.get("mainEntityOfPage") for story in stories]
    addresses = [one.get("@id") if isinstance(one, dict) else one for one in stated]
    return next((number for number, one in enumerate(addresses) if one == base), None)


def _add_marked(reading: Reading, of: dict[str, Any], item: MarkedItem) -> None:
    """Add the fields of an article in microdata or RDFa that the article lacks."""
    ledger = Ledger(whole=reading.whole)
    inner = Reading(Nodes((item.node,)), ledger, base=reading.base, zone=reading.zone, verbatim=False)
    inner.nodes.stories()
    found = read_story(inner, item.node)
    for field, value in found.items():
        if field != "kind":
            of.setdefault(field, value)
    for entry in ledger.entries:
        field = (entry.field or "").partition(".")[0]
        if entry.outcome == "not-held" or field not in found or of.get(field) == found[field]:
            reading.ledger.entries.append(entry)
        else:
            reading.ledger.not_held(entry.path, entry.value, SAID_OTHERWISE)


def _is_whole(stated: Sequence[Block]) -> bool:
    """Return whether a stated text is whole, and has its paragraphs."""
    texts = plain_blocks(stated)
    size = sum(map(len, texts))
    return len(texts) > 1 and size <= _LONGEST_PARAGRAPH * len(texts) and not _is_shortened(texts)


def _is_shortened(texts: Sequence[str]) -> bool:
    return bool(texts) and texts[-1].rstrip().endswith(("…", "...", "[…]", "[...]", "…]"))


def _is_fuller(found: Sequence[Block], stated: Sequence[Block]) -> bool:
    """Return whether a text in the markup is the stated one with its paragraphs, or goes on where that is shortened."""
    texts, stated_texts = plain_blocks(found), plain_blocks(stated)
    words, stated_words = (Counter(" ".join(one).split()) for one in (texts, stated_texts))
    common = (words & stated_words).total()
    if common >= _SAME * stated_words.total():
        return len(texts) > len(stated_texts) or _is_shortened(stated_texts)
    return _is_shortened(stated_texts) and words.total() > stated_words.total()


def _name_origin(ledger: Ledger, start: int, origin: str) -> int:
    """Give each entry from a number on its origin, unless it has one; return the number of entries."""
    for number in range(start, len(ledger.entries)):
        if not ledger.entries[number].origin:
            ledger.entries[number] = ledger.entries[number]._replace(origin=origin)
    return len(ledger.entries)
