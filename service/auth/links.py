"""Signed links: an address that lets whoever has it download a file, with no key, until it expires.

    /v1/jobs/{id}/files/{name}?expires=UNIX&signature=HEX

The signature is an HMAC-SHA256 of the path and the moment of expiry. Its secret is made once and kept in Redis, so
that every process of the API has the same one and nobody has to set it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from typing import Final
from urllib.parse import quote

import redis
from flask import Request

from service.core.problems import ProblemError
from workers.jobs.store import broker_errors

_SECRET: Final = "newsmill:link-secret"  # noqa: S105 - where it is kept
# What is signed for one purpose is good for no other.
_PURPOSE: Final = b"newsmill download link 1\0"
_DOWNLOAD: Final = re.compile(r"/v1/jobs/([^/]+)/(?:files/[^/]+|files\.zip)")


_OF_A_LINK: Final = {"expires", "signature"}


class LinkSecret:
    """The secret that links are signed with; it is made when it is first needed."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def get(self) -> bytes:
        """The secret, the same for every process.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        made = secrets.token_hex(32).encode()
        with broker_errors():
            known = self._client.set(_SECRET, made, nx=True, get=True)
        return bytes(known) if isinstance(known, bytes) else made


def signed(path: str, expires: int, secret: bytes) -> str:
    """The link to a file.

    Args:
        path: its path, as `/v1/jobs/{id}/files/{name}` or `/v1/jobs/{id}/files.zip`.
        expires: the second of the Unix epoch at which the link ends.
        secret: what it is signed with.
    """
    return f"{quote(path)}?expires={expires}&signature={_signature(path, str(expires), secret)}"


def linked_job(request: Request, secret: LinkSecret) -> str | None:
    """The id of the job whose file a request asks for by a signed link; None where it is not by a link.

    Raises:
        ProblemError: the link has expired, or is not as it was signed.
        BrokerError: Redis cannot be reached.
    """
    match = _DOWNLOAD.fullmatch(request.path)
    if match is None or request.method not in ("GET", "HEAD") or not _OF_A_LINK & set(request.args):
        return None
    # Half a link is none: whoever has lost the other half is told so.
    expires, given = request.args.get("expires", ""), request.args.get("signature", "")
    right = _signature(request.path, expires, secret.get())
    # What is not as it was signed is told nothing else, not even that it would have expired.
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "surrogatepass")):
        raise ProblemError("link-refused", "The signature of this link is not that of its address and its expiry.")
    if int(expires) <= time.time():
        raise ProblemError("link-expired", "The link was good for a time that is over.")
    return match[1]


def _signature(path: str, expires: str, secret: bytes) -> str:
    said = b"\0".join(part.encode("utf-8", "surrogatepass") for part in (path, expires))
    return hmac.new(secret, _PURPOSE + said, hashlib.sha256).hexdigest()
