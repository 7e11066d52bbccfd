"""The calls of a client: what each asks the server, as steps that `Client` and `AsyncClient` take."""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from schemas.jobs.job import Job
from schemas.typed_json import from_json
from service.client.connection import Connection, ServerRefusedError, ServerUnreachableError
from service.client.download import Progress, Wanted, download_file, download_zip, name_in_folder
from service.client.results import Converted, Link
from service.client.sources import Source, Stated, request_body, uploads_of
from service.client.steps import Call, Close, Emit, Items, Work

_POLL: Final = 30


class Calls:
    """The calls of a client of one server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def convert(
        self,
        sources: Source | Iterable[Source],
        to: Sequence[str] | str,
        out: str | os.PathLike[str] | None,
        progress: Callable[[Job], None] | None,
        stated: Stated,
    ) -> Call[Converted]:
        """See `Client.convert`."""
        accepted = yield from self.submit(sources, to, stated)
        job = yield from self.wait(accepted.id, progress)
        failed: tuple[Mapping[str, Any], ...] = ()
        if job.failed and job.status not in ("canceled", "expired"):
            failed = yield from self._lines(job.id, "errors")
        if out is not None:
            paths = yield from self.download(job, Path(out))
            return Converted(job=job, paths=paths, failed=failed)
        with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
            paths = yield from self.download(job, Path(folder))
            content = yield Work(lambda: {path.name: path.read_bytes() for path in paths})
        return Converted(job=job, content=content, failed=failed)

    def submit(self, sources: Source | Iterable[Source], formats: Sequence[str] | str, stated: Stated) -> Call[Job]:
        """See `Client.submit`."""
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
            return (yield from self.job("POST", "/v1/jobs", headers=headers, for_each_try=for_each_try))

    def submit_seeds(self, names: Sequence[str] | str, formats: Sequence[str] | str, stated: Stated) -> Call[Job]:
        """See `Client.submit_seeds`."""
        source = {"source": {"seeds": names if names == "*" else list(names)}}
        body, headers = source | request_body(formats, stated), _key(stated.get("idempotency_key"))
        return self.job("POST", "/v1/jobs", json=body, headers=headers)

    def job(self, method: str, path: str, **given: Any) -> Call[Job]:
        """Send a request whose answer is a job."""
        answer = yield from self._connection.request(method, path, **given)
        return from_json(Job, answer.json())

    def status(self, job_id: str, wait: int) -> Call[Job]:
        """See `Client.job`."""
        return self.job("GET", f"/v1/jobs/{job_id}", params={"wait": wait})

    def jobs(
        self, statuses: Sequence[str], tags: Sequence[str], owner: str | None, include: Sequence[str]
    ) -> Items[Job]:
        """See `Client.jobs`."""
        following: str | None = "/v1/jobs"
        given = {"status": ",".join(statuses), "include": ",".join(include), "tag": list(tags)}
        stated = {key: value for key, value in given.items() if value} | ({} if owner is None else {"owner": owner})
        params: dict[str, object] | None = {"limit": "100", **stated}
        while following:
            answer = yield from self._connection.request("GET", following, params=params)
            for one in answer.json()["jobs"]:
                yield Emit(from_json(Job, one))
            following, params = answer.links.get("next", {}).get("url"), None

    def wait(self, job_id: str, progress: Callable[[Job], None] | None) -> Call[Job]:
        """See `Client.wait`."""
        job = yield from self.status(job_id, 0)
        while True:
            if progress:
                progress(job)
            if job.ended:
                return job
            job = yield from self.status(job_id, 1 if progress else _POLL)

    def events(self, job_id: str) -> Items[Job]:
        """See `Client.events`."""
        budget, seen, ended = self._connection.retry_budget(), "", False
        path = f"/v1/jobs/{job_id}/events"
        while not ended:
            try:
                opened = yield from self._connection.open(path, {"Last-Event-ID": seen} if seen else {}, lines=True)
                if opened.response.status_code == 204:
                    return
                event: dict[str, str] = {}
                while not ended and (line := (yield from self._connection.take(opened))) is not None:
                    if not _is_end(line, event):
                        continue
                    budget.renew()
                    seen, ended = event["id"], event["event"] == "done"
                    yield Emit(from_json(Job, json.loads(event["data"])))
                    event = {}
                yield Close(opened)
            except (ServerUnreachableError, ServerRefusedError) as error:
                if not self._connection.answered:
                    raise
                yield from budget.wait_after(error)

    def act(self, job_id: str, action: str) -> Call[Job]:
        """Cancel or retry a job."""
        return self.job("POST", f"/v1/jobs/{job_id}/{action}", repeatable=False)

    def delete(self, job_id: str) -> Call[None]:
        """See `Client.delete`."""
        yield from self._connection.request("DELETE", f"/v1/jobs/{job_id}", repeatable=False)

    def links(self, job_id: str, names: Sequence[str], seconds: int) -> Call[tuple[Link, ...]]:
        """See `Client.links`."""
        body = {"seconds": seconds, **({"files": list(names)} if names else {})}
        answer = yield from self._connection.request("POST", f"/v1/jobs/{job_id}/links", json=body)
        made = answer.json()
        return tuple(Link(name=link["name"], href=link["href"], expires=made["expires"]) for link in made["links"])

    def lines(self, job_id: str, name: str) -> Items[Mapping[str, Any]]:
        """Give each line of an NDJSON resource of a job: "errors" or "ledger"."""
        for one in (yield from self._lines(job_id, name)):
            yield Emit(one)

    def _lines(self, job_id: str, name: str) -> Call[tuple[Mapping[str, Any], ...]]:
        answer = yield from self._connection.request("GET", f"/v1/jobs/{job_id}/{name}")
        return tuple(json.loads(line) for line in answer.iter_lines() if line)

    def download(
        self, job: Job, folder: Path, names: Sequence[str] = (), progress: Progress | None = None
    ) -> Call[tuple[Path, ...]]:
        """See `Client.download`."""
        paths: tuple[Path, ...] = ()
        for file in job.files:
            if not names or file.name in names:
                paths += ((yield from download_file(self._connection, file, folder, progress)),)
        return paths

    def download_zip(self, job: Job, folder: Path, progress: Progress | None) -> Call[Path]:
        """See `Client.download_zip`."""
        href = f"/v1/jobs/{job.id}/files.zip"
        head = yield from self._connection.request("HEAD", href)
        size, etag = int(head.headers["Content-Length"]), head.headers["ETag"].strip('"')
        wanted = Wanted(href=href, name=f"{name_in_folder(job.id)}.zip", size=size, etag=etag)
        return (yield from download_zip(self._connection, wanted, job.files, folder, progress))


def _key(given: str | None) -> dict[str, str]:
    return {"Idempotency-Key": given or str(uuid.uuid4())}


def _is_end(line: str, event: dict[str, str]) -> bool:
    """Add a line of a stream to an event (WHATWG HTML, section 9.2); return whether the event is complete."""
    if line and not line.startswith(":"):
        name, _, value = line.partition(":")
        event[name] = value.removeprefix(" ")
    return not line and bool(event)
