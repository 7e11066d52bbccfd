"""The page /docs: the API's description to read and to try, by Swagger UI from a package; nothing from elsewhere."""

from __future__ import annotations

import zlib
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from flask import Blueprint, Response, request

from service.core.problems import ProblemError

# Addresses are relative, so that the page works under any prefix that a proxy puts before it.
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>newsmill: the API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="swagger-ui">
<noscript>This page needs JavaScript; <a href="openapi.json">the description itself</a> does not.</noscript>
</div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
"""

_START: Final = """\
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  layout: "BaseLayout",
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null,
});
"""

_ASSETS: Final = {
    "favicon-32x32.png": "image/png",
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may do; its pictures are in its style sheet, as data."""

blueprint = Blueprint("docs", __name__)


@blueprint.get("/docs")
def page() -> Response:
    """The page."""
    response = Response(_PAGE, mimetype="text/html")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/docs/<name>")
def asset(name: str) -> Response:
    """A file that the page needs."""
    if name == "start.js":
        response = Response(_START, mimetype="text/javascript")
    elif name in _ASSETS:
        content = files("flask_swagger_ui").joinpath("dist", name).read_bytes()
        response = Response(content, mimetype=_ASSETS[name])
    else:
        raise ProblemError("not-found", f"The page has no file named {name!r}.")
    response.set_etag(f"{version('flask-swagger-ui')}-{zlib.crc32(_START.encode()):x}")
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
