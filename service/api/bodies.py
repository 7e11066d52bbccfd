"""What a request brings: its JSON, its uploaded files, its preferences."""

from __future__ import annotations

import re
from typing import Any

import orjson
from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from schemas.errors import Fault, InputError, RequestError
from service.problems import ProblemError
from service.submission import Input
from workers.readers.detect import detect

_HEAD = 65_536
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
    return ProblemError("body-too-large", f"The body may have at most {limit:,} bytes.")


def read_uploads(request: Request, limit: int) -> tuple[Any, tuple[Input, ...]]:
    """The part `request` of a multipart body, and its files.

    Raises:
        ProblemError: the body is too large, or a part is missing or is not JSON.
        RequestError: a file is of no format that can be read.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    request.max_content_length = limit
    # The limit is one of bytes; werkzeug's own would refuse the thousand-and-first file.
    request.max_form_parts = limit
    try:
        files = request.files.getlist("file")
        described = request.files.get("request")
        text = described.read() if described else request.form.get("request", "").encode()
        unknown = (set(request.files) | set(request.form)) - {"file", "request"}
    except RequestEntityTooLarge:
        raise body_too_large(limit) from None
    if unknown:
        names = ", ".join(sorted(map(repr, unknown)))
        raise ProblemError("malformed-request", f"Unknown part {names}; the parts are file (one or more) and request.")
    if not files:
        raise ProblemError("malformed-request", "There is no part named file.")
    if not text:
        raise ProblemError("malformed-request", 'There is no part named request, such as {"formats": ["csv"]}.')
    return parse_json(text), tuple(_input(file, number) for number, file in enumerate(files))


def _input(file: FileStorage, number: int) -> Input:
    name = _base_name(file.filename)
    head = file.stream.read(_HEAD)
    file.stream.seek(0)
    try:
        reader = detect(head, name)
    except InputError as error:
        raise RequestError((Fault(f"/file/{number}", str(error)),)) from None
    return Input(name=name, reader=reader, open=lambda: file.stream, articles=1 if reader == "text" else None)  # type: ignore[arg-type,return-value]


def _base_name(given: str | None) -> str | None:
    """The last part of a file's name: it is a label, never a path."""
    name = re.split(r"[/\\]", given or "")[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", name).strip()[:255] or None


def preferred_wait(request: Request, most: int) -> int | None:
    """The seconds that the header Prefer asks to wait (RFC 7240, section 4.3), at most so many."""
    match = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(match[1]), most) if match else None
