"""One bad value never costs an article: values that break a rule are left out, and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, Final, NamedTuple

from schemas.article.model import Article
from schemas.errors import ArticleError, Fault

_ROUNDS: Final = 4
_LONGEST: Final = 200


class LeftOut(NamedTuple):
    """A value that is left out: its place in the Article ("subjects[1].qcode"), the value, and the rule it breaks."""

    place: str
    value: str
    reason: str


def make_article(stated: Mapping[str, Any]) -> tuple[Article, tuple[LeftOut, ...]]:
    """Return the article of the fields, without the values that break a rule, and these values.

    Raises:
        ArticleError: what is left is no article, such as a text with nothing in it.
    """
    try:
        return Article(**stated), ()
    except ArticleError as error:
        return _without_broken(dict(stated), error)


def _without_broken(stated: dict[str, Any], error: ArticleError) -> tuple[Article, tuple[LeftOut, ...]]:
    left_out: list[LeftOut] = []
    # A part that loses a value may break another rule, such as that it needs a name or a code.
    for _ in range(_ROUNDS):
        # The last items of a list go first, so that the indexes of the others stay right.
        for fault in sorted(error.faults, key=_order, reverse=True):
            names = fault.pointer.split("/")[1:]
            if not names or names[0] not in stated or names[0] in _CONTENT:
                raise error
            value, found = _without(stated[names[0]], names[1:])
            if value is _GONE:
                del stated[names[0]]
            else:
                stated[names[0]] = value
            left_out.append(LeftOut(_place(names), _shown(found), fault.detail))
        try:
            return Article(**stated), tuple(reversed(left_out))
        except ArticleError as next_error:
            error = next_error
    raise error


# Faults in the content itself are the reader's to mend: leaving a block out would change the text.
_CONTENT: Final = ("paragraphs", "blocks")
_GONE: Final = object()


def _order(fault: Fault) -> list[tuple[int, str]]:
    return [(int(name), "") if name.isdecimal() else (0, name) for name in fault.pointer.split("/")]


def _without(value: Any, names: list[str]) -> tuple[Any, Any]:
    """Return a value without the one at a place in it, or _GONE; and the value at that place."""
    if not names:
        return _GONE, value
    name, *inner = names
    if isinstance(value, tuple):
        index = int(name)
        item, found = _without(value[index], inner)
        kept = () if item is _GONE else (item,)
        left = (*value[:index], *kept, *value[index + 1 :])
        return left or _GONE, found
    item, found = _without(getattr(value, name), inner)
    if item is not _GONE:
        return replace(value, **{name: item}), found
    default = next(one.default for one in fields(value) if one.name == name)
    # A part without a value that it requires is no part.
    return (_GONE if default is MISSING else replace(value, **{name: default})), found


def _place(names: list[str]) -> str:
    place = ""
    for name in names:
        place += f"[{int(name) + 1}]" if name.isdecimal() else f".{name}" if place else name
    return place


def _shown(value: Any) -> str:
    shown = value if isinstance(value, str) else str(value)
    return shown[:_LONGEST]
