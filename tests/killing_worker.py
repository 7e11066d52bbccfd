"""A worker that some articles kill: python -m tests.killing_worker worker --only jobs|chunks"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from schemas.article import Article
from schemas.conversion import Document
from schemas.ledger import Ledger
from schemas.settings import Settings
from service.cli.main import main
from workers.celery import steps
from workers.chunked import engine
from workers.pipeline.pipe import Pipe
from workers.telemetry.logs import configure_logging

TO_READ = "This kills who reads it."
TO_WRITE = "This kills who writes it."
STUCK = "This is never written."

_article, _made = Document.article, Pipe._pieces


def reading(self: Document, stated: Mapping[str, Any], ledger: Ledger, *, needs_content: bool = True) -> Article:
    article = _article(self, stated, ledger, needs_content=needs_content)
    if TO_READ in article.body:
        os.kill(os.getpid(), signal.SIGKILL)
    return article


def writing(self: Pipe, article: Article) -> tuple[bytes, ...]:
    if TO_WRITE in article.body:
        os.kill(os.getpid(), signal.SIGKILL)
    while STUCK in article.body:
        pass
    return _made(self, article)


def prepare_formats() -> None:
    """Prepare a nursery whose children some articles kill."""
    Document.article, Pipe._pieces = reading, writing  # type: ignore[method-assign]
    engine.prepare()


def prepare(settings: Settings) -> None:
    """Prepare the nursery of a worker in the same way."""
    configure_logging(settings)
    prepare_formats()


if __name__ == "__main__":
    # The nursery imports this module under its name.
    vars(steps)["prepare"] = import_module("tests.killing_worker").prepare
    main()
