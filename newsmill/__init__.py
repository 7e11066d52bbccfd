"""newsmill as a library: read, write, convert and validate news articles; and a client of a newsmill server.

    import newsmill

    outcome = newsmill.convert("archive/", to=["newsml-g2", "csv"], out="exported")
    for one in newsmill.read("story.txt", metadata={"language": "en"}):
        print(one.document, one.place, one.article.headline)

These names are what a program can rely on. The packages below (`service`, `workers`, `schemas`) may change.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from newsmill.library import ReadArticle, Source, convert, read, validate, write
from schemas import __version__
from schemas.article import Article, Byline, Party, Place, Subject
from schemas.article.metadata import Metadata
from schemas.errors import (
    ArticleError,
    CheckError,
    ExportError,
    FileFault,
    InputError,
    NewsmillError,
    RequestError,
    StoreError,
    UnknownNameError,
)
from schemas.jobs.job import ExportedFile, Job, OutputFile
from workers.pipeline.pipe import FailedArticle, Outcome

if TYPE_CHECKING:
    from service.client.client import (
        AsyncClient,
        Client,
        Converted,
        DigestError,
        Link,
        ServerRefusedError,
        ServerUnreachableError,
        Stated,
        Upload,
    )

__all__ = [
    "Article",
    "ArticleError",
    "AsyncClient",
    "Byline",
    "CheckError",
    "Client",
    "Converted",
    "DigestError",
    "ExportError",
    "ExportedFile",
    "FailedArticle",
    "FileFault",
    "InputError",
    "Job",
    "Link",
    "Metadata",
    "NewsmillError",
    "Outcome",
    "OutputFile",
    "Party",
    "Place",
    "ReadArticle",
    "RequestError",
    "ServerRefusedError",
    "ServerUnreachableError",
    "Source",
    "Stated",
    "StoreError",
    "Subject",
    "UnknownNameError",
    "Upload",
    "__version__",
    "convert",
    "read",
    "validate",
    "write",
]


if not TYPE_CHECKING:  # a type checker that sees this function accepts any name

    def __getattr__(name: str) -> object:
        # The client is imported on use: httpx takes as long to import as everything else here.
        if name in __all__:
            return getattr(import_module("service.client.client"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
