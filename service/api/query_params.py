"""The address of a request: what it asks for after the `?`, and what was meant by one that leads nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apispec import APISpec
from flask import Flask, request

from schemas.article.values import shorten
from schemas.nearest import nearest
from service.core.problems import ProblemError


def number(name: str, *, default: int, least: int, most: int, unit: str = "") -> int:
    """The number that a parameter is.

    Raises:
        ProblemError: it is none, or too small or too large.
    """
    given = request.args.get(name)
    if given is None:
        return default
    # Digits of other scripts are numbers to Python; more of them than this are none that anybody means.
    if given.isascii() and given.isdigit() and len(given) <= 9 and least <= int(given) <= most:
        return int(given)
    what = f"number of {unit}" if unit else "number"
    raise wrong_parameter(name, f"{shorten(given)!r} is not a {what} from {least} to {most}")


def choices(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names that a parameter has, which may be repeated, or have several with commas between them.

    Raises:
        ProblemError: one is not known.
    """
    chosen = [one.strip() for given in request.args.getlist(name) for one in given.split(",")]
    for one in chosen:
        if one not in known:
            near = nearest(one, tuple(known))
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
            raise wrong_parameter(name, f"there is no {name} {shorten(one)!r}; {hint}")
    return tuple(dict.fromkeys(chosen))


def wrong_parameter(name: str, detail: str) -> ProblemError:
    """The problem that a parameter is."""
    return ProblemError("malformed-request", f"The parameter {name}: {detail}.", parameters={name: detail})


def nothing_at(path: str, app: Flask) -> str:
    """That there is nothing at an address, and which one may have been meant."""
    bare = path.rstrip("/")
    if app.url_map.bind("").test(bare):
        near: str | None = bare
    else:
        near = nearest(bare, tuple(rule.rule for rule in app.url_map.iter_rules() if not rule.arguments))
    return f"There is nothing at {shorten(path)}{f'; did you mean {near}?' if near else '.'}"


def refuse_unknown_parameters(app: Flask, spec: APISpec) -> None:
    """Have requests refused whose addresses have a parameter that the description of their resource does not name.

    A misspelt one would else be passed over, and its answer taken for another one.
    """
    known = _described(spec)

    @app.before_request
    def _refuse() -> None:
        method = "GET" if request.method == "HEAD" else request.method
        names = known.get((request.url_rule.rule if request.url_rule else "", method))
        if names is None:
            return
        for name in request.args:
            if name not in names:
                near = nearest(name, names)
                there = f"the parameters here are {', '.join(names)}" if names else "there are none here"
                hint = f"did you mean {near!r}?" if near else there
                detail = f"unknown parameter {shorten(name)!r}; {hint}"
                raise ProblemError("malformed-request", f"There is an {detail}.", parameters={name: detail})


def _described(spec: APISpec) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The parameters of every operation under /v1, by its rule and method."""
    return {
        (path.replace("{", "<").replace("}", ">"), method.upper()): tuple(
            parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"
        )
        for path, operations in spec.to_dict()["paths"].items()
        if path.startswith("/v1/")
        for method, operation in operations.items()
        if isinstance(operation, dict)  # and not the list of what they share
    }
