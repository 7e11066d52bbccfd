"""schema.org NewsArticle in JSON-LD: the check of the pieces of an export, and of whole files as streams."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from schemas.article import Article, Source, count_words
from schemas.article.dates import is_after
from schemas.article.languages import find_language_fault
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import FileFault, InputError, Severity
from schemas.formats import Head
from workers.formats.json.stream import JsonStreamError, Part, PartScanner
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.writer import escape
from workers.formats.pages.scripts import decode_page, find_scripts
from workers.formats.schema_org.nodes import is_item
from workers.formats.schema_org.recommendations import recommend
from workers.formats.schema_org.terms import ARTICLE_TYPES, KINDS, types_of
from workers.formats.schema_org.vocabulary import CONTEXTS, Check, check_node, check_value, find_check

_HEAD: Final = 1024
_BODY_KEY: Final = b'"articleBody":'

# Properties that have the value of a field of the article.
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
# Properties that schema.org has for articles only, not for pictures and the like.
_TEXTS_ONLY: Final = ("dateline", "articleSection", "articleBody", "wordCount")
# Properties that every text has.
_ALWAYS: Final = ("@type", "articleBody", "@id", "version", "wordCount")


class NewsArticleChecker:
    """A checker of the object of each article against the article.

    A property that has the value of a field is compared with the field: this is faster than the check of its form, and
    stricter. The rules for any document check nested objects.
    """

    def __init__(self, conversion: Conversion, options: NewsArticleOptions) -> None:
        self._name = "articles.ndjsonld" if options.lines else "articles.jsonld"
        # The last values that kept the rules, by the keys of their object. Most values repeat, such as sdPublisher.
        self._right: dict[tuple[str, ...], tuple[Any, ...]] = {}

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the object, whose piece lacks its opening brace."""
        (piece,) = pieces
        return () if self._is_right(article, piece) else self._faults(article, b"{" + piece)

    def _is_right(self, article: Article, piece: bytes) -> bool:
        """Return whether the object keeps all rules, quickly. The rules find what is wrong."""
        # The text is most of the object, and the slowest part to parse. So compare its bytes, parse the rest.
        # In a string every quote has a backslash before it, so this finds the key.
        at = piece.find(_BODY_KEY) + len(_BODY_KEY)
        body = escape(orjson.dumps(article.body))
        if not piece.startswith(body, at):
            return False
        text = b'{%b""%b' % (piece[:at], piece[at + len(body) :])
        try:
            node = orjson.loads(text)
            # orjson writes the same bytes again, unless an object has a key twice.
            if escape(orjson.dumps(node)) != text:
                return False
            plan = _plan(tuple(node))
            if plan is None or not plan.holds(node, article):
                return False
            values = plan.of_others(node)
            if self._right.get(plan.others) != values:
                for key, value in zip(plan.others, values, strict=True):
                    for item in value if type(value) is list else (value,):
                        check_value(plan.checks[key], _refuse, key, item)
                self._right[plan.others] = values
        except (orjson.JSONDecodeError, _RefusedError, TypeError):
            return False
        return not article.language or find_language_fault(article.language) is None

    def _faults(self, article: Article, text: bytes) -> tuple[FileFault, ...]:
        """Return the faults against all rules."""
        report = _Report(self._name, 1, text)
        node = report.parse()
        if node is not None:
            report.find_duplicates()
            check_node(node, report)
            if KINDS[article.kind] not in types_of(node):
                report("@type", "ld-type", f"@type is {node.get('@type')!r}; it has to be {KINDS[article.kind]}")
            _check_against(article, node, report)
        return tuple(report.faults)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan to compare objects with the same keys with their articles.

    Args:
        of_node: returns the values of the object that are those of fields.
        of_article: returns the values of these fields.
        unstated: returns the values of the fields without a key in the object.
        absent: the values that these fields must have.
        others: the keys of all other values.
        of_others: returns these values.
        checks: the checks of these values.
        has_source: whether the object has the article's source.
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
        """Return whether the object states what the article states."""
        return (
            node["@type"] == "NewsArticle"
            and self.of_node(node) == self.of_article(article)
            and self.unstated(article) == self.absent
            and (not self.has_source or _is_source(node["encoding"], article.source))
        )


