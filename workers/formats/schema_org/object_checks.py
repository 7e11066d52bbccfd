"""The check of the object that newsmill writes of an article, against the article."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Final

import orjson

from schemas.article import Article, Source
from schemas.article.languages import find_language_fault
from schemas.article.values import shorten
from schemas.errors import FileFault
from workers.formats.schema_org.document_checks import Report
from workers.formats.schema_org.objects import escape
from workers.formats.schema_org.terms import KINDS, types_of
from workers.formats.schema_org.vocabulary import Check, check_node, check_value, find_check

_BODY_KEY: Final = b'"articleBody":'

_NO_VALUE: Final = object()

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


class ObjectChecker:
    """A checker of the object of each article against the article.

    A property that has the value of a field is compared with the field: this is faster than the check of its form, and
    stricter. The rules for any document check nested objects.

    Args:
        name: the name of the file, for the faults.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        # The last values that kept the rules, by the keys of their object. Most values repeat, such as sdPublisher.
        self._right: dict[tuple[str, ...], tuple[Any, ...]] = {}

    def check(self, article: Article, piece: bytes) -> tuple[FileFault, ...]:
        """Return every fault of the object, whose piece lacks its opening brace."""
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
            right = self._right.get(plan.others) or (_NO_VALUE,) * len(values)
            if right != values:
                for key, value, before in zip(plan.others, values, right, strict=True):
                    if value != before:
                        for item in value if type(value) is list else (value,):
                            check_value(plan.checks[key], _refuse, key, item)
                self._right[plan.others] = values
        except (orjson.JSONDecodeError, _RefusedError, TypeError):
            return False
        return not article.language or find_language_fault(article.language) is None

    def _faults(self, article: Article, text: bytes) -> tuple[FileFault, ...]:
        """Return the faults against all rules."""
        report = Report(self._name, 1, text)
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


def _check_against(article: Article, node: Mapping[str, Any], report: Report) -> None:
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
