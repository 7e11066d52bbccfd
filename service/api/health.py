"""The resources /healthz and /readyz: whether the service is alive, and whether it is ready to take jobs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response, jsonify
from marshmallow import Schema, fields

from schemas.errors import BrokerError, NewsmillError, StoreError
from service.api.description import examples
from service.api.description.openapi import Resource, headers
from service.core.state import State, state
from workers.telemetry.logs import get_logger

log = get_logger(__name__)

blueprint = Resource("health", __name__, group="Service")


class NotReadyError(NewsmillError):
    """A part of the service is not ready. The message is public."""


class AliveSchema(Schema):
    """The service is alive."""

    status = fields.String(required=True)


class ReadySchema(Schema):
    """The readiness of the service, and the result of each check."""

    status = fields.String(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


@blueprint.get("/healthz")
@blueprint.doc(operationId="isAlive")
@blueprint.response(200, AliveSchema, examples=examples.ALIVE)
def check_liveness() -> dict[str, str]:
    """Check liveness.

    The process responds. No other part is checked.
    """
    return {"status": "alive"}


@blueprint.get("/readyz")
@blueprint.doc(operationId="isReady")
@blueprint.response(200, ReadySchema, description="All checks are ok", examples=examples.READY)
@blueprint.alt_response(
    503,
    schema=ReadySchema,
    description="A check failed; `checks` has the reason",
    examples=examples.NOT_READY,
    headers=headers("Retry-After"),
)
def check_readiness() -> Response:
    """Check readiness.

    The service can reach Redis, the artifact store and at least one worker.
    """
    checks = _checks(state())
    ready = all(result == "ok" for result in checks.values())
    response = jsonify(status="ready" if ready else "not ready", checks=checks)
    response.status_code = 200 if ready else 503
    if not ready:
        response.headers["Retry-After"] = "5"
    return response


def _checks(here: State) -> dict[str, str]:
    results = {"redis": _result(here.jobs.check), "store": _result(here.store.check)}
    # Without Redis, the check of the workers would wait for Redis a second time.
    redis_ok = results["redis"] == "ok"
    results["workers"] = _result(partial(_check_workers, here)) if redis_ok else "unknown, as Redis is not ready"
    return results


def _result(check: Callable[[], object]) -> str:
    """Run a check and return "ok" or a public reason. Addresses and paths go to the log only, as no key is needed."""
    try:
        check()
    except NotReadyError as error:
        return str(error)
    except StoreError as error:
        log.warning("store not ready", error=str(error))
        return error.public_detail
    except BrokerError as error:
        log.warning("broker not ready", error=str(error))
        return error.public_detail
    return "ok"


def _check_workers(here: State) -> None:
    if not here.jobs.worker_names():
        raise NotReadyError("no worker has sent a heartbeat; start one")