@lru_cache(maxsize=1024)
def _plan(keys: tuple[str, ...]) -> _Plan | None:
    """Return the plan for an object with these keys; None if the rules have to check it."""
    same = [key for key in keys if key in _SAME]
    others = ("@type", *(key for key in keys if key not in (*_SAME, *_COMPARED)))
    checks = {key: check for key in others if (check := find_check(key))}
    # A getter of a single key does not return a tuple. newsmill's own objects always have more keys.
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


def check_news_article_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file: JSON-LD, or the scripts of JSON-LD in an HTML page."""
    with path.open("rb") as stream:
        is_page = Head.of(stream.read(_HEAD)).text.lstrip().startswith("<")
        stream.seek(0)
        yield from (_check_page(stream.read(), path.name) if is_page else check_news_articles(stream, path.name))


def check_news_articles(stream: BinaryIO, name: str) -> Iterator[FileFault]:
    """Yield every fault of a JSON-LD document of any length: one object, a graph, or lines of objects.

    Args:
        stream: its bytes.
        name: its name, for the faults.
    """
    document = _Document(name)
    yield from document.check(stream)
    if not document.is_broken:
        yield from document.finish()


def _check_page(raw: bytes, name: str) -> Iterator[FileFault]:
    """Yield every fault of the scripts of JSON-LD in a page. Together they are one document."""
    document = _Document(name)
    scripts = 0
    try:
        for line, script in find_scripts(decode_page(name, raw)):
            scripts += 1
            yield from document.check(BytesIO(script.encode(errors="surrogatepass")), line)
    except InputError as error:
        yield FileFault(name, 0, "ld-json", error.reason)
        return
    if not scripts:
        detail = 'the page has no JSON-LD; write the article into a <script type="application/ld+json">'
        yield FileFault(name, 0, "ld-article", detail)
    elif not document.is_broken:
        yield from document.finish()


def _is_source(encoding: Any, source: Source | None) -> bool:
    """Return whether a MediaObject states what the article's source states."""
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
    """A rule is broken."""


def _refuse(*_: str) -> None:
    raise _RefusedError


class _Report:
    """The faults of one part. The line of a fault is the first line that has its key."""

    def __init__(self, name: str, line: int, text: bytes) -> None:
        self.faults: list[FileFault] = []
        self._name = name
        self._line = line
        self._text = text

    def __call__(self, key: str, rule: str, detail: str, severity: Severity = "error") -> None:
        at = max(self._text.find(f'"{key}"'.encode(errors="replace")), 0)
        line = self._line + self._text.count(b"\n", 0, at)
        self.faults.append(FileFault(self._name, line, rule, detail, severity))

    def parse(self) -> dict[str, Any] | None:
        """Return the part as an object; None, with a fault, if it is not one."""
        try:
            node = orjson.loads(self._text)
        except orjson.JSONDecodeError as error:
            is_surrogate = "surrogate" in error.msg and "UTF-8" not in error.msg
            rule = "ld-surrogate" if is_surrogate else "ld-json"
            detail = "a character is cut in half; write both surrogates" if is_surrogate else "the text is not JSON"
            line = self._line + error.lineno - 1
            self.faults.append(FileFault(self._name, line, rule, f"{detail}: {error.msg}, column {error.colno}"))
            return None
        if isinstance(node, dict):
            return node
        self.faults.append(FileFault(self._name, self._line, "ld-json", "a list stands here; write an object"))
        return None

    def find_duplicates(self) -> None:
        """Report each key that an object has twice. Most software reads only the last."""

        def check(pairs: list[tuple[str, Any]]) -> None:
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self(key, "ld-duplicate-key", f"an object has the key {shorten(key)!r} twice; keep one")
                seen.add(key)

        json.loads(self._text, object_pairs_hook=check)


