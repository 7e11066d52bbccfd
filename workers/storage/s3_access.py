"""How a store of S3's kind is reached: the bucket, the endpoint, the keys, and URLs that are signed with them.

The bucket and the prefix are said by NEWSMILL_STORE, all else by the variables that other programs read too.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self
from urllib.parse import quote, urlsplit

from schemas.errors import SettingsError

_LOCATION: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]+)/*(.*?)/*")
_TRUE: Final = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """A place in a bucket, and the keys to it.

    Args:
        bucket: the bucket.
        prefix: what all names in it begin with, without a slash at its end; "" is the whole bucket.
        endpoint: the URL of the service, without the bucket.
        region: the region, which is a part of every signature.
        key_id, secret, session_token: the credentials.
    """

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    @classmethod
    def from_environ(cls, location: str, environ: Mapping[str, str] = os.environ) -> Self:
        """What NEWSMILL_STORE and the variables that begin with AWS_ say.

        Raises:
            SettingsError: one of them is missing or wrong.
        """
        match = _LOCATION.fullmatch(location)
        if match is None:
            raise SettingsError(f"NEWSMILL_STORE={location}: expected s3://bucket/prefix")
        missing = [name for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY") if not environ.get(name)]
        if missing:
            raise SettingsError(f"NEWSMILL_STORE={location} needs credentials: set {' and '.join(missing)}")
        region = _first(environ, "AWS_REGION", "AWS_DEFAULT_REGION") or "us-east-1"
        given = _first(environ, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
        return cls(
            bucket=match[1],
            prefix=match[2],
            endpoint=_endpoint(given, environ) if given else f"https://s3.{region}.amazonaws.com",
            region=region,
            key_id=environ["AWS_ACCESS_KEY_ID"],
            secret=environ["AWS_SECRET_ACCESS_KEY"],
            session_token=environ.get("AWS_SESSION_TOKEN") or None,
        )

    @property
    def location(self) -> str:
        """It as NEWSMILL_STORE says it."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def name_of(self, key: str) -> str:
        """The name in the bucket of what has a key."""
        return f"{self.prefix}/{key}" if self.prefix else key

    def sign(self, method: str, name: str = "", *, seconds: int, **query: str) -> str:
        """A URL with which anybody can ask for one thing, once or more, for a while.

        AWS Signature Version 4, "Authenticating Requests: Using Query Parameters".

        Args:
            method: the method of HTTP.
            name: a name in the bucket; the bucket itself when it is empty.
            seconds: how long it holds.
            query: the parameters of the request, with `_` for `-`.
        """
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = (now[:8], self.region, "s3", "aws4_request")
        parameters = {parameter.replace("_", "-"): value for parameter, value in query.items()} | {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": "/".join((self.key_id, *scope)),
            "X-Amz-Date": now,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        if self.session_token:
            parameters["X-Amz-Security-Token"] = self.session_token
        asked = "&".join(f"{quote(one, safe='')}={quote(value, safe='')}" for one, value in sorted(parameters.items()))
        where = urlsplit(f"{self.endpoint}/{self.bucket}" + (f"/{quote(name)}" if name else ""))
        request = "\n".join((method, where.path, asked, f"host:{where.netloc}\n", "host", "UNSIGNED-PAYLOAD"))
        digest = hashlib.sha256(request.encode()).hexdigest()
        signed = "\n".join(("AWS4-HMAC-SHA256", now, "/".join(scope), digest))
        key = f"AWS4{self.secret}".encode()
        for part in (*scope, signed):
            key = hmac.digest(key, part.encode(), "sha256")
        return f"{where.geturl()}?{asked}&X-Amz-Signature={key.hex()}"


def _endpoint(given: str, environ: Mapping[str, str]) -> str:
    endpoint = given.rstrip("/")
    if not re.fullmatch(r"https?://[^/@?#\s]+(/[^@?#\s]*)?", endpoint):
        raise SettingsError("AWS_ENDPOINT_URL: expected the URL of a store, such as https://s3.example.com:9000")
    if endpoint.startswith("http://") and environ.get("AWS_ALLOW_HTTP", "").lower() not in _TRUE:
        raise SettingsError(
            f"AWS_ENDPOINT_URL={endpoint} is not encrypted: give one with https://, or set AWS_ALLOW_HTTP=true"
        )
    return endpoint


def _first(environ: Mapping[str, str], *names: str) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)
