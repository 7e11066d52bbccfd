"""The names of all keys and channels in Redis that more than one module uses."""

from __future__ import annotations

from typing import Final

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

ACCOUNT: Final = "newsmill:account:"
"""The prefix of the key of a caller's account; the caller follows."""

CALLBACKS: Final = "newsmill:callbacks"
"""The callbacks to be sent, by the time that they are due."""

ARRIVING: Final = "newsmill:arriving"
"""The uploads that arrive, by the time of their last sign of life."""

ORPHANS: Final = "newsmill:orphans"
"""The folders without a record, by the time since which they are known."""

WORKERS: Final = "newsmill:workers"
"""The workers, by the time of their last heartbeat."""

WAITING: Final = "newsmill:waiting"
"""The steps of small jobs that wait for a worker, by the time since which they wait."""

WAITING_CHUNKS: Final = "newsmill:waiting:chunks"
"""The steps of large jobs that wait for a worker, by the time since which they wait."""

TAKEN: Final = "newsmill:taken"
"""For each list of waiting steps, the time since which the step that was taken last had waited."""

LEASES: Final = "newsmill:leases"
"""The steps that a worker holds, by the time that its lease expires."""

TRIES: Final = "newsmill:tries"
"""How often each step was taken."""


def job_key(job_id: str) -> str:
    """Return the key of a job's record."""
    return f"{RECORD}{job_id}"


def callback_keys(callback_id: str) -> tuple[str, str]:
    """Return the keys of a callback, and of a copy of its job's record at the job's end."""
    key = f"newsmill:callback:{callback_id}"
    return key, f"{key}:job"


def account_key(owner: str) -> str:
    """Return the key of a caller's account."""
    return f"{ACCOUNT}{owner}"
