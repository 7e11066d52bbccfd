"""The caller of a request, identified by its key. Each caller sees only its own jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g

from schemas.jobs.record import JobRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A caller.

    Args:
        id: the name of its key, which owns its jobs; "" if the service has no keys.
        linked: the one job that it may see, if the request is a signed link.
        operator: whether it sees the jobs of all callers.
    """

    id: str
    linked: str | None = None
    operator: bool = False

    def may_see(self, job: JobRecord) -> bool:
        """Return whether this caller may see a job."""
        return job.id == self.linked if self.linked else self.operator or job.spec.owner == self.id


NO_KEY_CALLER: Final = Caller(id="")
"""The one caller of a service without keys. It owns all jobs."""


def caller() -> Caller:
    """Return the caller of the current request."""
    found: Caller = g.get("caller", NO_KEY_CALLER)
    return found
