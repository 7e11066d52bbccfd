"""The queues, and the three workers that take from them: what is known of each without Celery."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

JOBS_QUEUE: Final = "newsmill"
"""The queue of jobs as they come in: short tasks, that nothing long may stand before."""

CHUNKS_QUEUE: Final = "newsmill.chunks"
"""The queue of all that belongs to large jobs."""

SWEEPS_QUEUE: Final = "newsmill.sweeps"
"""The queue of sweeps, which a thousand jobs that wait must not keep from being run."""

CALLBACKS_QUEUE: Final = "newsmill.callbacks"
"""The queue of callbacks, which wait for whom they are sent to."""

DELIVERERS: Final = 16
"""How many callbacks one worker sends at a time; each waits for an answer, some for as long as it is let."""

NICENESS: Final = 10
"""How far those stand back that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a worker is for.

    Args:
        queues: the queues that it takes its tasks from, in turn.
        stands_back: whether it does so where a processor is wanted by others.
        threads: how many it has, in one process; 0 where it has processes.
    """

    queues: tuple[str, ...]
    stands_back: bool
    threads: int = 0


ROLES: Final = {
    "jobs": Role(queues=(JOBS_QUEUE, SWEEPS_QUEUE), stands_back=False),
    "chunks": Role(queues=(CHUNKS_QUEUE,), stands_back=True),
    "callbacks": Role(queues=(CALLBACKS_QUEUE,), stands_back=True, threads=DELIVERERS),
}
"""Three workers, so that a job of one article never waits behind the chunks of a large one, nor any for a callback."""


def stand_back(role: str) -> None:
    """Have this process stand back where its role does.

    Done before anything large is imported, so that the API and small jobs are ready first.
    """
    if ROLES[role].stands_back:
        os.nice(NICENESS)
