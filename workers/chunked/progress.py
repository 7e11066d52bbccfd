"""The chunks of a job in Redis: their definitions and their results. Counting a chunk is idempotent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, cast

import orjson
import redis

from workers.chunked.chunks import Chunk, ChunkMade
from workers.isolation.quarantine import KILLED
from workers.redis.connect import Script, broker_errors
from workers.redis.keys import CHANGES, job_key

# Return true to one caller, which then merges the parts: the caller that counts the last chunk after the split. A
# repeated call returns true again, since the caller may have died before it queued the merge.
_JOIN = """
local function ready(caller)
    if redis.call('HGET', KEYS[1], 'cut') ~= '1'
        or redis.call('HLEN', KEYS[2]) ~= tonumber(redis.call('HGET', KEYS[1], 'chunks'))
    then return false end
    redis.call('HSETNX', KEYS[1], 'joining', caller)
    return redis.call('HGET', KEYS[1], 'joining') == caller
end
if redis.call('HGET', KEYS[1], 'status') ~= 'running' then return 'stopped' end
"""

_MADE: Final = (
    _JOIN
    + """
if redis.call('HSETNX', KEYS[2], ARGV[3], ARGV[4]) == 1 then
    redis.call('HINCRBY', KEYS[1], 'done', ARGV[5])
    redis.call('HINCRBY', KEYS[1], 'failed', ARGV[6])
    redis.call('HINCRBY', KEYS[1], 'duplicates', ARGV[7])
    redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' running')
end
return ready(ARGV[3]) and 'join' or 'ok'
"""
)

_CUT: Final = (
    _JOIN
    + """
redis.call('HSET', KEYS[1], 'cut', '1', 'chunks', ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'total', ARGV[4]) end
if redis.call('HSETNX', KEYS[1], 'cut_failed', ARGV[5]) == 1 then
    redis.call('HINCRBY', KEYS[1], 'failed', ARGV[5])
end
redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' running')
return ready('cut') and 'join' or 'ok'
"""
)


class ChunkRecords:
    """The chunks of all jobs.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._made: Script[bytes] = Script(client, _MADE)
        self._cut: Script[bytes] = Script(client, _CUT)

    def add(self, job_id: str, chunk: Chunk) -> None:
        """Record a chunk."""
        with broker_errors():
            self._client.hset(_chunks(job_id), str(chunk.number), orjson.dumps(asdict(chunk)))

    def get(self, job_id: str, number: int) -> Chunk | None:
        """Return a chunk; None if its job has been deleted."""
        with broker_errors():
            record = cast("bytes | None", self._client.hget(_chunks(job_id), str(number)))
        return Chunk(**orjson.loads(record)) if record else None

    def count_off(self, job_id: str, made: ChunkMade) -> str:
        """Count a converted chunk.

        Returns:
            "join" if the caller joins the parts, "stopped" if the job no longer runs, or "ok".
        """
        counted = (str(made.number), orjson.dumps(asdict(made)), made.done, made.failed, made.duplicates)
        return self._made(keys=[job_key(job_id), _made(job_id)], args=[job_id, CHANGES, *counted]).decode()

    def made_before(self, job_id: str, number: int) -> ChunkMade | None:
        """Return the result of a chunk; None if it is not converted yet."""
        with broker_errors():
            record = cast("bytes | None", self._client.hget(_made(job_id), str(number)))
        return _read(record) if record else None

    def all_cut(self, job_id: str, *, chunks: int, total: int | None, failed: int) -> str:
        """Record the number of chunks. Return the same as `count_off`."""
        arguments = (job_id, CHANGES, chunks, "" if total is None else total, failed)
        return self._cut(keys=[job_key(job_id), _made(job_id)], args=arguments).decode()

    def made(self, job_id: str) -> Mapping[int, ChunkMade]:
        """Return the results of all converted chunks by their numbers, in order."""
        with broker_errors():
            records = cast("dict[bytes, bytes]", self._client.hgetall(_made(job_id)))
        results = map(_read, records.values())
        return {made.number: made for made in sorted(results, key=lambda made: made.number)}

    def forget(self, job_id: str) -> None:
        """Remove all chunks of a job."""
        with broker_errors():
            self._client.delete(_chunks(job_id), _made(job_id))


def _read(record: bytes) -> ChunkMade:
    fields = orjson.loads(record)
    if isinstance(fields["left_out"], list):  # a worker of version 0.1 has no reasons
        fields["left_out"] = dict.fromkeys(fields["left_out"], KILLED)
    return ChunkMade(**fields)


def _chunks(job_id: str) -> str:
    return f"{job_key(job_id)}:chunks"


def _made(job_id: str) -> str:
    return f"{job_key(job_id)}:made"
