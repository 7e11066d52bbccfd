"""Signed links: a URL that downloads a file without a key, until it expires.

    /v1/jobs/{id}/files/{name}?expires=UNIX&signature=HEX

The signature is an HMAC-SHA256 of the path and the time of expiry. The secret is generated once and kept in Redis, so
that all API processes share it and an operator need not configure it.
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
from workers.redis.connect import kept_secret
from workers.redis.keys import LINK_SECRET

# Part of what is signed, so that a signature for one purpose is never valid for another.
_PURPOSE: Final = b"newsmill download link 1\0"
_DOWNLOAD: Final = re.compile(r"/v1/jobs/([^/]+)/(?:files/[^/]+|files\.zip)")
_PARAMETERS: Final = {"expires", "signature"}


class LinkSecret:
    """The secret that signs links. It is generated on first use."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def get(self) -> bytes:
        """Return the secret, which is the same in every process.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        return kept_secret(self._client, LINK_SECRET, secrets.token_hex(32))


def sign_link(path: str, expires: int, secret: bytes) -> str:
    """Return the signed link to a file.

    Args:
        path: `/v1/jobs/{id}/files/{name}` or `/v1/jobs/{id}/files.zip`.
        expires: when the link expires, in seconds of the Unix epoch.
        secret: the signing secret.
    """
    return f"{quote(path)}?expires={expires}&signature={_signature(path, str(expires), secret)}"


def linked_job(request: Request, secret: LinkSecret) -> str | None:
    """Return the id of the job whose file a signed link requests; None if the request is not a signed link.

    Raises:
        ProblemError: the link has expired, or its signature is wrong.
        BrokerError: Redis cannot be reached.
    """
    match = _DOWNLOAD.fullmatch(request.path)
    # One of the two parameters is enough: the error then says that the link is incomplete.
    if match is None or request.method not in ("GET", "HEAD") or not _PARAMETERS & set(request.args):
        return None
    expires, given = request.args.get("expires", ""), request.args.get("signature", "")
    right = _signature(request.path, expires, secret.get())
    # The signature is checked first: a forged link learns nothing, not even that it would have expired.
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "surrogatepass")):
        detail = "The signature does not match the path and the expiry of this link. Use the whole link, unchanged."
        raise ProblemError("link-refused", detail)
    if int(expires) <= time.time():
        raise ProblemError("link-expired", "This link has expired.")
    return match[1]


def _signature(path: str, expires: str, secret: bytes) -> str:
    signed = b"\0".join(part.encode("utf-8", "surrogatepass") for part in (path, expires))
    return hmac.new(secret, _PURPOSE + signed, hashlib.sha256).hexdigest()
