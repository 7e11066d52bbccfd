"""The Flask application."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import orjson
from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask_smorest import Api
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
from schemas.job import ProblemSchema, named_schemas
from schemas.settings import Settings, load_settings
from service.api import docs, events, files, formats, health, job_actions, jobs, links, listing, metrics, seeds, zipped
from service.api.openapi.document import complete
from service.api.openapi.headers import headers
from service.api.problems import blueprint as problems_blueprint
from service.api.query_params import nothing_at, refuse_unknown_parameters
from service.auth.access import guard
from service.auth.limits import RequestLimits, add_limit_headers, limit_problem
from service.auth.links import LinkSecret
from service.core import problems
from service.core.early_close import end_unread
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
    """Flask, with an answer to OPTIONS that has no body; what has none is of no media type."""

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


class _Api(Api):  # type: ignore[misc]
    """Problem details instead of smorest's own form of errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Errors are registered by `create_app`, all in one place."""

    def _openapi_json(self) -> Response:
        return Response(self._document, mimetype="application/json")

    @cached_property
    def _document(self) -> bytes:
        return orjson.dumps(complete(self.spec.to_dict()), option=orjson.OPT_INDENT_2)

    def _register_responses(self) -> None:
        answer = {
            "description": "A problem: the method is not allowed here (`/problems/method-not-allowed`), or any other",
            "content": {problems.MEDIA_TYPE: {"schema": ProblemSchema}},
            "headers": headers("Allow", "Retry-After"),
        }
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, answer, lazy=True)


def create_app(settings: Settings | None = None) -> Flask:
    """The application.

    Args:
        settings: what to run with; the environment's when not given.

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
                "description": "Turns news articles into NewsML-G2, schema.org NewsArticle and CSV. "
                "Post a job, poll it or wait for it, download its files.",
            },
            "security": [{"key": []}, {}],
        },
    )
    observe_requests(app)
    api = _Api(app)
    api.spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "A key, where the service has keys"}
    )
    for name, schema in named_schemas(FORMATS).items():
        api.spec.components.schema(name, schema=schema)
    for blueprint in (
        jobs.blueprint,
        listing.blueprint,
        job_actions.blueprint,
        events.blueprint,
        files.blueprint,
        links.blueprint,
        zipped.blueprint,
        seeds.blueprint,
        formats.blueprint,
        health.blueprint,
        metrics.blueprint,
        problems_blueprint,
    ):
        api.register_blueprint(blueprint)
    app.register_blueprint(page.blueprint)
    app.register_blueprint(docs.blueprint)
    _register_errors(app)
    guard(app, settings, limits=limits, secret=secret)
    refuse_unknown_parameters(app, api.spec)
    add_limit_headers(app, limits)
    add_security_headers(app, settings)
    end_unread(app)
    return app


def _register_errors(app: Flask) -> None:
    @app.errorhandler(ProblemError)
    def _problem(error: ProblemError) -> Response:
        return problems.respond(error.problem)

    @app.errorhandler(RequestError)
    def _request(error: RequestError) -> Response:
        detail = f"{len(error.faults)} of its values are wrong." if len(error.faults) > 1 else str(error)
        return problems.respond(Problem(kind="invalid-request", detail=detail, faults=error.faults))

    @app.errorhandler(JobNotFoundError)
    def _not_found(_: JobNotFoundError) -> Response:
        return problems.respond(Problem(kind="not-found", detail="There is no job with this id."))

    @app.errorhandler(KeyReusedError)
    def _reused(_: KeyReusedError) -> Response:
        detail = "A request with this Idempotency-Key and another body was accepted before."
        return problems.respond(Problem(kind="key-reused", detail=detail))

    @app.errorhandler(KeyInUseError)
    def _in_use(_: KeyInUseError) -> Response:
        detail = "A request with this Idempotency-Key is being accepted."
        return problems.respond(Problem(kind="key-in-use", detail=detail, headers={"Retry-After": "1"}))

    @app.errorhandler(QueueFullError)
    def _full(error: QueueFullError) -> Response:
        return problems.respond(Problem(kind="queue-full", detail=f"{error}.", headers={"Retry-After": "10"}))

    @app.errorhandler(LimitError)
    def _limit(error: LimitError) -> Response:
        return problems.respond(limit_problem(error))

    @app.errorhandler(BrokerError)
    def _broker(error: BrokerError) -> Response:
        log.error("Redis or the broker: %s", error)
        return problems.respond(
            Problem(
                kind="broker-unreachable", detail="Redis, or the broker, does not answer.", headers={"Retry-After": "5"}
            )
        )

    @app.errorhandler(StoreError)
    def _store(error: StoreError) -> Response:
        log.error("the artifact store: %s", error)
        return problems.respond(
            Problem(kind="store-unreachable", detail="The artifact store failed.", headers={"Retry-After": "30"})
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.code == 404:
            return problems.respond(Problem(kind="not-found", detail=nothing_at(request.path, app)))
        return problems.respond(problems.of_http_exception(error))

    @app.errorhandler(Exception)
    def _mistake(error: Exception) -> Response:
        log.error("a request failed", exc_info=error)
        return problems.respond(Problem(kind="internal-error", detail="The log of the service says more."))
