"""The chunks of a job in Redis: what each is, and which are made; each is counted once, whoever makes it how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, cast

import orjson
import redis

from workers.chunked.chunks import Chunk, ChunkMade
from workers.redis.connect import Script, broker_errors
from workers.redis.keys import CHANGES, job_key

# Whoever counts the last chunk off, once all are cut, is told to join them, and nobody else is. Who comes again is
# told so again: it may have died before it could queue the join.
_JOIN = """
local function ready(who)
    if redis.call('HGET', KEYS[1], 'cut') ~= '1'
        or redis.call('HLEN', KEYS[2]) ~= tonumber(redis.call('HGET', KEYS[1], 'chunks'))
    then return false end
    redis.call('HSETNX', KEYS[1], 'joining', who)
    return redis.call('HGET', KEYS[1], 'joining') == who
end
if redis.call('HGET', KEYS[1], 'status') ~= 'running' then return 'stopped' end
"""

_MADE: Final = (
    _JOIN
    + """
if redis.call('HSETNX', KEYS[2], ARGV[3], ARGV[4]) == 1 then
    redis.call('HINCRBY', KEYS[1], 'done', ARGV[5])
    redis.call('HINCRBY', KEYS[1], 'failed', ARGV[6])
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
        BrokerError: Redis cannot be reached, or does not let us write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._made: Script[bytes] = Script(client, _MADE)
        self._cut: Script[bytes] = Script(client, _CUT)

    def add(self, job_id: str, chunk: Chunk) -> None:
        """Write down what a chunk is."""
        with broker_errors():
            self._client.hset(_chunks(job_id), str(chunk.number), orjson.dumps(asdict(chunk)))

    def get(self, job_id: str, number: int) -> Chunk | None:
        """A chunk; None when there is none, since its job is gone."""
        with broker_errors():
            record = cast("bytes | None", self._client.hget(_chunks(job_id), str(number)))
        return Chunk(**orjson.loads(record)) if record else None

    def count_off(self, job_id: str, made: ChunkMade) -> str:
        """Count a chunk: "join" for who has to join the parts, "stopped" where the job no longer runs, or "ok"."""
        counted = (str(made.number), orjson.dumps(asdict(made)), made.done, made.failed)
        return self._made(keys=[job_key(job_id), _made(job_id)], args=[job_id, CHANGES, *counted]).decode()

    def made_before(self, job_id: str, number: int) -> ChunkMade | None:
        """A chunk that is made already; None while it is not."""
        with broker_errors():
            record = cast("bytes | None", self._client.hget(_made(job_id), str(number)))
        return ChunkMade(**orjson.loads(record)) if record else None

    def all_cut(self, job_id: str, *, chunks: int, total: int | None, failed: int) -> str:
        """State that there are no more chunks than so many; the answer is that of `count_off`."""
        arguments = (job_id, CHANGES, chunks, "" if total is None else total, failed)
        return self._cut(keys=[job_key(job_id), _made(job_id)], args=arguments).decode()

    def made(self, job_id: str) -> Mapping[int, ChunkMade]:
        """Every chunk that is made, by its number, in order."""
        with broker_errors():
            records = cast("dict[bytes, bytes]", self._client.hgetall(_made(job_id)))
        loaded: list[dict[str, Any]] = [orjson.loads(record) for record in records.values()]
        return {made["number"]: ChunkMade(**made) for made in sorted(loaded, key=lambda made: made["number"])}

    def forget(self, job_id: str) -> None:
        """Remove what is known of a job's chunks."""
        with broker_errors():
            self._client.delete(_chunks(job_id), _made(job_id))


def _chunks(job_id: str) -> str:
    return f"{job_key(job_id)}:chunks"


def _made(job_id: str) -> str:
    return f"{job_key(job_id)}:made"
