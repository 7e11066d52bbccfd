"""The body and headers of a request: its JSON, its idempotency key, its preferred wait."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from itertools import islice
from threading import Lock
from typing import Any, Final

import orjson
from flask import Flask, Request, g
from werkzeug.datastructures import EnvironHeaders, Headers
from werkzeug.http import parse_list_header

from service.core.caller import caller
from service.core.problems import ProblemError
from service.core.state import install, installed
from workers.formats.json import strict as strict_json

_KEY = re.compile(r"[!-~]{1,255}")
_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,6})"?\s*(;|$)', re.IGNORECASE)


MOST_VALUES: Final = 1_000_000
"""The values that the JSON of a request may have. An uploaded file may have more."""

UTF_8: Final = ("utf-8", "utf8", "us-ascii", "ascii")
"""The charsets that UTF-8 is one of, or has all characters of."""

MEMORY: Final = 256 * 2**20
"""The bytes of memory that the JSON bodies of a process may take at a time."""

# The most that a value takes beside its text: an object with one member, by each of its three signs. A text is there as
# pieces, as a body, as a value, as bytes again and as paragraphs.
_OF_A_SIGN: Final = 80
_COPIES: Final = 5
_PIECE: Final = 64 * 1024
_SIGNS: Final = (b",", b":", b"[", b"{")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SIGN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|([,:{[])', re.DOTALL)
_FEW_QUOTES: Final = 50_000


class BodyMemory:
    """The memory that the JSON bodies of a process take. A body that finds too little left is refused for now.

    The bodies of one key take half of it at most, unless it is one body.
    """

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, size: int) -> None:
        """Take bytes for the current request, until it ends.

        Raises:
            ProblemError: other bodies take too much.
        """
        owner, own = caller().id, g.get("body_memory", 0)
        with self._lock:
            has_others = owner and self._of[owner] > own
            if self._of.total() + size > MEMORY or (has_others and self._of[owner] + size > MEMORY // 2):
                detail = "Other large bodies are being read. Nothing was accepted. Retry in 2 s."
                raise ProblemError("too-many-uploads", detail, retry_after="2")
            self._of[owner] += size
        g.body_memory = own + size

    def free(self) -> None:
        """Free what the current request has taken."""
        if taken := g.pop("body_memory", 0):
            with self._lock:
                self._of[caller().id] -= taken
                self._of += Counter()  # drops callers without a body


def bound_bodies(app: Flask) -> None:
    """Bound the memory of the JSON bodies of an application."""
    memory = BodyMemory()
    install(app, memory)
    app.teardown_appcontext(lambda _: memory.free())


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        ProblemError: the text is not JSON, has more than `MOST_VALUES` values, or an object in it has a duplicate name;
            or other bodies take too much memory.
    """
    signs = _count_signs(raw)
    if signs > MOST_VALUES:
        detail = (
            f"The JSON has more than {MOST_VALUES:,} values. Send fewer articles at a time, or upload them as a file."
        )
        raise ProblemError("body-too-large", detail)
    installed(BodyMemory).take(signs * _OF_A_SIGN)
    try:
        return strict_json.parse_json(raw)
    except strict_json.JsonError as error:
        detail = f"Line {error.line}, column {error.column}: {error.reason}."
        raise ProblemError("malformed-json", detail) from None


def _count_signs(raw: bytes) -> int:
    """Return how many signs that stand before a value a JSON text has; any number over the limit if there are more."""
    # Also counts those in strings, but at once.
    most = sum(map(raw.count, _SIGNS))
    if most < MOST_VALUES // 10:
        return most
    if raw.count(b'"') < _FEW_QUOTES:
        return sum(map(_STRING.sub(b"", raw).count, _SIGNS))
    # The text between many strings would take more memory than the signs are worth.
    return sum(1 for _ in islice((one for one in _SIGN.finditer(raw) if one[1]), MOST_VALUES + 1))


def json_digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value. White space and the order of names do not change it."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_body(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        ProblemError: the body is larger than `limit` bytes, or shorter than its Content-Length; or other bodies take
            too much memory.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    # One byte more than the limit shows that a body of unknown length is too large.
    request.max_content_length = limit + 1
    memory, pieces, size = installed(BodyMemory), [], 0
    while piece := request.stream.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise body_too_large(limit)
        memory.take(len(piece) * _COPIES)
        pieces.append(piece)
    body = b"".join(pieces)
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
    check_content_coding(request.headers, "The body")
    if text:
        check_charset(request.mimetype_params.get("charset"))


def check_content_coding(headers: Headers | EnvironHeaders, what: str) -> None:
    """Check that a body, or a part of it, is not compressed; `what` names it in the message.

    Raises:
        ProblemError: it has a content coding (RFC 9110, section 8.4).
    """
    coding = headers.get("Content-Encoding", "identity")
    if coding.strip().lower() not in ("", "identity"):
        detail = f"{what} has the Content-Encoding {coding}. Send it without one; an uploaded file may be compressed."
        raise ProblemError("unsupported-media-type", detail, accept_encoding="identity")


def check_charset(charset: str | None) -> None:
    """Check that the charset that is stated for a text of the API's own is UTF-8, or a part of it.

    Raises:
        ProblemError: it is another one.
    """
    if charset and charset.lower() not in UTF_8:
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
