"""The steps of a job: convert a small one; cut a large one into chunks, convert each chunk, join the parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, cast

from schemas.jobs.record import JobSpec
from workers.redis.keys import CHUNKS_QUEUE, JOBS_QUEUE

Kind = Literal["convert", "cut", "chunk", "join"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job; `number` is that of a chunk."""

    job_id: str
    kind: Kind
    number: int = 0

    def __str__(self) -> str:
        return f"{self.job_id} {self.kind} {self.number}"

    @property
    def queue(self) -> str:
        """The queue of its kind."""
        return JOBS_QUEUE if self.kind == "convert" else CHUNKS_QUEUE

    @classmethod
    def first(cls, job_id: str, spec: JobSpec) -> Self:
        """Return the first step of a job."""
        return cls(job_id, "cut" if spec.is_large else "convert")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the step named by an entry in Redis."""
        job_id, kind, number = text.split(" ")
        return cls(job_id, cast("Kind", kind), int(number))
