"""The headers of answers, as the API's description has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final


def _header(description: str, example: Any, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": schema or {"type": "string"}, "example": example}


_DIGEST = "sha-256=:YDA64iuZiGG847KPM+7BvnWKITyGyTwHbb6fVYwRx1I=:"

HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "Accept-Ranges": _header("Parts can be asked for by bytes (RFC 9110, section 14.3)", "bytes"),
    "Allow": _header("The methods that there are", "GET, HEAD, OPTIONS"),
    "Cache-Control": _header("How long the answer is good, and for whom (RFC 9111)", "no-store"),
    "Content-Digest": _header("The SHA-256 of these bytes (RFC 9530)", _DIGEST),
    "Content-Disposition": _header("The file's name (RFC 6266)", "attachment; filename=articles.jsonld"),
    "Content-Range": _header("Which bytes these are, and of how many (RFC 9110, section 14.4)", "bytes 0-99/498"),
    "ETag": _header("Changes when the bytes do", '"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"'),
    "Link": _header(
        'The next page, `rel="next"` (RFC 8288); absent on the last',
        '</v1/jobs?cursor=1731083400.012-9f86d081884c7d659a2feaa0c55ad015>; rel="next"',
    ),
    "Location": _header(
        "Where it is", "/v1/jobs/9f86d081884c7d659a2feaa0c55ad015", type="string", format="uri-reference"
    ),
    "Preference-Applied": _header("The preference that was followed (RFC 7240)", "wait=10"),
    "RateLimit": _header("How much of each limit is left, where there are any", '"requests";r=599;t=1'),
    "RateLimit-Policy": _header("The limits of a caller, where there are any", '"requests";q=600;w=60'),
    "Repr-Digest": _header("The SHA-256 of the whole file (RFC 9530)", _DIGEST),
    "Retry-After": _header("Seconds after which to ask again", 1, type="integer", minimum=0),
    "WWW-Authenticate": _header("How to say who asks (RFC 6750)", 'Bearer realm="newsmill"'),
    "X-Request-Id": _header("The request's id, its own where it has one; it is in every line of the log", "order-4711"),
}
"""Every header that says something about an answer, by its name."""


def headers(*names: str) -> dict[str, Any]:
    """The headers of these names, as an answer has them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


OF_A_FILE: Final = ("Accept-Ranges", "Cache-Control", "Content-Disposition", "ETag")
"""What is said of every file that is sent. (The digest of a zip is not known before it is sent.)"""
