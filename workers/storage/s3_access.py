"""Access to an S3 store: bucket, endpoint, credentials, signed URLs and the store's errors.

NEWSMILL_STORE gives the bucket and the prefix. The AWS_ variables, which other programs read too, give the rest.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self
from urllib.parse import quote, urlsplit

from obstore.exceptions import BaseError

from schemas.errors import ArtifactNotFoundError, SettingsError, StoreError, StoreSetupError

_LOCATION: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]+)/*(.*?)/*")
_TRUE: Final = frozenset({"1", "true", "yes", "on"})

_UNKNOWN_KEY: Final = "the store refuses AWS_ACCESS_KEY_ID: it does not know this key"
_SETUP: Final = {
    "NoSuchBucket": "there is no bucket {bucket} at {endpoint}: create it, or name another one in NEWSMILL_STORE",
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "SignatureDoesNotMatch": "the store refuses the signature: AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID",
    "InvalidToken": "the store refuses AWS_SESSION_TOKEN",
    "ExpiredToken": "AWS_SESSION_TOKEN has expired: start with a new one",
    "AccessDenied": "AWS_ACCESS_KEY_ID may not do this in the bucket {bucket}: it has to read, write, list and delete"
    " objects, and list and abort multipart uploads",
    "AuthorizationHeaderMalformed": "AWS_REGION={region} is not the region of the bucket {bucket}",
    "PermanentRedirect": "the bucket {bucket} has another region or address: set AWS_REGION or AWS_ENDPOINT_URL",
    "IllegalLocationConstraintException": "AWS_REGION={region} is not the region of the bucket {bucket}",
    "RequestTimeTooSkewed": "the clocks of this machine and the store differ: set this one",
}
"""The message for an operator, by the error code of the store."""

UNREACHED: Final = "it cannot be reached"
_SHORT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """A prefix in a bucket, and the credentials for it.

    Args:
        bucket: the bucket.
        prefix: the prefix of all names, without a slash at its end; "" is the whole bucket.
        endpoint: the URL of the service, without the bucket.
        region: the region; part of every signature.
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
        """Read the access from NEWSMILL_STORE and the AWS_ variables.

        Raises:
            SettingsError: a variable is missing or wrong.
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
        """The location in the form of NEWSMILL_STORE."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def name_of(self, key: str) -> str:
        """Return the name in the bucket for a key."""
        return f"{self.prefix}/{key}" if self.prefix else key

    def sign(self, method: str, name: str = "", *, seconds: int, **query: str) -> str:
        """Return a signed URL that allows one request until it expires.

        AWS Signature Version 4, "Authenticating Requests: Using Query Parameters".

        Args:
            method: the HTTP method.
            name: a name in the bucket; "" is the bucket itself.
            seconds: the lifetime of the URL.
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
        encoded = "&".join(
            f"{quote(one, safe='')}={quote(value, safe='')}" for one, value in sorted(parameters.items())
        )
        where = urlsplit(f"{self.endpoint}/{self.bucket}" + (f"/{quote(name)}" if name else ""))
        request = "\n".join((method, where.path, encoded, f"host:{where.netloc}\n", "host", "UNSIGNED-PAYLOAD"))
        digest = hashlib.sha256(request.encode()).hexdigest()
        signed = "\n".join(("AWS4-HMAC-SHA256", now, "/".join(scope), digest))
        key = f"AWS4{self.secret}".encode()
        for part in (*scope, signed):
            key = hmac.digest(key, part.encode(), "sha256")
        return f"{where.geturl()}?{encoded}&X-Amz-Signature={key.hex()}"


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


@contextmanager
def as_store_error(key: str, access: S3Access) -> Iterator[None]:
    """Raise errors of the store's client as a `StoreError`, or as a `StoreSetupError` if a setting is wrong.

    Args:
        key: the artifact.
        access: the access to its store.
    """
    try:
        yield
    except (BaseError, OSError) as error:
        raise make_store_error(key, str(error), access) from None


def make_store_error(key: str, message: str, access: S3Access) -> StoreError:
    """Return the error for a message of the store or its client. It contains no key and no signature."""
    # The code is in the store's XML, or in the client's summary of an answer for many objects.
    code = re.search(r"<Code>(\w+)</Code>", message) or re.search(r'\bcode: "(\w+)"', message)
    if code and code[1] in _SETUP:
        what = _SETUP[code[1]].format(bucket=access.bucket, endpoint=access.endpoint, region=access.region)
        return StoreSetupError(f"{key}: {what}", "its settings are wrong")
    if code and code[1] == "NoSuchKey":
        return ArtifactNotFoundError(f"{key}: there is no such artifact", "there is no such artifact")
    if code and code[1] == "PreconditionFailed":
        return StoreError(f"{key}: it was replaced while it was read", "an artifact was replaced")
    if code:
        text = re.search(r"<Message>(.*?)</Message>", message, re.DOTALL)
        detail = f"{key}: the store at {access.endpoint} answered {code[1]}: {text[1] if text else ''}"
        return StoreError(detail, f"it answered {code[1]}")
    # The client names the cause of its own errors only in their debug output.
    first, _, inside = message.partition("\n\nDebug source")
    cause = re.search(r'message: "([^"]+)"', inside) or re.search(r"(TimedOut|Timeout)", inside)
    if cause and cause[1].startswith("Time"):
        return StoreError(f"{key}: the store at {access.endpoint} does not answer", "it does not answer")
    if cause:
        return StoreError(f"{key}: the store at {access.endpoint} cannot be reached: {cause[1]}", UNREACHED)
    return StoreError(f"{key}: the store at {access.endpoint} failed: {first[:_SHORT]}")
