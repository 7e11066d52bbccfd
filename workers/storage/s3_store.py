"""Artifacts in a bucket of Amazon S3, or of a store with the same protocol.

A write is uploaded in parts, and becomes an object when it is complete. A read fetches ranges, a little ahead of the
reader. So no artifact is ever in memory as a whole.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Final, cast

import obstore
from obstore.exceptions import GenericError
from obstore.store import S3Store as Bucket

from schemas.errors import StoreError
from workers.archives.ranges import ByteSource
from workers.storage import s3_uploads
from workers.storage.base import Method, check_key
from workers.storage.s3_access import S3Access, as_store_error

if TYPE_CHECKING:
    from obstore import GetOptions, WritableFile
    from obstore.store import S3Config

PART: Final = 8 * 2**20
"""The bytes of a part. Some stores allow 10,000 parts of one size, so an artifact has at most 78 GiB."""

# One part is sent while the next is filled.
_PARTS_AT_ONCE: Final = 2
_GATHER: Final = 1 << 16

# Sequential reads grow the range; a seek resets it. A stated read-ahead is fetched in few ranges, because a store may
# have to decompress megabytes for each.
_FIRST_RANGE: Final = 1 << 17
_LARGEST_RANGE: Final = 2 * 2**20
_LARGEST_READ_AHEAD: Final = 8 * 2**20
_GROWTH: Final = 4

# The type that S3 gives to an object without one. A store that is not told a type may look into each part, and compress
# those that look like text: SeaweedFS takes twice the time for that.
_MEDIA_TYPE: Final = "binary/octet-stream"

_LINK_SECONDS: Final = 900

# Every request ends within half a minute, with its retries.
_CONNECT: Final = timedelta(seconds=3)
_REQUEST: Final = timedelta(seconds=20)
_RETRIES: Final = 3
_RETRY_FOR: Final = timedelta(seconds=10)
_CHECK: Final = timedelta(seconds=3)


class S3Store:
    """Artifacts as objects in a bucket, under newsmill's own prefix."""

    remote: ClassVar[bool] = True

    # The client has threads. A forked process does not have them and would wait for them forever.
    _used_in: ClassVar[int | None] = None

    def __init__(self, access: S3Access) -> None:
        self._access = access
        self._made: Bucket | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # All copies in another process share one client: a new one would connect anew for each task.
        return _store_of, (self._access,)

    @contextmanager
    def create(self, key: str) -> Iterator[BinaryIO]:
        """Create an object; see `Store.create`."""
        name = check_key(key)
        with as_store_error(key, self._access):
            upload = obstore.open_writer(self._bucket(), name, buffer_size=PART, max_concurrency=_PARTS_AT_ONCE)
        writing = _Writing(upload, key, self._access)
        try:
            yield cast("BinaryIO", writing)
            writing.send()
        except BaseException as error:
            # The first error is raised. If the store is out of reach, the next sweep removes the upload.
            with suppress(Exception):
                upload.__exit__(type(error), error, None)
            raise
        with as_store_error(key, self._access):
            upload.close()

    def open(self, key: str, *, at: int = 0, read_ahead: int = 0) -> BinaryIO:
        """Open an object; see `Store.open`.

        If the object is replaced or deleted meanwhile, only the bytes read ahead remain readable, never a mixture.
        """
        reading = _Reading(self._bucket(), check_key(key), key, self._access, at=at, read_ahead=read_ahead)
        return io.BufferedReader(reading, _GATHER)

    def delete(self, prefix: str) -> None:
        """Remove an object and all objects under it; see `Store.delete`."""
        name = check_key(prefix)
        s3_uploads.abort_under(self._access, prefix)
        with as_store_error(prefix, self._access):
            bucket = self._bucket()
            obstore.delete(bucket, [name])
            for some in obstore.list(bucket, name):
                obstore.delete(bucket, [found["path"] for found in some])

    def names_under(self, prefix: str) -> Iterator[str]:
        """Yield names; see `Store.names_under`. Folders whose uploads are unfinished are in `sweep`."""
        with as_store_error(prefix, self._access):
            found = obstore.list_with_delimiter(self._bucket(), check_key(prefix))
        for path in (*found["common_prefixes"], *(one["path"] for one in found["objects"])):
            yield path.rpartition("/")[2]

    def sweep(self, *, older_than: float) -> None:
        """Abort the uploads of dead writers; see `Store.sweep`."""
        s3_uploads.abort_older(self._access, datetime.now(UTC) - timedelta(seconds=older_than))

    def check(self) -> None:
        """Check that an object can be written, read, listed and deleted; see `Store.check`."""
        name = f"check/{os.getpid()}"
        _refuse_fork()
        with as_store_error(self._access.location, self._access):
            bucket = _connect(self._access, timeout=_CHECK, retries=0)
            obstore.put(bucket, name, b"newsmill", use_multipart=False)
            obstore.get(bucket, name).bytes()
            next(obstore.list(bucket, name, chunk_size=1), None)
            obstore.delete(bucket, [name])

    def link(self, key: str, *, method: Method, name: str, media_type: str) -> str | None:
        """Return a signed URL; see `Store.link`."""
        return self._access.sign(
            method,
            self._access.name_of(check_key(key)),
            seconds=_LINK_SECONDS,
            response_content_disposition=f'attachment; filename="{name}"',
            response_content_type=media_type,
        )

    def _bucket(self) -> Bucket:
        _refuse_fork()
        if self._made is None:
            self._made = _connect(self._access, timeout=_REQUEST, retries=_RETRIES)
        return self._made


