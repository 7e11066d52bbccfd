"""The three roles of workers. Imports no Celery."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from workers.redis.keys import CALLBACKS_QUEUE, CHUNKS_QUEUE, JOBS_QUEUE

DELIVERERS: Final = 16
"""The number of callbacks that one worker sends at a time; each waits for a response."""

LEAST_JOBS: Final = 2
"""The least number of small jobs that one worker runs at a time: others go on beside a slow one. With more, a caller
with slow jobs takes more of the processor from the others."""

NICENESS: Final = 10
"""The niceness of roles with low priority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """The role of a worker.

    Args:
        queue: the queue that it takes tasks from.
        low_priority: whether it yields the processor to other roles.
        threads: the number of its threads, given NEWSMILL_WORKERS. A thread coordinates one task; what the task needs
            of the processor is in a child process.
        spare: the number of these threads that stay free for another caller while one caller is alone.
    """

    queue: str
    low_priority: bool
    threads: Callable[[int], int]
    spare: int = 0


ROLES: Final = {
    "jobs": Role(queue=JOBS_QUEUE, low_priority=False, threads=lambda workers: max(workers, LEAST_JOBS)),
    "chunks": Role(queue=CHUNKS_QUEUE, low_priority=True, threads=lambda workers: workers + 1, spare=1),
    "callbacks": Role(queue=CALLBACKS_QUEUE, low_priority=True, threads=lambda _: DELIVERERS),
}
"""Three roles, so that no small job waits behind the chunks of a large one, and no job waits for a callback."""


def stand_back(role: str) -> None:
    """Lower the priority of this process if its role has low priority.

    Call it before large imports, so that the API and small jobs are ready first.
    """
    if ROLES[role].low_priority:
        os.nice(NICENESS)
