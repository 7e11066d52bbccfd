"""How much a caller may ask for: requests in a minute, jobs at a time, bytes; and what it is told of that.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11: RateLimit-Policy says what the limits are, RateLimit
how much of each is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, cast

import redis
from flask import Flask, Response, g

from schemas.errors import LimitError
from schemas.settings import Settings
from service.problems import Problem, ProblemError
from workers.account_scripts import account_key
from workers.jobs import broker_errors

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
local active, stored = redis.call('SCARD', KEYS[2] .. ':active'), redis.call('HGET', KEYS[2], 'sum') or 0
local seconds = {string.format('%.3f', full), string.format('%.3f', again)}
return {admitted, math.max(left, 0), seconds[1], seconds[2], active, tostring(stored)}
"""


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
    """

    admitted: bool
    requests_left: int
    seconds_to_full: float
    seconds_to_next: float
    jobs: int
    stored: int


class RequestLimits:
    """The limits of every caller."""

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._requests = settings.limit_requests
        self._jobs = settings.limit_jobs
        self._bytes = settings.limit_bytes
        self._admit = client.register_script(_ADMIT)

    def admit(self, owner: str) -> Standing | None:
        """Count a request of a caller: where it stands now; None where there are no limits, and nobody was asked.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        if not (self._requests or self._jobs or self._bytes):
            return None
        with broker_errors():
            keys = [f"newsmill:requests:{owner}", account_key(owner)]
            admitted, left, full, again, jobs, stored = cast(
                "list[bytes]", self._admit(keys=keys, args=[self._requests, _WINDOW])
            )
        return Standing(
            admitted=bool(admitted),
            requests_left=int(left),
            seconds_to_full=float(full),
            seconds_to_next=float(again),
            jobs=int(jobs),
            stored=int(stored),
        )

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
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}

    def refuse(self, standing: Standing) -> ProblemError:
        """The problem of a request that is one too many."""
        seconds = max(math.ceil(standing.seconds_to_next), 1)
        detail = f"A caller may send {self._requests:,} requests in a minute. The next is welcome in {seconds} s."
        return ProblemError("too-many-requests", detail, retry_after=str(seconds))


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
