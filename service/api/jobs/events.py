"""The resource /v1/jobs/{id}/events: a job's changes as server-sent events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import orjson
from flask import Response, request

from schemas.jobs.record import JobRecord
from service.api.description import examples
from service.api.description.openapi import EVENTS, JOB, Resource, headers, parameter
from service.api.jobs.jobs import own_job
from service.auth.limits import RequestLimits, WaitingPlace
from service.core.caller import caller
from service.core.state import State, installed, state
from service.jobs.notifications import JobNotifications, next_change
from workers.jobs.view import job_json

# Proxies close a stream that is silent for long, so a comment is sent at this interval, in seconds.
_KEEP_ALIVE: Final = 15.0
_LONGEST: Final = 3600.0

blueprint = Resource("events", __name__, group="Jobs", url_prefix="/v1/jobs")


@blueprint.get("/<job_id>/events", parameters=[JOB])
@blueprint.doc(
    operationId="followJob",
    parameters=[
        parameter("header", "Last-Event-ID", "The id of the client's last event; the response has later events only")
    ],
)
@blueprint.problems("not-found", "too-many-waiting", "stopping")
@blueprint.alt_response(204, description="The client has the last event already")
@blueprint.response(
    200,
    EVENTS,
    content_type="text/event-stream",
    description="Events `progress`, then one event `done`. Each has the job",
    examples=examples.EVENTS,
    headers=headers("Cache-Control"),
)
def follow_job(job_id: str) -> Response:
    """Follow a job.

    The stream has an event `progress` at each change of the job, and `done` when the job has ended. If the stream
    ends before `done`, connect again with the id of the last event. If too many requests wait already, the stream
    ends at once, and its field `retry` has the time to wait.
    """
    here = state()
    job = own_job(job_id, here)
    seen = request.headers.get("Last-Event-ID", "")
    if job.ended and seen == _event_id(job):
        # An EventSource connects again after a stream ends, unless the response is 204.
        return Response(status=204)
    installed(JobNotifications).refuse_if_stopping()
    # Taken here, as the generator runs after the request's context has ended.
    place = installed(RequestLimits).wait(caller().id)
    seen_by = partial(job_json, base_path=request.script_root, operator=caller().operator)

    def written(job: JobRecord) -> dict[str, Any]:
        return seen_by(here.contents.whole(job))

    events = _events(job, seen, here, installed(JobNotifications), place=place, written=written)
    response = Response(events, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _events(
    job: JobRecord,
    seen: str,
    here: State,
    notifications: JobNotifications,
    *,
    place: WaitingPlace,
    written: Callable[[JobRecord], dict[str, Any]],
) -> Iterator[bytes]:
    ends = time.monotonic() + _LONGEST
    with place, notifications.subscribe(job.id, owner=place.owner) as changed:
        while time.monotonic() < ends:
            place.renew()
            job = here.jobs.get(job.id)
            if (event := _event_id(job)) != seen:
                seen = event
                name = "done" if job.ended else "progress"
                yield f"id: {event}\nevent: {name}\ndata: ".encode() + orjson.dumps(written(job)) + b"\n\n"
            if job.ended:
                return
            if changed is None or notifications.stopping:
                # A client of event streams reconnects by itself after this many milliseconds (HTML, section 9.2.3).
                yield b"retry: 2000\n\n"
                return
            if not next_change(changed, _KEEP_ALIVE):
                yield b": waiting\n\n"


def _event_id(job: JobRecord) -> str:
    """Identify an event by the job's state and counts, so that any process can continue a stream."""
    return f"{job.status}-{job.done}-{job.failed}-{job.duplicates}"
