"""Values of the options --set, --read and --option."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import ValidationError

from schemas.article.json_form import metadata_fields
from schemas.assignments import assign, parse_character, parse_value
from schemas.columns.names import take_columns
from schemas.conversion import Defaults
from schemas.errors import ArticleError, Fault, RequestError
from schemas.nearest import nearest
from schemas.option_schemas import options_schema
from schemas.reading import ReadingOptions
from schemas.settings import Settings
from schemas.validation import faults_of
from workers.formats import FORMATS


def parse_metadata(settings: Sequence[str]) -> dict[str, object]:
    """Parse `--set field=value`: `provider.uri=…` sets a part, and a field given twice is a list.

    `field=@Column` names the column of a table, or the member of a JSON object, that states the field.

    Raises:
        RequestError: it has another form, or a field does not exist or cannot have the value.
    """
    metadata: dict[str, object] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise RequestError((Fault("", f"--set {setting}: give a field and its value, --set field=value"),))
        assign(metadata, name.strip().split("."), parse_value(value))
    try:
        values, _ = take_columns(metadata)
        metadata_fields(values)
    except ArticleError as error:
        raise RequestError(tuple(Fault(f"--set {f.pointer.lstrip('/')}", f.detail) for f in error.faults)) from None
    return metadata


def parse_options(options: Sequence[str]) -> dict[str, dict[str, object]]:
    """Parse `--option FORMAT.NAME=VALUE`.

    Raises:
        RequestError: it has another form, or there is no such format.
    """
    parsed: dict[str, dict[str, object]] = {}
    for option in options:
        name, equals, value = option.partition("=")
        format_id, dot, key = name.partition(".")
        if not equals or not dot:
            raise RequestError((Fault("", f"--option {option}: write FORMAT.NAME=VALUE, such as csv.profile=excel"),))
        if format_id not in (ids := FORMATS.writable.ids):
            near = nearest(format_id, ids)
            hint = f"did you mean {near}?" if near else f"the formats are {', '.join(ids)}"
            raise RequestError((Fault("", f"--option {option}: there is no format {format_id!r}; {hint}"),))
        parsed.setdefault(format_id, {})[key] = parse_value(value)
    return parsed


def reading_values(settings: Sequence[str]) -> dict[str, object]:
    """Return the values of `--read name=value` as a request states them. The value \\t is a tab.

    Raises:
        RequestError: one has another form.
    """
    values: dict[str, object] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise RequestError((Fault("", f"--read {setting}: write NAME=VALUE, such as delimiter=;"),))
        values[name.strip()] = parse_character(value)
    return values


def defaults_of(settings: Sequence[str], reading: Sequence[str], read_as: str | None, service: Settings) -> Defaults:
    """Return what `--set`, `--read` and `--from` state for all documents, completed by the settings of the service.

    Raises:
        RequestError: one of them has another form, or a value that it cannot have.
        ArticleError: a field of `--set` is wrong.
    """
    values, columns = take_columns(parse_metadata(settings))
    return Defaults(
        fields=service.article_defaults | metadata_fields(values),
        columns=columns,
        format=read_as,
        reading=parse_reading(reading).in_zone(service.zone),
    )


def parse_reading(settings: Sequence[str]) -> ReadingOptions:
    """Parse `--read name=value`.

    Raises:
        RequestError: it has another form, or an option does not exist or cannot have the value.
    """
    schema = options_schema(ReadingOptions)
    try:
        options: ReadingOptions = schema.load(reading_values(settings))
    except ValidationError as error:
        faults = faults_of(error, schema)
        raise RequestError(tuple(Fault(f"--read {f.pointer.lstrip('/')}", f.detail) for f in faults)) from None
    return options
