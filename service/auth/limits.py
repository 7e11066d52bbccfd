"""How much a caller may ask for: requests in a minute, jobs at a time, bytes; and what it is told of that.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11: RateLimit-Policy says what the limits are, RateLimit
how much of each is left.
"""

from __future__ import annotations

import math
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self, cast

import redis
from flask import Flask, Response, g

from schemas.errors import BrokerError, LimitError
from schemas.settings import Settings
from service.core.problems import Problem, ProblemError
from workers.jobs.quota_scripts import account_key
from workers.jobs.store import broker_errors

_WINDOW: Final = 60.0
_TRY_AGAIN: Final = {"jobs": 5, "bytes": 60}

# The generic cell rate algorithm: a moment until which the caller has used its share. Each request moves it on by one
# part of a minute, and it may lie a minute ahead at most: so many at once, and then so many a minute, however many
# processes ask, and with one value for each caller. By Redis's own clock.
_ADMIT: Final = """
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local admitted, left, full, again = 1, 0, 0, 0
if limit > 0 then
    local time = redis.call('TIME')
    local now = time[1] + time[2] / 1000000
    local share = window / limit
    local used_until = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
    if used_until + share - now > window + 0.000001 then
        admitted, again = 0, used_until + share - window - now
    else
        used_until = used_until + share
        redis.call('SET', KEYS[1], string.format('%.6f', used_until), 'PX', math.ceil((used_until - now) * 1000) + 1)
    end
    left = math.floor((window - (used_until - now)) / share + 0.000001)
    full = used_until - now
end
local time = redis.call('TIME')
local waiting = redis.call('ZCOUNT', KEYS[3], time[1] + time[2] / 1000000, '+inf')
local active, stored = redis.call('SCARD', KEYS[2] .. ':active'), redis.call('HGET', KEYS[2], 'sum') or 0
local seconds = {string.format('%.3f', full), string.format('%.3f', again)}
return {admitted, math.max(left, 0), seconds[1], seconds[2], active, tostring(stored), waiting}
"""

# A place of one that waits: it is given back, or lost with the process that has it, after some seconds. ARGV: how many
# there are, whose it is, for how many seconds.
_WAIT: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

# Longer than a request waits at most; who follows a job for longer says now and then that it still does.
_PLACE_FOR: Final = 90
_PLACE_AGAIN: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a caller stands at the time of a request.

    Args:
        admitted: whether the request is within what it may ask for.
        requests_left: how many more it may send now.
        seconds_to_full: after how many seconds without one it may send as many as ever.
        seconds_to_next: after how many seconds it may send the next, where it may not now.
        jobs: how many of its jobs wait or run.
        stored: how many bytes are stored for it.
        waiting: how many of its requests wait for jobs.
    """

    admitted: bool
    requests_left: int
    seconds_to_full: float
    seconds_to_next: float
    jobs: int
    stored: int
    waiting: int


class RequestLimits:
    """The limits of every caller."""

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._requests = settings.limit_requests
        self._jobs = settings.limit_jobs
        self._bytes = settings.limit_bytes
        self._waiting = settings.limit_waiting
        self._client = client
        self._admit = client.register_script(_ADMIT)
        self._wait = client.register_script(_WAIT)

    def admit(self, owner: str) -> Standing | None:
        """Count a request of a caller: where it stands now; None where there are no limits, and nobody was asked.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        if not (self._requests or self._jobs or self._bytes or self._waiting):
            return None
        with broker_errors():
            keys = [f"newsmill:requests:{owner}", account_key(owner), _waiting_key(owner)]
            admitted, left, full, again, jobs, stored, waiting = cast(
                "list[bytes]", self._admit(keys=keys, args=[self._requests, _WINDOW])
            )
        return Standing(
            admitted=bool(admitted),
            requests_left=int(left),
            seconds_to_full=float(full),
            seconds_to_next=float(again),
            jobs=int(jobs),
            stored=int(stored),
            waiting=int(waiting),
        )

    def wait(self, owner: str) -> Waiting:
        """A place of a caller among those of its requests that wait for jobs; to be given back.

        Raises:
            ProblemError: it has no more of them.
            BrokerError: Redis cannot be reached.
        """
        place = Waiting(self, owner)
        if not self._keep(owner, place.name):
            detail = f"A caller may have {self._waiting:,} requests that wait for jobs, or follow them, at a time."
            raise ProblemError("too-many-waiting", detail, retry_after="5")
        return place

    def _keep(self, owner: str, place: str) -> bool:
        if not self._waiting:
            return True
        with broker_errors():
            return bool(self._wait(keys=[_waiting_key(owner)], args=[self._waiting, place, _PLACE_FOR]))

    def _give_back(self, owner: str, place: str) -> None:
        # Without Redis it is lost after some seconds.
        with suppress(BrokerError), broker_errors():
            if self._waiting:
                self._client.zrem(_waiting_key(owner), place)

    def headers(self, standing: Standing) -> dict[str, str]:
        """What an answer says of the limits that there are."""
        policies, left = [], []
        if self._requests:
            policies.append(f'"requests";q={self._requests};w={_WINDOW:.0f}')
            left.append(f'"requests";r={standing.requests_left};t={math.ceil(standing.seconds_to_full)}')
        if self._jobs:
            policies.append(f'"jobs";q={self._jobs};qu="concurrent-requests"')
            left.append(f'"jobs";r={max(self._jobs - standing.jobs, 0)}')
        if self._bytes:
            policies.append(f'"bytes";q={self._bytes};qu="content-bytes"')
            left.append(f'"bytes";r={max(self._bytes - standing.stored, 0)}')
        if self._waiting:
            policies.append(f'"waiting";q={self._waiting};qu="concurrent-requests"')
            left.append(f'"waiting";r={max(self._waiting - standing.waiting, 0)}')
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}

    def refuse(self, standing: Standing) -> ProblemError:
        """The problem of a request that is one too many."""
        seconds = max(math.ceil(standing.seconds_to_next), 1)
        detail = f"A caller may send {self._requests:,} requests in a minute. The next is welcome in {seconds} s."
        return ProblemError("too-many-requests", detail, retry_after=str(seconds))


class Waiting:
    """A place of one request that waits for a job; it is given back when its context ends."""

    def __init__(self, limits: RequestLimits, owner: str) -> None:
        self.name = secrets.token_hex(8)
        self._limits = limits
        self._owner = owner
        self._kept = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._limits._give_back(self._owner, self.name)

    def keep(self) -> None:
        """It still waits; to be called now and then, where that may be for longer than a minute.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        if time.monotonic() - self._kept > _PLACE_AGAIN:
            self._limits._keep(self._owner, self.name)
            self._kept = time.monotonic()


def _waiting_key(owner: str) -> str:
    return f"newsmill:waiting-for:{owner}"


def say_limits(app: Flask, limits: RequestLimits) -> None:
    """Have every answer say what is left, where the request was counted."""

    @app.after_request
    def _say(response: Response) -> Response:
        standing: Standing | None = g.get("standing")
        if standing:
            response.headers.update(limits.headers(standing))
        return response


def limit_problem(error: LimitError) -> Problem:
    """The problem of a job that would be past a limit of its caller."""
    kind = {"jobs": "too-many-jobs", "bytes": "too-much-stored"}[error.limit]
    headers = {"Retry-After": str(_TRY_AGAIN[error.limit])}
    return Problem(kind=kind, detail=f"{str(error).capitalize()}.", headers=headers)