@cache
def _store_of(access: S3Access) -> S3Store:
    return S3Store(access)


def _refuse_fork() -> None:
    if S3Store._used_in not in (None, os.getpid()):
        raise StoreError("the store was used before this process was forked, so it would wait forever; start a new one")
    S3Store._used_in = os.getpid()


def _connect(access: S3Access, *, timeout: timedelta, retries: int) -> Bucket:
    config: S3Config = {
        "endpoint": access.endpoint,
        "region": access.region,
        "access_key_id": access.key_id,
        "secret_access_key": access.secret,
        "virtual_hosted_style_request": False,
        # The digest of a body would be computed here and in the store. TLS protects a body on its way. Without TLS the
        # answers of the store are not protected either, so that signed bodies would protect no artifact.
        "unsigned_payload": True,
    }
    if access.session_token:
        config["session_token"] = access.session_token
    return Bucket(
        access.bucket,
        prefix=access.prefix or None,
        config=config,
        client_options={
            "allow_http": access.endpoint.startswith("http://"),
            "default_headers": {"Content-Type": _MEDIA_TYPE},
            "connect_timeout": _CONNECT,
            "timeout": timeout,
        },
        retry_config={
            "max_retries": retries,
            "retry_timeout": _RETRY_FOR,
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
        },
    )


class _Writing(io.BufferedIOBase):
    """An upload as a stream. Small writes are gathered, because the client sends each one separately."""

    def __init__(self, upload: WritableFile, key: str, access: S3Access) -> None:
        self._upload = upload
        self._key = key
        self._access = access
        self._gathered = bytearray()
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self._size += size
        if size >= _GATHER:
            self.send()
            self._send(data)
            return size
        self._gathered += data
        if len(self._gathered) >= _GATHER:
            self.send()
        return size

    def tell(self) -> int:
        return self._size

    def send(self) -> None:
        """Send the gathered bytes, and wait while too many parts are in flight."""
        if self._gathered:
            gathered, self._gathered = bytes(self._gathered), bytearray()
            self._send(gathered)

    def _send(self, data: Any) -> None:
        with as_store_error(self._key, self._access):
            self._upload.write(data)


class _Reading(ByteSource):
    """An object as a stream. It holds one range in memory."""

    def __init__(self, bucket: Bucket, name: str, key: str, access: S3Access, *, at: int, read_ahead: int) -> None:
        self._bucket = bucket
        self._name = name
        self._key = key
        self._access = access
        self._at = self._start = at
        self._range = memoryview(b"")
        self._first = self._ahead = max(_FIRST_RANGE, min(read_ahead, _LARGEST_READ_AHEAD))
        self._largest = max(_LARGEST_RANGE, self._first)
        self._size, self._tag = self._begin()

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative position {base + offset}")
        self._at = base + offset
        return self._at

    def take(self, most: int) -> memoryview:
        if self._at >= self._size:
            return memoryview(b"")
        if not self._start <= self._at < self._start + len(self._range):
            self._fetch()
        begin = self._at - self._start
        part = self._range[begin : begin + most]
        self._at += len(part)
        return part

    def _begin(self) -> tuple[int, str | None]:
        """Fetch the first range; return the size and the ETag of the object."""
        with as_store_error(self._key, self._access):
            try:
                options: GetOptions = {"range": (self._at, self._at + self._first)}
                found = obstore.get(self._bucket, self._name, options=options)
            except GenericError as error:
                # A range after the last byte, or of an empty object, is an error (RFC 9110, section 15.5.17).
                if not any(code in str(error) for code in ("416", "InvalidRange")):
                    raise
                whole = obstore.head(self._bucket, self._name)
                if self._at < whole["size"]:
                    raise
                return whole["size"], whole["e_tag"]
            self._range = memoryview(found.bytes())
            return found.meta["size"], found.meta["e_tag"]

    def _fetch(self) -> None:
        goes_on = self._at == self._start + len(self._range)
        self._ahead = min(self._ahead * _GROWTH, self._largest) if goes_on else self._first
        options: GetOptions = {"range": (self._at, min(self._at + self._ahead, self._size)), "if_match": self._tag}
        self._range = memoryview(b"")
        with as_store_error(self._key, self._access):
            self._range = memoryview(obstore.get(self._bucket, self._name, options=options).bytes())
        self._start = self._at
