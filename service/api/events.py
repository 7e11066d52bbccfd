"""The resource /v1/jobs/{id}/events: a job's changes as they happen (server-sent events)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

import orjson
from flask import Response, request
from flask.views import MethodView

from schemas.job_record import Job
from service.api.jobs import own_job
from service.api.openapi.describing import TEXT, Resource, problem_answers
from service.api.openapi.headers import headers
from service.auth.limits import WaitingPlace, request_limits
from service.core.caller import caller
from service.core.state import State, state
from service.jobs.notifications import JobNotifications, job_notifications
from workers.jobs.view import shown

# A comment now and then keeps proxies from taking the stream for dead.
_KEEP_ALIVE: Final = 15.0
_LONGEST: Final = 3600.0

blueprint = Resource("events", __name__, url_prefix="/v1/jobs", description="Export jobs")


@blueprint.route("/<job_id>/events")
class JobEvents(MethodView):
    """A job's changes."""

    @blueprint.doc(
        summary="Follow a job",
        responses={
            "204": {"description": "The last event was seen: there will be no other, and nothing to come back for"},
            **problem_answers("not-found", "too-many-waiting", "broker-unreachable"),
        },
        parameters=[
            {
                "in": "header",
                "name": "Last-Event-ID",
                "schema": {"type": "string"},
                "description": "The last event that was seen; only what came after it is sent",
            }
        ],
    )
    @blueprint.response(
        200,
        TEXT,
        content_type="text/event-stream",
        description="Events `progress`, and at the end one `done`; each has the job",
        headers=headers("Cache-Control"),
    )
    def get(self, job_id: str) -> Response:
        """Events `progress` whenever the job changes, and `done` when it has ended.

        A stream may end before: come back then, with the id of the last event. Where too many follow jobs already it
        ends at once, and `retry` says for how long to stay away.
        """
        here = state()
        job = own_job(job_id, here)
        seen = request.headers.get("Last-Event-ID", "")
        if job.ended and seen == _event_id(job):
            # An EventSource comes back to a stream that ends, until it is told not to.
            return Response(status=204)
        # Made here, since a generator runs after the request's context is gone.
        place = request_limits().wait(caller().id)
        response = Response(_events(job, seen, here, job_notifications(), place), mimetype="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"
        return response


def _events(job: Job, seen: str, here: State, notifications: JobNotifications, place: WaitingPlace) -> Iterator[bytes]:
    ends = time.monotonic() + _LONGEST
    with place, notifications.subscribe(job.id) as changed:
        while time.monotonic() < ends:
            place.renew()
            job = here.jobs.get(job.id)
            if (event := _event_id(job)) != seen:
                seen = event
                yield _event(job, event)
            if job.ended:
                return
            if changed is None:
                # A client of event streams comes back by itself, after so many milliseconds (HTML, section 9.2.3).
                yield b"retry: 2000\n\n"
                return
            if not changed.wait(_KEEP_ALIVE):
                yield b": waiting\n\n"
            changed.clear()


def _event_id(job: Job) -> str:
    """An event is told apart by the job's state and its counts, so that any process goes on where one left off."""
    return f"{job.status}-{job.done}-{job.failed}"


def _event(job: Job, event: str) -> bytes:
    name = "done" if job.ended else "progress"
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (event.encode(), name.encode(), orjson.dumps(shown(job)))
