"""The pages to read: /help in the words of editors, and /docs, the API, by Swagger UI from its package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from flask import Blueprint, Response, render_template, request

from schemas import __version__
from service.core.problems import ProblemError
from service.core.state import state
from service.web.page import EDITION, Asset, answer
from workers.formats import FORMATS

_OF_SWAGGER: Final = ("swagger-ui.css", "swagger-ui-bundle.js")

blueprint = Blueprint("reading", __name__, template_folder="templates")


@blueprint.get("/docs")
def docs() -> Response:
    """Return the page of the API."""
    settings = state().settings
    keyed = bool(settings.api_keys or settings.operator_keys)
    return _page("docs", keyed=keyed, address=request.host_url.rstrip("/") + request.script_root)


@blueprint.get("/help")
def help_() -> Response:
    """Return the page of help."""
    return _page("help", formats=FORMATS)


@blueprint.get("/docs/<name>")
def asset(name: str) -> Response:
    """Return a file of Swagger UI."""
    if name not in _OF_SWAGGER:
        raise ProblemError("not-found", f"The page /docs has no file named {name!r}.")
    return answer(_of_swagger(name), cached=False)


@cache
def _of_swagger(name: str) -> Asset:
    return Asset.of(files("flask_swagger_ui").joinpath("dist", name).read_bytes(), name[name.rindex(".") :])


def _page(name: str, **given: object) -> Response:
    html = render_template(
        f"{name}.html",
        here=name,
        version=__version__,
        root=request.script_root,
        assets=f"{request.script_root}/static/{EDITION}",
        **given,
    )
    return answer(Asset.of(html.encode(), ".html"), cached=False)
