"""Uploads: each file of a multipart body, or the one that is the body, is streamed to the artifact store.

No file is held whole in memory or written twice. A body that breaks off, is too large or cannot be read leaves no
artifact.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import IO, Any, BinaryIO, Final, Self, cast

from flask import Request
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import File

from schemas.errors import Fault, InputError, NewsmillError, RequestError
from schemas.jobs.record import PACKED, JobDocument
from schemas.reading import Reading
from service.core.bodies import body_too_large, check_content_coding, json_digest, parse_json
from service.core.problems import ProblemError
from service.jobs.charsets import charset_of, in_utf_8, is_clearly_unicode, stated_encoding
from workers.archives.zip_writer import MEDIA_TYPE as ZIP
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect
from workers.pipeline.packed import is_archive
from workers.pipeline.records import is_one_article
from workers.storage.base import JobFolder

MOST_FILES: Final = 10_000
"""The maximum number of files in a request. An archive can hold more."""

# The limits of text parts, and of the part `request` if it comes as a file.
_LARGEST_FIELD = 2**20
_MOST_TEXTS = 16
_PIECE: Final = 64 * 1024

# Where a multipart body ends too early, by the state of werkzeug's parser.
_CUT_OFF: Final[Mapping[str, str]] = {
    "State.PREAMBLE": "it has no line with the boundary that its Content-Type states",
    "State.PART": "it ends within the headers of a part",
    "State.DATA_START": "it ends within a part, without the final boundary",
    "State.DATA": "it ends within a part, without the final boundary",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A received body.

    Args:
        request: the JSON of the part `request`, and what the URL states beside it.
        documents: the stored files. One that is of no format has no reader.
        faults: why a file is of no format.
        digest: the digest of the content, the same with any boundary; "" if the request has no idempotency key.
        encodings: those that the media types of the files state for texts and tables; None for UTF-8 and none.
    """

    request: Any
    documents: tuple[JobDocument, ...]
    faults: tuple[Fault, ...]
    digest: str
    encodings: frozenset[str | None]

    def reading(self, stated: Reading) -> Reading:
        """Return how the files are read: as the request states, else in the encoding of their media types.

        Raises:
            ProblemError: the files state several encodings.
        """
        if stated.options.encoding or self.encodings == {None}:
            return stated
        if len(self.encodings) > 1:
            named = ", ".join(sorted(one or "utf-8" for one in self.encodings))
            detail = f"The files have the charsets {named}. A job reads texts and tables in one. Send a job for each."
            raise ProblemError("unsupported-media-type", detail)
        return replace(stated, options=replace(stated.options, encoding=next(iter(self.encodings))))

    def read_as(self, format_id: str | None) -> tuple[JobDocument, ...]:
        """Return the documents with their readers: the one of a format, or those that were detected.

        Raises:
            RequestError: no format is given, and no file is of a format that is read.
        """
        if format_id is not None:
            return tuple(
                document if document.reader == PACKED else replace(document, reader=format_id)
                for document in self.documents
            )
        if len(self.faults) == len(self.documents):
            raise RequestError(self.faults)
        # One file of no format among others fails alone, as in the command: the pipe names it.
        return self.documents


def number_of_articles(documents: tuple[JobDocument, ...]) -> int | None:
    """Return the number of articles in documents; None if it is not known before they are read."""
    known = all(document.reader is None or is_one_article(document.reader) for document in documents)
    return len(documents) if known else None


