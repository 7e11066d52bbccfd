"""The URL of a request: its query parameters, and hints for a URL or parameter that does not exist."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from apispec import APISpec
from flask import Flask, request

from schemas.article.values import shorten
from schemas.nearest import nearest
from service.core.problems import ProblemError


def number(name: str, *, default: int, least: int, most: int, unit: str = "") -> int:
    """Return a parameter that is a whole number.

    Raises:
        ProblemError: the value is not a number, or out of range.
    """
    given = request.args.get(name)
    if given is None:
        return default
    # isdigit alone is true for digits of other scripts. The length bounds the work of int().
    if given.isascii() and given.isdigit() and len(given) <= 9 and least <= int(given) <= most:
        return int(given)
    what = f"number of {unit}" if unit else "number"
    raise wrong_parameter(name, f"{shorten(given)!r} is not a {what} from {least} to {most}")


def flag(name: str) -> bool:
    """Return a parameter that is true or false; false if it is not given.

    Raises:
        ProblemError: the value is neither.
    """
    given = request.args.get(name, "false")
    if given not in ("true", "false"):
        raise wrong_parameter(name, f"{shorten(given)!r} is neither true nor false")
    return given == "true"


def choices(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the values of a parameter that may be repeated, or have several values with commas between them.

    Raises:
        ProblemError: a value is unknown.
    """
    chosen = [one.strip() for given in request.args.getlist(name) for one in given.split(",")]
    for one in chosen:
        if one not in known:
            near = nearest(one, tuple(known))
            hint = f"did you mean {near!r}?" if near else f"use {', '.join(known)}"
            raise wrong_parameter(name, f"there is no {name} {shorten(one)!r}; {hint}")
    return tuple(dict.fromkeys(chosen))


def wrong_parameter(name: str, detail: str) -> ProblemError:
    """Return the problem for a parameter."""
    return ProblemError("malformed-request", f"The parameter {name}: {detail}.", parameters={name: detail})


def no_such_url(path: str, app: Flask) -> str:
    """Return a message that a URL does not exist, with the nearest URL that exists."""
    bare = path.rstrip("/")
    if app.url_map.bind("").test(bare):
        near: str | None = bare
    else:
        near = nearest(bare, tuple(rule.rule for rule in app.url_map.iter_rules() if not rule.arguments))
    return f"There is nothing at {shorten(path)}{f'; did you mean {near}?' if near else '.'}"


def refuse_unknown_parameters(app: Flask, spec: APISpec) -> None:
    """Refuse requests with a query parameter that the OpenAPI document does not have.

    To ignore a misspelt parameter would give the client the response to another request.
    """
    known = _documented_parameters(spec)

    @app.before_request
    def _refuse() -> None:
        method = "GET" if request.method == "HEAD" else request.method
        documented = known.get((request.url_rule.rule if request.url_rule else "", method))
        if documented is None:
            return
        try:
            unquote_to_bytes(request.query_string).decode()
        except UnicodeDecodeError:
            detail = "The query of the URL is not in UTF-8. Encode its texts as UTF-8 before you write them as %XX."
            raise ProblemError("malformed-request", detail) from None
        names, patterns = documented
        for name in request.args:
            if name not in names and not any(re.search(pattern, name) for pattern in patterns):
                near = nearest(name, names)
                shown = [*names, *patterns.values()]
                others = f"the parameters here are {', '.join(shown)}" if shown else "no parameters are allowed here"
                hint = f"did you mean {near!r}?" if near else others
                detail = f"unknown parameter {shorten(name)!r}; {hint}"
                raise ProblemError("malformed-request", f"There is an {detail}.", parameters={name: detail})


def _documented_parameters(spec: APISpec) -> Mapping[tuple[str, str], tuple[tuple[str, ...], Mapping[str, str]]]:
    """Return the names and the patterns of names of the query parameters of every operation under /v1.

    The key is the operation's rule and method. A parameter that is an object has its members in the query (OpenAPI 3.1,
    style `form` with `explode`). A pattern has the form of such names as its title.
    """
    return {
        (path.replace("{", "<").replace("}", ">"), method.upper()): _names_and_patterns(operation)
        for path, operations in spec.to_dict()["paths"].items()
        if path.startswith("/v1/")
        for method, operation in operations.items()
        if isinstance(operation, dict)  # the list of the path's own parameters is not an operation
    }


def _names_and_patterns(operation: Mapping[str, Any]) -> tuple[tuple[str, ...], Mapping[str, str]]:
    of_query = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    patterns = {
        pattern: schema["title"]
        for one in of_query
        for pattern, schema in one["schema"].get("patternProperties", {}).items()
    }
    return tuple(one["name"] for one in of_query if "patternProperties" not in one["schema"]), patterns
