"""The resource /metrics, for Prometheus.

Any API process answers for the whole service, including the workers on all machines.
"""

from __future__ import annotations

from flask import Response, request

from service.api.description import examples
from service.api.description.openapi import TEXT, Resource, headers
from service.core.state import state

blueprint = Resource("metrics", __name__, group="Service")


@blueprint.get("/metrics")
@blueprint.doc(operationId="getMetrics")
@blueprint.response(
    200,
    TEXT,
    content_type="text/plain",
    description="Metrics, in the format and version that Accept names",
    examples=examples.METRICS,
    headers=headers("Cache-Control"),
)
@blueprint.alt_response(200, schema=TEXT, content_type="application/openmetrics-text", examples=examples.OPENMETRICS)
def get_metrics() -> Response:
    """Get the metrics.

    They cover the whole service, including its workers, in Prometheus' text format or OpenMetrics.
    """
    # The library of Prometheus takes 1 MB, and many services are never scraped.
    from service.api.scrape import write_metrics  # noqa: PLC0415

    content, media_type = write_metrics(state(), request.headers.get("Accept", ""))
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response
