"""What a store of S3's kind says when it says no, in words that help; never with a key or a signature in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from obstore.exceptions import BaseError

from schemas.errors import StoreError, StoreSetupError
from workers.storage.s3_access import S3Access

_NOT_OURS: Final = "the store refuses AWS_ACCESS_KEY_ID: it does not know this key"
_SETUP: Final = {
    "NoSuchBucket": "there is no bucket {bucket} at {endpoint}: create it, or name another one in NEWSMILL_STORE",
    "InvalidAccessKeyId": _NOT_OURS,
    "InvalidClientTokenId": _NOT_OURS,
    "SignatureDoesNotMatch": "the store refuses the signature: AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID",
    "InvalidToken": "the store refuses AWS_SESSION_TOKEN",
    "ExpiredToken": "AWS_SESSION_TOKEN has expired: start with a new one",
    "AccessDenied": "AWS_ACCESS_KEY_ID may not do this in the bucket {bucket}: it has to read, write, list and delete"
    " objects, and list and abort multipart uploads",
    "AuthorizationHeaderMalformed": "AWS_REGION={region} is not the region of the bucket {bucket}",
    "PermanentRedirect": "the bucket {bucket} is elsewhere: set AWS_REGION or AWS_ENDPOINT_URL to where it is",
    "IllegalLocationConstraintException": "AWS_REGION={region} is not the region of the bucket {bucket}",
    "RequestTimeTooSkewed": "the clock of this machine is not that of the store: set it",
}
"""What an operator has to mend, by the code of the error."""

UNREACHED: Final = "it cannot be reached"
_SHORT: Final = 300


@contextmanager
def as_store_error(key: str, access: S3Access) -> Iterator[None]:
    """What the store's client raises, as an error of the store: of its setup, where that is what is wrong.

    Args:
        key: the artifact that it is about.
        access: the store.
    """
    try:
        yield
    except (BaseError, OSError) as error:
        raise of_answer(key, str(error), access) from None


def of_answer(key: str, said: str, access: S3Access) -> StoreError:
    """The error that an answer of the store, or of its client, amounts to."""
    # An answer as it came; or what the client has made of one for many objects.
    code = re.search(r"<Code>(\w+)</Code>", said) or re.search(r'\bcode: "(\w+)"', said)
    if code and code[1] in _SETUP:
        what = _SETUP[code[1]].format(bucket=access.bucket, endpoint=access.endpoint, region=access.region)
        return StoreSetupError(f"{key}: {what}", "its settings are wrong")
    if code and code[1] == "NoSuchKey":
        return StoreError(f"{key}: there is no such artifact", "there is no such artifact")
    if code and code[1] == "PreconditionFailed":
        return StoreError(f"{key}: it was replaced by another while it was read", "an artifact was replaced by another")
    if code:
        message = re.search(r"<Message>(.*?)</Message>", said, re.DOTALL)
        said = f"{key}: the store at {access.endpoint} says {code[1]}: {message[1] if message else ''}"
        return StoreError(said, f"it says {code[1]}")
    # The client's own errors are followed by what they look like inside, where alone the cause is named.
    first, _, inside = said.partition("\n\nDebug source")
    cause = re.search(r'message: "([^"]+)"', inside) or re.search(r"(TimedOut|Timeout)", inside)
    if cause and cause[1].startswith("Time"):
        return StoreError(f"{key}: the store at {access.endpoint} does not answer", "it does not answer")
    if cause:
        return StoreError(f"{key}: the store at {access.endpoint} cannot be reached: {cause[1]}", UNREACHED)
    return StoreError(f"{key}: the store at {access.endpoint} failed: {first[:_SHORT]}")
