"""The reading options of a request: facts about its documents that the documents do not state."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import OneOf

from schemas.article.dates import DayOrder, check_zone
from schemas.options import option, options_schema


def _is_encoding(value: str) -> None:
    try:
        known = codecs.lookup(value)._is_text_encoding
    except LookupError:
        known = False
    if not known:
        raise ValidationError(f"there is no encoding {value!r}; give a name such as utf-8, cp1252 or utf-16")


def _is_zone(value: str) -> None:
    if detail := check_zone(value):
        raise ValidationError(detail)


def _is_one_character(value: str) -> None:
    if len(value) != 1:
        raise ValidationError("must be one character")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """The reading options."""

    encoding: str | None = option(
        None, "The encoding of texts and tables, such as cp1252", field=fields.String, validate=_is_encoding
    )
    delimiter: str | None = option(
        None, "The character between the cells of a table", field=fields.String, validate=_is_one_character
    )
    quote: str | None = option(
        None, "The character around the cells of a table", field=fields.String, validate=_is_one_character
    )
    header: bool = option(default=True, description="Whether the first row of a table has the names of its columns")
    zone: str | None = option(
        None, "The time zone of dates that state none, such as Europe/Paris", field=fields.String, validate=_is_zone
    )
    dates: Literal["day-first", "month-first"] | None = option(
        None,
        "The order of day and month in dates such as 8/11/2024. Default: what the dates of a table prove. With dots, "
        "the default is the day first",
        field=fields.String,
        validate=OneOf(get_args(DayOrder)),
    )
    headline: Literal["stated", "first-line"] = option(
        "stated",
        "`first-line`: the first line of a text, Word or OpenDocument file is its headline, if its text marks no other",
    )
    byline: Literal["stated", "by-line"] = option(
        "stated",
        "`by-line`: a line such as `By Jane Doe` at the beginning of such a file is its byline, with its authors",
    )
    mining: Literal["any", "allowed"] = option(
        "any", "`allowed` leaves out each article that states a prohibition of data mining, and counts it"
    )
    inferred: bool = option(
        default=True, description="Whether an article has what is inferred from the look of its page"
    )

    def in_zone(self, zone: str | None) -> ReadingOptions:
        """Return these options with a time zone if they have none."""
        return replace(self, zone=zone) if zone and not self.zone else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the documents of a request are read.

    Args:
        format: the id of the format of every document; None to detect it.
        options: the reading options.
    """

    format: str | None = None
    options: ReadingOptions = field(default_factory=ReadingOptions)


class ReadingSchema(Schema):
    """How to read the documents: facts about them that they do not state themselves."""

    format = fields.String(metadata={"description": "The format of every uploaded file. Default: it is detected"})
    options = fields.Nested(type(options_schema(ReadingOptions)), load_default=ReadingOptions)
