"""A large job in a folder, whose steps tests run one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson
import redis

from schemas.jobs.record import JobDocument, JobRecord, JobSpec
from schemas.settings import load_settings
from tests.exports import NEWS_FORMATS
from tests.running import start_job
from tests.workers.isolation.tasks import InThisProcess
from workers.chunked import engine
from workers.chunked.coordinator import LargeJobs
from workers.chunked.progress import ChunkRecords
from workers.jobs.contents import RESULT, JobContents
from workers.jobs.step import Step
from workers.jobs.store import JobStore, new_job_id
from workers.small.run import run_job
from workers.storage.base import ERRORS, FILES, JobFolder, Store
from workers.storage.local_store import LocalStore

T = TypeVar("T")

SETTINGS = load_settings({"NEWSMILL_LANGUAGE": "en"})
AT = "2024-11-08T16:30:00Z"
FORMATS = NEWS_FORMATS


@dataclass(slots=True)
class Steps:
    """What is queued: the names of steps with their arguments, in order."""

    queued: deque[tuple[Any, ...]] = field(default_factory=deque)

    def __call__(self, step: Step) -> None:
        self.queued.append(("make", step.job_id, step.number) if step.kind == "chunk" else (step.kind, step.job_id))


class LargeBench:
    """A store, the records, and what runs the steps."""

    def __init__(self, root: Path, jobs: JobStore, client: redis.Redis, store: Store | None = None) -> None:
        self.root = root
        self.store = store or LocalStore(root)
        self.jobs = jobs
        self.client = client
        self.steps = Steps()
        self.chunks = ChunkRecords(client)
        # Tests change the writers, and the pipe of an earlier test has its own.
        engine._warm.clear()
        self.runner = InThisProcess()
        self.large = self.worker(self.chunks)

    def worker(self, chunks: ChunkRecords) -> LargeJobs:
        """The steps, as a worker runs them."""
        return LargeJobs(
            jobs=self.jobs,
            chunks=chunks,
            store=self.store,
            settings=SETTINGS,
            queue=self.steps,
            runner=self.runner,
        )

    def job(self, *documents: tuple[str, bytes], reader: str | None = None, **changed: Any) -> str:
        """A job that waits, of documents with their names."""
        job_id = new_job_id()
        folder = JobFolder(self.store, job_id)
        listed = []
        for number, (name, content) in enumerate(documents):
            with self.store.create(folder.input_key(number)) as stream:
                stream.write(content)
            key = folder.input_key(number)
            listed.append(JobDocument(key=key, name=name, reader=reader, size=len(content)))
        spec: dict[str, Any] = {
            "documents": tuple(listed),
            "formats": FORMATS,
            "options": {},
            "metadata": {},
            "at": AT,
        }
        self.jobs.create(job_id, JobSpec(**(spec | changed)), total=None)
        return job_id

    def in_pieces(self, job_id: str) -> JobRecord:
        """The job, cut, made and joined."""
        start_job(self.jobs, job_id)
        self.run("cut", job_id)
        self.drain()
        return self.get(job_id)

    def in_one_piece(self, job_id: str) -> JobRecord:
        """The job, run as a small one is."""
        job = start_job(self.jobs, job_id)
        assert job
        run_job(job, jobs=self.jobs, store=self.store, settings=SETTINGS, runner=self.runner)
        return self.get(job_id)

    def get(self, job_id: str) -> JobRecord:
        """The job with its files and warnings."""
        return JobContents(self.store, SETTINGS).whole(self.jobs.get(job_id))

    def drain(self) -> None:
        """Do what is queued, until nothing is."""
        while self.steps.queued:
            self.step(self.steps.queued.popleft())

    def step(self, queued: Sequence[Any]) -> None:
        self.run(*queued)

    def run(self, kind: str, job_id: str, *given: Any, **more: Any) -> None:
        """Run a step, as a worker does that has just taken it."""
        getattr(self.large, kind)(self.jobs.get(job_id), *given, **more)

    def files(self, job_id: str) -> dict[str, bytes]:
        """The files that a job's record names, and every other artifact of it but its input, by its path."""
        folder = JobFolder(self.store, job_id)
        known = self.get(job_id).files if self.jobs.status(job_id) else ()
        named = {file.name: folder.open_finished(file).read() for file in known}
        root = self.root / "jobs" / job_id
        others = {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and not path.name.startswith("input-") and path.name not in (FILES, RESULT)
        }
        return others | named

    def errors(self, job_id: str) -> list[Any]:
        return [orjson.loads(line) for line in self.files(job_id).get(ERRORS, b"").splitlines()]

    def keys(self, job_id: str) -> set[str]:
        """The keys in Redis that a job has beside its record."""
        return {key.decode().rpartition(":")[2] for key in self.client.keys(f"newsmill:job:{job_id}:*")}  # type: ignore[union-attr]
