"""The client for programs that run in an event loop of asyncio."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Literal, Unpack

import httpx

from schemas.jobs.job import Job
from service.client.calls import Calls
from service.client.connection import Connection, http_settings
from service.client.download import Progress
from service.client.results import Converted, Link
from service.client.sources import Source, Stated
from service.client.steps import AsyncSteps


class AsyncClient(AbstractAsyncContextManager["AsyncClient"]):
    """A client of one server, for asyncio. Use it as a context, or close it.

    Its methods have the arguments, results and errors of those of `Client`. Await them; `jobs`, `events`, `errors` and
    `ledger` are iterated with `async for`.

    Args:
        server: its address.
        key: the API key. Default: NEWSMILL_API_KEY.
        patience: the retry budget, in seconds without progress.
    """

    def __init__(self, server: str, *, key: str | None = None, patience: float = 60) -> None:
        self._http = httpx.AsyncClient(**http_settings(server, key))
        self._calls = Calls(Connection(self._http.base_url, patience))
        self._steps = AsyncSteps(self._http)

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def convert(
        self,
        sources: Source | Iterable[Source],
        *,
        to: Sequence[str] | str,
        out: str | os.PathLike[str] | None = None,
        progress: Callable[[Job], None] | None = None,
        **stated: Unpack[Stated],
    ) -> Converted:
        """Convert documents, texts or articles, and wait for the result. See `Client.convert`."""
        return await self._steps.run(self._calls.convert(sources, to, out, progress, stated))

    async def submit(
        self, sources: Source | Iterable[Source], *, formats: Sequence[str] | str, **stated: Unpack[Stated]
    ) -> Job:
        """Send documents, texts or articles, and return the accepted job. See `Client.submit`."""
        return await self._steps.run(self._calls.submit(sources, formats, stated))

    async def submit_seeds(
        self, names: Sequence[str] | str, /, *, formats: Sequence[str] | str, **stated: Unpack[Stated]
    ) -> Job:
        """Convert seed articles of the server; "*" is all of them. See `Client.submit_seeds`."""
        return await self._steps.run(self._calls.submit_seeds(names, formats, stated))

    async def job(self, job_id: str, *, wait: int = 0) -> Job:
        """Return a job when its state has changed, or after `wait` seconds (at most 60)."""
        return await self._steps.run(self._calls.status(job_id, wait))

    def jobs(
        self,
        *,
        statuses: Sequence[str] = (),
        tags: Sequence[str] = (),
        owner: str | None = None,
        include: Sequence[Literal["files", "warnings"]] = (),
    ) -> AsyncIterator[Job]:
        """Yield your jobs, newest first. See `Client.jobs`."""
        return self._steps.iterate(self._calls.jobs(statuses, tags, owner, include))

    async def wait(self, job_id: str, progress: Callable[[Job], None] | None = None) -> Job:
        """Wait for the end of a job and return it. See `Client.wait`."""
        return await self._steps.run(self._calls.wait(job_id, progress))

    def events(self, job_id: str) -> AsyncIterator[Job]:
        """Yield the job at each change until its end. See `Client.events`."""
        return self._steps.iterate(self._calls.events(job_id))

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job. Its files are removed."""
        return await self._steps.run(self._calls.act(job_id, "cancel"))

    async def retry(self, job_id: str) -> Job:
        """Run a failed or partial job again with the same input."""
        return await self._steps.run(self._calls.act(job_id, "retry"))

    async def delete(self, job_id: str) -> None:
        """Remove a job and its files."""
        await self._steps.run(self._calls.delete(job_id))

    async def links(self, job_id: str, *, names: Sequence[str] = (), seconds: int = 3600) -> tuple[Link, ...]:
        """Return links to files of a job (default: all) that need no key for `seconds`."""
        return await self._steps.run(self._calls.links(job_id, names, seconds))

    def errors(self, job_id: str) -> AsyncIterator[Mapping[str, str | None]]:
        """Yield each failed article of a job: its document, place, id and reason."""
        return self._steps.iterate(self._calls.lines(job_id, "errors"))

    def ledger(self, job_id: str) -> AsyncIterator[Mapping[str, Any]]:
        """Yield each leaf of each source article of a job. See `Client.ledger`."""
        return self._steps.iterate(self._calls.lines(job_id, "ledger"))

    async def download(
        self, job: Job, folder: Path, *, names: Sequence[str] = (), progress: Progress | None = None
    ) -> tuple[Path, ...]:
        """Download the files of a job into a folder. See `Client.download`."""
        return await self._steps.run(self._calls.download(job, folder, names, progress))

    async def download_zip(self, job: Job, folder: Path, *, progress: Progress | None = None) -> Path:
        """Download all files of a job as one zip. See `Client.download_zip`."""
        return await self._steps.run(self._calls.download_zip(job, folder, progress))
