"""Which column of a table is which field of an Article: by its name, or as somebody says.

    --set headline=@Title --set paragraphs=@"Full text"

A column is found by the name of a field or by a common name for it, whatever its case and punctuation
("Date-Published" is `datepublished`). What somebody says goes before what is found, and `@` alone says that
no column states the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.article.values import shorten
from schemas.errors import ArticleError, Fault
from schemas.nearest import nearest

TEXT: Final = "paragraphs"

# The names of each field, those that say it best first.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    TEXT: ("body", "paragraphs", "articlebody", "bodytext", "fulltext", "articletext", "text", "content", "article"),
    "id": ("id", "guid", "uri", "articleid"),
    "version": ("version",),
    "signal": ("signal",),
    "headline": ("headline", "title", "articletitle", "heading"),
    "description": ("description", "standfirst", "summary", "abstract", "subtitle", "subheadline", "deck", "lede"),
    "slugline": ("slugline",),
    "bylines": ("bylines", "byline", "authors", "author", "writtenby", "creator"),
    "dateline": ("dateline",),
    "located": ("located",),
    "published": (
        "published",
        "datepublished",
        "publishedat",
        "publisheddate",
        "publisheddatetime",
        "publicationdate",
        "publishdate",
        "publishdatetime",
        "pubdate",
        "date",
        "datetime",
    ),
    "modified": ("modified", "datemodified", "modifiedat", "modifieddate", "updated", "updatedat", "lastmodified"),
    "embargoed": ("embargoed", "embargo", "embargoeduntil"),
    "status": ("status", "pubstatus"),
    "language": ("language", "lang", "inlanguage", "languagecode"),
    "section": ("section", "articlesection", "category", "desk"),
    "genre": ("genre",),
    "keywords": ("keywords", "keyword", "tags", "tag"),
    "subjects": ("subjects", "subject", "topics", "topic"),
    "provider": ("provider", "publisher", "publication", "outlet", "newspaper"),
    "copyright_holder": ("copyrightholder",),
    "copyright_notice": ("copyrightnotice", "copyright", "rights"),
    "usage_terms": ("usageterms", "usageinfo", "license", "licence"),
    "url": ("url", "link", "permalink", "canonicalurl", "articleurl", "webpage"),
    "urgency": ("urgency", "priority"),
    "ed_note": ("ednote", "editorsnote", "editornote"),
}

_PUNCTUATION = re.compile(r"[\W_]+")


class ColumnError(ArticleError):
    """The columns of a table do not say what they have to say."""


def take_columns(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Metadata, parted into fields with their values and fields with the columns that state them.

    A value `@Title` is the column Title; `@@home` is the text @home.

    Raises:
        ColumnError: a column is given for what is no field of an article.
    """
    values: dict[str, Any] = {}
    columns: dict[str, str] = {}
    faults = []
    for name, value in metadata.items():
        if not isinstance(value, str) or not value.startswith("@"):
            values[name] = value
        elif value.startswith("@@"):
            values[name] = value[1:]
        elif (field := TEXT if name == "body" else name) in NAMES:
            columns[field] = value[1:]
        else:
            near = nearest(name, tuple(NAMES))
            hint = f"did you mean {near!r}?" if near else f"the fields are {', '.join(NAMES)}"
            faults.append(Fault(f"/{name}", f"no column can state {name!r}; {hint}"))
    if faults:
        raise ColumnError(tuple(faults))
    return values, columns


def find_columns(header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """The number of the column that states each field.

    Args:
        header: the names of the columns.
        given: the columns that somebody named, by field; "" for none.

    Raises:
        ColumnError: a column that was named is not there, is there twice, or there is no column of text.
    """
    plain = [plain_name(name) for name in header]
    found: dict[str, int] = {}
    faults = []
    for field, column in given.items():
        if column:
            numbers = _numbers(column, header) or _numbers(plain_name(column), plain)
            if len(numbers) == 1:
                found[field] = numbers[0]
            else:
                detail = "is there more than once" if numbers else f"is not there; {_listed(header)}"
                faults.append(Fault(f"/{field}", f"the column {column!r} {detail}"))
    taken = set(found.values())
    for field, names in NAMES.items():
        for name in names if field not in given else ():
            numbers = [number for number in _numbers(name, plain) if number not in taken]
            if len(numbers) > 1:
                faults.append(Fault(f"/{field}", f"the column {header[numbers[0]]!r} is there more than once"))
            if numbers:
                found[field] = numbers[0]
                break
    if TEXT not in found and not faults:
        said = f"no column is known as the text of the articles; {_listed(header)}. Say which one it is"
        faults.append(Fault("", f"{said}: --set paragraphs=@COLUMN"))
    if faults:
        raise ColumnError(tuple(faults))
    return found


def plain_name(name: str) -> str:
    """A column's name as names are compared: without case and punctuation."""
    return _PUNCTUATION.sub("", name).casefold()


def count_known(header: Sequence[str]) -> int:
    """How many columns have a name that stands for a field."""
    return sum(plain_name(name) in _KNOWN for name in header)


def _numbers(name: str, names: Sequence[str]) -> list[int]:
    return [number for number, one in enumerate(names) if one == name]


def _listed(header: Sequence[str]) -> str:
    return f"the columns are {shorten(', '.join(map(repr, header)), 1000)}"


_KNOWN: Final = frozenset(name for names in NAMES.values() for name in names)
