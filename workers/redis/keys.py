"""The names of all keys and channels in Redis. The scripts in `lua` use the same names; see workers.redis.scripts."""

from __future__ import annotations

from typing import Final

JOBS_QUEUE: Final = "newsmill"
"""The queue of small jobs: short steps, which never wait behind long ones."""

CHUNKS_QUEUE: Final = "newsmill.chunks"
"""The queue of the steps of large jobs."""

CALLBACKS_QUEUE: Final = "newsmill.callbacks"
"""The queue of callbacks, which wait for remote servers."""

DUE: Final = "newsmill:due:"
"""The prefix of the due work; a queue, a colon and a lane follow. Each entry has the time at which it is due."""

LANES: Final = "newsmill:lanes:"
"""The prefix of the lanes of a queue; the queue follows. Each lane has the time at which its next entry is due."""

QUEUE: Final = "newsmill:queue:"
"""The prefix of the set of all entries of a queue; the queue follows. An autoscaler reads its size."""

MESSAGES: Final = "newsmill:messages"
"""The message of each queue that wakes a worker. The workers store it; the scripts that make work due send it."""

MESSAGE_ID: Final = "{id}"
"""Stands for the id of a message in `MESSAGES`."""

HELD: Final = "newsmill:held"
"""How often each entry that is leased has been taken. A field is a queue, a lane and an entry, one a line."""

CHANGES: Final = "newsmill:changes"
"""The channel of changes of job records. A message is the job's id, a space and its status."""

RECORD: Final = "newsmill:job:"
"""The prefix of the key of a job's record; the job's id follows."""

ACTIVE: Final = "newsmill:active"
"""The jobs that are queued or running."""

EXPIRING: Final = "newsmill:expiring"
"""The jobs that have ended and still have their files, by the time that they expire."""

LIST: Final = "newsmill:list"
"""The prefix of the lists of jobs; a status and an owner follow."""

STATES: Final = "newsmill:states"
"""The statuses that have or had a list of jobs. A newer version may have written one that this one does not know."""

OWNERS: Final = "newsmill:owners"
"""The callers that have or had jobs."""

LISTS_COMPLETE: Final = f"{LIST}:2:complete"
"""Says that every record is in a list, and the list's status and owner in `STATES` and `OWNERS`."""

ACCOUNT: Final = "newsmill:account:"
"""The prefix of the key of a caller's account; the caller follows."""

IDEMPOTENCY: Final = "newsmill:key:"
"""The prefix of an idempotency key; a digest of the caller and the key follows."""

CALLBACK: Final = "newsmill:callback:"
"""The prefix of the key of a callback; its id follows. The same key with `:job` holds a copy of its job's record."""

CALLBACK_SECRET: Final = "newsmill:callback-secret"  # noqa: S105 - the key that it is kept under
"""The secret that signs callbacks, unless the operator sets one."""

LINK_SECRET: Final = "newsmill:link-secret"  # noqa: S105 - the key that it is kept under
"""The secret that signs links."""

REQUESTS: Final = "newsmill:requests:"
"""The prefix of the time until which a caller's share of requests is used; the caller follows."""

WAITING: Final = "newsmill:waiting-for:"
"""The prefix of a caller's requests that wait for jobs, by the time that their places expire; the caller follows."""

ARRIVING: Final = "newsmill:arriving"
"""The uploads that arrive, by the time of their last sign of life."""

ORPHANS: Final = "newsmill:orphans"
"""The folders without a record, by the time since which they are known."""

WORKERS: Final = "newsmill:workers"
"""The workers, by the time of their last heartbeat."""

COUNTS: Final = "newsmill:metrics"
"""The counts of all processes: a hash with the fields of `workers.telemetry.tally`."""

CHECK: Final = "newsmill:check"
"""A value that is written to see whether Redis takes writes."""

TURN: Final = "newsmill:turn:"
"""The prefix of a task that one of all processes runs from time to time; its name follows."""


def job_key(job_id: str) -> str:
    """Return the key of a job's record."""
    return f"{RECORD}{job_id}"