class _IncomingFile:
    """An incoming file, written to the store. It keeps the first bytes to detect the format."""

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
        self.hint = name
        self.size = 0
        self.reader: str | None = None
        self.fault: InputError | None = None
        self._is_clear = False
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
        """Return the SHA-256 of the received bytes; "" if it is not needed."""
        return self._sha256.hexdigest() if self._sha256 else ""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Close the artifact. The parser seeks to the start when a file is complete.

        Each is closed at once, since an upload can have more files than a process may have open.
        """
        self._complete = True
        self._creating.__exit__(None, None, None)
        self._is_clear = is_clearly_unicode(self._head)
        try:
            self.reader = self._detect()
        except InputError as error:
            self.fault = error
        self._head = b""
        return offset

    def encoding(self, content_type: str | None) -> str | None:
        """Return the encoding that its Content-Type states, if its bytes do not show another one.

        Raises:
            ProblemError: there is no such encoding.
        """
        stated = stated_encoding(content_type)
        return None if self._is_clear else stated

    def _detect(self) -> str:
        if not self.size:
            raise InputError(self.name or "document", "", "it is empty; choose the file that has the article")
        return PACKED if is_archive(self._head) else detect(self._head, self.hint)

    def close(self) -> None: ...

    def __exit__(self, *error: Any) -> None:
        if not self._complete:
            self._creating.__exit__(*error)

    def __enter__(self) -> Self:
        return self


def receive(
    request: Request,
    folder: JobFolder,
    limit: int,
    arrived: Callable[[int], None],
    *,
    keyed: bool,
    stated: Mapping[str, Any] | None = None,
) -> Received:
    """Store the files of a multipart body, or the body itself.

    Args:
        request: the request, with its body unread.
        folder: the job's folder in the store.
        limit: the maximum size of the body, in bytes.
        arrived: called with the size of each piece before it is stored; an error that it raises ends the upload.
        keyed: whether to compute the digest.
        stated: what the URL states of the request. Without it, the body is multipart and has a part `request`.

    Raises:
        ProblemError: the body is too large, empty or malformed, or a part is missing or is not JSON.
        StoreError: a file cannot be stored.
    """
    if (request.content_length or 0) > limit:
        raise body_too_large(limit)
    request.max_content_length = limit
    try:
        if request.mimetype == "multipart/form-data":
            form, files, charset = _parse(request, folder, arrived, keyed=keyed)
            return _received(form, files, folder, stated, charset=charset)
        return _received_raw(request, folder, arrived, keyed=keyed, stated=stated or {})
    except BaseException as error:  # werkzeug raises an error of its own if the client disconnects
        with suppress(NewsmillError):
            folder.delete()
        if isinstance(error, RequestEntityTooLarge):
            raise body_too_large(limit) from None
        raise


class _Parser(MultiPartParser):
    """werkzeug's parser with a limit on the number of text parts, which it keeps in memory.

    It refuses parts whose bytes are encoded: RFC 7578 deprecates that (section 4.7), and werkzeug does not decode them.
    A text part is a string with a character for each of its bytes, as werkzeug would replace wrong bytes.
    """

    def __init__(self, arrive: Callable[..., IO[bytes]]) -> None:
        super().__init__(arrive, max_form_memory_size=_LARGEST_FIELD)
        self._texts = 0
        self.charset: str | None = None

    def get_part_charset(self, headers: Headers) -> str:
        """Count a text part; the parser calls this for each."""
        self._texts += 1
        if self._texts > _MOST_TEXTS:
            raise ProblemError(
                "malformed-request", f"The form has more than {_MOST_TEXTS} text parts. Send only the part request."
            )
        _refuse_encoded(headers)
        self.charset = charset_of(headers.get("Content-Type"))
        return "latin-1"

    def start_file_streaming(self, event: File, total_content_length: int | None) -> IO[bytes]:
        """Begin a file."""
        _refuse_encoded(event.headers)
        return super().start_file_streaming(event, total_content_length)


def _refuse_encoded(headers: Headers) -> None:
    check_content_coding(headers, "A part")
    encoding = headers.get("Content-Transfer-Encoding", "binary")
    if encoding.strip().lower() not in ("7bit", "8bit", "binary"):
        detail = (
            f"A part has the Content-Transfer-Encoding {encoding}. Send its bytes as they are, without this header."
        )
        raise ProblemError("malformed-request", detail)


def _parse(
    request: Request, folder: JobFolder, arrived: Callable[[int], None], *, keyed: bool
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage], str | None]:
    """Store the files of a multipart body; return its text parts, the files, and the charset of the last text part."""
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary.isascii() or not boundary:
        raise ProblemError("malformed-request", "The multipart body is malformed: its Content-Type has no boundary.")
    numbers = count()
    with ExitStack() as last:

        def arrive(*_: Any, filename: str | None = None, **__: Any) -> IO[bytes]:
            last.close()  # the previous file is complete
            number = next(numbers)
            if number > MOST_FILES:  # the part `request` may be one of the files
                detail = f"The request has more than {MOST_FILES:,} files. Put them into one archive, such as a zip."
                raise ProblemError("malformed-request", detail)
            key = folder.input_key(number)
            creating = folder.store.create(key)
            file = last.enter_context(_IncomingFile(key, _base_name(filename), creating, arrived, keyed=keyed))
            return cast("IO[bytes]", file)

        parser = _Parser(arrive)
        try:
            form, files = parser.parse(request.stream, boundary.encode(), request.content_length)
        except UnicodeDecodeError:
            detail = "A header of a part is not in UTF-8: a file name in Latin-1, perhaps. Send names in UTF-8."
            raise ProblemError("malformed-request", detail) from None
        except ValueError as error:
            reason = next((said for state, said in _CUT_OFF.items() if str(error).endswith(state)), str(error))
            raise ProblemError("malformed-request", f"The multipart body is malformed: {reason}.") from None
    return form, files, parser.charset


def _received_raw(
    request: Request, folder: JobFolder, arrived: Callable[[int], None], *, keyed: bool, stated: Mapping[str, Any]
) -> Received:
    """Store the body of a request, which is one file."""
    stated_encoding(request.content_type)  # an unknown one is refused before the document arrives
    name = _base_name(request.args.get("filename") or _name_in_header(request))
    key = folder.input_key(0)
    with _IncomingFile(key, name, folder.store.create(key), arrived, keyed=keyed) as file:
        file.hint = name if name and "." in name else f"document{_extension(request.mimetype)}"
        while piece := request.stream.read(_PIECE):
            file.write(piece)
        if file.size < (request.content_length or 0):
            raise ClientDisconnected
        if not file.size:
            raise ProblemError("malformed-request", "The body is empty. Send the document as the body.")
        file.seek(0)
    return _of_files([file], dict(stated), frozenset((file.encoding(request.content_type),)))


def _name_in_header(request: Request) -> str | None:
    _, parameters = parse_options_header(request.headers.get("Content-Disposition"))
    return parameters.get("filename")


def _extension(media_type: str) -> str:
    """Return the extension of files of a media type, with its dot; "" if none is known, or several formats have it."""
    if media_type == ZIP:
        return ".zip"  # also the files of some formats are zips
    known = [one for one in FORMATS.readable if media_type in (type_.partition(";")[0] for type_ in one.media_types)]
    if known:
        return f".{known[0].extensions[0]}" if len(known) == 1 and known[0].extensions else ""
    return mimetypes.guess_extension(media_type) or ""


def _received(
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    folder: JobFolder,
    stated: Mapping[str, Any] | None,
    *,
    charset: str | None,
) -> Received:
    if None in files or None in form:
        detail = 'A part has no name. Name it: Content-Disposition: form-data; name="request".'
        raise ProblemError("malformed-request", detail)
    if unknown := (set(files) | set(form)) - {"file", "request"}:
        names = ", ".join(sorted(map(repr, unknown)))
        raise ProblemError("malformed-request", f"Unknown part {names}; send only file (one or more) and request.")
    if "file" in form:
        detail = 'A part file has no filename. Name it: Content-Disposition: form-data; name="file"; filename="a.txt".'
        raise ProblemError("malformed-request", detail)
    if (times := len(files.getlist("request")) + len(form.getlist("request"))) > 1:
        raise ProblemError("malformed-request", f"The part request came {times} times. Send it once.")
    uploaded = [file for file in files.getlist("file") if not _is_empty_field(file, folder)]
    if not uploaded:
        raise ProblemError("malformed-request", "The part file is missing. Send one or more.")
    described = files.get("request")
    if described:
        text, charset = _text_of(described, folder), charset_of(described.content_type)
    else:
        text = form.get("request", "").encode("latin-1")
    text = in_utf_8(text, charset)
    if not text and stated is None:
        raise ProblemError("malformed-request", 'The part request is missing. Send JSON, such as {"formats": ["csv"]}.')
    body = parse_json(text) if text else {}
    incoming = [_incoming(file) for file in uploaded]
    encodings = frozenset(one.encoding(file.content_type) for one, file in zip(incoming, uploaded, strict=True))
    return _of_files(incoming, _joined(body, stated or {}), encodings)


def _joined(body: Any, stated: Mapping[str, Any]) -> Any:
    """Return a request with what the URL states of it: a value in both is the URL's."""
    if not stated or not isinstance(body, dict):
        return body
    return {
        **body,
        **{
            name: {**body[name], **value} if isinstance(value, dict) and isinstance(body.get(name), dict) else value
            for name, value in stated.items()
        },
    }


