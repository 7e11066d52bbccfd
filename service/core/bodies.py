"""What a request brings: its JSON, its preferences."""

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
    """The value of a JSON text.

    Raises:
        ProblemError: it is not JSON, or an object in it has a name twice.
    """
    try:
        return strict_json.parse_json(raw)
    except strict_json.JsonError as error:
        detail = f"Line {error.line}, column {error.column}: {error.reason.removeprefix('it is not JSON: ')}."
        raise ProblemError("malformed-json", detail) from None


def json_digest(value: Any) -> str:
    """The SHA-256 of a JSON value: the same for the same value, however it was written."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_body(request: Request, limit: int) -> bytes:
    """The body of a request.

    Raises:
        ProblemError: it is larger than the limit, in bytes.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    # A body of unknown length is cut off at this one byte too many.
    request.max_content_length = limit + 1
    body = request.get_data(cache=False)
    if len(body) > limit:
        raise body_too_large(limit)
    if len(body) < (request.content_length or 0):
        # What there is of it may well be JSON, and is not what was meant.
        said = f"The body has {len(body):,} bytes, of the {request.content_length:,} that were to come."
        raise ProblemError("malformed-request", said)
    return body


def body_too_large(limit: int) -> ProblemError:
    """The problem of a body that is larger than the limit, in bytes."""
    return ProblemError("body-too-large", f"The body may have at most {limit:,} bytes.")


def idempotency_key(request: Request) -> str | None:
    """The key that the request is known by (draft-ietf-httpapi-idempotency-key-header).

    Raises:
        ProblemError: it is no key.
    """
    given = request.headers.get("Idempotency-Key")
    if given is not None and not _KEY.fullmatch(given):
        detail = "The header Idempotency-Key is not from 1 to 255 visible characters of ASCII, such as a UUID."
        raise ProblemError("malformed-request", detail)
    return given


def preferred_wait(request: Request, most: int) -> int | None:
    """The seconds that the header Prefer asks to wait (RFC 7240, section 4.3), at most so many."""
    for preference in parse_list_header(request.headers.get("Prefer", "")):
        if match := _WAIT.match(preference):
            return min(int(match[1]), most)
    return None
