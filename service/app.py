"""The Flask application: its parts, its routes and its error handlers."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import HTTPException

from schemas import __version__
from schemas.errors import (
    BrokerError,
    JobNotFoundError,
    KeyInUseError,
    KeyReusedError,
    LimitError,
    QueueFullError,
    RequestError,
    StoreError,
)
from schemas.settings import Settings, load_settings
from service.api import catalogue, docs, events, files, health, job_actions, jobs, links, metrics, preview
from service.api.openapi import OpenApi
from service.api.query_params import no_such_url, refuse_unknown_parameters
from service.auth.access import guard
from service.auth.limits import RequestLimits, add_limit_headers, limit_problem
from service.auth.links import LinkSecret
from service.core import problems
from service.core.early_close import close_unread_connections
from service.core.problems import Problem, ProblemError
from service.core.request_log import observe_requests
from service.core.security_headers import add_security_headers
from service.core.state import install, make_state
from service.jobs.notifications import JobNotifications
from service.web import page
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
    """Create the application.

    Args:
        settings: the settings; by default those of the environment.

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
    api = OpenApi(app)
    for blueprint in (
        jobs.blueprint,
        job_actions.blueprint,
        events.blueprint,
        files.blueprint,
        links.blueprint,
        preview.blueprint,
        catalogue.seeds,
        catalogue.formats,
        health.blueprint,
        metrics.blueprint,
        docs.problems,
    ):
        api.register_blueprint(blueprint)
    app.register_blueprint(page.blueprint)
    app.register_blueprint(docs.blueprint)
    _register_errors(app)
    guard(app, settings, limits=limits, secret=secret)
    refuse_unknown_parameters(app, api.spec)
    add_limit_headers(app, limits)
    add_security_headers(app, settings)
    close_unread_connections(app)
    return app


def _register_errors(app: Flask) -> None:
    @app.errorhandler(ProblemError)
    def _problem(error: ProblemError) -> Response:
        return problems.respond(error.problem)

    @app.errorhandler(RequestError)
    def _request(error: RequestError) -> Response:
        detail = f"{len(error.faults)} values are wrong; see `errors`." if len(error.faults) > 1 else str(error)
        return problems.respond(Problem(slug="invalid-request", detail=detail, faults=error.faults))

    @app.errorhandler(JobNotFoundError)
    def _not_found(_: JobNotFoundError) -> Response:
        return problems.respond(Problem(slug="not-found", detail="There is no job with this id."))

    @app.errorhandler(KeyReusedError)
    def _reused(_: KeyReusedError) -> Response:
        detail = "This Idempotency-Key was sent with another body before. Use a new key."
        return problems.respond(Problem(slug="key-reused", detail=detail))

    @app.errorhandler(KeyInUseError)
    def _in_use(_: KeyInUseError) -> Response:
        detail = "A request with this Idempotency-Key is being accepted. Retry in 1 s."
        return problems.respond(Problem(slug="key-in-use", detail=detail, headers={"Retry-After": "1"}))

    @app.errorhandler(QueueFullError)
    def _full(error: QueueFullError) -> Response:
        detail = f"{error.limit} jobs are queued or running, which is the limit. Retry in 10 s."
        return problems.respond(Problem(slug="queue-full", detail=detail, headers={"Retry-After": "10"}))

    @app.errorhandler(LimitError)
    def _limit(error: LimitError) -> Response:
        return problems.respond(limit_problem(error))

    @app.errorhandler(BrokerError)
    def _broker(error: BrokerError) -> Response:
        log.error("broker unreachable", error=str(error))
        detail = "Redis or the broker does not respond. Retry in 5 s."
        return problems.respond(Problem(slug="broker-unreachable", detail=detail, headers={"Retry-After": "5"}))

    @app.errorhandler(StoreError)
    def _store(error: StoreError) -> Response:
        log.error("store failed", error=str(error))
        detail = "The artifact store failed. Retry in 30 s."
        return problems.respond(Problem(slug="store-unreachable", detail=detail, headers={"Retry-After": "30"}))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.code == 404:
            return problems.respond(Problem(slug="not-found", detail=no_such_url(request.path, app)))
        return problems.respond(problems.of_http_exception(error))

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("request failed", exc_info=error)
        detail = "The request failed by an error in newsmill. The log of the service has the details."
        return problems.respond(Problem(slug="internal-error", detail=detail))
