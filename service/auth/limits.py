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
from workers.redis.keys import WAITING
from workers.redis.scripts import Script

_WINDOW: Final = 60.0
# Of each limit: the problem type, and the seconds after which to retry.
_PROBLEMS: Final = {"jobs": ("too-many-jobs", 5), "bytes": ("too-much-stored", 60)}

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
        self._admit: Script[tuple[int, int, bytes, bytes, int, bytes, int]] = Script(client, "admit_request")
        self._take_place: Script[int] = Script(client, "take_waiting_place")

    def admit(self, owner: str) -> Standing | None:
        """Count a request of a caller and return the caller's standing; None if no limit is set.

        Raises:
            BrokerError: Redis cannot be reached.
        """
        if not (self._requests or self._jobs or self._bytes or self._waiting):
            return None
        admitted, left, full, again, jobs, stored, waiting = self._admit(owner, self._requests, _WINDOW)
        return Standing(
            admitted=bool(admitted),
            requests_left=left,
            seconds_to_full=float(full),
            seconds_to_next=float(again),
            jobs=jobs,
            stored=int(stored),
            waiting=waiting,
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
        return not self._waiting or bool(self._take_place(owner, self._waiting, place, _PLACE_LIFETIME))

    def _free(self, owner: str, place: str) -> None:
        # If Redis cannot be reached, the place expires by itself.
        with suppress(BrokerError), broker_errors():
            if self._waiting:
                self._client.zrem(f"{WAITING}{owner}", place)

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
