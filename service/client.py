"""A client of a newsmill server, for programs and for the command line.

from service.client import Client

with Client("http://127.0.0.1:8080") as client:
    job = client.submit([Upload.of_path(Path("story.txt"))], formats=["newsml-g2"])
    job = client.wait(job.id)
    client.download(job, Path("out"))
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Literal, Self

import httpx

from schemas.errors import NewsmillError
from schemas.job import ENDED
from workers.local_store import LocalStore

_POLL: Final = 30
_TIMEOUT: Final = httpx.Timeout(30, read=_POLL + 60)
_CHUNK: Final = 1 << 16


class ServerUnreachableError(NewsmillError):
    """No answer came from the server."""


class ServerRefusedError(NewsmillError):
    """The server answered with a problem.

    Args:
        status: the HTTP status.
        problem: its problem details (RFC 9457), as far as it gave any.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(status, problem)
        self.status = status
        self.problem = problem

    def __str__(self) -> str:
        said = str(self.problem.get("detail") or self.problem.get("title") or "no reason given")
        faults = self.problem.get("errors") or ()
        lines = [f"{fault['pointer']}: {fault['detail']}" for fault in faults if fault.get("pointer")]
        return "\n  ".join([f"the server said {self.status}: {said}", *(lines if len(lines) > 1 else [])])


class DigestError(NewsmillError):
    """A downloaded file is not what the server said it would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document to be uploaded: its name, and how to open it."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def of_path(cls, path: Path) -> Self:
        """A file."""
        return cls(name=path.name, open=lambda: path.open("rb"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A finished file on the server; size in bytes, sha256 in hexadecimal."""

    name: str
    format: str
    media_type: str
    size: int
    sha256: str
    articles: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteJob:
    """A job on the server, as it was when it was asked for."""

    id: str
    status: str
    done: int
    failed: int
    total: int | None
    files: tuple[RemoteFile, ...]
    warnings: tuple[Mapping[str, Any], ...]
    error: Mapping[str, Any] | None

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.status in ENDED

    @classmethod
    def of_json(cls, job: Mapping[str, Any]) -> Self:
        """A job as the server shows it."""
        return cls(
            id=job["id"],
            status=job["status"],
            done=job["progress"]["done"],
            failed=job["progress"]["failed"],
            total=job["progress"].get("total"),
            files=tuple(RemoteFile(**file) for file in job["files"]),
            warnings=tuple(job["warnings"]),
            error=job.get("error"),
        )


class Client:
    """A connection to a server; use it as a context, or close it.

    Raises (every method):
        ServerUnreachableError: no answer came.
        ServerRefusedError: the server answered with a problem.
    """

    def __init__(self, server: str) -> None:
        self._http = httpx.Client(base_url=server, timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def submit(
        self,
        uploads: Sequence[Upload],
        *,
        formats: Sequence[str],
        metadata: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        split: int | None = None,
        on_error: Literal["skip", "fail"] = "skip",
    ) -> RemoteJob:
        """Upload documents and have them converted: the job, accepted."""
        wanted: dict[str, Any] = {
            "formats": list(formats),
            "metadata": metadata or {},
            "options": options or {},
            "on_error": on_error,
        }
        if split is not None:
            wanted["split"] = split
        with ExitStack() as opened:
            parts: list[tuple[str, Any]] = [("request", (None, json.dumps(wanted), "application/json"))]
            for upload in uploads:
                stream = opened.enter_context(upload.open())
                parts.append(("file", (upload.name, stream, "application/octet-stream")))
            return RemoteJob.of_json(self._ask("POST", "/v1/jobs", files=parts).json())

    def submit_seeds(self, names: Sequence[str] | str, *, formats: Sequence[str]) -> RemoteJob:
        """Have seed articles of the server converted; "*" is all of them."""
        body = {"source": {"seeds": names if names == "*" else list(names)}, "formats": list(formats)}
        return RemoteJob.of_json(self._ask("POST", "/v1/jobs", json=body).json())

    def job(self, job_id: str, *, wait: int = 0) -> RemoteJob:
        """A job as it is, or as it is when its state has changed, within so many seconds."""
        return RemoteJob.of_json(self._ask("GET", f"/v1/jobs/{job_id}", params={"wait": wait}).json())

    def wait(self, job_id: str, progress: Callable[[RemoteJob], None] | None = None) -> RemoteJob:
        """The job when it has ended.

        Args:
            job_id: the job's id.
            progress: called with the job whenever the server has said how it is.
        """
        job = self.job(job_id)
        while True:
            if progress:
                progress(job)
            if job.ended:
                return job
            job = self.job(job_id, wait=1 if progress else _POLL)

    def errors(self, job_id: str) -> Iterator[Mapping[str, Any]]:
        """Each article of a job that failed: its document, its place, its id, and why."""
        for line in self._ask("GET", f"/v1/jobs/{job_id}/errors").iter_lines():
            if line:
                yield json.loads(line)

    def download(self, job: RemoteJob, folder: Path) -> tuple[Path, ...]:
        """Every file of a job, in a folder, each under its name once it is whole and its digest is right.

        Raises:
            DigestError: the bytes that came are not those that the job names.
        """
        return tuple(self._download(file, folder) for file in job.files)

    def _download(self, file: RemoteFile, folder: Path) -> Path:
        digest = hashlib.sha256()
        name = Path(file.name).name
        with LocalStore(folder).create(name) as stream:
            for part in self._stream(file.href):
                digest.update(part)
                stream.write(part)
            if digest.hexdigest() != file.sha256:
                raise DigestError(f"{file.name}: its SHA-256 is {digest.hexdigest()}, the job says {file.sha256}")
        return folder / name

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        with _reaching(self._http.base_url):
            response = self._http.request(method, path, **more)
        return _accepted(response)

    def _stream(self, path: str) -> Iterable[bytes]:
        with _reaching(self._http.base_url), self._http.stream("GET", path, follow_redirects=True) as response:
            if response.is_error:
                response.read()
            yield from _accepted(response).iter_bytes(_CHUNK)


@contextmanager
def _reaching(server: httpx.URL) -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        raise ServerUnreachableError(f"{server} cannot be reached: {error}") from error


def _accepted(response: httpx.Response) -> httpx.Response:
    if not response.is_error:
        return response
    problem: Mapping[str, Any] = {}
    with suppress(ValueError):
        problem = response.json()
    raise ServerRefusedError(response.status_code, problem if isinstance(problem, dict) else {})
