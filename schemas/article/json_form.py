"""The JSON form of an Article, as clients post it, and of `metadata`.

`null` and "" mean that a field is not stated. A party, a byline, a place or a subject may be only a name:
`"provider": "Example News"`. `paragraphs` may be one string with blank lines between paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from schemas.article import (
    SIGNALS,
    STATUSES,
    SUBJECT_TYPES,
    Article,
    Byline,
    Party,
    Place,
    Source,
    Subject,
    split_paragraphs,
)
from schemas.article.values import check_characters, make_line
from schemas.errors import ArticleError
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


class _Paragraphs(fields.Field[tuple[str, ...]]):
    """A list of strings, or one string with blank lines between paragraphs; loads as an Article's paragraphs."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list):
            raise ValidationError("must be a list of strings, or one string with blank lines between paragraphs")
        wrong: dict[int, list[str]] = {}
        for index, paragraph in enumerate(given):
            if not isinstance(paragraph, str):
                wrong[index] = ["must be a string"]
            elif detail := check_characters(paragraph):
                wrong[index] = [detail]
        if wrong:
            raise ValidationError(wrong if given is value else wrong[0])
        return split_paragraphs("\n\n".join(given))


class _Named(fields.Nested):
    """A nested object, or only its name."""

    def __init__(self, nested: type[Schema], make: Callable[..., object]) -> None:
        super().__init__(nested, allow_none=True)
        self._make = make

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, partial: Any = None, **kwargs: Any
    ) -> Any:
        if value in ("", {}):
            return None
        if isinstance(value, str):
            value = _from_name(self._make, value)
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
            found = super()._deserialize([value] if alone else value, attr, data, **kwargs)
        except ValidationError as error:
            # The pointer to a single item has no index.
            raise ValidationError(error.messages_dict[0] if alone else error.messages) from None  # type: ignore[index]
        return tuple(item for item in found if item is not None)


class PartySchema(Schema):
    """A person or an organisation."""

    name = _Line(required=True, allow_none=True)
    uri = _Line(allow_none=True)


class BylineSchema(PartySchema):
    """An author, as named in the article."""

    job_title = _Line(allow_none=True)


class PlaceSchema(Schema):
    """The place an article was written in."""

    name = _Line(allow_none=True)
    uri = _Line(allow_none=True)
    qcode = _Line(allow_none=True)


class SubjectSchema(PlaceSchema):
    """A subject of an article."""

    type = _Line(allow_none=True, metadata={"enum": list(SUBJECT_TYPES)})


class SourceSchema(Schema):
    """The document an article was read from."""

    sha256 = _Line(required=True, allow_none=True)
    name = _Line(allow_none=True)
    media_type = _Line(allow_none=True)
    size = _Number(allow_none=True)


def _line(description: str, **more: Any) -> _Line:
    return _Line(allow_none=True, metadata={"description": description, **more})


def _text(description: str) -> _Text:
    return _Text(allow_none=True, metadata={"description": description})


class MetadataSchema(Schema):
    """Defaults for the articles of a job: each applies to every article that does not state the field."""

    id = _line("An absolute URI, the same for all versions; derived from the text if absent")
    version = _Number(allow_none=True, metadata={"description": "From 1", "minimum": 1})
    signal = _line("The kind of a version above 1", enum=list(SIGNALS))
    headline = _line("The headline")
    description = _text("The standfirst or summary")
    slugline = _line("The slugline")
    bylines = _Many(_Named(BylineSchema, Byline), allow_none=True)
    dateline = _line("The dateline, as printed")
    located = _Named(PlaceSchema, Place)
    published = _line("A day, or a date-time with its zone", examples=["2024-11-08", "2024-11-08T16:30:00Z"])
    modified = _line("A day, or a date-time with its zone")
    embargoed = _line("The date-time, with its zone, at which the embargo ends")
    status = _line("The publication status", enum=list(STATUSES))
    language = _line("A registered BCP 47 tag", examples=["en", "pt-BR"])
    section = _line("The section of the publication")
    genre = _line("The genre")
    keywords = _Many(_Line(allow_none=True), allow_none=True)
    subjects = _Many(_Named(SubjectSchema, Subject), allow_none=True)
    provider = _Named(PartySchema, Party)
    copyright_holder = _Named(PartySchema, Party)
    copyright_notice = _text("The copyright notice")
    usage_terms = _text("The usage terms, or their URL")
    url = _line("Where the article is published")
    urgency = _Number(allow_none=True, metadata={"minimum": 1, "maximum": 9})
    ed_note = _text("A note to editors")


class ArticleSchema(MetadataSchema):
    """One article."""

    paragraphs = _Paragraphs(
        required=True,
        metadata={"description": "The text, verbatim", "type": "array", "items": {"type": "string"}},
    )
    source = _Named(SourceSchema, Source)


_ARTICLE_SCHEMA: Final = ArticleSchema()
_METADATA_SCHEMA: Final = MetadataSchema()


def article_fields(value: Any) -> dict[str, Any]:
    """Return the fields that a JSON article states, as arguments of `Article`.

    Raises:
        ArticleError: the value breaks the schema; each fault has a JSON Pointer into the value.
    """
    try:
        return _stated(_loaded(_ARTICLE_SCHEMA, value) or _ARTICLE_SCHEMA.load(value))
    except ValidationError as error:
        raise ArticleError(faults_of(error, _ARTICLE_SCHEMA)) from None


def metadata_fields(value: Any) -> dict[str, Any]:
    """Return the fields that metadata states, as arguments of `Article`.

    Raises:
        ArticleError: the value breaks the schema or a rule; each fault has a JSON Pointer into the value.
    """
    try:
        stated = _stated(_METADATA_SCHEMA.load(value))
    except ValidationError as error:
        raise ArticleError(faults_of(error, _METADATA_SCHEMA)) from None
    # Only `Article` has the rules on values: check them with an article of these fields and any text.
    alone = {"version": 2, **stated} if "signal" in stated else stated
    Article(paragraphs=("-",), **alone)
    return stated


def dump_article(article: Article) -> dict[str, Any]:
    """Return the JSON form of an article: the fields that it states."""
    return {name: _dumped(value) for name, value in _ordered(article) if value is not None and value != ()}


def _ordered(article: Article) -> list[tuple[str, Any]]:
    return [(name, getattr(article, name)) for name in _ARTICLE_SCHEMA.fields]


def _dumped(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_dumped(item) for item in value]
    if isinstance(value, str | int):
        return value
    return {name: inner for name, inner in asdict(value).items() if inner is not None}


def _loaded(schema: Schema, value: Any) -> dict[str, Any] | None:
    """Return the result of `schema.load` for a valid value, by a faster way; None for a value that may be invalid.

    marshmallow's work around the fields, for features that these schemas do not use, took half of the time of reading
    an article. For an invalid value, `schema.load` gives the errors.
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
    fits = all(
        loaded.get(name) is not None or (name in loaded and field.allow_none)
        for name, field in inner_fields.items()
        if field.required
    )
    return loaded if fits else None


def _stated(loaded: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in loaded.items() if value is not None and value != ()}


def _from_name(make: Callable[..., object], value: str) -> dict[str, str]:
    """Return the fields for a bare string: the QCode of a subject or a place, or a name."""
    if make in (Subject, Place) and _IPTC_QCODE.fullmatch(value):
        return {"qcode": value}
    return {"name": value}


def _without_forbidden(value: str) -> str:
    if detail := check_characters(value):
        raise ValidationError(detail)
    return value
