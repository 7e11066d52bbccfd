"""The JSON form of an Article, as clients post it, and of `metadata`.

The schemas follow from the declarations of the Article and its parts. `null` and "" mean that a field is not stated.
A part with a name may be only its name: `"provider": "Example News"`. `paragraphs` may be one string with blank
lines between paragraphs; a block that is no plain paragraph is an object (`schemas.article.body_json`).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from marshmallow import Schema, ValidationError, fields

from schemas.article.body import Block, are_plain, split_paragraphs
from schemas.article.body_json import BLOCK_TYPES, dump_block, load_block
from schemas.article.model import Article, is_stated
from schemas.article.parts import Media, Place, Subject
from schemas.article.values import check_characters, make_line
from schemas.errors import ArticleError, Fault
from schemas.validation import faults_of

_IPTC_QCODE = re.compile(r"[a-z][a-z0-9-]*:[^\s/]\S*")


class _Text(fields.String):
    """A string of any number of lines, stripped; "" loads as None."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError("must be a string")
        return _without_forbidden(value).strip() or None


class _Line(_Text):
    """A string of one line: line breaks and tabs become blanks; "" loads as None."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError("must be a string")
        if value.isprintable():
            return value.strip() or None  # as below, in a third of the time
        return make_line(_without_forbidden(value)) or None


class _Number(fields.Integer):
    """A whole number: a JSON number, or digits from a table cell or a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d{1,16}", value.strip(), re.ASCII):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            if value == "":
                return None
            raise ValidationError("must be a whole number")
        return value


class _Decimal(fields.Float):
    """A number: a JSON number, or a decimal from a table cell or a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,16}(\.\d{1,16})?", value.strip(), re.ASCII):
            return float(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            if value == "":
                return None
            raise ValidationError("must be a number")
        return float(value)


class _Paragraphs(fields.Field[tuple[Block, ...]]):
    """A list of blocks, or one string with blank lines between paragraphs; loads as an Article's blocks."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list):
            raise ValidationError("must be a list of strings, or one string with blank lines between paragraphs")
        if set(map(type, given)) == {str}:
            if are_plain(given):
                return tuple(given)
            whole = "\n\n".join(given)
            if not check_characters(whole):
                return split_paragraphs(whole)
        wrong: dict[int, Any] = {}
        loaded: list[Block] = []
        for index, block in enumerate(given):
            if isinstance(block, str):
                if detail := check_characters(block):
                    wrong[index] = [detail]
                loaded += split_paragraphs(block)
            elif not isinstance(block, dict):
                wrong[index] = ["must be a string"]
            else:
                try:
                    loaded.append(load_block(block, _load_media, ""))
                except ArticleError as error:
                    [fault] = error.faults
                    wrong[index] = _nested(fault.pointer.split("/")[1:], fault.detail)
        if wrong:
            raise ValidationError(wrong if given is value else wrong[0])
        return tuple(loaded)


def _nested(path: list[str], detail: str) -> Any:
    """Return a message nested under its keys, in marshmallow's form."""
    return {path[0]: _nested(path[1:], detail)} if path else [detail]


class _Named(fields.Nested):
    """A nested object, or only its name."""

    def __init__(self, make: Any, **more: Any) -> None:
        super().__init__(_schema_of(make), allow_none=True, **more)
        self._make = make

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, partial: Any = None, **kwargs: Any
    ) -> Any:
        if value in ("", {}):
            return None
        if isinstance(value, str):
            value = _from_string(self._make, value)
        loaded = _loaded(self.schema, value)
        if loaded is None:
            loaded = super()._deserialize(value, attr, data, partial=partial, **kwargs)
        stated = _stated(loaded)
        if not stated:
            return None
        # A required field that is null or "" is missing too.
        for name, inner in self.schema.fields.items():
            if inner.required and name not in stated:
                raise ValidationError({name: [inner.error_messages["required"]]})
        return self._make(**stated)


