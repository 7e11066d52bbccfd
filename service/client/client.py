"""A client of a newsmill server, for programs and for the command line.

from schemas.job_view import Job
from schemas.typed_json import from_json
from service.client.client import Client, Upload

with Client("http://127.0.0.1:8080") as client:
    job = client.submit([Upload.of_path(Path("story.txt"))], formats=["newsml-g2"])
    job = client.wait(job.id)
    client.download(job, Path("out"))
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from schemas.job_view import ExportedFile, Job
from schemas.typed_json import from_json
from service.client.connection import Connection
from service.client.download import Progress, Wanted, download_file, download_zip, no_progress
from service.client.models import (
    DigestError,
    Link,
    ServerRefusedError,
    ServerUnreachableError,
    Upload,
)

__all__ = [
    "Client",
    "DigestError",
    "ExportedFile",
    "Job",
    "Link",
    "ServerRefusedError",
    "ServerUnreachableError",
    "Upload",
]

_POLL: Final = 30


class Client:
    """A connection to a server; use it as a context, or close it.

    What fails for the moment (the server restarts, is busy, or has no room) is asked again, after as long as the
    server says; a job is posted with an `Idempotency-Key`, so that one that is sent again makes no second job.

    Args:
        server: its address.
        key: the key that it asks for, where it does; NEWSMILL_API_KEY when not given.
        patience: for how many seconds to ask again.

    Raises (every method):
        ServerUnreachableError: no answer came.
        ServerRefusedError: the server answered with a problem.
    """

    def __init__(self, server: str, *, key: str | None = None, patience: float = 60) -> None:
        self._connection = Connection(server, key, patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def submit(
        self,
        uploads: Sequence[Upload],
        *,
        formats: Sequence[str],
        metadata: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        split: int | None = None,
        on_error: Literal["skip", "fail"] = "skip",
        idempotency_key: str | None = None,
    ) -> Job:
        """Upload documents and have them converted: the job, accepted.

        Args:
            uploads: the documents.
            formats: the ids of the formats, as `newsmill formats` lists them.
            metadata: Article fields that hold for every article which does not state them itself.
            options: the options of each format.
            split: how many articles a file has at most.
            on_error: whether an article that fails is passed over, or fails the job.
            idempotency_key: the name of this request; a new one when not given. The same name with the same
                documents gives the same job.
        """
        wanted: dict[str, Any] = {
            "formats": list(formats),
            "metadata": metadata or {},
            "options": options or {},
            "on_error": on_error,
        }
        if split is not None:
            wanted["split"] = split
        with ExitStack() as opened:

            def anew() -> dict[str, Any]:
                opened.close()
                parts: list[tuple[str, Any]] = [("request", (None, json.dumps(wanted), "application/json"))]
                for upload in uploads:
                    stream = opened.enter_context(upload.open())
                    parts.append(("file", (upload.name, stream, "application/octet-stream")))
                return {"files": parts}

            headers = _key(idempotency_key)
            return from_json(Job, self._connection.ask("POST", "/v1/jobs", headers=headers, anew=anew).json())

    def submit_seeds(
        self, names: Sequence[str] | str, *, formats: Sequence[str], idempotency_key: str | None = None
    ) -> Job:
        """Have seed articles of the server converted; "*" is all of them."""
        body = {"source": {"seeds": names if names == "*" else list(names)}, "formats": list(formats)}
        answer = self._connection.ask("POST", "/v1/jobs", json=body, headers=_key(idempotency_key))
        return from_json(Job, answer.json())

    def job(self, job_id: str, *, wait: int = 0) -> Job:
        """A job as it is, or as it is when its state has changed, within so many seconds (60 at most)."""
        return from_json(Job, self._connection.ask("GET", f"/v1/jobs/{job_id}", params={"wait": wait}).json())

    def jobs(self, *, statuses: Sequence[str] = ()) -> Iterator[Job]:
        """Your jobs, newest first; those in some states alone, where any are named. Pages are fetched as needed."""
        following: str | None = "/v1/jobs"
        params: dict[str, Any] | None = {"limit": 100, **({"status": ",".join(statuses)} if statuses else {})}
        while following:
            answer = self._connection.ask("GET", following, params=params)
            yield from (from_json(Job, one) for one in answer.json()["jobs"])
            following, params = answer.links.get("next", {}).get("url"), None

    def wait(self, job_id: str, progress: Callable[[Job], None] | None = None) -> Job:
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

    def events(self, job_id: str) -> Iterator[Job]:
        """The job whenever it changes, until it has ended, as the server tells of it.

        A stream that breaks off is taken up where it was.
        """
        patience, seen, ended = self._connection.patience(), "", False
        while not ended:
            try:
                path = f"/v1/jobs/{job_id}/events"
                with self._connection.stream(path, {"Last-Event-ID": seen} if seen else {}) as answer:
                    if answer.status_code == 204:
                        return
                    for event in _events(answer.iter_lines()):
                        patience.renew()
                        seen, ended = event["id"], event["event"] == "done"
                        yield from_json(Job, json.loads(event["data"]))
            except ServerUnreachableError as error:
                if not self._connection.answered:
                    raise
                patience.bear(error)
            except ServerRefusedError as error:
                if not error.is_for_the_moment:
                    raise
                patience.bear(error, error.after)

    def cancel(self, job_id: str) -> Job:
        """Stop a job; what was made of it is removed."""
        return from_json(Job, self._connection.ask("POST", f"/v1/jobs/{job_id}/cancel", repeatable=False).json())

    def retry(self, job_id: str) -> Job:
        """Have tried again what failed of a job that has ended."""
        return from_json(Job, self._connection.ask("POST", f"/v1/jobs/{job_id}/retry", repeatable=False).json())

    def delete(self, job_id: str) -> None:
        """Remove a job and its files."""
        self._connection.ask("DELETE", f"/v1/jobs/{job_id}", repeatable=False)

    def links(self, job_id: str, *, names: Sequence[str] = (), seconds: int = 3600) -> tuple[Link, ...]:
        """Addresses of a job's files, all where none is named, that are good without a key for so many seconds."""
        body = {"seconds": seconds, **({"files": list(names)} if names else {})}
        made = self._connection.ask("POST", f"/v1/jobs/{job_id}/links", json=body).json()
        return tuple(Link(name=link["name"], href=link["href"], expires=made["expires"]) for link in made["links"])

    def errors(self, job_id: str) -> Iterator[Mapping[str, Any]]:
        """Each article of a job that failed: its document, its place, its id, and why."""
        for line in self._connection.ask("GET", f"/v1/jobs/{job_id}/errors").iter_lines():
            if line:
                yield json.loads(line)

    def download(
        self, job: Job, folder: Path, *, names: Sequence[str] = (), progress: Progress = no_progress
    ) -> tuple[Path, ...]:
        """The files of a job, in a folder, each under its name once it is whole and its digest is right.

        A download that breaks off goes on, now or when it is begun again: what there is of a file lies beside it
        as `.part`.

        Args:
            job: the job, as it is when it has ended.
            folder: where to; it is made if need be.
            names: of the files that are wanted; all of them where none is named.
            progress: called with a file's name, how many bytes of it are there, and how many it has.

        Raises:
            DigestError: the bytes that came are not those that the job names.
            StoreError: a file cannot be written.
        """
        files = [file for file in job.files if not names or file.name in names]
        return tuple(download_file(self._connection, file, folder, progress) for file in files)

    def download_zip(self, job: Job, folder: Path, *, progress: Progress = no_progress) -> Path:
        """All files of a job as one zip, in a folder; see `download`."""
        href = f"/v1/jobs/{job.id}/files.zip"
        head = self._connection.ask("HEAD", href)
        size, etag = int(head.headers["Content-Length"]), head.headers["ETag"].strip('"')
        wanted = Wanted(href=href, name=f"{job.id}.zip", size=size, etag=etag)
        return download_zip(self._connection, wanted, job.files, folder, progress)


def _key(given: str | None) -> dict[str, str]:
    return {"Idempotency-Key": given or str(uuid.uuid4())}


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """The events of a stream of them (the WHATWG's, server-sent events)."""
    event: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(":")
            event[name] = value.removeprefix(" ")
        elif not line and event:
            yield event
            event = {}
