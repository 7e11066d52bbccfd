"""A client of a newsmill server, for programs and for the command line."""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Unpack

from schemas.job import ExportedFile, Job
from schemas.typed_json import from_json
from service.client.connection import Connection, ServerRefusedError, ServerUnreachableError
from service.client.download import (
    DigestError,
    Progress,
    Wanted,
    download_file,
    download_zip,
    name_in_folder,
    no_progress,
)
from service.client.sources import Source, Stated, Upload, request_body, uploads_of

__all__ = [
    "Client",
    "Converted",
    "DigestError",
    "ExportedFile",
    "Job",
    "Link",
    "ServerRefusedError",
    "ServerUnreachableError",
    "Source",
    "Stated",
    "Upload",
]

_POLL: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address of a file that needs no key until it expires (a date-time of RFC 3339)."""

    name: str
    href: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The result of a conversion.

    Args:
        job: the job, after its end, with its warnings and its error.
        paths: the paths of the files, if a folder was named.
        content: the content of each file by its name, if none was named.
        failed: each article that failed: its document, place, id, kind and reason.
    """

    job: Job
    paths: tuple[Path, ...] = ()
    content: Mapping[str, bytes] = field(default_factory=dict)
    failed: tuple[Mapping[str, str | None], ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether every article was converted."""
        return self.job.status == "succeeded"


class Client(AbstractContextManager["Client"]):
    """A client of one server. Use it as a context, or close it.

    It retries temporary failures (the server restarts, is busy, or is full) after the time that the server
    states. It posts a job with an `Idempotency-Key`, so that a retry makes no second job.

    Args:
        server: its address.
        key: the API key. Default: NEWSMILL_API_KEY.
        patience: the retry budget, in seconds without progress.

    Raises (every method):
        ServerUnreachableError: no answer came.
        ServerRefusedError: the server answered with a problem.
    """

    def __init__(self, server: str, *, key: str | None = None, patience: float = 60) -> None:
        self._connection = Connection(server, key, patience)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def convert(
        self,
        sources: Source | Iterable[Source],
        *,
        to: Sequence[str] | str,
        out: str | os.PathLike[str] | None = None,
        progress: Callable[[Job], None] | None = None,
        **stated: Unpack[Stated],
    ) -> Converted:
        """Convert documents, texts or articles, and wait for the result.

        Args:
            sources: one or more paths of files or folders, documents as bytes, articles, or uploads.
            to: the ids of the formats, as `newsmill formats` lists them.
            out: the folder for the files. Default: the result has their content.
            progress: called with each state of the job that the server reports.
            stated: what the request states beside it: see `newsmill.Stated`.

        Raises:
            ValueError: there is no source, or a folder has no file.
            DigestError: the bytes of a file do not match the digest that the job states.
            StoreError: a file cannot be written.
        """
        job = self.wait(self.submit(sources, formats=to, **stated).id, progress)
        failed = tuple(self.errors(job.id)) if job.failed and job.status not in ("canceled", "expired") else ()
        if out is not None:
            return Converted(job=job, paths=self.download(job, Path(out)), failed=failed)
        with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
            content = {path.name: path.read_bytes() for path in self.download(job, Path(folder))}
        return Converted(job=job, content=content, failed=failed)

    def submit(
        self, sources: Source | Iterable[Source], *, formats: Sequence[str] | str, **stated: Unpack[Stated]
    ) -> Job:
        """Send documents, texts or articles, and return the accepted job that converts them.

        Args:
            sources: one or more paths of files or folders, documents as bytes, articles, or uploads.
            formats: the ids of the formats, as `newsmill formats` lists them.
            stated: what the request states beside it: see `newsmill.Stated`.

        Raises:
            ValueError: there is no source, or a folder has no file.
        """
        uploads, body = uploads_of(sources), json.dumps(request_body(formats, stated))
        with ExitStack() as opened:

            def for_each_try() -> dict[str, object]:
                opened.close()
                parts: list[tuple[str, Any]] = [("request", (None, body, "application/json"))]
                for upload in uploads:
                    stream = opened.enter_context(upload.open())
                    parts.append(("file", (upload.name, stream, "application/octet-stream")))
                return {"files": parts}

            headers = _key(stated.get("idempotency_key"))
            return self._request_job("POST", "/v1/jobs", headers=headers, for_each_try=for_each_try)

    def submit_seeds(
        self, names: Sequence[str] | str, /, *, formats: Sequence[str] | str, **stated: Unpack[Stated]
    ) -> Job:
        """Convert seed articles of the server; "*" is all of them. `stated` is as for `submit`."""
        source = {"source": {"seeds": names if names == "*" else list(names)}}
        body = source | request_body(formats, stated)
        return self._request_job("POST", "/v1/jobs", json=body, headers=_key(stated.get("idempotency_key")))

    def job(self, job_id: str, *, wait: int = 0) -> Job:
        """Return a job when its state has changed, or after `wait` seconds (at most 60)."""
        return self._request_job("GET", f"/v1/jobs/{job_id}", params={"wait": wait})

    def jobs(
        self,
        *,
        statuses: Sequence[str] = (),
        tags: Sequence[str] = (),
        owner: str | None = None,
        include: Sequence[Literal["files", "warnings"]] = (),
    ) -> Iterator[Job]:
        """Yield your jobs, newest first. Pages are fetched as needed.

        Args:
            statuses: the states of the jobs. Default: all.
            tags: the tags that each job has.
            owner: for an operator: the caller whose jobs are listed. Default: the jobs of all callers.
            include: "files" and "warnings", which a job of the list has only if they are named here.
        """
        following: str | None = "/v1/jobs"
        given = {"status": ",".join(statuses), "include": ",".join(include), "tag": list(tags)}
        stated = {key: value for key, value in given.items() if value} | ({} if owner is None else {"owner": owner})
        params: dict[str, object] | None = {"limit": "100", **stated}
        while following:
            answer = self._connection.request("GET", following, params=params)
            yield from (from_json(Job, one) for one in answer.json()["jobs"])
            following, params = answer.links.get("next", {}).get("url"), None

    def wait(self, job_id: str, progress: Callable[[Job], None] | None = None) -> Job:
        """Wait for the end of a job and return it.

        Args:
            job_id: the job's id.
            progress: called with each state of the job that the server reports.
        """
        job = self.job(job_id)
        while True:
            if progress:
                progress(job)
            if job.ended:
                return job
            job = self.job(job_id, wait=1 if progress else _POLL)

    def events(self, job_id: str) -> Iterator[Job]:
        """Yield the job at each change until its end, from the server's event stream.

        A stream that breaks off is resumed.
        """
        budget, seen, ended = self._connection.retry_budget(), "", False
        while not ended:
            try:
                path = f"/v1/jobs/{job_id}/events"
                with self._connection.stream(path, {"Last-Event-ID": seen} if seen else {}) as answer:
                    if answer.status_code == 204:
                        return
                    for event in _events(answer.iter_lines()):
                        budget.renew()
                        seen, ended = event["id"], event["event"] == "done"
                        yield from_json(Job, json.loads(event["data"]))
            except (ServerUnreachableError, ServerRefusedError) as error:
                if not self._connection.answered:
                    raise
                budget.wait_after(error)

    def cancel(self, job_id: str) -> Job:
        """Cancel a job. Its files are removed."""
        return self._request_job("POST", f"/v1/jobs/{job_id}/cancel", repeatable=False)

    def retry(self, job_id: str) -> Job:
        """Run a failed or partial job again with the same input."""
        return self._request_job("POST", f"/v1/jobs/{job_id}/retry", repeatable=False)

    def delete(self, job_id: str) -> None:
        """Remove a job and its files."""
        self._connection.request("DELETE", f"/v1/jobs/{job_id}", repeatable=False)

    def links(self, job_id: str, *, names: Sequence[str] = (), seconds: int = 3600) -> tuple[Link, ...]:
        """Return links to files of a job (default: all) that need no key for `seconds`."""
        body = {"seconds": seconds, **({"files": list(names)} if names else {})}
        made = self._connection.request("POST", f"/v1/jobs/{job_id}/links", json=body).json()
        return tuple(Link(name=link["name"], href=link["href"], expires=made["expires"]) for link in made["links"])

    def errors(self, job_id: str) -> Iterator[Mapping[str, str | None]]:
        """Yield each failed article of a job: its document, place, id and reason."""
        for line in self._connection.request("GET", f"/v1/jobs/{job_id}/errors").iter_lines():
            if line:
                yield json.loads(line)

    def ledger(self, job_id: str) -> Iterator[Mapping[str, Any]]:
        """Yield each leaf of each source article of a job: its path, its value, its outcome, and where it went."""
        for line in self._connection.request("GET", f"/v1/jobs/{job_id}/ledger").iter_lines():
            if line:
                yield json.loads(line)

    def download(
        self, job: Job, folder: Path, *, names: Sequence[str] = (), progress: Progress = no_progress
    ) -> tuple[Path, ...]:
        """Download the files of a job into a folder. A file gets its name when it is complete and its digest matches.

        A download that breaks off is resumed, now or by the next call. Until then, a file ends in `.part`.

        Args:
            job: the job, after its end.
            folder: the folder. It is made if it does not exist.
            names: the names of the files. Default: all files.
            progress: called with the name of a file, the bytes downloaded, and its size.

        Raises:
            DigestError: the bytes do not match the digest that the job states.
            StoreError: a file cannot be written.
        """
        files = [file for file in job.files if not names or file.name in names]
        return tuple(download_file(self._connection, file, folder, progress) for file in files)

    def download_zip(self, job: Job, folder: Path, *, progress: Progress = no_progress) -> Path:
        """Download all files of a job as one zip; see `download`."""
        href = f"/v1/jobs/{job.id}/files.zip"
        head = self._connection.request("HEAD", href)
        size, etag = int(head.headers["Content-Length"]), head.headers["ETag"].strip('"')
        wanted = Wanted(href=href, name=f"{name_in_folder(job.id)}.zip", size=size, etag=etag)
        return download_zip(self._connection, wanted, job.files, folder, progress)

    def _request_job(self, method: str, path: str, **given: Any) -> Job:
        return from_json(Job, self._connection.request(method, path, **given).json())


def _key(given: str | None) -> dict[str, str]:
    return {"Idempotency-Key": given or str(uuid.uuid4())}


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Parse a stream of server-sent events (WHATWG HTML, section 9.2)."""
    event: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(":")
            event[name] = value.removeprefix(" ")
        elif not line and event:
            yield event
            event = {}
