"""The reading options of a request: facts about its documents that the documents do not state."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields

from schemas.options import option


def _is_encoding(value: str) -> None:
    try:
        known = codecs.lookup(value)._is_text_encoding
    except LookupError:
        known = False
    if not known:
        raise ValidationError(f"there is no encoding {value!r}; give a name such as utf-8, cp1252 or utf-16")


def _is_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(f"there is no time zone {value!r}; give a name such as Europe/Paris or UTC") from None


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
