"""Templates of items that keep every rule, so that items like them are compared instead of checked in full.

Most items of an export differ only in their ids, dates, texts and sources. A template is the bytes of a checked item
without those values. An item needs no full check if a template, filled with the values of its article, gives its
bytes exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, Protocol

from schemas.article import Article

Value = Callable[[Article], Any]
"""Returns a value of an article: a text for XML, the bytes of a string for JSON."""

Slot = tuple[re.Pattern[bytes], Value]
"""The end of the bytes before a value, and the function of the value."""

_MOST: Final = 1000
_MOST_BYLINES: Final = 4
_MOST_KEYWORDS: Final = 12

# The fields whose values a template holds. They tell templates apart.
_FIXED_NAMES: Final = (
    "signal", "located", "status", "language", "genre", "subjects", "provider", "copyright_holder",
    "copyright_notice", "usage_terms", "urgency",
)  # fmt: skip
# The fields whose values may stand in slots. Which of them an article states tells templates apart.
_OPTIONAL_NAMES: Final = (
    "id", "headline", "description", "slugline", "dateline", "published", "modified", "embargoed", "url", "ed_note",
    "section",
)  # fmt: skip
_FIXED: Final = attrgetter(*_FIXED_NAMES)
_OPTIONAL: Final = attrgetter(*_OPTIONAL_NAMES)

# The other fields. Few articles state them, and an article that does is checked in full.
_COUNTED: Final = ("paragraphs", "version", "bylines", "keywords", "source")
_RARE_FIELDS: Final = tuple(
    one
    for one in fields(Article)
    if one.init and one.name not in (*_COUNTED, *_FIXED_NAMES, *_OPTIONAL_NAMES)
)  # fmt: skip
_RARE: Final = attrgetter(*(one.name for one in _RARE_FIELDS))
_NOT_STATED: Final = tuple(one.default for one in _RARE_FIELDS)

_BESIDE_NAME: Final = attrgetter("uri", "job_title", "type", "role")


class Template(Protocol):
    """An item without the values that others like it have in their own way."""

    def fits(self, article: Article, piece: bytes) -> bool:
        """Return whether a piece is this item with the values of another article."""
        ...


class TemplateCache:
    """The templates of one conversion, by the kinds of their articles.

    Args:
        make: returns the template of an article and its item; None if a value is not where it should be.
    """

    def __init__(self, make: Callable[[Article, bytes], Template | None]) -> None:
        self._make = make
        self._templates: dict[Any, Template] = {}
        self._tries: dict[int, int] = {}

    def has(self, article: Article, piece: bytes) -> bool:
        """Return whether the piece is a template that is filled with the values of the article."""
        if _RARE(article) != _NOT_STATED:
            return False
        template = self._templates.get(_kind(article))
        return template is not None and template.fits(article, piece)

    def add(self, article: Article, piece: bytes) -> None:
        """Make a template of an item that keeps every rule. Skip the first of its kind, which may be the only one.

        Items of one kind may still differ in more than values. So the 2nd, 4th, 8th, … that no template gives replaces
        the template of its kind.
        """
        if _RARE(article) != _NOT_STATED:
            return
        kind = _kind(article)
        tries = self._tries.get(hash(kind), 0) + 1
        if tries == 1 and len(self._tries) >= _MOST:
            self._tries.clear()
        self._tries[hash(kind)] = tries
        if tries > 1 and not tries & (tries - 1) and (template := self._make(article, piece)):
            if len(self._templates) >= _MOST:
                self._templates.clear()
            self._templates[kind] = template


def slots(*stated: tuple[bytes, Value | Iterable[Value]]) -> tuple[Slot, ...]:
    """Return the slots of values.

    Args:
        stated: the pattern of the end of the bytes before each value, and its function; several for values that stand
            at places that are alike.
    """
    return tuple(
        (re.compile(rb"(?:%b)\Z" % before), value)
        for before, values in stated
        for value in ((values,) if callable(values) else values)
    )


def names() -> tuple[Value, ...]:
    """Return the functions of the names of the first bylines."""
    return tuple(map(_name, range(_MOST_BYLINES)))


def keywords() -> tuple[Value, ...]:
    """Return the functions of the first keywords."""
    return tuple(map(_keyword, range(_MOST_KEYWORDS)))


def _name(number: int) -> Value:
    return lambda article: article.bylines[number].name if number < len(article.bylines) else ""


def _keyword(number: int) -> Value:
    return lambda article: article.keywords[number] if number < len(article.keywords) else ""


def _kind(article: Article) -> Any:
    """Return what items of one template have in common."""
    source = article.source
    of_source = (source.media_type, source.name is None, source.size is None) if source else None
    return (
        _FIXED(article),
        tuple([value is None for value in _OPTIONAL(article)]),
        # The length of a date tells whether it has a time and a zone.
        len(article.published or ""),
        tuple(map(_BESIDE_NAME, article.bylines)),
        len(article.keywords),
        len(article.paragraphs) > 1,
        of_source,
    )
