"""Whether the service is alive, and whether it is ready to take jobs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from marshmallow import Schema, fields

from schemas.errors import BrokerError, NewsmillError, StoreError
from service.api.openapi.describing import Resource
from service.api.openapi.headers import headers
from service.core.state import State, state
from workers.celery.app import messages_in
from workers.celery.queues import JOBS_QUEUE
from workers.telemetry.logs import get_logger

log = get_logger(__name__)

blueprint = Resource("health", __name__, description="Health")


class NotReadyError(NewsmillError):
    """What is missing, in words for anybody."""


class AliveSchema(Schema):
    """The service is alive."""

    status = fields.String(required=True)


class ReadySchema(Schema):
    """Whether the service is ready, and what is missing."""

    status = fields.String(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


@blueprint.route("/healthz")
class Alive(MethodView):
    """Liveness."""

    @blueprint.doc(summary="Is it alive?", operationId="isAlive")
    @blueprint.response(200, AliveSchema)
    def get(self) -> dict[str, Any]:
        """The process answers."""
        return {"status": "alive"}


@blueprint.route("/readyz")
class Ready(MethodView):
    """Readiness."""

    @blueprint.doc(summary="Is it ready?", operationId="isReady")
    @blueprint.response(200, ReadySchema)
    @blueprint.alt_response(
        503, schema=ReadySchema, description="Something is missing; `checks` says what", headers=headers("Retry-After")
    )
    def get(self) -> Response:
        """Redis, the broker where it is another, the store and a worker are within reach."""
        checks = _checks(state())
        ready = all(found == "ok" for found in checks.values())
        response = jsonify(status="ready" if ready else "not ready", checks=checks)
        response.status_code = 200 if ready else 503
        if not ready:
            response.headers["Retry-After"] = "5"
        return response


def _checks(here: State) -> dict[str, str]:
    found = {"redis": _found(here.jobs.check), "store": _found(here.store.check)}
    # A Redis that is silent is waited for once.
    redis_answers = found["redis"] == "ok"
    found["workers"] = _found(partial(_workers, here)) if redis_answers else "not known without Redis"
    if here.settings.broker_url != here.settings.redis_url:
        found["broker"] = _found(partial(messages_in, here.celery, JOBS_QUEUE))
    return found


def _found(check: Callable[[], object]) -> str:
    """What a check comes to, for anybody: no key is asked for here, so that addresses and paths are for the log."""
    try:
        check()
    except NotReadyError as error:
        return str(error)
    except StoreError as error:
        log.warning("the artifact store is not ready: %s", error)
        return error.told
    except BrokerError as error:
        log.warning("Redis or the broker is not ready: %s", error)
        return "it does not answer, or does not take what is written"
    return "ok"


def _workers(here: State) -> None:
    if not here.jobs.workers():
        raise NotReadyError("no worker has been seen for some seconds; jobs wait for one")
