"""The jobs of each owner, newest first: one list for each owner and status.

A list is a sorted set. All scores are equal and each member begins with the creation time of its job, so Redis sorts by
time and finds any place in a list of a hundred thousand as fast as in one of ten. A job is in one list at a time, which
the field `listed` of its record names; the scripts that change a record move its job.

The reader corrects what happens without a script. The member of a record that has expired by itself (`EXPIRE`) is
removed. A job whose retention has ended moves to the list of expired jobs. Records of a version without lists are
listed once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

import redis

from schemas.job import STATUSES
from schemas.job_record import JobRecord
from schemas.record_fields import read_record
from workers.redis.connect import Script, hash_of
from workers.redis.job_scripts import ADOPT, LISTS_COMPLETE, PAGE
from workers.redis.keys import LIST, RECORD, STATES, job_key


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of an owner's jobs: the creation time (RFC 3339) and the id of a job."""

    created: str
    job_id: str

    def __str__(self) -> str:
        return f"{self.created} {self.job_id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an owner's jobs, newest first; and the place of the last, if more follow."""

    jobs: tuple[JobRecord, ...]
    last: Place | None


class JobLists:
    """The lists of jobs.

    Raises (every method):
        redis.RedisError, BrokerError: Redis cannot be reached.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._page: Script[list[list[bytes]] | None] = Script(client, PAGE)
        self._adopt = client.register_script(ADOPT)

    def page(self, owner: str, *, statuses: Sequence[str], limit: int, after: Place | None) -> Page:
        """Return jobs of an owner, newest first, from a cursor on. No statuses means all."""
        wanted = tuple(statuses) or STATUSES
        jobs: list[JobRecord] = []
        while True:
            found = self._members(owner, statuses, limit - len(jobs) + 1, after)
            more = len(found) > limit - len(jobs)
            found = found[: limit - len(jobs)]
            jobs += [job for job in self._read(owner, found) if job.status in wanted]
            if found:
                after = Place(*found[-1].decode().split(" ", 1))
            # A page is short if some of its members have no record.
            if not more or len(jobs) == limit:
                return Page(tuple(jobs), after if more else None)

    def _members(self, owner: str, statuses: Sequence[str], most: int, after: Place | None) -> list[bytes]:
        which = ["given", *statuses] if statuses else ["all", *STATUSES]
        arguments = [owner, f"({after}" if after else "+", str(most), *which]
        pages = self._page(args=arguments)
        if pages is None:
            self._adopt_all()
            pages = self._page(args=arguments)
        return list(heapq.merge(*(pages or []), reverse=True))[:most]

    def _read(self, owner: str, members: Iterable[bytes]) -> list[JobRecord]:
        ids = [member.decode().rpartition(" ")[2] for member in members]
        with self._client.pipeline(transaction=False) as pipeline:
            for job_id in ids:
                pipeline.hgetall(job_key(job_id))
            records = [hash_of(answer) for answer in pipeline.execute(raise_on_error=False)]
        jobs, gone = [], []
        for job_id, member, record in zip(ids, members, records, strict=True):
            if record:
                jobs.append(read_record(job_id, record))
            else:
                gone.append(member)
        if gone:
            known = cast("set[bytes]", self._client.smembers(STATES))
            for status in {*STATUSES, *(status.decode() for status in known)}:
                self._client.zrem(f"{LIST}:{status}:{owner}", *gone)
        return jobs

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
                    self._adopt(keys=[key], args=[job_id, owner], client=pipeline)
                pipeline.execute()
        self._client.set(LISTS_COMPLETE, "1")