class _Document:
    """The check of a document, part by part."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._articles = 0
        self.is_broken = False
        # The digest of each article's id and version, in 16 bytes.
        self._seen: set[bytes] = set()
        self._blank: set[str] = set()
        self._wanted: dict[str, int] = {}

    def check(self, stream: BinaryIO, line: int = 1) -> Iterator[FileFault]:
        """Yield the faults of each part of a stream, whose first line has this number."""
        try:
            for part in PartScanner(stream, line).parts():
                yield from self._check_part(part)
        except JsonStreamError as error:
            self.is_broken = True
            yield FileFault(self._name, error.line, "ld-json", error.detail)

    def _check_part(self, part: Part) -> Iterator[FileFault]:
        report = _Report(self._name, part.line, part.text)
        node = report.parse()
        if node is not None:
            if orjson.dumps(node) != part.text:
                report.find_duplicates()
            if not part.member:
                _check_context(node, report)
            if "@graph" in node and not part.member and len(node) <= 2:
                # The shell of a graph, whose members came before it.
                for member in node["@graph"] if isinstance(node["@graph"], list) else []:
                    if isinstance(member, dict):
                        self._check(member, report, part.line)
            else:
                self._check(node, report, part.line)
        yield from report.faults

    def finish(self) -> Iterator[FileFault]:
        """Yield the faults of the document as a whole."""
        for id_, line in self._wanted.items():
            if id_ not in self._blank:
                detail = f"the document has no node {id_}; state the node, or refer to an absolute IRI"
                yield FileFault(self._name, line, "ld-reference", detail)
        if not self._articles:
            yield FileFault(
                self._name, 0, "ld-article", "the document has no article; state an object of type NewsArticle"
            )

    def _check(self, node: dict[str, Any], report: _Report, line: int) -> None:
        check_node(node, report)
        self._note_blank(node, line)
        if ARTICLE_TYPES.intersection(types_of(node)):
            _check_article(node, report)
        elif not is_item(node):
            return
        self._articles += 1
        id_, version = node.get("@id"), node.get("version")
        if isinstance(id_, str):
            digest = blake2b(f"{version} {id_}".encode(), digest_size=16).digest()
            if digest in self._seen:
                report("@id", "ld-unique", f"version {version} of {id_} is in the document twice; keep one")
            self._seen.add(digest)

    def _note_blank(self, value: Any, line: int) -> None:
        """Note which blank nodes (_:b0) the document has, and which it refers to."""
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


def _check_context(node: Mapping[str, Any], report: _Report) -> None:
    stated = node.get("@context")
    for context in stated if isinstance(stated, list) else [stated]:
        if isinstance(context, str) and context in CONTEXTS:
            return
        if isinstance(context, dict) and str(context.get("@vocab")).rstrip("/") in CONTEXTS:
            return
    report("@context", "ld-context", f"@context is {shorten(repr(stated))}; it has to be https://schema.org")


def _check_article(node: Mapping[str, Any], report: _Report) -> None:
    """Check the properties of an article that depend on each other."""
    body, words = node.get("articleBody"), node.get("wordCount")
    # A dash by itself may count as a word or not.
    if isinstance(body, str) and isinstance(words, int) and words != count_words(body) and words != len(body.split()):
        report("wordCount", "ld-count", f"wordCount is {words}; articleBody has {count_words(body)} words")
    published, modified = node.get("datePublished"), node.get("dateModified")
    if isinstance(published, str) and isinstance(modified, str) and is_after(published, modified):
        detail = f"dateModified, {modified}, is before datePublished, {published}"
        report("dateModified", "ld-order", detail, "advice")
    for key, rule, advised in recommend(node):
        report(key, rule, advised, "advice")


def _check_against(article: Article, node: Mapping[str, Any], report: _Report) -> None:
    """Check that the object states what the article states."""
    expected = {key: getattr(article, name) for key, name in _SAME.items()}
    body = article.body or None
    if article.kind == "text":
        expected |= {"articleBody": body, "wordCount": article.word_count if body else None}
    else:
        expected |= {"text": body, **dict.fromkeys(_TEXTS_ONLY)}
    for key, stated in expected.items():
        value = node.get(key)
        if value != stated:
            rule = {"@id": "ld-id", "wordCount": "ld-count"}.get(key, "ld-text")
            report(key, rule, f"{key} is {shorten(repr(value))}; the article states {shorten(repr(stated))}")
