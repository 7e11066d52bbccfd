"""The tables of a CSV export, column by column, and their description (CSV on the Web, W3C).

articles.csv has a row for each article, paragraphs.csv one for each block of text, media.csv one for each file of a
picture, a video, a sound or a graphic. The columns of newsmill 0.1 come first, in their order; `FIRST_EDITION` counts
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

from schemas.article import (
    AlternativeId,
    Article,
    Byline,
    Correction,
    EdNote,
    Group,
    ItemLink,
    LiveUpdate,
    Media,
    Party,
    Place,
    Rights,
    RoleText,
    Subject,
)
from schemas.article.declare import values_of
from schemas.conversion import numbered
from workers.formats.csv.parts import describe

ARTICLES: Final = "articles.csv"
PARAGRAPHS: Final = "paragraphs.csv"
MEDIA: Final = "media.csv"
METADATA: Final = "csv-metadata.json"
TABLE_TYPE: Final = "text/csv; charset=utf-8; header=present"
METADATA_TYPE: Final = "application/csvm+json"

_DAY_OR_MOMENT = r"[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+\-][0-9]{2}:[0-9]{2})?)?)?"
# Not CSVW's own datatype "language": validators that do not know it refuse the whole description.
_LANGUAGE = "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"
_LIST = "A list, parted by semicolons; a backslash takes the next character literally."
_GUARD = (
    "A value that begins with =, +, -, @, one of these in full width, a tab or a line break, after any number of "
    "apostrophes, has one more apostrophe before it, so that no spreadsheet runs it; take that one away to have "
    "the value."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name, its property in schema.org, and its datatype in CSVW.

    Args:
        list_of: whether a cell is a list.
        part: the dataclass whose instances a cell holds, in the notation of `workers.formats.csv.parts`.
    """

    name: str
    property: str | None = None
    datatype: str | dict[str, Any] = "string"
    required: bool = False
    list_of: bool = False
    part: type[Any] | None = None
    description: str | None = None


def _text(name: str, about: str | None = None, description: str | None = None) -> Column:
    return Column(name=name, property=about, description=description)


def _one_of(name: str, *values: str, about: str | None = None, required: bool = False) -> Column:
    form = {"base": "string", "format": "|".join(values)}
    return Column(name=name, property=about, datatype=form, required=required)


def _number(name: str, about: str | None = None, least: int = 0, most: int | None = None, **more: Any) -> Column:
    bounds: dict[str, Any] = {"base": "integer", "minimum": least} | ({"maximum": most} if most else {})
    return Column(name=name, property=about, datatype=bounds, **more)


def _date(name: str, about: str | None = None) -> Column:
    return Column(name=name, property=about, datatype={"base": "string", "format": _DAY_OR_MOMENT})


def _list(name: str, about: str | None = None) -> Column:
    return Column(name=name, property=about, list_of=True, description=_LIST)


def _part(name: str, part: type[Any], about: str | None = None) -> Column:
    description = f"Written `{describe(part)}`; a backslash takes the next character literally."
    return Column(name=name, property=about, part=part, description=description)


def _parts(name: str, part: type[Any], about: str | None = None) -> Column:
    description = f"{_LIST} Each is written `{describe(part)}`."
    return Column(name=name, property=about, list_of=True, part=part, description=description)


# Not "anyURI": the validator csvw fails if one is part of a foreign key of two columns.
_ID: Final[dict[str, Any]] = {"base": "string", "format": r"[A-Za-z][A-Za-z0-9+.\-]*:.+"}
_VERSION: Final[dict[str, Any]] = {"base": "integer", "minimum": 1}

_KEY: Final = (
    Column(name="id", datatype=_ID, required=True),
    Column(name="version", datatype=_VERSION, required=True),
)

ARTICLE_COLUMNS: Final = (
    Column(name="id", property="identifier", datatype=_ID, required=True),
    Column(name="version", property="version", datatype=_VERSION, required=True),
    _one_of("signal", "update", "correction"),
    _text("headline", "headline"),
    _text("description", "description"),
    _text("slugline"),
    _parts("bylines", Byline, "author"),
    _text("dateline", "dateline"),
    _part("located", Place, "locationCreated"),
    _date("published", "datePublished"),
    _date("modified", "dateModified"),
    Column(name="embargoed", datatype="dateTimeStamp"),
    _one_of("status", "usable", "withheld", "canceled", about="creativeWorkStatus"),
    Column(name="language", property="inLanguage", datatype={"base": "string", "format": _LANGUAGE}),
    _text("section", "articleSection"),
    _text("genre", "genre"),
    _list("keywords", "keywords"),
    _parts("subjects", Subject, "about"),
    _part("provider", Party, "publisher"),
    _part("copyright_holder", Party, "copyrightHolder"),
    _text("copyright_notice", "copyrightNotice"),
    _text("usage_terms", "usageInfo"),
    Column(name="url", property="url", datatype="anyURI"),
    _number("urgency", None, 1, 9),
    _text("ed_note"),
    _number("word_count", "wordCount", required=True),
    _text(
        "body",
        "articleBody",
        "The paragraphs, joined by a blank line. Some spreadsheets cut a cell at 32,767 characters: "
        "paragraphs.csv has each paragraph in a row of its own.",
    ),
    _text("source_name"),
    Column(name="source_sha256", property="sha256", datatype={"base": "string", "format": "[0-9a-f]{64}"}),
    # Since newsmill 0.2:
    _one_of("kind", "picture", "video", "audio", "graphic", "composite"),
    _parts("alternative_ids", AlternativeId, "identifier"),
    _list("signals"),
    _parts("headlines", RoleText, "alternativeHeadline"),
    _parts("descriptions", RoleText),
    _text("byline"),
    _parts("contributors", Byline, "contributor"),
    _text("credit_line", "creditText"),
    Column(name="first_created", property="dateCreated", datatype="dateTimeStamp"),
    Column(name="version_created", datatype="dateTimeStamp"),
    _date("expires", "expires"),
    _parts("rights", Rights),
    _text("data_mining"),
    _text("digital_source_type", "digitalSourceType"),
    Column(name="access_free", property="isAccessibleForFree", datatype="boolean"),
    _list("access_paid_parts"),
    _parts("media", Media, "associatedMedia"),
    _parts("groups", Group),
    _parts("links", ItemLink),
    _parts("corrections", Correction, "correction"),
    _parts("live_updates", LiveUpdate),
    _parts("ed_notes", EdNote),
    _list("services"),
    _list("audience", "audience"),
    _text("profile"),
    _list("roles"),
    _list("inferred"),
)

