"""Uploads as they arrive: each file of a multipart body goes straight to the artifact store, in pieces.

Nothing is whole in memory, and nothing is on the disk twice. A body that breaks off, is too large or cannot be
read leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from typing import IO, Any, BinaryIO, Final, Self, cast

from flask import Request
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from schemas.errors import Fault, InputError, NewsmillError, RequestError
from schemas.job_record import PACKED, JobDocument
from service.core.bodies import body_too_large, json_digest, parse_json
from service.core.problems import ProblemError
from workers.archives.unpack import is_packed
from workers.formats.detection import HEAD, detect
from workers.pipeline.records import records_of
from workers.storage.base import JobFolder

MOST_FILES: Final = 10_000
"""How many files a request may have; more of them come in an archive."""

# The part `request`, should it come as a file; a form of files has no other text that is worth more.
_LARGEST_FIELD = 2**20
_MOST_TEXTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came in a multipart body: the JSON of its part `request`, and its files, stored; and the digest of it all.

    The digest is of what was sent and not of how: the boundary of the parts is another one each time. It is empty
    where the request has no key that it would be compared for.
    """

    request: Any
    documents: tuple[JobDocument, ...]
    articles: int | None
    digest: str


class _Arriving:
    """A file while it arrives: the store's stream, with the first bytes kept to tell what it is."""

    def __init__(
        self,
        key: str,
        name: str | None,
        creating: AbstractContextManager[BinaryIO],
        arrived: Callable[[int], None],
        *,
        keyed: bool,
    ) -> None:
        self._arrived = arrived
        self.key = key
        self.name = name
        self.size = 0
        self.reader: str | None = None
        self.fault: InputError | None = None
        self._head = b""
        self._sha256 = hashlib.sha256() if keyed else None
        self._creating = creating
        self._stream = creating.__enter__()
        self._complete = False

    def write(self, data: bytes) -> int:
        self._arrived(len(data))
        if len(self._head) < HEAD:
            self._head += data[: HEAD - len(self._head)]
        self.size += len(data)
        if self._sha256:
            self._sha256.update(data)
        return self._stream.write(data)

    def digest(self) -> str:
        """The SHA-256 of what has arrived, counted on its way; empty where nobody needs it."""
        return self._sha256.hexdigest() if self._sha256 else ""

    def seek(self, offset: int, whence: int = 0) -> int:
        """The parser turns a file back when it is complete; nobody reads it here.

        It is an artifact from now on: an upload has more files than a process may have open.
        """
        self._complete = True
        self._creating.__exit__(None, None, None)
        try:
            self.reader = PACKED if is_packed(self._head) else detect(self._head, self.name)
        except InputError as error:
            self.fault = error
        self._head = b""
        return offset

    def close(self) -> None: ...

    def __exit__(self, *error: Any) -> None:
        if not self._complete:
            self._creating.__exit__(*error)

    def __enter__(self) -> Self:
        return self


