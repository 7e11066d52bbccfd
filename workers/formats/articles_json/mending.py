"""Values of newsmill's own JSON that break its schema: they are left out and named, and the rest is read."""

from __future__ import annotations

from typing import Any, Final

from schemas.article import Article
from schemas.article.json_form import article_fields
from schemas.errors import ArticleError, Fault
from workers.formats.articles_json.taken import Taken
from workers.formats.json.leaves import leaves, member_path

_ROUNDS: Final = 16
_TEXT: Final = "paragraphs"


def own_fields(name: str, value: Any) -> dict[str, Any]:
    """Return the fields of one member of an article in newsmill's own JSON.

    Raises:
        ArticleError: the value breaks the schema or a rule of the Article.
    """
    fields = article_fields({_TEXT: "-", name: value})
    Article(**fields)
    if name != _TEXT:
        del fields[_TEXT]
    return fields


def mended_fields(taken: Taken) -> dict[str, Any]:
    """Return the fields of one member of an article, without the values in it that break a rule.

    An inline element or a block that cannot do without such a value becomes its text.

    Args:
        taken: the member. Its value is changed.
    """
    holder = {taken.field: taken.value}
    for _ in range(_ROUNDS):
        try:
            fields = own_fields(taken.field, holder[taken.field])
        except ArticleError as error:
            for fault in sorted(error.faults, key=_order, reverse=True):
                _mend(holder, fault, taken)
            if taken.field not in holder:
                return {}
            continue
        Taken(holder[taken.field], taken.path, taken.field, taken.ledger).keep()
        return fields
    Taken(holder[taken.field], taken.path, taken.field, taken.ledger).drop("it breaks the schema of the field")
    return {}


def _mend(holder: dict[str, Any], fault: Fault, taken: Taken) -> None:
    """Leave out the value at the place of a fault; where it is missing, reduce what lacks it to its text."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in fault.pointer.split("/")[1:]]
    outer: list[tuple[Any, Any, str]] = []
    value: Any = holder
    path = ""
    for step in steps:
        key: Any = int(step) if isinstance(value, list) and _is_index(step) else step
        within = key < len(value) if isinstance(value, list) and isinstance(key, int) else _has(value, key)
        if not within:
            break
        path = f"{path}[{key + 1}]" if isinstance(key, int) else member_path(path, key)
        outer.append((value, key, path))
        value = value[key]
    else:
        if len(outer) > 1 or taken.field != _TEXT:
            _leave_out(outer[-1], taken, fault.detail)
            return
    if len(outer) > 1 and taken.field == _TEXT:
        _reduce(outer[-1], taken, fault.detail)
    elif outer:
        _leave_out(outer[-1], taken, fault.detail)


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and key in value


def _leave_out(at: tuple[Any, Any, str], taken: Taken, reason: str) -> None:
    value, key, path = at
    Taken(value.pop(key) if isinstance(value, dict) else value[key], path, taken.field, taken.ledger).drop(reason)
    if isinstance(value, list):
        value[key] = "" if taken.field == _TEXT else None


def _reduce(at: tuple[Any, Any, str], taken: Taken, reason: str) -> None:
    value, key, path = at
    Taken(value[key], path, taken.field, taken.ledger).change(reason)
    value[key] = " ".join(text for place, text in leaves(value[key], path) if not place.endswith(".type"))


def _order(fault: Fault) -> list[tuple[int, str]]:
    return [(int(step), "") if _is_index(step) else (0, step) for step in fault.pointer.split("/")]


def _is_index(step: str) -> bool:
    """Return whether a step may be the index of an item. A member may be named by thousands of digits."""
    return step.isdecimal() and len(step) < 8