PARAGRAPH_COLUMNS: Final = (
    *_KEY,
    Column(name="paragraph", property="position", datatype=_VERSION, required=True),
    Column(name="text", property="text", required=True),
    # Since newsmill 0.2:
    _one_of("kind", "paragraph", "heading", "list", "quotation", "table", "preformatted", required=True),
    _number("level", None, 1, 6, description="Of a heading"),
)

MEDIA_COLUMNS: Final = (
    *_KEY,
    Column(name="medium", property="position", datatype=_VERSION, required=True),
    Column(name="rendition", datatype=_VERSION, required=True, description="The number of the file of the medium"),
    _number(
        "paragraph",
        description="Of a figure in the text: the number of the paragraph that it follows or is in; 0 before the first",
    ),
    _one_of("kind", "picture", "video", "audio", "graphic", required=True),
    Column(name="main", datatype="boolean"),
    _text("caption", "caption"),
    _text("credit", "creditText"),
    _text("alt"),
    Column(name="href", property="contentUrl", datatype="anyURI"),
    _text("media_type", "encodingFormat"),
    _number("width", "width", description="In pixels"),
    _number("height", "height", description="In pixels"),
    _number("size", "contentSize", description="In bytes"),
    _number("duration", description="In seconds"),
    _text("role"),
)

FIRST_EDITION: Final = {ARTICLES: 29, PARAGRAPHS: 4}
"""The number of columns that newsmill 0.1 wrote."""

ACCESS: Final = {"access_free": "free", "access_paid_parts": "paid_parts"}
"""The columns of the parts of `Article.access`."""

_MORE_FIELDS: Final = tuple(
    dict.fromkeys(
        "access" if column.name in ACCESS else column.name for column in ARTICLE_COLUMNS[FIRST_EDITION[ARTICLES] :]
    )
)
_more_values: Final = values_of(_MORE_FIELDS)
_UNSTATED: Final = tuple(one.default for name in _MORE_FIELDS for one in fields(Article) if one.name == name)


def states_more(article: Article) -> bool:
    """Return whether an article states a field of the columns since newsmill 0.2. Most articles do not."""
    return _more_values(article) != _UNSTATED


_TABLES: Final = (
    # the file, its columns, its primary key, the URI that a row is about
    (ARTICLES, ARTICLE_COLUMNS, ("id", "version"), "{+id}"),
    (PARAGRAPHS, PARAGRAPH_COLUMNS, ("id", "version", "paragraph"), "{+id}#p{paragraph}"),
    (MEDIA, MEDIA_COLUMNS, ("id", "version", "medium", "rendition"), "{+id}#m{medium}"),
)
COLUMNS: Final = {name: columns for name, columns, _, _ in _TABLES}


def csvw(
    *,
    guarded: bool,
    delimiter: str = ",",
    number: int | None = None,
    file_name: Callable[[str, int | None], str] = numbered,
) -> dict[str, Any]:
    """Return the CSVW description of the tables ("Metadata Vocabulary for Tabular Data", W3C).

    Args:
        guarded: whether formulas are guarded.
        delimiter: the character between two cells.
        number: the number of the tables in a split export.
        file_name: returns the name that a table gets, by its number.
    """
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@type": "TableGroup",
        "dc:title": "News articles",
    }
    if guarded:
        described["dc:description"] = _GUARD
    articles_key = {"resource": file_name(ARTICLES, number), "columnReference": ["id", "version"]}
    tables = []
    for name, _, key, about in _TABLES:
        schema: dict[str, Any] = {
            "aboutUrl": about,
            "primaryKey": list(key),
            "columns": _described(name),
        }
        if name != ARTICLES:
            schema["foreignKeys"] = [{"columnReference": ["id", "version"], "reference": articles_key}]
        tables.append({"url": file_name(name, number), "dialect": _dialect(delimiter), "tableSchema": schema})
    described["tables"] = tables
    return described


def _dialect(delimiter: str) -> dict[str, Any]:
    return {
        "encoding": "utf-8",
        "header": True,
        "headerRowCount": 1,
        "delimiter": delimiter,
        "quoteChar": '"',
        "doubleQuote": True,
        "lineTerminators": ["\r\n"],
        "skipBlankRows": False,
        "trim": False,
    }


@cache
def _described(table: str) -> list[dict[str, Any]]:
    return [_column(column) for column in COLUMNS[table]]


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "titles": column.name, "datatype": column.datatype}
    if column.required:
        described["required"] = True
    if column.list_of:
        described["separator"] = ";"
    if column.property:
        described["propertyUrl"] = f"https://schema.org/{column.property}"
    if column.description:
        described["dc:description"] = column.description
    return described
