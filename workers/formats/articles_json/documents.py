"""JSON documents as a whole: articles in a list inside of an object, and documents in which nothing states a text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from schemas.article.values import shorten
from schemas.columns.names import TEXT, plain_name
from schemas.conversion import Document
from schemas.errors import InputError
from workers.formats.articles_json.bodies import elements_member
from workers.formats.articles_json.member_names import OWN, find_member, names_in, plan_members, states_text
from workers.formats.content_json.columnar import as_rows
from workers.formats.content_json.relations import Relations, take_relations
from workers.formats.content_json.shapes import Shape, shape_of, shape_of_document
from workers.formats.json.leaves import is_stated, leaves, member_path

_LISTS: Final = frozenset(
    (
        *"posts articles items results entries stories docs documents records news data hits rows nodes pages".split(),
        *"list value edges objects result".split(),
    )
)
_AROUND: Final = frozenset(("response", "result", "data", "hits", "feed", "channel", "payload", "body", "search"))
# Members that hold an article beside facts about it: of search engines, content systems, GraphQL, services.
_WRAPPERS: Final = (
    *("_source", "attributes", "fields", "node", "article", "post", "document", "doc", "item"),
    *("data", "result", "response", "payload", "content", "story", "entry"),
)
# Members beside what is wrapped that are the article's own.
_BESIDE: Final = ("relationships", "sys")
# Fields that a member beside what is wrapped states, if the article itself does not.
_STATED_BESIDE: Final = frozenset(("published", "modified", "first_created", "language", "keywords", "url"))
# Lists of the one object that a dump of a database is.
_DUMPS: Final = frozenset(("db",))
_DEEPEST: Final = 3
_LOOKED_AT: Final = 100
# Two words, or a letter that is not ASCII. No hint names a member without: it is a date, an id, an address.
_WORDS: Final = re.compile(r"[^\W\d_]\W*\s\W*[^\W\d_]|(?![\x00-\x7f])[^\W\d_]")


class Value(NamedTuple):
    """A JSON value that should be an article.

    Args:
        line: its line; 0 for a member of a list.
        place: its line or its number, for messages.
        content: the value.
        error: why the line is not JSON; "" if it is.
        around: the leaves of the document around its first article, such as the number of a page.
        shape: the shape that its document states; None for that of the value itself.
        shared: fields that the document states for all of its articles.
        fault: the unexpected exception that keeps the value from being read; None if there is none.
    """

    line: int
    place: str
    content: Any
    error: str = ""
    around: tuple[tuple[str, str], ...] = ()
    shape: Shape | None = None
    shared: Mapping[str, Any] = {}
    fault: Exception | None = None

    def failed(self, fault: Exception) -> Value:
        """Return this value as one that an exception keeps from being read."""
        return Value(self.line, self.place, None, fault=fault)


def is_list_in_object(value: Any) -> bool:
    """Return whether a value is an object around a list of articles, as APIs answer."""
    return as_rows(value) is not None or _inner_list(value) is not None


def expand(values: Iterator[Value]) -> Iterator[Value]:
    """Yield each value, and in place of an object around a list of articles each of these."""
    for value in values:
        try:
            yield from (value,) if value.error else _expanded(value)
        except Exception as error:
            yield value.failed(error)


def _expanded(value: Value) -> Iterable[Value]:
    content = value.content
    if (rows := as_rows(content)) is not None:
        return _members(value, rows, {})
    if (found := _inner_list(content)) is None:
        relations = take_relations(content, None)
        relations.complete(content)
        value = _unwrapped(value)
        return (value._replace(around=(*value.around, *relations.unused())),)
    articles, holder, name, path = found
    shape = shape_of_document(content)
    shared = {field: holder.pop(path) for field, path in (shape.around if shape else {}).items() if path in holder}
    relations = take_relations(content, (holder, name, path))
    holder[name] = None
    return _members(value, articles, {"shape": shape, "shared": shared}, tuple(leaves(content)), relations)


def _members(
    value: Value,
    articles: Sequence[Any],
    more: Mapping[str, Any],
    around: tuple[tuple[str, str], ...] = (),
    relations: Relations | None = None,
) -> Iterator[Value]:
    before = f"{value.place}, " if value.line else ""
    for number, article in enumerate(articles, 1):
        one = Value(value.line, f"{before}article {number}", article, around=around, **more)
        try:
            if relations:
                relations.complete(article)
                if number == len(articles):
                    one = one._replace(around=(*around, *relations.unused()))
            yield _unwrapped(one)
        except Exception as error:
            yield one.failed(error)
        around = ()


def _unwrapped(value: Value) -> Value:
    """Return a value without what is wrapped around its article, which is told as beside it."""
    content = value.content
    if not isinstance(content, dict) or content.keys() <= OWN or _is_article(content):
        return value
    if (inner := _wrapped(content)) is None:
        return value
    return value._replace(content=inner, around=(*value.around, *leaves(content)))


def _wrapped(content: dict[str, Any], depth: int = 1) -> dict[str, Any] | None:
    """Take the article out of what is wrapped around it, with its identity and relations; None if there is none."""
    for name in _WRAPPERS:
        inner = content.get(name)
        if not isinstance(inner, dict):
            continue
        found = inner if _is_article(inner) else _wrapped(inner, depth + 1) if depth < _DEEPEST else None
        if found is not None:
            if found is inner:
                content[name] = None
            for beside in (*_BESIDE, *(("id",) if is_stated(content.get("id")) else ())):
                if beside in content and beside not in found:
                    found[beside] = content.pop(beside)
            fields = {field for field, _ in plan_members(tuple(found))}
            for field, beside in plan_members(tuple(content)):
                if (
                    field in _STATED_BESIDE
                    and field not in fields
                    and is_stated(content[beside])
                    and beside not in found
                ):
                    found[beside] = content.pop(beside)
                    fields.add(field)
            return found
    return None


def _is_article(value: dict[str, Any]) -> bool:
    return shape_of(value) is not None or states_text(value, {}) or elements_member(value) is not None


def _inner_list(value: Any, path: str = "", depth: int = 1) -> tuple[list[Any], dict[str, Any], str, str] | None:
    """Return the list of articles in an object, what holds it, its name there, and the path of the holder."""
    if not isinstance(value, dict) or not value.keys().isdisjoint(("paragraphs", "headline")):
        return None
    lists = [name for name, inner in value.items() if plain_name(name) in _LISTS and _is_list_of_objects(inner)]
    if lists and not states_text(value, {}):
        return value[lists[0]], value, lists[0], path
    if depth < _DEEPEST:
        for name, inner in value.items():
            here = member_path(path, name)
            if name in _DUMPS and _is_list_of_objects(inner) and len(inner) == 1:
                here, inner = f"{here}[1]", inner[0]
            elif plain_name(name) not in _AROUND | _LISTS:
                continue
            if isinstance(inner, dict) and (found := _inner_list(inner, here, depth + 1)):
                return found
    return None


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def with_text(values: Iterator[Value], document: Document) -> Iterator[Value]:
    """Yield the values of a document in which articles state a text.

    Raises (at its first value):
        InputError: none of the first values has a member that is known to state a text, or that the request names.
    """
    if document.first > 1:
        yield from values
        return
    seen: list[Value] = []
    unknown = True
    for value in values:
        try:
            unknown = _is_unknown(value, document.columns)
            seen.append(value)
        except Exception as error:
            seen.append(value.failed(error))
        if not unknown or len(seen) == _LOOKED_AT:
            break
    objects = [value for value in seen if not value.error and isinstance(value.content, dict)]
    if objects and unknown:
        raise InputError(document.name or "articles", objects[0].place, _missing(objects[0].content, document))
    yield from chain(seen, values)


def _is_unknown(value: Value, columns: Mapping[str, str]) -> bool:
    """Return whether nothing in a value shows that it is an article, and how to read it."""
    content = value.content
    if value.error or not isinstance(content, dict):
        return True
    if any(name and find_member(content, name) is None for field, name in columns.items() if field == TEXT):
        return True
    own = (content.keys() <= OWN or not any(leaves(content))) and not columns
    return not (own or states_text(content, columns) or (not columns.get(TEXT) and _is_article(content)))


def _missing(value: Mapping[str, Any], document: Document) -> str:
    names = names_in(value)
    listed = shorten(", ".join(map(repr, names)), 1000) or "none"
    asked = document.columns.get(TEXT)
    said = f"no member is named {asked!r}" if asked else "no member has a known name for the text of the articles"
    longest = max(
        (name for name in names if _WORDS.search(_text_at(value, name))),
        key=lambda name: len(_text_at(value, name)),
        default="NAME",
    )
    start = f"newsmill export FILE --to newsml-g2 --set {shlex.quote(f'paragraphs=@{longest}')}"
    return f"{said}; the members are {listed}. Name it, such as: {start}"


def _text_at(value: Mapping[str, Any], name: str) -> str:
    found = find_member(value, name)
    inner = found.value if found else None
    return inner if isinstance(inner, str) and is_stated(inner) else ""
