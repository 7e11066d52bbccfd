"""The resource /metrics: what Prometheus scrapes."""

from __future__ import annotations

from flask import Response, request
from flask.views import MethodView
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import CollectorRegistry

from service.api.describing import Resource
from service.measured import Measured
from service.state import state

blueprint = Resource("metrics", __name__, description="Health")


@blueprint.route("/metrics")
class Metrics(MethodView):
    """The metrics."""

    @blueprint.doc(summary="How is it doing?")
    @blueprint.response(
        200, description="Metrics: text/plain or application/openmetrics-text, in the version asked for"
    )
    def get(self) -> Response:
        """The metrics of the whole service, its workers included: as text, or as OpenMetrics where Accept asks so."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Measured(state()))
        encode, media_type = choose_encoder(request.headers.get("Accept", ""))
        response = Response(encode(registry), content_type=media_type)
        response.headers["Cache-Control"] = "no-store"
        return response
