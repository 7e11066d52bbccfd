"""What a request brings: its JSON, its preferences."""

from __future__ import annotations

import re
from typing import Any

import orjson
from flask import Request

from service.problems import ProblemError

_WAIT = re.compile(r"\bwait\s*=\s*(\d{1,6})\b")


def parse_json(raw: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ProblemError: it is not JSON.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        detail = f"Line {error.lineno}, column {error.colno}: {error.msg}."
        raise ProblemError("malformed-json", detail) from None


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
    return body


def body_too_large(limit: int) -> ProblemError:
    """The problem of a body that is larger than the limit, in bytes."""
    # What is left of the body is not read: the server hangs up, and the client must not send its next request there.
    return ProblemError("body-too-large", f"The body may have at most {limit:,} bytes.", connection="close")


def preferred_wait(request: Request, most: int) -> int | None:
    """The seconds that the header Prefer asks to wait (RFC 7240, section 4.3), at most so many."""
    match = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(match[1]), most) if match else None
