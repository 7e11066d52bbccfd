"""One bad value never costs an article: values that break a rule are left out, and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, Final, NamedTuple

from schemas.article.model import NO_CONTENT, Article, article_of, has_content
from schemas.article.parts import AlternativeId
from schemas.article.values import check_line
from schemas.errors import ArticleError, Fault

_ROUNDS: Final = 4
_LONGEST: Final = 200


class LeftOut(NamedTuple):
    """A value that is left out of its place.

    Args:
        place: its place in the Article ("subjects[1].qcode").
        value: the value.
        reason: the rule that it breaks.
        field: the field that has it instead; None if no field has it.
    """

    place: str
    value: str
    reason: str
    field: str | None = None


def make_article(stated: Mapping[str, Any], *, needs_content: bool = True) -> tuple[Article, tuple[LeftOut, ...]]:
    """Return the article of the fields, without the values that break a rule, and these values.

    Args:
        stated: the fields.
        needs_content: whether an article without a text, media and groups is none, unless it is canceled.

    Raises:
        ArticleError: what is left is no article, such as a text with nothing in it.
    """
    left_out: tuple[LeftOut, ...] = ()
    try:
        article = article_of(stated)
    except ArticleError as error:
        article, left_out = _without_broken(dict(stated), error)
    if needs_content and not has_content(article):
        raise ArticleError((Fault("/paragraphs", NO_CONTENT),))
    return article, left_out


def _without_broken(stated: dict[str, Any], error: ArticleError) -> tuple[Article, tuple[LeftOut, ...]]:
    left_out: list[LeftOut] = []
    # A part that loses a value may break another rule, such as that it needs a name or a code.
    for _ in range(_ROUNDS):
        # The last items of a list go first, so that the indexes of the others stay right.
        for fault in sorted(error.faults, key=_order, reverse=True):
            names = fault.pointer.split("/")[1:]
            if not names or names[0] not in stated or names[0] in _CONTENT:
                raise error
            if names == ["id"] and not check_line(stated["id"]):
                left_out.append(_as_alternative_id(stated, fault.detail))
                continue
            value, found = _without(stated[names[0]], names[1:])
            if value is _GONE:
                del stated[names[0]]
                if names[0] in stated.get("inferred", ()):
                    # A field that is left out is no longer an inferred one.
                    stated["inferred"] = tuple(name for name in stated["inferred"] if name != names[0])
            else:
                stated[names[0]] = value
            left_out.append(LeftOut(_place(names), _shown(found), fault.detail))
        try:
            return Article(**stated), tuple(reversed(left_out))
        except ArticleError as next_error:
            error = next_error
    raise error


def _as_alternative_id(stated: dict[str, Any], detail: str) -> LeftOut:
    """Move an id that is no IRI to the alternative ids: others may still ask for the article by it."""
    id_ = stated.pop("id")
    others = stated.get("alternative_ids", ())
    if id_ not in {one.id for one in others}:
        stated["alternative_ids"] = (AlternativeId(id=id_), *others)
    return LeftOut("id", _shown(id_), f"{detail}; it is kept as an alternative id", "alternative_ids.id")


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