class _Many(fields.List[Any]):
    """A list, or a single item; blank items are left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        alone = not isinstance(value, list)
        try:
            # Twice as fast as marshmallow, which gives the errors of a list that is not valid.
            each = (
                self.inner._deserialize(item, attr, data) for item in ([value] if alone else value) if item is not None
            )
            return tuple(item for item in each if item is not None)
        except ValidationError:
            pass
        try:
            found = super()._deserialize([value] if alone else value, attr, data, **kwargs)
        except ValidationError as error:
            # The pointer to a single item has no index.
            raise ValidationError(error.messages_dict[0] if alone else error.messages) from None  # type: ignore[index]
        return tuple(item for item in found if item is not None)


_PARAGRAPHS: Final = {
    "description": "The text, block by block: a plain paragraph is a string",
    "type": "array",
    "items": {
        "oneOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"type": {"type": "string", "enum": list(BLOCK_TYPES)}},
                "required": ["type"],
            },
        ]
    },
}


@cache
def _schema_of(shape: Any) -> type[Schema]:
    """Return the schema of a part, from its declarations. The OpenAPI document names it after the part."""
    types = get_type_hints(shape)
    members = {one.name: _field(one, types[one.name]) for one in dataclasses.fields(shape) if "kind" in one.metadata}
    return type(f"{shape.__name__}Schema", (Schema,), {"__doc__": (shape.__doc__ or "").partition("\n")[0], **members})


def _field(one: dataclasses.Field[Any], type_: Any) -> fields.Field[Any]:
    kind, required = one.metadata["kind"], one.default is dataclasses.MISSING
    shared: dict[str, Any] = {"allow_none": True, "required": required, "metadata": dict(one.metadata["openapi"])}
    simple: dict[str, type[fields.Field[Any]]] = {"line": _Line, "text": _Text, "number": _Number, "decimal": _Decimal}
    if kind in simple:
        return simple[kind](**shared)
    if kind == "flag":
        return fields.Boolean(truthy={True}, falsy={False}, **shared)
    if kind == "lines":
        return _Many(_Line(allow_none=True), **shared)
    part = next(filter(dataclasses.is_dataclass, get_args(type_)))
    return _Many(_Named(part), **shared) if kind == "parts" else _Named(part, metadata=shared["metadata"])


def _declared(*left_out: str) -> dict[str, fields.Field[Any]]:
    types = get_type_hints(Article)
    return {
        one.name: _field(one, types[one.name])
        for one in dataclasses.fields(Article)
        if "kind" in one.metadata and one.name not in left_out
    }


# Fields that metadata cannot set, because they belong to a single article.
_OF_ONE_ARTICLE: Final = ("source", "media", "groups", "corrections", "live_updates")

MetadataSchema: Final = type(
    "MetadataSchema",
    (Schema,),
    {
        "__doc__": "Defaults for the articles of a job: each applies to every article that does not state the field.",
        **_declared(*_OF_ONE_ARTICLE),
    },
)
ArticleSchema: Final = type(
    "ArticleSchema",
    (Schema,),
    {"__doc__": "One article.", **_declared(), "paragraphs": _Paragraphs(allow_none=True, metadata=_PARAGRAPHS)},
)

_ARTICLE_SCHEMA: Final = ArticleSchema()
_METADATA_SCHEMA: Final = MetadataSchema()


def article_fields(value: Any) -> dict[str, Any]:
    """Return the fields that a JSON article states, as arguments of `Article`.

    Raises:
        ArticleError: the value breaks the schema; each fault has a JSON Pointer into the value.
    """
    try:
        stated = _stated(_loaded(_ARTICLE_SCHEMA, value) or _ARTICLE_SCHEMA.load(value))
    except ValidationError as error:
        faults = faults_of(error, _ARTICLE_SCHEMA)
        raise ArticleError(faults + _no_content(value)) from None
    if faults := _no_content(value):
        raise ArticleError(faults)
    blocks = stated.get("paragraphs", ())
    if blocks and set(map(type, blocks)) != {str}:
        del stated["paragraphs"]
        stated["blocks"] = blocks
    return stated


def _no_content(value: Any) -> tuple[Fault, ...]:
    """Return the fault of an article without a text, media or groups of a composite that is not canceled."""
    if not isinstance(value, dict) or value.get("paragraphs") is not None or value.get("status") == "canceled":
        return ()
    stated = value.get("media") or value.get("groups")
    return () if stated else (Fault("/paragraphs", "is missing, and required"),)


def metadata_fields(value: Any) -> dict[str, Any]:
    """Return the fields that metadata states, as arguments of `Article`.

    Raises:
        ArticleError: the value breaks the schema or a rule; each fault has a JSON Pointer into the value.
    """
    if value == {}:
        return {}
    try:
        stated = _stated(_METADATA_SCHEMA.load(value))
    except ValidationError as error:
        raise ArticleError((*faults_of(error, _METADATA_SCHEMA), *_faults_of_others(value, error))) from None
    # Only `Article` checks the rules on values, so make an article of these fields and a placeholder text.
    alone = {"version": 2, **stated} if "signal" in stated else stated
    Article(paragraphs=("-",), **alone)
    return stated


def _faults_of_others(value: Any, error: ValidationError) -> tuple[Fault, ...]:
    """Return the faults of the fields that fit the schema and break a rule, so that all faults are told at once."""
    if not isinstance(value, dict):
        return ()
    others = {name: one for name, one in value.items() if name not in error.messages_dict}
    if len(others) == len(value):
        return ()
    try:
        metadata_fields(others)
    except ArticleError as found:
        return tuple(found.faults)
    return ()


def dump_article(article: Article) -> dict[str, Any]:
    """Return the JSON form of an article: the fields that it states."""
    dumped: dict[str, Any] = {}
    if article.blocks:
        dumped["paragraphs"] = [dump_block(block, dump_part) for block in article.blocks]
    elif article.paragraphs:
        dumped["paragraphs"] = list(article.paragraphs)
    elif not (article.media or article.groups or article.status == "canceled"):
        # A flash is a headline alone, and says so.
        dumped["paragraphs"] = []
    for name in _DUMPED:
        value = getattr(article, name)
        if is_stated(name, value):
            dumped[name] = dump_part(value)
    return dumped


_DUMPED: Final = tuple(name for name in _ARTICLE_SCHEMA.fields if name != "paragraphs")


# Every block but a plain paragraph, which is a string.
_BLOCKS: Final = tuple(one for one in get_args(Block) if one is not str)


def dump_part(value: Any) -> Any:
    """Return the JSON form of a value or a part of an article."""
    if isinstance(value, _BLOCKS):
        return dump_block(value, dump_part)
    if isinstance(value, tuple):
        return [dump_part(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    members = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
    return {name: dump_part(inner) for name, inner in members if inner is not None and inner != ()}


def _load_media(value: Any) -> Media:
    """Load a media object; the block that holds it reports its errors."""
    loaded = None if value is None else _MEDIA._deserialize(value, "media", {})
    if not isinstance(loaded, Media):
        raise ValidationError("is missing, and required")
    return loaded


_MEDIA: Final = _Named(Media)


def _loaded(schema: Schema, value: Any) -> dict[str, Any] | None:
    """Load a valid value as `schema.load` does, but faster; return None for a value that may be invalid.

    marshmallow spends half of the time of reading an article on features that these schemas do not use. For an invalid
    value, `schema.load` gives the errors.
    """
    inner_fields = schema.fields
    if not isinstance(value, dict) or not value:
        return None
    loaded: dict[str, Any] = {}
    try:
        for name, inner in value.items():
            loaded[name] = None if inner is None else inner_fields[name]._deserialize(inner, name, value)
    except (KeyError, ValidationError):
        return None
    fits = all(loaded.get(name) is not None or name in loaded for name in _required(type(schema)))
    return loaded if fits else None


@cache
def _required(schema: type[Schema]) -> tuple[str, ...]:
    """Return the required fields; null is allowed."""
    return tuple(name for name, one in schema().fields.items() if one.required)


def _stated(loaded: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in loaded.items() if value is not None and value != ()}


def _from_string(make: Any, value: str) -> dict[str, str]:
    """Return the fields for a bare string: the QCode of a subject or a place, or the required field of a part."""
    if make in (Subject, Place) and _IPTC_QCODE.fullmatch(value):
        return {"qcode": value}
    return {_main_field(make): value}


@cache
def _main_field(make: Any) -> str:
    required = (one.name for one in dataclasses.fields(make) if one.default is dataclasses.MISSING)
    return next(required, "name")


def _without_forbidden(value: str) -> str:
    if detail := check_characters(value):
        raise ValidationError(detail)
    return value