def receive(
    request: Request, folder: JobFolder, limit: int, arrived: Callable[[int], None], *, keyed: bool
) -> Received:
    """Store the files of a multipart body.

    Args:
        request: the request, nothing of its body read yet.
        folder: where the files go.
        limit: how many bytes the body may have.
        arrived: told of each piece before it is stored, in bytes; what it raises ends the upload.
        keyed: whether its digest is wanted.

    Raises:
        ProblemError: the body is too large or broken, or a part is missing or is not JSON.
        RequestError: a file is of no format that can be read.
        StoreError: a file could not be stored.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    request.max_content_length = limit
    try:
        return _receive(request, folder, arrived, keyed=keyed)
    except RequestEntityTooLarge:
        _discard(folder)
        raise body_too_large(limit) from None
    except BaseException:
        # A client that is gone in the middle is an error of werkzeug's.
        _discard(folder)
        raise


def _receive(request: Request, folder: JobFolder, arrived: Callable[[int], None], *, keyed: bool) -> Received:
    numbers = count()
    with ExitStack() as last:

        def arrive(*_: Any, filename: str | None = None, **__: Any) -> IO[bytes]:
            last.close()  # the one before, which is complete
            number = next(numbers)
            if number > MOST_FILES:  # the part `request` may be one of them
                raise _too_many()
            key = folder.input_key(number)
            creating = folder.store.create(key)
            file = last.enter_context(_Arriving(key, _base_name(filename), creating, arrived, keyed=keyed))
            return cast("IO[bytes]", file)

        form, files = _parse(request, arrive)
    return _received(form, files, folder)


class _Parser(MultiPartParser):
    """werkzeug's parser, which keeps the texts of a form in memory: here they are few."""

    def __init__(self, arrive: Callable[..., IO[bytes]]) -> None:
        super().__init__(arrive, max_form_memory_size=_LARGEST_FIELD)
        self._texts = 0

    def get_part_charset(self, headers: Headers) -> str:
        """Asked of every text once it has come."""
        self._texts += 1
        if self._texts > _MOST_TEXTS:
            raise ProblemError("malformed-request", f"The form has more than {_MOST_TEXTS} texts; request is one.")
        return super().get_part_charset(headers)


def _parse(
    request: Request, arrive: Callable[..., IO[bytes]]
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """The texts and the files of a multipart body."""
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary.isascii() or not boundary:
        raise ProblemError("malformed-request", "The multipart body is broken: its media type has no boundary.")
    try:
        form, files = _Parser(arrive).parse(request.stream, boundary.encode(), request.content_length)
    except ValueError as error:
        raise ProblemError("malformed-request", f"The multipart body is broken: {error}.") from None
    return form, files


def _received(form: MultiDict[str, str], files: MultiDict[str, FileStorage], folder: JobFolder) -> Received:
    if unknown := (set(files) | set(form)) - {"file", "request"}:
        names = ", ".join(sorted(map(repr, unknown)))
        raise ProblemError("malformed-request", f"Unknown part {names}; the parts are file (one or more) and request.")
    uploaded = files.getlist("file")
    if not uploaded:
        raise ProblemError("malformed-request", "There is no part named file.")
    described = files.get("request")
    text = _text_of(described, folder) if described else form.get("request", "").encode()
    if not text:
        raise ProblemError("malformed-request", 'There is no part named request, such as {"formats": ["csv"]}.')
    body = parse_json(text)
    arrived = [cast("_Arriving", file.stream) for file in uploaded]
    documents = tuple(_document(file, number) for number, file in enumerate(arrived))
    known = all(records_of(document.reader) == "document" for document in documents)
    digest = json_digest([body, [[file.name, file.digest()] for file in arrived]]) if arrived[0].digest() else ""
    return Received(request=body, documents=documents, articles=len(documents) if known else None, digest=digest)


def _text_of(described: FileStorage, folder: JobFolder) -> bytes:
    """The part `request` that came as a file, which is no input."""
    file = cast("_Arriving", described.stream)
    if file.size > _LARGEST_FIELD:
        raise body_too_large(_LARGEST_FIELD)
    with folder.store.open(file.key) as stream:
        text = stream.read()
    folder.store.delete(file.key)
    return text


def _document(file: _Arriving, number: int) -> JobDocument:
    if file.fault:
        raise RequestError((Fault(f"/file/{number}", str(file.fault)),))
    return JobDocument(key=file.key, name=file.name, reader=file.reader, size=file.size)


def _too_many() -> ProblemError:
    said = f"The request has more than {MOST_FILES:,} files; put them into one archive, such as a zip."
    return ProblemError("malformed-request", said)


def _base_name(given: str | None) -> str | None:
    """The last part of a file's name: it is a label, never a path."""
    name = re.split(r"[/\\]", given or "")[-1]
    return "".join(character for character in name if character.isprintable()).strip()[:255] or None


def _discard(folder: JobFolder) -> None:
    with suppress(NewsmillError):
        folder.delete()
