"""The page at /: a user interface for people who do not write code. It uses the public API only."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import orjson
from flask import Blueprint, Response, render_template, request

from schemas import __version__
from schemas.errors import BrokerError
from service.core.problems import ProblemError
from service.core.state import installed, state
from service.web.bundle import join_modules, join_styles
from service.web.form import FormData
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
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_STYLES: Final = ("tokens", "page", "controls", "compose", "job", "preview")
_READING_STYLES: Final = ("tokens", "page", "read")
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A static file: its bytes, its media type, and its SHA-256 in hexadecimal."""

    content: bytes
    media_type: str
    sha256: str

    @classmethod
    def of(cls, content: bytes, suffix: str) -> Self:
        """Return the asset of these bytes; the suffix is that of its name: ".js"."""
        return cls(content=content, media_type=_MEDIA_TYPES[suffix], sha256=hashlib.sha256(content).hexdigest())

    @cached_property
    def packed(self) -> bytes | None:
        """The bytes packed by gzip, on first use; None if they do not get much smaller."""
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < 0.9 * len(self.content) else None


def _load(folder: Path) -> dict[str, Asset]:
    """Read every asset of a folder, by its name. A path in a request is looked up here and never opened."""
    made = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MEDIA_TYPES and path.is_file():
            made[path.relative_to(folder).as_posix()] = Asset.of(path.read_bytes(), path.suffix)
    texts = {name: asset.content.decode() for name, asset in made.items() if name.endswith((".js", ".css"))}
    made["app.js"] = Asset.of(join_modules(texts, "main.js").encode(), ".js")
    made["reading.js"] = Asset.of(join_modules(texts, "read.js").encode(), ".js")
    made["reading.css"] = Asset.of(join_styles(texts, _READING_STYLES).encode(), ".css")
    made["app.css"] = Asset.of(join_styles(texts, _STYLES).encode(), ".css")
    return made


ASSETS: Final[Mapping[str, Asset]] = _load(Path(__file__).parent / "static")
# The assets of one build share a URL prefix. Browsers cache them for a year and never mix the modules of two builds,
# which import each other by relative paths.
EDITION: Final = hashlib.sha256("".join(name + asset.sha256 for name, asset in ASSETS.items()).encode()).hexdigest()[
    :12
]


@dataclass(frozen=True, slots=True)
class NewestJobs:
    """The list of jobs that the page begins with.

    Args:
        load: returns the first page of GET /v1/jobs, and the address of the next page as `next`.
    """

    load: Callable[[], Mapping[str, Any]]


blueprint = Blueprint("page", __name__, template_folder="templates")


@blueprint.get("/")
def page() -> Response:
    """Return the page."""
    html = render_template(
        "page.html",
        version=__version__,
        root=request.script_root,
        assets=f"{request.script_root}/static/{EDITION}",
        form=installed(FormData).sha256[:12],
        jobs=_jobs(),
        max_upload=state().settings.max_upload,
        readable=[format_.name for format_ in FORMATS.readable],
    )
    return answer(Asset.of(html.encode(), ".html"), cached=False)


def _jobs() -> str:
    """Return the newest jobs as JSON, which saves the page a request. "" if that needs a key, or Redis fails."""
    settings = state().settings
    if settings.api_keys or settings.operator_keys:
        return ""
    try:
        return orjson.dumps(installed(NewestJobs).load()).decode()
    except BrokerError:
        return ""


@blueprint.get("/static/<path:name>")
def asset(name: str) -> Response:
    """Return an asset, by its name or by its name below the build's prefix."""
    of_edition = name.startswith(f"{EDITION}/")
    found = ASSETS.get(name.removeprefix(f"{EDITION}/"))
    if found is None:
        raise ProblemError("not-found", f"The page has no asset named {name!r}.")
    return answer(found, cached=of_edition)


@blueprint.get("/static/form-<digest>.json")
def form(digest: str) -> Response:
    """Return what the form needs to know. Its address has the digest of its content."""
    data = installed(FormData)
    return answer(Asset.of(data.content, ".json"), cached=data.sha256.startswith(digest))


def answer(asset: Asset, *, cached: bool) -> Response:
    """Answer with an asset, packed if the client takes that; a browser keeps a cached one for a year."""
    packed = asset.packed if request.accept_encodings.quality("gzip") > 0 else None
    response = Response(packed or asset.content, content_type=asset.media_type)
    # Each representation has an ETag of its own (RFC 9110, section 8.8.3.3).
    response.set_etag(f"{asset.sha256}-gzip" if packed else asset.sha256)
    if packed:
        response.content_encoding = "gzip"
    if asset.packed:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if cached else "no-cache"
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.make_conditional(request)
    return response