def _of_files(arrived: list[_IncomingFile], body: Any, encodings: frozenset[str | None]) -> Received:
    faults = tuple(Fault(f"/file/{number}", str(one.fault)) for number, one in enumerate(arrived) if one.fault)
    documents = tuple(JobDocument(key=one.key, name=one.name, reader=one.reader, size=one.size) for one in arrived)
    digest = json_digest([body, [[file.name, file.digest()] for file in arrived]]) if arrived[0].digest() else ""
    return Received(request=body, documents=documents, faults=faults, digest=digest, encodings=encodings)


def _text_of(described: FileStorage, folder: JobFolder) -> bytes:
    """Return the part `request` that came as a file, and delete it from the inputs."""
    file = _incoming(described)
    if file.size > _LARGEST_FIELD:
        raise body_too_large(_LARGEST_FIELD)
    with folder.store.open(file.key) as stream:
        text = stream.read()
    folder.store.delete(file.key)
    return text


def _is_empty_field(file: FileStorage, folder: JobFolder) -> bool:
    """Return whether a browser has sent a field for which no file was chosen. Its empty artifact is removed."""
    if file.filename or _incoming(file).size:
        return False
    folder.store.delete(_incoming(file).key)
    return True


def _incoming(file: FileStorage) -> _IncomingFile:
    """Return the stream that `_parse` gave the parser for a file."""
    if not isinstance(file.stream, _IncomingFile):
        raise TypeError(f"{file.stream} is not an incoming file")
    return file.stream


def _base_name(given: str | None) -> str | None:
    """Return the last part of a file name. It is a label and never used as a path."""
    name = re.split(r"[/\\]", given or "")[-1]
    return "".join(character for character in name if character.isprintable()).strip()[:255] or None
