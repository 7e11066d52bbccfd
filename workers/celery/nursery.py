"""What the nursery of a worker imports: all that converts articles, and neither Celery nor a client of Redis."""

from __future__ import annotations

from schemas.settings import Settings
from workers.chunked import engine
from workers.small import conversion
from workers.telemetry.logs import configure_logging

__all__ = ["conversion", "prepare"]


def prepare(settings: Settings) -> None:
    """Set up logging, and import what converts articles, for the children of this process."""
    configure_logging(settings)
    engine.prepare()
