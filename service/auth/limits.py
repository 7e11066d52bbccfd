"""Limits of each caller: requests in a minute, requests that wait for jobs, jobs at a time, stored bytes.

The response headers are those of draft-ietf-httpapi-ratelimit-headers-11: RateLimit-Policy states the limits,
RateLimit states what is left of each.
"""

from __future__ import annotations

import math
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

import redis
from flask import Flask, Response, g

from schemas.errors import BrokerError, LimitError
from schemas.settings import Settings
from service.core.problems import Problem, ProblemError, retry_later
from workers.redis.connect import broker_errors
from workers.redis.keys import account_key

_WINDOW: Final = 60.0
# Of each limit: the problem type, and the seconds after which to retry.
_PROBLEMS: Final = {"jobs": ("too-many-jobs", 5), "bytes": ("too-much-stored", 60)}

# The generic cell rate algorithm. Each caller has one value in Redis: the time until which its share is used. A request
# moves that time on by window/limit seconds. It may lie at most one window ahead, so that a caller can send `limit`
# requests at once and then `limit` in each minute, through any number of API processes. The clock is Redis's own.
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

# Take or renew one place among a caller's waiting requests. A place expires by itself, so that a process which dies
# frees its places. ARGV: the limit, the name of the place, its lifetime in seconds.
_WAIT: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

# Longer than the longest `wait`. An event stream lasts longer and renews its place.
_PLACE_LIFETIME: Final = 90
_RENEW_AFTER: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The use of a caller's limits at the time of a request.

    Args:
        admitted: whether the request is within the rate limit.
        requests_left: how many more requests the caller may send now.
        seconds_to_full: seconds without a request until `requests_left` is at its maximum again.
        seconds_to_next: seconds until the next request is admitted; 0 if it would be admitted now.
        jobs: the caller's jobs that are queued or running.
        stored: the caller's stored bytes.
        waiting: the caller's requests that wait for jobs.
    """

    admitted: bool
    requests_left: int
    seconds_to_full: float
    seconds_to_next: float
    jobs: int
    stored: int
    waiting: int


class RequestLimits:
    """The request limits, counted in Redis for each caller."""

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._requests = settings.limit_requests
        self._jobs = settings.limit_jobs
        self._bytes = settings.limit_bytes
        self._waiting = settings.limit_waiting
        self._client = client
        self._admit = client.register_script(_ADMIT)
        self._wait = client.register_script(_WAIT)

    def admit(self, owner: str) -> Standing | None:
        """Count a request of a caller and return the caller's standing; None if no limit is set.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        if not (self._requests or self._jobs or self._bytes or self._waiting):
            return None
        with broker_errors():
            keys = [f"newsmill:requests:{owner}", account_key(owner), _waiting_key(owner)]
            admitted, left, full, again, jobs, stored, waiting = self._admit(keys=keys, args=[self._requests, _WINDOW])
        return Standing(
            admitted=bool(admitted),
            requests_left=int(left),
            seconds_to_full=float(full),
            seconds_to_next=float(again),
            jobs=int(jobs),
            stored=int(stored),
            waiting=int(waiting),
        )

    def wait(self, owner: str) -> WaitingPlace:
        """Take a place among the caller's requests that wait for jobs. Use it as a context manager, which frees it.

        Raises:
            ProblemError: the caller has no place left.
            BrokerError: Redis cannot be reached.
        """
        place = WaitingPlace(self, owner)
        if not self._take(owner, place.name):
            detail = f"A caller may have {self._waiting:,} waiting requests at a time. Retry in 5 s."
            raise ProblemError("too-many-waiting", detail, retry_after="5")
        return place

    def _take(self, owner: str, place: str) -> bool:
        if not self._waiting:
            return True
        with broker_errors():
            return bool(self._wait(keys=[_waiting_key(owner)], args=[self._waiting, place, _PLACE_LIFETIME]))

    def _free(self, owner: str, place: str) -> None:
        # If Redis cannot be reached, the place expires by itself.
        with suppress(BrokerError), broker_errors():
            if self._waiting:
                self._client.zrem(_waiting_key(owner), place)

    def headers(self, standing: Standing) -> dict[str, str]:
        """Return the headers RateLimit-Policy and RateLimit for the limits that are set."""
        policies, left = [], []
        if self._requests:
            policies.append(f'"requests";q={self._requests};w={_WINDOW:.0f}')
            left.append(f'"requests";r={standing.requests_left};t={math.ceil(standing.seconds_to_full)}')
        for name, limit, used, unit in (
            ("jobs", self._jobs, standing.jobs, "concurrent-requests"),
            ("bytes", self._bytes, standing.stored, "content-bytes"),
            ("waiting", self._waiting, standing.waiting, "concurrent-requests"),
        ):
            if limit:
                policies.append(f'"{name}";q={limit};qu="{unit}"')
                left.append(f'"{name}";r={max(limit - used, 0)}')
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}

    def refusal(self, standing: Standing) -> ProblemError:
        """Return the error for a request above the rate limit."""
        seconds = max(math.ceil(standing.seconds_to_next), 1)
        detail = f"A caller may send {self._requests:,} requests in a minute. Retry in {seconds} s."
        return ProblemError("too-many-requests", detail, retry_after=str(seconds))


class WaitingPlace:
    """One place among a caller's waiting requests. The end of the context frees it."""

    def __init__(self, limits: RequestLimits, owner: str) -> None:
        self.name = secrets.token_hex(8)
        self._limits = limits
        self.owner = owner
        self._renewed = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._limits._free(self.owner, self.name)

    def renew(self) -> None:
        """Renew the place if it is due. Call this regularly while a request waits for longer than a minute.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        if time.monotonic() - self._renewed > _RENEW_AFTER:
            self._limits._take(self.owner, self.name)
            self._renewed = time.monotonic()


def _waiting_key(owner: str) -> str:
    return f"newsmill:waiting-for:{owner}"


def add_limit_headers(app: Flask, limits: RequestLimits) -> None:
    """Add the RateLimit headers to every response whose request was counted."""

    @app.after_request
    def _add(response: Response) -> Response:
        standing: Standing | None = g.get("standing")
        if standing:
            response.headers.update(limits.headers(standing))
        return response


def limit_problem(error: LimitError) -> Problem:
    """Return the problem for a job that would exceed a limit of its caller."""
    slug, seconds = _PROBLEMS[error.limit]
    return retry_later(slug, seconds, f"A caller may have {error.most:,} {error.limit} at a time.")
