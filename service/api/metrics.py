"""The resource /metrics: what Prometheus scrapes."""

from __future__ import annotations

from typing import Final

from flask import Response, request
from flask.views import MethodView
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import CollectorRegistry

from service.api.openapi.describing import TEXT, Resource
from service.api.openapi.headers import headers
from service.core.metrics_collector import Measured
from service.core.state import state

_EXAMPLE: Final = "# TYPE newsmill_up gauge\nnewsmill_up 1.0\n"

blueprint = Resource("metrics", __name__, description="Health")


@blueprint.route("/metrics")
class Metrics(MethodView):
    """The metrics."""

    @blueprint.doc(
        summary="How is it doing?",
        responses={
            "200": {
                "description": "Metrics, in the form and the version asked for",
                "headers": headers("Cache-Control"),
                "content": {
                    "text/plain": {"schema": TEXT, "examples": {"two lines": {"value": _EXAMPLE}}},
                    "application/openmetrics-text": {
                        "schema": TEXT,
                        "examples": {"two lines": {"value": f"{_EXAMPLE}# EOF\n"}},
                    },
                },
            }
        },
    )
    def get(self) -> Response:
        """The metrics of the whole service, its workers included: as text, or as OpenMetrics where Accept asks so."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Measured(state()))
        encode, media_type = choose_encoder(request.headers.get("Accept", ""))
        response = Response(encode(registry), content_type=media_type)
        response.headers["Cache-Control"] = "no-store"
        return response
