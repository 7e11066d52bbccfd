"""The reading options of a request: facts about its documents that the documents do not state."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from schemas.article.zones import check_zone
from schemas.options import option

# Python's own: of literals, of domain names, and one that always fails.
_NO_ENCODINGS: Final = ("charmap", "idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")


def is_encoding(value: str) -> bool:
    """Return whether a value is the name of an encoding that texts can be in."""
    try:
        codec = codecs.lookup(value)
    except (LookupError, ValueError):
        return False
    return codec._is_text_encoding and codec.name.replace("_", "-") not in _NO_ENCODINGS


def _check_encoding(value: str) -> str | None:
    return (
        None if is_encoding(value) else f"there is no encoding {value!r}; give a name such as utf-8, cp1252 or utf-16"
    )


def _check_character(value: str) -> str | None:
    return None if len(value) == 1 else "must be one character"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """The reading options."""

    encoding: str | None = option(None, "The encoding of texts and tables, such as cp1252", check=_check_encoding)
    delimiter: str | None = option(None, "The character between the cells of a table", check=_check_character)
    quote: str | None = option(None, "The character around the cells of a table", check=_check_character)
    header: bool = option(default=True, description="Whether the first row of a table has the names of its columns")
    zone: str | None = option(None, "The time zone of dates that state none, such as Europe/Paris", check=check_zone)
    dates: Literal["day-first", "month-first"] | None = option(
        None,
        "The order of day and month in dates such as 8/11/2024. Default: what the dates of a table prove. With dots, "
        "the default is the day first",
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
