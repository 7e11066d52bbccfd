"""schema.org NewsArticle in JSON-LD: the check of what the pipe writes, and of whole documents as streams."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from schemas.article import Article, Source, count_words
from schemas.article.dates import is_after
from schemas.article.languages import find_language_fault
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import FileFault, Severity
from workers.formats.json.stream import JsonStreamError, Part, PartScanner
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.vocabulary import ARTICLE_TYPES, CONTEXTS, Check, check_node, find_check, types_of

_BODY_KEY: Final = b'"articleBody":'

# Properties that hold a value of the article as it stands, and those that every article has.
_SAME: Final = {
    "@id": "id",
    "version": "version",
    "headline": "headline",
    "description": "description",
    "dateline": "dateline",
    "datePublished": "published",
    "dateModified": "modified",
    "creativeWorkStatus": "status",
    "inLanguage": "language",
    "articleSection": "section",
    "genre": "genre",
    "copyrightNotice": "copyright_notice",
    "url": "url",
    "mainEntityOfPage": "url",
    "wordCount": "word_count",
}
_COMPARED: Final = ("@type", "articleBody", "encoding")
_ALWAYS: Final = ("@type", "articleBody", "@id", "version", "wordCount")


class NewsArticleChecker:
    """Checks each object as it was written, against its article.

    A property that holds a value of the article as it stands is compared with it: that is quicker than to
    look at its form, and says more. What is nested is looked at by the rules for any document.
    """

    def __init__(self, conversion: Conversion, options: NewsArticleOptions) -> None:
        self._name = "articles.ndjsonld" if options.lines else "articles.jsonld"
        # By the keys of an object, its values that are right and come again, such as who runs the conversion.
        self._right: dict[tuple[str, ...], tuple[Any, ...]] = {}

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the object, whose piece lacks its opening brace."""
        (piece,) = pieces
        return () if self._is_right(article, piece) else self._faults(article, b"{" + piece)

    def _is_right(self, article: Article, piece: bytes) -> bool:
        """Whether nothing is wrong, found in the least time; what is wrong is for the rules to say."""
        # The text is most of the object, and the slowest to parse: its bytes are compared, the rest is parsed.
        # Within a string every quote has a backslash before it: this is the key. (To find the whole is slower.)
        at = piece.find(_BODY_KEY) + len(_BODY_KEY)
        body = orjson.dumps(article.body)
        if not piece.startswith(body, at):
            return False
        text = b'{%b""%b' % (piece[:at], piece[at + len(body) :])
        try:
            node = orjson.loads(text)
            # What orjson wrote it writes again, byte for byte, unless a key is in an object twice.
            if orjson.dumps(node) != text:
                return False
            plan = _plan(tuple(node))
            if plan is None or not plan.holds(node, article):
                return False
            values = plan.of_others(node)
            if self._right.get(plan.others) != values:
                for key, value in zip(plan.others, values, strict=True):
                    for item in value if type(value) is list else (value,):
                        plan.checks[key](_refuse, key, item)
                self._right[plan.others] = values
        except (orjson.JSONDecodeError, _RefusedError, TypeError):
            return False
        return not article.language or find_language_fault(article.language) is None

    def _faults(self, article: Article, text: bytes) -> tuple[FileFault, ...]:
        """All rules, one by one."""
        report = _Report(self._name, 1, text)
        node = report.parse()
        if node is not None:
            report.find_duplicates()
            check_node(node, report)
            if node.get("@type") != "NewsArticle":
                report("@type", "ld-type", repr(node.get("@type")), "NewsArticle")
            _check_against(article, node, report)
        return tuple(report.faults)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How an object with certain keys is compared with its article.

    Args:
        of_node: the values that are the article's as they stand; of_article: the same values of the article.
        unstated: values that the article must not state, for the object has no key for them; absent: the same, of
            an article that does not.
        others: the keys of all other values; of_others: these values; checks: what they are checked by.
    """

    of_node: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    of_article: Callable[[Article], tuple[Any, ...]]
    unstated: Callable[[Article], tuple[Any, ...]]
    absent: tuple[None, ...]
    others: tuple[str, ...]
    of_others: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    checks: Mapping[str, Check]
    has_source: bool

    def holds(self, node: Mapping[str, Any], article: Article) -> bool:
        """Whether the object says what the article does."""
        return (
            node["@type"] == "NewsArticle"
            and self.of_node(node) == self.of_article(article)
            and self.unstated(article) == self.absent
            and (not self.has_source or _is_source(node["encoding"], article.source))
        )


@lru_cache(maxsize=1024)
def _plan(keys: tuple[str, ...]) -> _Plan | None:
    """The plan for an object with these keys; None where the rules have to look at it."""
    same = [key for key in keys if key in _SAME]
    others = ("@type", *(key for key in keys if key not in (*_SAME, *_COMPARED)))
    checks = {key: check for key in others if (check := find_check(key))}
    # A getter of one key alone makes no tuple; and an object of ours always says who made it.
    if not set(keys).issuperset(_ALWAYS) or not checks.keys() >= set(others) or len(others) < 2:
        return None
    unstated = tuple(_SAME[key] for key in _SAME if key not in same)
    return _Plan(
        of_node=itemgetter(*same),
        of_article=attrgetter(*(_SAME[key] for key in same)),
        unstated=_getter(unstated),
        absent=(None,) * len(unstated),
        others=others,
        of_others=itemgetter(*others),
        checks=checks,
        has_source="encoding" in keys,
    )


def _getter(names: tuple[str, ...]) -> Callable[[Article], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda article: tuple(getattr(article, name) for name in names)


def check_news_article_file(path: Path, _xsd: Path | None = None) -> Iterator[FileFault]:
    """Every fault of a file, as `check_news_articles` has it."""
    with path.open("rb") as stream:
        yield from check_news_articles(stream, path.name)


def check_news_articles(stream: BinaryIO, name: str) -> Iterator[FileFault]:
    """Every fault of a document: one object, a graph, or lines of them, of any length, in flat memory.

    Args:
        stream: its bytes.
        name: its name, for the faults.
    """
    document = _Document(name)
    try:
        for part in PartScanner(stream).parts():
            yield from document.take(part)
    except JsonStreamError as error:
        yield FileFault(name, error.line, "ld-json", f"{error.found}; expected {error.expected}")
        return
    yield from document.finish()


def _is_source(encoding: Any, source: Source | None) -> bool:
    """Whether a MediaObject says what the article's source does."""
    return (
        type(encoding) is dict
        and source is not None
        and encoding.get("@type") == "MediaObject"
        and encoding.get("sha256") == source.sha256
        and encoding.get("name") == source.name
        and encoding.get("encodingFormat") == source.media_type
        and encoding.get("contentSize") == (None if source.size is None else f"{source.size} B")
        and (len(encoding) == 5 or len(encoding) == 5 - (source.name, source.media_type, source.size).count(None))
    )


