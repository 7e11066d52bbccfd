"""Documentation of the API: the page /docs, by Swagger UI from its package, and a page for each problem type."""

from __future__ import annotations

import zlib
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from schemas.problems import PROBLEM_TYPES, ProblemType
from service.api.examples import examples
from service.api.openapi import TEXT, Resource, parameter
from service.core.problems import ProblemError

# All URLs are relative, so that the page works behind a proxy that adds a path prefix.
_PAGE: Final = Path(__file__).with_suffix(".html").read_text()
_START: Final = Path(__file__).with_suffix(".js").read_text()

_ASSETS: Final = {
    "favicon-32x32.png": "image/png",
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The sources that the page may load from. Its style sheet holds pictures as data URLs."""

blueprint = Blueprint("docs", __name__)
problems = Resource("problems", __name__, group="Problems", url_prefix="/problems")


@blueprint.get("/docs")
def page() -> Response:
    """Return the page."""
    response = Response(_PAGE, mimetype="text/html")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/docs/<name>")
def asset(name: str) -> Response:
    """Return a file of the page."""
    if name == "start.js":
        response = Response(_START, mimetype="text/javascript")
    elif name in _ASSETS:
        content = files("flask_swagger_ui").joinpath("dist", name).read_bytes()
        response = Response(content, mimetype=_ASSETS[name])
    else:
        raise ProblemError("not-found", f"The page /docs has no file named {name!r}.")
    response.set_etag(f"{version('flask-swagger-ui')}-{zlib.crc32(_START.encode()):x}")
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _explained(type_: ProblemType) -> str:
    return f"{type_.title} ({type_.status})\n\n{type_.advice}\n"


@problems.get("/<name>", parameters=[parameter("path", "name", "The problem type, the last part of its URI")])
@problems.doc(operationId="explainProblem")
@problems.problems("not-found")
@problems.response(
    200,
    TEXT,
    content_type="text/plain; charset=utf-8",
    examples=examples({"not-found": _explained(PROBLEM_TYPES["not-found"])}),
)
def explain_problem(name: str) -> Response:
    """Explain a problem type.

    The response has the type's title, its meaning and what to do.
    """
    if name not in PROBLEM_TYPES:
        raise ProblemError("not-found", f"There is no problem type named {name!r}.")
    return Response(_explained(PROBLEM_TYPES[name]), mimetype="text/plain")
