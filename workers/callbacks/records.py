"""The callbacks to be sent, in Redis.

The script that ends a job records its callback in one list, with the time that it is due. The process that takes a
callback adds a lease to that time: if the process dies, the callback is due again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import orjson
import redis

from schemas.callbacks import write_secret
from schemas.job import CallbackState
from schemas.job_record import JobRecord
from schemas.record_fields import read_record
from schemas.typed_json import to_json
from workers.jobs.view import job_json
from workers.redis.connect import Script, broker_errors
from workers.redis.keys import CALLBACKS, callback_keys, job_key

LEASE: Final = 120
"""Seconds after which a taken callback is due again: longer than an attempt with its DNS lookup."""

_SECRET: Final = "newsmill:callback-secret"  # noqa: S105 - the key that it is kept under

_TAKE = """
local now = redis.call('TIME')[1]
local id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
if not id then return false end
redis.call('ZADD', KEYS[1], now + ARGV[1], id)
return id
"""

# Return the seconds since the job's end, the callback, and the record of the job at its end.
_BEGIN = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
redis.call('HINCRBY', KEYS[1], 'attempts', 1)
local age = redis.call('TIME')[1] - redis.call('HGET', KEYS[1], 'since')
return {age, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
"""

# A process whose lease has expired changes nothing once another one has settled the callback.
_SETTLE = """
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return end
if ARGV[3] == '' then
    redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('DEL', KEYS[2], KEYS[3])
else
    redis.call('ZADD', KEYS[1], redis.call('TIME')[1] + ARGV[3], ARGV[1])
    redis.call('HSET', KEYS[2], unpack(ARGV, 4))
    redis.call('DEL', KEYS[3])
end
if redis.call('HGET', KEYS[4], 'callback_id') == ARGV[1] then redis.call('HSET', KEYS[4], 'callback', ARGV[2]) end
"""

_LOAD = """
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local late = oldest[2] and redis.call('TIME')[1] - oldest[2] or 0
return {redis.call('ZCARD', KEYS[1]), math.floor(math.max(late, 0))}
"""

_DUE = "return redis.call('ZCOUNT', KEYS[1], '-inf', redis.call('TIME')[1])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A callback to be sent now.

    Args:
        id: its id, the same at every attempt; the header `webhook-id`.
        job_id: the job that has ended.
        owner: the owner of the job.
        url: its URL.
        headers: its headers beside newsmill's own.
        body: its body, the same at every attempt.
        attempts: how often it was taken, this time included.
        age: seconds since the job's end.
    """

    id: str
    job_id: str
    owner: str
    url: str
    body: bytes
    attempts: int
    age: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackLoad:
    """The number of callbacks that wait, due or not, and for how many seconds the first one has been due."""

    waiting: int
    oldest_due_seconds: int


class CallbackRecords:
    """The callbacks of all jobs.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis, base_path: str = "") -> None:
        self._client = client
        self._base_path = base_path
        self._take: Script[bytes | None] = Script(client, _TAKE)
        self._begin: Script[tuple[int, list[bytes], list[bytes]] | None] = Script(client, _BEGIN)
        self._settle: Script[None] = Script(client, _SETTLE)
        self._due: Script[int] = Script(client, _DUE)
        self._load: Script[tuple[int, int]] = Script(client, _LOAD)

    def take(self) -> Callback | None:
        """Take a callback that is due, and lease it; None if none is due."""
        found = self._take(keys=[CALLBACKS], args=[LEASE])
        if found is None:
            return None
        callback_id = found.decode()
        begun = self._begin(keys=callback_keys(callback_id))
        if begun is None:
            with broker_errors():
                self._client.zrem(CALLBACKS, callback_id)
            return None
        age, callback, job = begun[0], _pairs(begun[1]), _pairs(begun[2])
        job_id = callback[b"job"].decode()
        if job:
            callback |= _first(read_record(job_id, job, now=float(job[b"finished"])), self._base_path)
        return Callback(
            id=callback_id,
            job_id=job_id,
            owner=callback[b"owner"].decode(),
            url=callback[b"url"].decode(),
            body=callback[b"body"],
            attempts=int(callback[b"attempts"]),
            age=age,
            headers=orjson.loads(callback.get(b"headers", b"{}")),
        )

    def settle(self, callback: Callback, state: CallbackState, *, again: float | None = None) -> None:
        """Record the result of an attempt.

        Args:
            callback: the callback.
            state: its state, which its job shows.
            again: the seconds until it is due again; None if it is delivered or given up.
        """
        kept: list[str | bytes] = ["owner", callback.owner, "url", callback.url, "body", callback.body]
        if callback.headers:
            kept += ["headers", orjson.dumps(callback.headers)]
        self._settle(
            keys=[CALLBACKS, *callback_keys(callback.id), job_key(callback.job_id)],
            args=[callback.id, orjson.dumps(to_json(state)), "" if again is None else again, *kept],
        )

    def due(self) -> int:
        """Return the number of callbacks that are due and not taken."""
        return self._due(keys=[CALLBACKS])

    def load(self) -> CallbackLoad:
        """Return the number of callbacks that wait, and the delay of the first one."""
        waiting, late = self._load(keys=[CALLBACKS])
        return CallbackLoad(waiting=waiting, oldest_due_seconds=late)

    def secret(self) -> str:
        """Return the secret in Redis, which the first call creates."""
        with broker_errors():
            self._client.set(_SECRET, write_secret(secrets.token_bytes(32)), nx=True)
            return cast("bytes", self._client.get(_SECRET)).decode()


def _first(job: JobRecord, base_path: str) -> dict[bytes, bytes]:
    """Return the fields of a callback that are kept from its first attempt on."""
    body = {"type": f"job.{job.status}", "timestamp": job.finished, "data": job_json(job, base_path)}
    return {
        b"owner": job.spec.owner.encode(),
        b"url": (job.spec.callback or "").encode(),
        b"headers": orjson.dumps(job.spec.callback_headers),
        b"body": orjson.dumps(body),
    }


def _pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
