"""Uploads as they arrive: each file of a multipart body goes straight to the artifact store, in pieces.

Nothing is whole in memory, and nothing is on the disk twice. A body that breaks off, is too large or cannot be
read leaves nothing behind.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Self, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from schemas.errors import Fault, InputError, NewsmillError, RequestError
from service.api.bodies import body_too_large, parse_json
from service.problems import ProblemError
from workers.artifacts import JobFolder
from workers.jobs import JobDocument
from workers.readers.detect import HEAD, detect
from workers.run import PACKED
from workers.unpack import is_packed

# The part `request`, should it come as a file; a form of files has no other text that is worth more.
_LARGEST_FIELD = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came in a multipart body: the JSON of its part `request`, and its files, stored."""

    request: Any
    documents: tuple[JobDocument, ...]
    articles: int | None


class _Arriving:
    """A file while it arrives: the store's stream, with the first bytes kept to tell what it is."""

    def __init__(self, key: str, creating: AbstractContextManager[BinaryIO]) -> None:
        self.key = key
        self.head = b""
        self.size = 0
        self._creating = creating
        self._stream = creating.__enter__()

    def write(self, data: bytes) -> int:
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self.size += len(data)
        return self._stream.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """The parser turns a file back when it is complete; nobody reads it here."""
        return offset

    def close(self) -> None: ...

    def __exit__(self, *error: Any) -> None:
        self._creating.__exit__(*error)

    def __enter__(self) -> Self:
        return self


def receive(request: Request, folder: JobFolder, limit: int) -> Received:
    """Store the files of a multipart body.

    Args:
        request: the request, nothing of its body read yet.
        folder: where the files go.
        limit: how many bytes the body may have.

    Raises:
        ProblemError: the body is too large or broken, or a part is missing or is not JSON.
        RequestError: a file is of no format that can be read.
        StoreError: a file could not be stored.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    request.max_content_length = limit
    try:
        with ExitStack() as arriving:
            return _receive(request, folder, limit, arriving)
    except RequestEntityTooLarge:
        _discard(folder)
        raise body_too_large(limit) from None
    except (NewsmillError, ProblemError):
        _discard(folder)
        raise


def _receive(request: Request, folder: JobFolder, limit: int, arriving: ExitStack) -> Received:
    arrived: list[_Arriving] = []

    def arrive(*_: Any, **__: Any) -> IO[bytes]:
        key = folder.input_key(len(arrived))
        file = arriving.enter_context(_Arriving(key, folder.store.create(key)))
        arrived.append(file)
        return cast("IO[bytes]", file)

    # The limit is one of bytes; werkzeug's own would refuse the thousand-and-first file.
    parser = FormDataParser(
        stream_factory=arrive, max_form_memory_size=_LARGEST_FIELD, max_form_parts=limit, silent=False
    )
    try:
        _, form, files = parser.parse(request.stream, "multipart/form-data", request.content_length, _boundary(request))
    except ValueError as error:
        raise ProblemError("malformed-request", f"The multipart body is broken: {error}.") from None
    if unknown := (set(files) | set(form)) - {"file", "request"}:
        names = ", ".join(sorted(map(repr, unknown)))
        raise ProblemError("malformed-request", f"Unknown part {names}; the parts are file (one or more) and request.")
    uploaded = files.getlist("file")
    if not uploaded:
        raise ProblemError("malformed-request", "There is no part named file.")
    described = files.get("request")
    text = cast("_Arriving", described.stream).head if described else form.get("request", "").encode()
    if not text:
        raise ProblemError("malformed-request", 'There is no part named request, such as {"formats": ["csv"]}.')
    body = parse_json(text)
    documents = tuple(
        _document(cast("_Arriving", file.stream), _base_name(file.filename), number)
        for number, file in enumerate(uploaded)
    )
    known = all(document.reader == "text" for document in documents)
    return Received(request=body, documents=documents, articles=len(documents) if known else None)


def _boundary(request: Request) -> dict[str, str]:
    return dict(request.mimetype_params)


def _document(file: _Arriving, name: str | None, number: int) -> JobDocument:
    if is_packed(file.head):
        reader = PACKED
    else:
        try:
            reader = detect(file.head, name)
        except InputError as error:
            raise RequestError((Fault(f"/file/{number}", str(error)),)) from None
    return JobDocument(key=file.key, name=name, reader=reader, size=file.size)


def _base_name(given: str | None) -> str | None:
    """The last part of a file's name: it is a label, never a path."""
    name = re.split(r"[/\\]", given or "")[-1]
    return "".join(character for character in name if character.isprintable()).strip()[:255] or None


def _discard(folder: JobFolder) -> None:
    with suppress(NewsmillError):
        folder.delete()
