"""The due steps of jobs, as tasks of the workers for jobs and for chunks."""

from __future__ import annotations

import atexit
from contextlib import suppress
from functools import partial

import redis

from schemas.errors import JobNotFoundError
from schemas.settings import Settings
from workers.celery.nursery import prepare
from workers.celery.queues import ROLES
from workers.chunked.coordinator import LargeJobs
from workers.chunked.progress import ChunkRecords
from workers.isolation.children import Children
from workers.isolation.quarantine import Isolated
from workers.jobs.store import JobStore
from workers.small.run import run_job
from workers.steps.leases import Steps, Work
from workers.steps.shares import Shares
from workers.storage.base import open_store


class StepTaker:
    """Takes due steps and runs them. All threads of a worker share it, with its children.

    Args:
        client: a client of Redis.
        settings: the settings of this process.
    """

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        # A child gets no secret.
        settings = settings.without_secrets()
        self._children = children = Children(partial(prepare, settings), settings.article_time, yields=True)
        atexit.register(self.close)
        shares = {role.queue: Shares(role.threads(settings.workers), role.spare) for role in ROLES.values()}
        self._steps = Steps(client, settings.timings, shares=shares)
        self._yielding = Isolated(children, yields=True)
        self._large = LargeJobs(
            jobs=JobStore(client, settings),
            chunks=ChunkRecords(client),
            store=open_store(settings.store),
            settings=settings,
            queue=self._steps.add,
            runner=Isolated(children),
        )

    def __call__(self, queue: str) -> bool:
        """Run the next due step of a queue. Return whether more may be due that no message announces."""
        # A message may announce work that comes soon.
        self._children.prepare()
        with self._steps.take(queue) as work, suppress(JobNotFoundError):
            if work:
                self._run(work)
        return work is not None and work.more

    def give_back(self) -> None:
        """Make the steps that run due at once for other workers. Call it as the process ends."""
        self._steps.due.give_back()

    def close(self) -> None:
        """End the children."""
        self._children.close()

    def _run(self, work: Work) -> None:
        large, step, tries = self._large, work.step, work.lease.tries
        if step.kind == "cut":
            large.cut(work.job, tries)
        elif step.kind == "chunk":
            large.make(work.job, step.number, tries)
        elif step.kind == "join":
            large.join(work.job, tries)
        elif not work.job.ended:
            work.ended = run_job(
                work.job,
                jobs=large.jobs,
                store=large.store,
                settings=large.settings,
                runner=self._yielding if work.yields else large.runner,
                tries=tries,
                lease=work.lease,
            )
