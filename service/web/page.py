"""The page at /: a user interface for people who do not write code. It uses the public API only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, render_template, request

from schemas import __version__
from service.core.problems import ProblemError
from service.core.state import state
from workers.formats import FORMATS

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page loads nothing from other hosts, and has no inline script or style."""

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A static file: its bytes, its media type, and its SHA-256 in hexadecimal."""

    content: bytes
    media_type: str
    sha256: str


def _load(folder: Path) -> dict[str, Asset]:
    """Read every asset of a folder, by its name. A path in a request is looked up here and never opened."""
    made = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MEDIA_TYPES and path.is_file():
            content = path.read_bytes()
            made[path.relative_to(folder).as_posix()] = Asset(
                content=content, media_type=_MEDIA_TYPES[path.suffix], sha256=hashlib.sha256(content).hexdigest()
            )
    return made


ASSETS: Final[Mapping[str, Asset]] = _load(Path(__file__).parent / "static")
# The assets of one build share a URL prefix. Browsers cache them for a year and never mix the modules of two builds,
# which import each other by relative paths.
EDITION: Final = hashlib.sha256("".join(name + asset.sha256 for name, asset in ASSETS.items()).encode()).hexdigest()[
    :12
]

blueprint = Blueprint("page", __name__, template_folder="templates")


@blueprint.get("/")
def page() -> Response:
    """Return the page."""
    html = render_template(
        "page.html",
        version=__version__,
        root=request.script_root,
        assets=f"{request.script_root}/static/{EDITION}",
        modules=[name for name in ASSETS if name.endswith(".js")],
        max_upload=state().settings.max_upload,
        readable=[format_.name for format_ in FORMATS.readable],
    )
    response = Response(html, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(hashlib.sha256(html.encode()).hexdigest())
    return _guarded(response)


@blueprint.get("/static/<path:name>")
def asset(name: str) -> Response:
    """Return an asset, by its name or by its name below the build's prefix."""
    of_edition = name.startswith(f"{EDITION}/")
    found = ASSETS.get(name.removeprefix(f"{EDITION}/"))
    if found is None:
        raise ProblemError("not-found", f"The page has no asset named {name!r}.")
    response = Response(found.content, content_type=found.media_type)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if of_edition else "no-cache"
    response.set_etag(found.sha256)
    return _guarded(response)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.make_conditional(request)
    return response