class _RefusedError(Exception):
    """A rule is broken: which one is to be found out."""


def _refuse(*_: str) -> None:
    raise _RefusedError


class _Report:
    """Takes the faults of one part; a fault is on the line where its key first stands."""

    def __init__(self, name: str, line: int, text: bytes) -> None:
        self.faults: list[FileFault] = []
        self._name = name
        self._line = line
        self._text = text

    def __call__(self, key: str, rule: str, found: str, expected: str, severity: Severity = "error") -> None:
        at = max(self._text.find(f'"{key}"'.encode(errors="replace")), 0)
        line = self._line + self._text.count(b"\n", 0, at)
        self.faults.append(FileFault(self._name, line, rule, f"{found}; expected {expected}", severity))

    def parse(self) -> dict[str, Any] | None:
        """The part as an object; None, and a fault, where it is none."""
        try:
            node = orjson.loads(self._text)
        except orjson.JSONDecodeError as error:
            rule = "ld-surrogate" if "surrogate" in error.msg and "UTF-8" not in error.msg else "ld-json"
            expected = (
                "whole characters (RFC 8259, section 8.2)" if rule == "ld-surrogate" else "JSON (RFC 8259) in UTF-8"
            )
            line = self._line + error.lineno - 1
            self.faults.append(
                FileFault(self._name, line, rule, f"{error.msg}, column {error.colno}; expected {expected}")
            )
            return None
        if isinstance(node, dict):
            return node
        self.faults.append(FileFault(self._name, self._line, "ld-json", f"{type(node).__name__}; expected an object"))
        return None

    def find_duplicates(self) -> None:
        """Keys that are in one object twice, of which most software sees only the last."""

        def check(pairs: list[tuple[str, Any]]) -> None:
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self(key, "ld-duplicate-key", f"{shorten(key)!r} a second time", "each key of an object once")
                seen.add(key)

        json.loads(self._text, object_pairs_hook=check)


