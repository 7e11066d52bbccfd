"""The chunks of a job in Redis: their definitions and their results. Counting a chunk is idempotent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

import orjson
import redis

from workers.chunked.chunks import Chunk, ChunkMade
from workers.isolation.quarantine import KILLED
from workers.redis.connect import broker_errors
from workers.redis.keys import job_key
from workers.redis.scripts import Script


class ChunkRecords:
    """The chunks of all jobs.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._made: Script[bytes] = Script(client, "count_chunk")
        self._cut: Script[bytes] = Script(client, "end_split")

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
        counted = (str(made.number), orjson.dumps(asdict(made)), made.done, made.failed, made.duplicates, made.size)
        return self._made(job_id, *counted).decode()

    def made_before(self, job_id: str, number: int) -> ChunkMade | None:
        """Return the result of a chunk; None if it is not converted yet."""
        with broker_errors():
            record = cast("bytes | None", self._client.hget(_made(job_id), str(number)))
        return _read(record) if record else None

    def all_cut(self, job_id: str, *, chunks: int, total: int | None, failed: int) -> str:
        """Record the number of chunks. Return the same as `count_off`."""
        return self._cut(job_id, chunks, "" if total is None else total, failed).decode()

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
