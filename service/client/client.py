"""A client of a newsmill server, for programs and for the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, Unpack

import httpx

from schemas.jobs.job import ExportedFile, Job
from service.client.async_client import AsyncClient
from service.client.calls import Calls
from service.client.connection import Connection, ServerRefusedError, ServerUnreachableError, http_settings
from service.client.download import DigestError, Progress
from service.client.results import Converted, Link
from service.client.sources import Source, Stated, Upload
from service.client.steps import Steps

__all__ = [
    "AsyncClient",
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
        self._http = httpx.Client(**http_settings(server, key))
        self._calls = Calls(Connection(self._http.base_url, patience))
        self._steps = Steps(self._http)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

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
        return self._steps.run(self._calls.convert(sources, to, out, progress, stated))

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
        return self._steps.run(self._calls.submit(sources, formats, stated))

    def submit_seeds(
        self, names: Sequence[str] | str, /, *, formats: Sequence[str] | str, **stated: Unpack[Stated]
    ) -> Job:
        """Convert seed articles of the server; "*" is all of them. `stated` is as for `submit`."""
        return self._steps.run(self._calls.submit_seeds(names, formats, stated))

    def job(self, job_id: str, *, wait: int = 0) -> Job:
        """Return a job when its state has changed, or after `wait` seconds (at most 60)."""
        return self._steps.run(self._calls.status(job_id, wait))

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
        return self._steps.iterate(self._calls.jobs(statuses, tags, owner, include))

    def wait(self, job_id: str, progress: Callable[[Job], None] | None = None) -> Job:
        """Wait for the end of a job and return it.

        Args:
            job_id: the job's id.
            progress: called with each state of the job that the server reports.
        """
        return self._steps.run(self._calls.wait(job_id, progress))

    def events(self, job_id: str) -> Iterator[Job]:
        """Yield the job at each change until its end, from the server's event stream.

        A stream that breaks off is resumed.
        """
        return self._steps.iterate(self._calls.events(job_id))

    def cancel(self, job_id: str) -> Job:
        """Cancel a job. Its files are removed."""
        return self._steps.run(self._calls.act(job_id, "cancel"))

    def retry(self, job_id: str) -> Job:
        """Run a failed or partial job again with the same input."""
        return self._steps.run(self._calls.act(job_id, "retry"))

    def delete(self, job_id: str) -> None:
        """Remove a job and its files."""
        self._steps.run(self._calls.delete(job_id))

    def links(self, job_id: str, *, names: Sequence[str] = (), seconds: int = 3600) -> tuple[Link, ...]:
        """Return links to files of a job (default: all) that need no key for `seconds`."""
        return self._steps.run(self._calls.links(job_id, names, seconds))

    def errors(self, job_id: str) -> Iterator[Mapping[str, str | None]]:
        """Yield each failed article of a job: its document, place, id and reason."""
        return self._steps.iterate(self._calls.lines(job_id, "errors"))

    def ledger(self, job_id: str) -> Iterator[Mapping[str, Any]]:
        """Yield each leaf of each source article of a job: its path, its value, its outcome, and where it went."""
        return self._steps.iterate(self._calls.lines(job_id, "ledger"))

    def download(
        self, job: Job, folder: Path, *, names: Sequence[str] = (), progress: Progress | None = None
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
        return self._steps.run(self._calls.download(job, folder, names, progress))

    def download_zip(self, job: Job, folder: Path, *, progress: Progress | None = None) -> Path:
        """Download all files of a job as one zip; see `download`."""
        return self._steps.run(self._calls.download_zip(job, folder, progress))
