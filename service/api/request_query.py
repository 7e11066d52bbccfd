"""The export of a document in the body, as the query of the URL states it.

`to=csv&option.csv.profile=excel&set.language=en&read.zone=Europe/Paris` is the same request as
`{"formats": ["csv"], "options": {"csv": {"profile": "excel"}}, "metadata": {"language": "en"},
"read": {"options": {"zone": "Europe/Paris"}}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from flask import Request

from schemas.assignments import assign, parse_character, parse_value
from schemas.errors import RequestError
from service.api.description.openapi import BYTES, TEXT, parameter
from service.core.problems import ProblemError
from workers.formats import FORMATS

_SAID: Final = {
    "minLength": 1,
    "description": "A document, in its own media type or any other. Its encoding is that of the parameter `charset`",
}
DOCUMENT: Final = {name: {"schema": body["schema"] | _SAID} for name, body in BYTES.items()}
"""A document as the body of a request, in the OpenAPI document."""

_FORMS: Final = {
    "set.FIELD": r"^set\..+$",
    "option.FORMAT.NAME": r"^option\.[^.]+\..+$",
    "read.NAME": r"^read\..+$",
}


def values(description: str, *forms: str) -> dict[str, Any]:
    """Describe parameters that each state one value. In this style, each member of `values` is one, by its own name."""
    patterns = {_FORMS[form]: TEXT | {"title": form} for form in forms}
    schema = {"type": "object", "patternProperties": patterns, "additionalProperties": False}
    return parameter("query", "values", description, schema=schema) | {"style": "form", "explode": True}


PARAMETERS: Final = [
    parameter(
        "query",
        "to",
        "A format to write; repeat the parameter for more",
        schema={"type": "array", "items": {"type": "string", "enum": list(FORMATS.writable.ids)}},
    )
    | {"style": "form", "explode": True},
    parameter(
        "query",
        "from",
        "The format of the document. Default: it is detected",
        schema={"type": "string", "enum": list(FORMATS.readable.ids)},
    ),
    parameter("query", "filename", "The name of the document, as in a header `Content-Disposition`"),
    parameter(
        "query",
        "split",
        "The maximum number of articles in a file; with 1, each format is a zip of files",
        schema={"type": "integer", "minimum": 1, "maximum": 10_000_000},
    ),
    parameter(
        "query",
        "on_error",
        "Whether a failed article is left out or fails the job",
        schema={"type": "string", "enum": ["skip", "fail"]},
    ),
    parameter(
        "query",
        "names",
        "How files are named: `articles`, or after the document (`source`)",
        schema={"type": "string", "enum": ["articles", "source"]},
    ),
    parameter("query", "name", "Your name for the job. Default: the name of the document"),
    parameter(
        "query", "tag", "A tag of the job; repeat the parameter for more", schema={"type": "array", "items": TEXT}
    )
    | {"style": "form", "explode": True},
    values(
        "Values, each a parameter by its own name: `set.FIELD` is a field of every article that does not state it "
        "(`set.language=en`, `set.provider.uri=…`, `set.headline=@Title` for a column), `option.FORMAT.NAME` an option "
        "of a format (`option.csv.profile=excel`), `read.NAME` a reading option (`read.zone=Europe/Paris`)",
        *_FORMS,
    ),
]
"""The parameters in the OpenAPI document."""

_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "set": ("metadata",),
    "option": ("options",),
    "read": ("read", "options"),
}
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "from": ("read", "format"),
    **{name: (name,) for name in ("split", "on_error", "names", "name")},
}


def is_in_query(request: Request) -> bool:
    """Return whether the query states the export, so that the body is the document, or has it in a part `file`."""
    return bool(request.args) or request.mimetype == "application/octet-stream"


def stated_in_query(request: Request) -> dict[str, Any]:
    """Return the request that the query states, in the form of the JSON body. It may still break its schema.

    Raises:
        ProblemError: a parameter has no place in a request.
    """
    stated: dict[str, Any] = {}
    if wanted := [one.strip() for given in request.args.getlist("to") for one in given.split(",")]:
        stated["formats"] = wanted
    if tags := request.args.getlist("tag"):
        stated["tags"] = tags
    for name, value in request.args.items(multi=True):
        kind, _, rest = name.partition(".")
        if name in _OWN:
            assign(stated, list(_OWN[name]), _number(value) if name == "split" else value)
        elif rest:
            path = [kind] if kind not in _PLACES else list(_PLACES[kind])
            # The part of a field has a dot: provider.uri. The id of a format has none.
            path += rest.split(".") if kind == "set" else rest.split(".", 1) if kind == "option" else [rest]
            assign(stated, path, parse_character(value) if kind == "read" else parse_value(value))
    return stated


@contextmanager
def faults_by_parameter() -> Iterator[None]:
    """Let a fault of the request name the parameter that states the wrong value.

    Raises:
        ProblemError: the request has faults.
    """
    try:
        yield
    except RequestError as error:
        if any(fault.pointer.startswith("/file/") for fault in error.faults):
            raise  # the document is wrong, and not the URL
        parameters = {_parameter_at(fault.pointer): fault.detail for fault in error.faults}
        if any(fault.pointer == "/formats" for fault in error.faults):
            parameters["to"] = f"name a format to write: {', '.join(FORMATS.writable.ids)}"
        detail = "; ".join(f"{name}: {detail}" for name, detail in parameters.items())
        raise ProblemError("invalid-request", detail, parameters=parameters) from None


def _number(text: str) -> object:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text


def _parameter_at(pointer: str) -> str:
    """Return the parameter that states the value at a JSON pointer."""
    path = tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    if path[:1] in (("formats",), ()):
        return "to"
    if path[:1] == ("tags",):
        return "tag"
    for name, place in _OWN.items():
        if path == place:
            return name
    for kind, place in _PLACES.items():
        if path[: len(place)] == place:
            return ".".join((kind, *path[len(place) :]))
    return "/".join(path)
