"""The output formats: their names, their media types, and the options that each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schemas.article.newscodes import schemes
from schemas.article.values import check_iri, shorten
from schemas.errors import Fault, RequestError, UnknownNameError
from schemas.nearest import nearest
from schemas.validation import escape_pointer, faults_of

NEWSML_G2: Final = "newsml-g2"
NEWS_ARTICLE: Final = "news-article"
CSV: Final = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsmlG2Options:
    """Options of NewsML-G2.

    Args:
        body: the vocabulary of the text inside inlineXML.
        schemes: the scheme URI of each alias that QCodes use beside the IPTC's: the inline catalog.
    """

    body: Literal["xhtml", "nitf"] = "xhtml"
    schemes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsArticleOptions:
    """Options of NewsArticle: `lines` writes one JSON-LD document on each line (NDJSON)."""

    lines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """Options of CSV.

    Args:
        profile: "default" guards cells that a spreadsheet would run as formulas; "excel" does too,
            and begins the file with a byte-order mark; "data" leaves every cell as it is.
    """

    profile: Literal["default", "excel", "data"] = "default"


# The lookahead is for Python, whose $ stands before a last line feed too; without it the pattern would be right in
# OpenAPI alone.
_ALIAS = r"^[A-Za-z][A-Za-z0-9_-]*(?!\n)$"

Options = NewsmlG2Options | NewsArticleOptions | CsvOptions


class NewsmlG2OptionsSchema(Schema):
    """What `options.newsml-g2` may say."""

    body = fields.String(
        load_default="xhtml",
        validate=validate.OneOf(["xhtml", "nitf"]),
        metadata={"description": "The vocabulary of the text: XHTML or NITF"},
    )
    schemes = fields.Dict(
        keys=fields.String(
            validate=validate.Regexp(_ALIAS, error="is no alias: letters, digits, - and _, a letter first")
        ),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "The scheme URI of each QCode alias that is not the IPTC's, for the inline catalog"},
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewsmlG2Options:
        for alias, uri in data["schemes"].items():
            if detail := check_iri(uri):
                raise ValidationError({"schemes": {alias: [detail]}})
            if schemes().get(alias, uri) != uri:
                raise ValidationError({"schemes": {alias: [f"is the IPTC's alias for {schemes()[alias]}"]}})
        return NewsmlG2Options(body=data["body"], schemes=data["schemes"])


class NewsArticleOptionsSchema(Schema):
    """What `options.news-article` may say."""

    lines = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "One JSON-LD document on each line (NDJSON), in articles.ndjson"},
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewsArticleOptions:
        return NewsArticleOptions(**data)


class CsvOptionsSchema(Schema):
    """What `options.csv` may say."""

    profile = fields.String(
        load_default="default",
        validate=validate.OneOf(["default", "excel", "data"]),
        metadata={
            "description": "default: cells that a spreadsheet would run are guarded by an apostrophe; "
            "excel: the same, with a byte-order mark; data: cells as they are"
        },
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> CsvOptions:
        return CsvOptions(**data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """An output format, as the lists of formats show it.

    Args:
        unheld: the fields of an Article that the format has no home for.
    """

    id: str
    title: str
    media_types: tuple[str, ...]
    files: tuple[str, ...]
    options: Schema
    unheld: tuple[str, ...]


FORMATS: Final = (
    Format(
        id=NEWSML_G2,
        title="NewsML-G2 2.35 (IPTC)",
        media_types=("application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml"),
        files=("articles.newsml.xml",),
        options=NewsmlG2OptionsSchema(),
        unheld=("section",),
    ),
    Format(
        id=NEWS_ARTICLE,
        title="schema.org NewsArticle (JSON-LD)",
        media_types=("application/ld+json", "application/x-ndjson"),
        files=("articles.jsonld", "articles.ndjson"),
        options=NewsArticleOptionsSchema(),
        unheld=("signal", "slugline", "embargoed", "urgency", "ed_note"),
    ),
    Format(
        id=CSV,
        title="CSV, with its CSVW description",
        media_types=("text/csv; charset=utf-8; header=present", "application/csvm+json"),
        files=("articles.csv", "paragraphs.csv", "csv-metadata.json"),
        options=CsvOptionsSchema(),
        unheld=(),
    ),
)
FORMAT_IDS: Final = tuple(format_.id for format_ in FORMATS)


def find_format(format_id: str) -> Format:
    """The format of this id.

    Raises:
        UnknownNameError: there is none.
    """
    for format_ in FORMATS:
        if format_.id == format_id:
            return format_
    raise UnknownNameError("format", format_id, FORMAT_IDS)


def load_options(given: Mapping[str, Any], formats: tuple[str, ...]) -> dict[str, Options]:
    """The options of each format that was asked for, defaults filled in.

    Args:
        given: the request's `options`: an object for each format id.
        formats: the formats that were asked for.

    Raises:
        RequestError: an option is unknown, wrong, or of a format that was not asked for.
    """
    faults: list[Fault] = []
    for format_id in given:
        if format_id not in FORMAT_IDS:
            near = nearest(format_id, FORMAT_IDS)
            hint = f"did you mean {near!r}?" if near else f"the formats are {', '.join(FORMAT_IDS)}"
            faults.append(
                Fault(f"/options/{escape_pointer(format_id)}", f"there is no format {shorten(format_id)!r}; {hint}")
            )
        elif format_id not in formats:
            faults.append(Fault(f"/options/{format_id}", f"options for {format_id}, which is not in `formats`"))
    loaded: dict[str, Options] = {}
    for format_id in formats:
        schema = find_format(format_id).options
        try:
            loaded[format_id] = schema.load(given.get(format_id, {}))
        except ValidationError as error:
            faults += faults_of(error, schema, f"/options/{format_id}")
    if faults:
        raise RequestError(tuple(faults))
    return loaded
