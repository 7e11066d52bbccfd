"""The JSON form of an article's body: a plain paragraph is a string, every other block an object with a `type`.

Content is a list of inline elements: strings, and objects with a `type`. A single text may be a bare string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, get_args

from marshmallow import ValidationError

from schemas.article.body import (
    Block,
    Break,
    Cell,
    Embed,
    Figure,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Paragraph,
    Preformatted,
    Quotation,
    Ruby,
    Span,
    SpanKind,
    Table,
)
from schemas.article.parts import Media
from schemas.article.values import shorten
from schemas.errors import ArticleError, Fault
from schemas.nearest import nearest

_SPANS: Final = get_args(SpanKind)
_DEEPEST: Final = 64


class _WrongError(Exception):
    """A value that breaks the schema: the keys that lead to it, and what is wrong."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.path: list[str] = []

    def within(self, key: str | int) -> _WrongError:
        self.path.insert(0, str(key))
        return self


def load_block(value: Any, load_media: Callable[[Any], Media], pointer: str) -> Block:
    """Return the block of a JSON value.

    Args:
        value: the JSON value.
        load_media: returns the media object of a JSON value.
        pointer: the JSON Pointer of the value.

    Raises:
        ArticleError: the value is no block; the fault has the JSON Pointer of the wrong part.
    """
    try:
        return _block(value, load_media, 0)
    except _WrongError as error:
        raise ArticleError((Fault("/".join([pointer, *error.path]), str(error)),)) from None


def dump_block(block: Block, dump_part: Callable[[Any], Any]) -> Any:
    """Return the JSON form of a block."""
    match block:
        case str():
            return block
        case Paragraph():
            return {"type": "paragraph", "content": _dump_content(block.content)}
        case Heading():
            return {"type": "heading", "level": block.level, "content": _dump_content(block.content)}
        case ItemList():
            items = [[dump_block(inner, dump_part) for inner in item] for item in block.items]
            return {"type": "list", "ordered": block.ordered, "items": items}
        case Quotation():
            blocks = [dump_block(inner, dump_part) for inner in block.blocks]
            stated = {"attribution": block.attribution, "url": block.url}
            return {"type": "quotation", "blocks": blocks} | _stated(stated)
        case Table():
            rows = [[_dump_cell(cell) for cell in row] for row in block.rows]
            return {"type": "table", "rows": rows} | _stated({"caption": block.caption})
        case Figure():
            return {"type": "figure", "media": dump_part(block.media)}
        case Embed():
            return {"type": "embed", "url": block.url} | _stated({"provider": block.provider})
        case Preformatted():
            return {"type": "preformatted", "text": block.text}
        case Break():
            return {"type": "break"}


def _dump_cell(cell: Cell) -> Any:
    content = _dump_content(cell.content)
    more = {"header": cell.header or None, "columns": cell.columns, "rows": cell.rows}
    stated = {name: value for name, value in more.items() if value not in (None, 1) or value is True}
    return {"content": content} | stated if stated else content


def _dump_content(content: tuple[Inline, ...]) -> Any:
    if not content:
        return ""
    dumped = [_dump_inline(inline) for inline in content]
    return dumped[0] if len(dumped) == 1 and isinstance(dumped[0], str) else dumped


def _dump_inline(inline: Inline) -> Any:
    match inline:
        case str():
            return inline
        case Span():
            return {"type": inline.kind, "content": _dump_content(inline.content)}
        case Link():
            return {"type": "link", "href": inline.href, "content": _dump_content(inline.content)}
        case Ruby():
            return {"type": "ruby", "base": inline.base, "text": inline.text}
        case LineBreak():
            return {"type": "break"}


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


# Loading


def _block(value: Any, load_media: Callable[[Any], Media], depth: int) -> Block:
    if isinstance(value, str):
        return value
    type_, members = _typed(value, _BLOCKS, depth)
    keys = _BLOCKS[type_]
    _only(members, keys)
    inner = depth + 1
    match type_:
        case "paragraph":
            return Paragraph(_content(members, inner))
        case "heading":
            return Heading(_content(members, inner), _whole(members, "level", 2))
        case "list":
            items = tuple(
                _each(item if isinstance(item, list) else [item], load_media, inner, ("items", number))
                for number, item in enumerate(_list(members, "items"))
            )
            return ItemList(items, _flag(members, "ordered"))
        case "quotation":
            blocks = _each(_list(members, "blocks"), load_media, inner, ("blocks",))
            return Quotation(blocks, _string(members, "attribution"), _string(members, "url"))
        case "table":
            rows = []
            for number, row in enumerate(_list(members, "rows")):
                if not isinstance(row, list):
                    raise _WrongError("must be a list of cells").within(number).within("rows")
                rows.append(tuple(_cell(cell, inner, ("rows", number, place)) for place, cell in enumerate(row)))
            return Table(tuple(rows), _string(members, "caption"))
        case "figure":
            try:
                return Figure(load_media(members.get("media")))
            except ValidationError as error:
                raise _of_media(error) from None
        case "embed":
            return Embed(_string(members, "url") or "", _string(members, "provider"))
        case "preformatted":
            return Preformatted(_string(members, "text") or "")
        case _:
            return Break()


