"""Which jobs an owner has, newest first: a list for each owner and state, kept by the scripts that change the records.

A list is a sorted set whose members begin with the time a job was created, all of the same score, so that Redis keeps
them by time and finds any place among a hundred thousand as quickly as among ten. A job is in one list at a time,
the one that the field `listed` of its record names. What the lists cannot be told, the reader sees to: records end by
themselves (`EXPIRE`), and a list's members whose records are gone are left out and removed; a job whose time is over
is moved to the list of the expired; and jobs from before there were lists are put into them, once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, cast

import orjson
import redis

from schemas.job import STATUSES
from schemas.job_record import Job, read_record

EXPIRING: Final = "newsmill:expiring"
"""The jobs that have ended and whose files are still there, by the time they expire."""

RECORD: Final = "newsmill:job:"
"""What the key of a record begins with; the job's id follows."""

_LIST: Final = "newsmill:list"
_COMPLETE: Final = "newsmill:list:complete"

LISTING: Final = f"""
local function list_of(status, owner) return '{_LIST}:' .. status .. ':' .. (owner or '') end

local function unlist(record, id)
    local was = redis.call('HMGET', record, 'listed', 'owner', 'created')
    if was[1] then redis.call('ZREM', list_of(was[1], was[2]), was[3] .. ' ' .. id) end
end

-- A list lives as long as the records in it: whoever never comes back leaves nothing. Each that is moved takes some
-- of the oldest out whose records are gone, so that a list of somebody who does come back does not grow either.
local function enlist(record, id, status)
    unlist(record, id)
    local of = redis.call('HMGET', record, 'owner', 'created')
    local list = list_of(status, of[1])
    redis.call('HSET', record, 'listed', status)
    redis.call('ZADD', list, 0, of[2] .. ' ' .. id)
    local lives = redis.call('TTL', record)
    if lives < 0 then redis.call('PERSIST', list)
    elseif redis.call('TTL', list) < lives then redis.call('EXPIRE', list, lives) end
    for _, oldest in ipairs(redis.call('ZRANGE', list, 0, 3)) do
        if redis.call('EXISTS', '{RECORD}' .. string.sub(oldest, 26)) == 1 then break end
        redis.call('ZREM', list, oldest)
    end
end
"""
"""Functions of Lua: `enlist(record, id, status)` and `unlist(record, id)`, for the scripts that change a record."""

_PAGE = f"""{LISTING}
local owner, after, most = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
if redis.call('EXISTS', '{_COMPLETE}') == 0 then return false end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', '{EXPIRING}', '-inf', now, 'LIMIT', 0, 1000)) do
    local listed = redis.call('HGET', '{RECORD}' .. id, 'listed')
    if listed and listed ~= 'expired' then enlist('{RECORD}' .. id, id, 'expired') end
end
local pages = {{}}
for number = 4, #ARGV do
    local list = list_of(ARGV[number], owner)
    pages[#pages + 1] = redis.call('ZREVRANGEBYLEX', list, after, '-', 'LIMIT', 0, most)
end
return pages
"""

# For a record that is in no list: it is from before there were any.
_ADOPT = f"""{LISTING}
local known = redis.call('HMGET', KEYS[1], 'listed', 'status')
if known[1] or not known[2] then return 0 end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'owner', ARGV[2]) end
enlist(KEYS[1], ARGV[1], known[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of an owner's jobs: that of the job with this id, which was created then (RFC 3339)."""

    created: str
    job_id: str

    def __str__(self) -> str:
        return f"{self.created} {self.job_id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an owner's jobs, newest first, and the place of the last, where there are more."""

    jobs: tuple[Job, ...]
    last: Place | None


class JobLists:
    """The lists of jobs.

    Raises (every method):
        redis.RedisError: Redis cannot be reached.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._page = client.register_script(_PAGE)
        self._adopt = client.register_script(_ADOPT)

    def page(self, owner: str, *, statuses: Sequence[str], limit: int, after: Place | None) -> Page:
        """Jobs of an owner, newest first.

        Args:
            owner: whose.
            statuses: in one of these states; in any, where none is named.
            limit: how many at most.
            after: the place of the last job of the page before.
        """
        wanted = tuple(statuses) or STATUSES
        jobs: list[Job] = []
        while True:
            found = self._members(owner, wanted, limit - len(jobs) + 1, after)
            more = len(found) > limit - len(jobs)
            found = found[: limit - len(jobs)]
            jobs += [job for job in self._read(owner, found) if job.status in wanted]
            if found:
                after = Place(*found[-1].decode().split(" "))
            # A page is short of those whose records are gone.
            if not more or len(jobs) == limit:
                return Page(tuple(jobs), after if more else None)

    def _members(self, owner: str, statuses: Sequence[str], most: int, after: Place | None) -> list[bytes]:
        arguments = [owner, f"({after}" if after else "+", str(most), *statuses]
        pages = self._page(args=arguments)
        if pages is None:
            self._adopt_all()
            pages = self._page(args=arguments)
        return list(heapq.merge(*cast("list[list[bytes]]", pages or []), reverse=True))[:most]

    def _read(self, owner: str, members: Iterable[bytes]) -> list[Job]:
        ids = [member.decode().split(" ")[1] for member in members]
        with self._client.pipeline(transaction=False) as pipeline:
            for job_id in ids:
                pipeline.hgetall(f"{RECORD}{job_id}")
            records = pipeline.execute()
        jobs, gone = [], []
        for job_id, member, record in zip(ids, members, records, strict=True):
            if record:
                jobs.append(read_record(job_id, record))
            else:
                gone.append(member)
        if gone:
            for status in STATUSES:
                self._client.zrem(f"{_LIST}:{status}:{owner}", *gone)
        return jobs

    def _adopt_all(self) -> None:
        """Put every record that is in no list into its list."""
        keys = self._client.scan_iter(match=f"{RECORD}{'[0-9a-f]' * 32}", count=1000)
        for some in _by_hundreds(cast("Iterator[bytes]", keys)):
            with self._client.pipeline(transaction=False) as pipeline:
                for key in some:
                    pipeline.hmget(key, ["listed", "spec"])
                found = pipeline.execute()
                for key, (listed, spec) in zip(some, found, strict=True):
                    if spec and not listed:
                        owner = orjson.loads(spec).get("owner", "")
                        self._adopt(keys=[key], args=[key.decode().removeprefix(RECORD), owner], client=pipeline)
                pipeline.execute()
        self._client.set(_COMPLETE, "1")


def _by_hundreds(keys: Iterator[bytes]) -> Iterator[list[bytes]]:
    while some := list(islice(keys, 500)):
        yield some
