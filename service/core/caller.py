"""Who asks: the caller of a request, whose jobs are its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import g

from schemas.job_record import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A caller: the id that its jobs are kept under.

    Args:
        id: the name of its key; "" where there are no keys.
        linked: the one job that it may see, where it has come by a signed link and not with a key.
    """

    id: str
    linked: str | None = None

    def may_see(self, job: Job) -> bool:
        """Whether a job is this caller's to see."""
        return job.id == self.linked if self.linked else job.spec.owner == self.id


ANYBODY: Final = Caller(id="")
"""Whoever asks where there are no keys: all jobs are everybody's."""


def caller() -> Caller:
    """The caller of the current request."""
    found: Caller = g.get("caller", ANYBODY)
    return found