class _Document:
    """What is known of a document while its parts pass by."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._articles = 0
        self._parts = 0
        self._members = 0
        # By a digest of 16 bytes, which is all that is kept of a node.
        self._seen: set[bytes] = set()
        self._blank: set[str] = set()
        self._wanted: dict[str, int] = {}

    def take(self, part: Part) -> Iterator[FileFault]:
        """A part of the document."""
        self._parts += 1
        report = _Report(self._name, part.line, part.text)
        node = report.parse()
        if node is not None:
            if orjson.dumps(node) != part.text:
                report.find_duplicates()
            if part.member:
                self._members += 1
            else:
                self._check_context(node, report)
            if "@graph" in node and not part.member and len(node) <= 2:
                # The shell of a graph: its members have been here before it.
                for member in node["@graph"] if isinstance(node["@graph"], list) else []:
                    if isinstance(member, dict):
                        self._check(member, report, part.line)
            else:
                self._check(node, report, part.line)
        yield from report.faults

    def finish(self) -> Iterator[FileFault]:
        """The rules about the whole."""
        for id_, line in self._wanted.items():
            if id_ not in self._blank:
                yield FileFault(
                    self._name, line, "ld-reference", f"{id_}; expected a node of the document, or an absolute IRI"
                )
        if not self._articles:
            yield FileFault(self._name, 0, "ld-article", "no article; expected a node of type NewsArticle")

    def _check(self, node: dict[str, Any], report: _Report, line: int) -> None:
        check_node(node, report)
        self._note_blank(node, line)
        if not ARTICLE_TYPES.intersection(types_of(node)):
            return
        self._articles += 1
        _check_article(node, report)
        id_, version = node.get("@id"), node.get("version")
        if isinstance(id_, str):
            digest = blake2b(f"{version} {id_}".encode(), digest_size=16).digest()
            if digest in self._seen:
                report(
                    "@id", "ld-unique", f"version {version} of {id_} a second time", "each version of an article once"
                )
            self._seen.add(digest)

    def _check_context(self, node: Mapping[str, Any], report: _Report) -> None:
        stated = node.get("@context")
        listed = stated if isinstance(stated, list) else [stated]
        for context in listed:
            if isinstance(context, str) and context in CONTEXTS:
                return
            if isinstance(context, dict) and context.get("@vocab", "").rstrip("/") in (
                "https://schema.org",
                "http://schema.org",
            ):
                return
        report("@context", "ld-context", f"@context={shorten(repr(stated))}", "https://schema.org")

    def _note_blank(self, value: Any, line: int) -> None:
        """Blank nodes (_:b0) name a node of this document: which are there, and which are asked for."""
        if isinstance(value, list):
            for item in value:
                self._note_blank(item, line)
        elif isinstance(value, dict):
            id_ = value.get("@id")
            if isinstance(id_, str) and id_.startswith("_:"):
                if len(value) == 1:
                    self._wanted.setdefault(id_, line)
                else:
                    self._blank.add(id_)
            for inner in value.values():
                if isinstance(inner, dict | list):
                    self._note_blank(inner, line)


def _check_article(node: Mapping[str, Any], report: _Report) -> None:
    """What an article's properties have to do with each other."""
    body, words = node.get("articleBody"), node.get("wordCount")
    # What a word is, is not fixed: a dash alone may be one, or none.
    if isinstance(body, str) and isinstance(words, int) and words != count_words(body) and words != len(body.split()):
        expected = f"{count_words(body)}, the count of the words of articleBody"
        report("wordCount", "ld-count", f"wordCount={words}", expected)
    published, modified = node.get("datePublished"), node.get("dateModified")
    if isinstance(published, str) and isinstance(modified, str) and is_after(published, modified):
        report(
            "dateModified", "ld-order", f"dateModified {modified}", f"none before datePublished, {published}", "advice"
        )


def _check_against(article: Article, node: Mapping[str, Any], report: _Report) -> None:
    """What the object says is what the article states."""
    for key, name in (*_SAME.items(), ("articleBody", "body")):
        value, stated = node.get(key), getattr(article, name)
        if value != stated:
            rule = {"@id": "ld-id", "wordCount": "ld-count"}.get(key, "ld-text")
            report(key, rule, f"{key}={shorten(repr(value))}", f"{shorten(repr(stated))}, the article's")
