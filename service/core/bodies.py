"""The body and headers of a request: its JSON, its idempotency key, its preferred wait."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson
from flask import Request
from werkzeug.http import parse_list_header

from service.core.problems import ProblemError
from workers.formats.json import strict as strict_json

_KEY = re.compile(r"[!-~]{1,255}")
_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,6})"?\s*(;|$)', re.IGNORECASE)


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        ProblemError: the text is not JSON, or an object in it has a duplicate name.
    """
    try:
        return strict_json.parse_json(raw)
    except strict_json.JsonError as error:
        detail = f"Line {error.line}, column {error.column}: {error.reason}."
        raise ProblemError("malformed-json", detail) from None


def json_digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value. White space and the order of names do not change it."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        ProblemError: the body is larger than `limit` bytes, or shorter than its Content-Length.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    # One byte more than the limit shows that a body of unknown length is too large.
    request.max_content_length = limit + 1
    body = request.get_data(cache=False)
    if len(body) > limit:
        raise body_too_large(limit)
    if len(body) < (request.content_length or 0):
        # A truncated body can still be valid JSON.
        detail = f"The body has {len(body):,} bytes; its Content-Length is {request.content_length:,}. Send it again."
        raise ProblemError("malformed-request", detail)
    return body


def check_coding(request: Request, *, text: bool = True) -> None:
    """Check that a body is not compressed and, if it is a text of the API's own, in UTF-8.

    Raises:
        ProblemError: it has a content coding (RFC 9110, section 8.4), or another character encoding.
    """
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.strip().lower() not in ("", "identity"):
        detail = f"The body has the Content-Encoding {coding}. Send it without one; an uploaded file may be compressed."
        raise ProblemError("unsupported-media-type", detail, accept_encoding="identity")
    if not text:
        return
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise ProblemError("unsupported-media-type", f"The charset of the body is {charset}. Send UTF-8.")


def body_too_large(limit: int) -> ProblemError:
    """Return the problem for a body larger than the limit, in bytes."""
    return ProblemError("body-too-large", f"The body may have at most {limit:,} bytes.")


def idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key of a request, or None (draft-ietf-httpapi-idempotency-key-header).

    Raises:
        ProblemError: the key is not valid.
    """
    given = request.headers.get("Idempotency-Key")
    if given is not None and not _KEY.fullmatch(given):
        detail = (
            "The header Idempotency-Key is not valid. Send from 1 to 255 visible characters of ASCII, such as a UUID."
        )
        raise ProblemError("malformed-request", detail)
    return given


def preferred_wait(request: Request, most: int) -> int | None:
    """Return the seconds of `Prefer: wait=N` (RFC 7240, section 4.3), at most `most`; None without it."""
    for preference in parse_list_header(request.headers.get("Prefer", "")):
        if match := _WAIT.match(preference):
            return min(int(match[1]), most)
    return None
