"""The Flask application: its parts, its routes and its error handlers."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import HTTPException

from schemas import __version__
from schemas.errors import (
    MOST_FAULTS,
    BrokerError,
    JobNotFoundError,
    KeyReusedError,
    LimitError,
    QueueFullError,
    RequestError,
    StoreError,
)
from schemas.settings import Settings, load_settings
from service.api import catalogue, health, inspection, metrics
from service.api.description import problem_pages
from service.api.description.openapi import HEADERS, OpenApi
from service.api.jobs import actions as job_actions
from service.api.jobs import convert, events, files, jobs, ledger, links, preview
from service.api.query_params import no_such_url, refuse_unknown_parameters
from service.auth.access import guard
from service.auth.cors import AllowedOrigins
from service.auth.limits import RequestLimits, add_limit_headers, limit_problem
from service.auth.links import LinkSecret
from service.core import problems
from service.core.bodies import bound_bodies
from service.core.early_close import close_unread_connections
from service.core.problems import Problem, ProblemError, respond, retry_later
from service.core.proxies import BehindProxies
from service.core.request_log import observe_requests
from service.core.security_headers import add_security_headers
from service.core.state import install, make_state
from service.jobs.notifications import JobNotifications
from service.web import page, reading
from service.web.form import FormData
from service.web.page import NewestJobs
from workers.formats import FORMATS
from workers.telemetry.logs import get_logger

log = get_logger(__name__)


class _App(Flask):
    """Flask with no Content-Type on a response without a body, and 204 for OPTIONS."""

    def make_default_options_response(self) -> Response:
        response = super().make_default_options_response()
        response.status_code = 204
        return response

    def process_response(self, response: Response) -> Response:
        response = super().process_response(response)
        if response.status_code in (204, 307):
            response.headers.pop("Content-Type", None)
        return response


class _Json(JSONProvider):
    """JSON by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = self._prepare_response_obj(args, kwargs)
        return Response(orjson.dumps(body), mimetype="application/json")


def create_app(settings: Settings | None = None) -> Flask:
    """Create the application, by default with the settings of the environment.

    Raises:
        SettingsError: a setting is wrong.
    """
    settings = settings or load_settings()
    app = _App("newsmill", static_folder=None)
    app.json = _Json(app)
    state = make_state(settings)
    limits, secret = RequestLimits(state.redis, settings), LinkSecret(state.redis)
    for part in (state, limits, secret, JobNotifications(state.redis)):
        install(app, part)
    app.config.update(
        API_TITLE="newsmill",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        API_SPEC_OPTIONS={
            "info": {
                "description": f"Converts news articles to {', '.join(one.name for one in FORMATS.writable)}. "
                "Post a job, poll it or wait for it, and download its files.",
            },
            "security": [{"key": []}, {}],
        },
    )
    observe_requests(app)
    bound_bodies(app)
    api = OpenApi(app)
    for blueprint in (
        convert.blueprint,
        inspection.blueprint,
        jobs.blueprint,
        job_actions.blueprint,
        events.blueprint,
        files.blueprint,
        links.blueprint,
        preview.blueprint,
        ledger.blueprint,
        catalogue.seeds,
        catalogue.formats,
        health.blueprint,
        metrics.blueprint,
        problem_pages.blueprint,
    ):
        api.register_blueprint(blueprint)
    install(app, FormData(api.spec.to_dict, catalogue.describe_formats))
    install(app, NewestJobs(jobs.newest_jobs))
    app.register_blueprint(page.blueprint)
    app.register_blueprint(reading.blueprint)
    app.register_error_handler(Exception, lambda error: respond(_problem_of(error, app)))
    origins = AllowedOrigins(settings.cors_origins or (), readable=HEADERS)
    origins.add_to(app)
    guard(app, settings, limits=limits, secret=secret, origins=origins)
    refuse_unknown_parameters(app, api.spec)
    add_limit_headers(app, limits)
    add_security_headers(app, settings)
    close_unread_connections(app)
    app.wsgi_app = BehindProxies(  # type: ignore[method-assign]
        app.wsgi_app, base_path=settings.base_path or "", trusted=settings.trusted_proxies or ()
    )
    return app


def _problem_of(error: Exception, app: Flask) -> Problem:
    match error:
        case ProblemError():
            return error.problem
        case RequestError(faults=faults):
            number = f"{len(faults)} or more" if len(faults) == MOST_FAULTS else len(faults)
            detail = f"{number} values are wrong; see `errors`." if len(faults) > 1 else str(error)
            return Problem(slug="invalid-request", detail=detail, faults=faults)
        case JobNotFoundError():
            return Problem(slug="not-found", detail="There is no job with this id.")
        case KeyReusedError():
            detail = "This Idempotency-Key was sent with another body before. Use a new key."
            return Problem(slug="key-reused", detail=detail)
        case QueueFullError():
            return retry_later("queue-full", 10, f"{error.limit} jobs are queued or running, which is the limit.")
        case LimitError():
            return limit_problem(error)
        case BrokerError(detail=detail):
            log.error("broker unreachable", error=detail)
            return retry_later("broker-unreachable", 5, f"{error.public_detail}.")
        case StoreError():
            log.error("store failed", error=str(error))
            return retry_later("store-unreachable", 30, "The artifact store failed.")
        case HTTPException(code=404):
            return Problem(slug="not-found", detail=no_such_url(request.path, app))
        case HTTPException():
            return problems.from_http_exception(error)
    log.error("request failed", exc_info=error)
    detail = "The request failed by an error in newsmill. The log of the service has the details."
    return Problem(slug="internal-error", detail=detail)