_BLOCKS: Final[Mapping[str, tuple[str, ...]]] = {
    "paragraph": ("content",),
    "heading": ("content", "level"),
    "list": ("items", "ordered"),
    "quotation": ("blocks", "attribution", "url"),
    "table": ("rows", "caption"),
    "figure": ("media",),
    "embed": ("url", "provider"),
    "preformatted": ("text",),
    "break": (),
}
_INLINES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_SPANS, ("content",)),
    "link": ("content", "href"),
    "ruby": ("base", "text"),
    "break": (),
}
BLOCK_TYPES: Final = tuple(_BLOCKS)


def _of_media(error: ValidationError) -> _WrongError:
    """Return the first of marshmallow's messages about a media object, with the keys that lead to it."""
    path: list[str] = ["media"]
    messages: Any = error.messages
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path.append(str(key))
    wrong = _WrongError(str(messages[0]))
    wrong.path = path
    return wrong


def _typed(value: Any, known: Mapping[str, tuple[str, ...]], depth: int) -> tuple[str, Mapping[str, Any]]:
    """Return the type of an object, and its other members."""
    if depth > _DEEPEST:
        raise _WrongError(f"nests deeper than {_DEEPEST} levels")
    if not isinstance(value, dict):
        raise _WrongError("must be a string or an object with a type")
    type_ = value.get("type")
    if not isinstance(type_, str) or type_ not in known:
        near = nearest(type_, tuple(known)) if isinstance(type_, str) else None
        hint = f"did you mean {near!r}?" if near else f"the types are {', '.join(known)}"
        raise _WrongError(f"there is no type {shorten(repr(type_))}; {hint}").within("type")
    return type_, {name: inner for name, inner in value.items() if name != "type" and inner is not None}


def _only(members: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for name in members:
        if name not in keys:
            raise _WrongError(
                f"unknown field {shorten(name)!r}; the fields here are {', '.join(('type', *keys))}"
            ).within(name)


def _each(
    values: list[Any], load_media: Callable[[Any], Media], depth: int, path: tuple[str | int, ...]
) -> tuple[Block, ...]:
    return tuple(_at((*path, number), _block, value, load_media, depth) for number, value in enumerate(values))


def _cell(value: Any, depth: int, path: tuple[str | int, ...]) -> Cell:
    if not isinstance(value, dict) or "type" in value:
        return Cell(_at(path, _inlines, value, depth))
    _at(path, _only, value, ("content", "header", "columns", "rows"))
    return Cell(
        _at((*path, "content"), _inlines, value.get("content", ""), depth),
        _at(path, _flag, value, "header"),
        _at(path, _whole, value, "columns", 1),
        _at(path, _whole, value, "rows", 1),
    )


def _content(members: Mapping[str, Any], depth: int) -> tuple[Inline, ...]:
    content: tuple[Inline, ...] = _at(("content",), _inlines, members.get("content", ""), depth)
    return content


def _inlines(value: Any, depth: int) -> tuple[Inline, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_at((number,), _inline, one, depth) for number, one in enumerate(values) if one != "")


def _inline(value: Any, depth: int) -> Inline:
    if isinstance(value, str):
        return value
    type_, members = _typed(value, _INLINES, depth)
    _only(members, _INLINES[type_])
    if type_ == "break":
        return LineBreak()
    if type_ == "ruby":
        return Ruby(_string(members, "base") or "", _string(members, "text") or "")
    content = _content(members, depth + 1)
    return Link(_string(members, "href") or "", content) if type_ == "link" else Span(type_, content)  # type: ignore[arg-type]


def _at(path: Iterable[str | int], load: Callable[..., Any], *arguments: Any) -> Any:
    """Load a value; add the keys that lead to it to an error."""
    try:
        return load(*arguments)
    except _WrongError as error:
        for key in reversed(tuple(path)):
            error.within(key)
        raise


def _list(members: Mapping[str, Any], name: str) -> list[Any]:
    value = members.get(name, [])
    if not isinstance(value, list):
        raise _WrongError("must be a list").within(name)
    return value


def _string(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise _WrongError("must be a string").within(name)
    return value or None


def _whole(members: Mapping[str, Any], name: str, default: int) -> int:
    value = members.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _WrongError("must be a whole number").within(name)
    return value


def _flag(members: Mapping[str, Any], name: str) -> bool:
    value = members.get(name, False)
    if not isinstance(value, bool):
        raise _WrongError("must be true or false").within(name)
    return value
