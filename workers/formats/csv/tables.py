"""The two tables of a CSV export, column by column, and their description (CSV on the Web, W3C)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from schemas.conversion import numbered

ARTICLES: Final = "articles.csv"
PARAGRAPHS: Final = "paragraphs.csv"
METADATA: Final = "csv-metadata.json"
TABLE_TYPE: Final = "text/csv; charset=utf-8; header=present"
METADATA_TYPE: Final = "application/csvm+json"

_DAY_OR_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+\-][0-9]{2}:[0-9]{2})?)?"
# Not CSVW's own datatype "language": validators that do not know it refuse the whole description.
_LANGUAGE = "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*"
_LIST = "A list, parted by semicolons; a backslash takes the next character literally."
_NAMED = "Written `name <uri> [qcode] (note)`; a backslash takes the next character literally."
_GUARD = (
    "A value that begins with =, +, -, @, one of these in full width, a tab or a line break, after any number of "
    "apostrophes, has one more apostrophe before it, so that no spreadsheet runs it; take that one away to have "
    "the value."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name, its property in schema.org, and its datatype in CSVW."""

    name: str
    property: str | None = None
    datatype: str | dict[str, Any] = "string"
    required: bool = False
    list_of: bool = False
    description: str | None = None


def _text(name: str, about: str | None = None, description: str | None = None) -> Column:
    return Column(name=name, property=about, description=description)


# Not "anyURI": the validator csvw fails if one is part of a foreign key of two columns.
_ID: Final[dict[str, Any]] = {"base": "string", "format": r"[A-Za-z][A-Za-z0-9+.\-]*:.+"}
_VERSION: Final[dict[str, Any]] = {"base": "integer", "minimum": 1}

ARTICLE_COLUMNS: Final = (
    Column(name="id", property="identifier", datatype=_ID, required=True),
    Column(name="version", property="version", datatype=_VERSION, required=True),
    Column(name="signal", datatype={"base": "string", "format": "update|correction"}),
    _text("headline", "headline"),
    _text("description", "description"),
    _text("slugline"),
    Column(
        name="bylines",
        property="author",
        list_of=True,
        description=f"{_LIST} Each is written `name <uri> (job title)`.",
    ),
    _text("dateline", "dateline"),
    _text("located", "locationCreated", _NAMED),
    Column(name="published", property="datePublished", datatype={"base": "string", "format": _DAY_OR_MOMENT}),
    Column(name="modified", property="dateModified", datatype={"base": "string", "format": _DAY_OR_MOMENT}),
    Column(name="embargoed", datatype="dateTimeStamp"),
    Column(
        name="status",
        property="creativeWorkStatus",
        datatype={"base": "string", "format": "usable|withheld|canceled"},
    ),
    Column(name="language", property="inLanguage", datatype={"base": "string", "format": _LANGUAGE}),
    _text("section", "articleSection"),
    _text("genre", "genre"),
    Column(name="keywords", property="keywords", list_of=True, description=_LIST),
    Column(
        name="subjects",
        property="about",
        list_of=True,
        description=f"{_LIST} Each is written `name <uri> [qcode] (type)`.",
    ),
    _text("provider", "publisher", "Written `name <uri>`; a backslash takes the next character literally."),
    _text("copyright_holder", "copyrightHolder", "Written `name <uri>`."),
    _text("copyright_notice", "copyrightNotice"),
    _text("usage_terms", "usageInfo"),
    Column(name="url", property="url", datatype="anyURI"),
    Column(name="urgency", datatype={"base": "integer", "minimum": 1, "maximum": 9}),
    _text("ed_note"),
    Column(name="word_count", property="wordCount", datatype={"base": "integer", "minimum": 0}, required=True),
    Column(
        name="body",
        property="articleBody",
        required=True,
        description="The paragraphs, joined by a blank line. Some spreadsheets cut a cell at 32,767 characters: "
        "paragraphs.csv has each paragraph in a row of its own.",
    ),
    _text("source_name"),
    Column(name="source_sha256", property="sha256", datatype={"base": "string", "format": "[0-9a-f]{64}"}),
)

PARAGRAPH_COLUMNS: Final = (
    Column(name="id", datatype=_ID, required=True),
    Column(name="version", datatype=_VERSION, required=True),
    Column(name="paragraph", property="position", datatype=_VERSION, required=True),
    Column(name="text", property="text", required=True),
)


def csvw(*, guarded: bool, number: int | None = None) -> dict[str, Any]:
    """Return the CSVW description of both tables ("Metadata Vocabulary for Tabular Data", W3C).

    Args:
        guarded: whether formulas are guarded.
        number: the number of the tables in a split export.
    """
    articles_url, paragraphs_url = numbered(ARTICLES, number), numbered(PARAGRAPHS, number)
    paragraphs = _table(paragraphs_url, PARAGRAPH_COLUMNS, ["id", "version", "paragraph"], "{+id}#p{paragraph}")
    paragraphs["tableSchema"]["foreignKeys"] = [
        {
            "columnReference": ["id", "version"],
            "reference": {"resource": articles_url, "columnReference": ["id", "version"]},
        }
    ]
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@type": "TableGroup",
        "dc:title": "News articles",
    }
    if guarded:
        described["dc:description"] = _GUARD
    described["tables"] = [_table(articles_url, ARTICLE_COLUMNS, ["id", "version"], "{+id}"), paragraphs]
    return described


def _table(url: str, columns: tuple[Column, ...], key: list[str], about: str) -> dict[str, Any]:
    return {
        "url": url,
        "dialect": {
            "encoding": "utf-8",
            "header": True,
            "headerRowCount": 1,
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminators": ["\r\n"],
            "skipBlankRows": False,
            "trim": False,
        },
        "tableSchema": {
            "aboutUrl": about,
            "primaryKey": key,
            "columns": [_column(column) for column in columns],
        },
    }


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
