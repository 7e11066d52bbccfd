"""What calls of a client return beside jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemas.jobs.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address of a file that needs no key until it expires (a date-time of RFC 3339)."""

    name: str
    href: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The result of a conversion.

    Args:
        job: the job, after its end, with its warnings and its error.
        paths: the paths of the files, if a folder was named.
        content: the content of each file by its name, if none was named.
        failed: each article that failed: its document, place, id, kind and reason.
    """

    job: Job
    paths: tuple[Path, ...] = ()
    content: Mapping[str, bytes] = field(default_factory=dict)
    failed: tuple[Mapping[str, str | None], ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether every article was converted."""
        return self.job.status == "succeeded"
