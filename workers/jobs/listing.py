"""The jobs of each owner, newest first: one list for each owner and status.

A list is a sorted set. All scores are equal and each member begins with the creation time of its job, so Redis sorts by
time and finds any place in a list of a hundred thousand as fast as in one of ten. A job is in one list at a time, which
the field `listed` of its record names; the scripts that change a record move its job.

The reader corrects what happens without a script. The member of a record that has expired by itself (`EXPIRE`) is
removed. A job whose retention has ended moves to the list of expired jobs. Records of a version without lists are
listed once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple, cast

import redis

from schemas.jobs.job import STATUSES
from schemas.jobs.record import JobRecord
from schemas.jobs.record_fields import read_record
from workers.redis.connect import broker_errors, hash_of
from workers.redis.keys import LIST, LISTS_COMPLETE, OWNERS, RECORD, STATES, job_key
from workers.redis.scripts import Script

# A page of jobs with tags reads so many records at a time, and in all.
_AT_ONCE: Final = 100
_MOST_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of an owner's jobs: the creation time (RFC 3339) and the id of a job."""

    created: str
    job_id: str

    def __str__(self) -> str:
        return f"{self.created} {self.job_id}"


class _Member(NamedTuple):
    """A member of a list, and the owner of the list."""

    member: bytes
    owner: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, newest first; and the place of the last, if more follow."""

    jobs: tuple[JobRecord, ...]
    last: Place | None


class JobLists:
    """The lists of jobs.

    Args:
        client: a client of Redis.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._page: Script[list[list[bytes]]] = Script(client, "page_of_jobs")
        self._adopt: Script[int] = Script(client, "adopt_job")

    def page(
        self,
        owner: str | None,
        *,
        statuses: Collection[str] = (),
        tags: Collection[str] = (),
        limit: int,
        after: Place | None = None,
    ) -> Page:
        """Return jobs, newest first.

        With tags, a page may have fewer jobs than `limit` although more follow: it looks at some hundred jobs at most.

        Args:
            owner: their owner; None for the jobs of all owners.
            statuses: their statuses; empty for all.
            tags: the tags that each has.
            limit: the most jobs of the page.
            after: the place of the last job before them.

        Raises:
            BrokerError: Redis cannot be reached, or refuses to write.
        """
        with broker_errors():
            if not self._client.exists(LISTS_COMPLETE):
                self._adopt_all()
            return self._read_page(owner, statuses, set(tags), limit, after)

    def _read_page(
        self, owner: str | None, statuses: Collection[str], tags: set[str], limit: int, after: Place | None
    ) -> Page:
        jobs: list[JobRecord] = []
        looked_at = 0
        while True:
            at_once = max(limit - len(jobs), _AT_ONCE if tags else 0)
            found = self._members(owner, statuses, at_once + 1, after)
            more = len(found) > at_once
            taken = 0
            for job in self._read(found[:at_once]):
                taken += 1
                if job and job.status in (statuses or STATUSES) and tags <= set(job.spec.tags):
                    jobs.append(job)
                    if len(jobs) == limit:
                        break
            if taken:
                after = Place(*found[taken - 1].member.decode().split(" ", 1))
                more = more or taken < len(found)
            looked_at += taken
            # A page is short if some of its members have no record.
            if not more or len(jobs) == limit or (tags and looked_at >= _MOST_LOOKED_AT):
                return Page(tuple(jobs), after if more else None)

    def _members(self, owner: str | None, statuses: Collection[str], most: int, after: Place | None) -> list[_Member]:
        """Return the first members of some lists, in their order."""
        owners = [owner] if owner is not None else [one.decode() for one in self._known(OWNERS)]
        which = ["given", *statuses] if statuses else ["all", *STATUSES]
        found: list[_Member] = []
        for one in owners:
            pages = self._page(one, f"({after}" if after else "+", most, *which)
            found += [_Member(member, one) for page in pages for member in page]
        return sorted(found, reverse=True)[:most]

    def _known(self, key: str) -> set[bytes]:
        return cast("set[bytes]", self._client.smembers(key))

    def _read(self, members: Sequence[_Member]) -> list[JobRecord | None]:
        """Return the job of each member; None if it has no record. Such a member is removed from the lists."""
        ids = [one.member.decode().rpartition(" ")[2] for one in members]
        with self._client.pipeline(transaction=False) as pipeline:
            for job_id in ids:
                pipeline.hgetall(job_key(job_id))
            records = [hash_of(answer) for answer in pipeline.execute(raise_on_error=False)]
        if gone := [one for one, record in zip(members, records, strict=True) if not record]:
            self._remove(gone)
        return [read_record(job_id, record) if record else None for job_id, record in zip(ids, records, strict=True)]

    def _remove(self, gone: Sequence[_Member]) -> None:
        with self._client.pipeline(transaction=False) as pipeline:
            for status in {*STATUSES, *(status.decode() for status in self._known(STATES))}:
                for one in gone:
                    pipeline.zrem(f"{LIST}:{status}:{one.owner}", one.member)
            pipeline.execute()

    def _adopt_all(self) -> None:
        """List every record that is in no list."""
        keys = self._client.scan_iter(match=f"{RECORD}{'[0-9a-f]' * 32}", count=1000)
        while some := list(islice(cast("Iterator[bytes]", keys), 500)):
            with self._client.pipeline(transaction=False) as pipeline:
                for key in some:
                    pipeline.hgetall(key)
                for key, answer in zip(some, pipeline.execute(raise_on_error=False), strict=True):
                    job_id, record = key.decode().removeprefix(RECORD), hash_of(answer)
                    owner = read_record(job_id, record).spec.owner
                    self._adopt.add_to(pipeline, job_id, owner)
                pipeline.execute()
        # A full Redis adopts records and refuses this: the next page adopts them again.
        with suppress(redis.OutOfMemoryError):
            self._client.set(LISTS_COMPLETE, "1")
