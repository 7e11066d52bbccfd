"""Options of NewsArticle."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.options import option


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsArticleOptions:
    """Options of NewsArticle."""

    lines: bool = option(
        False,  # noqa: FBT003
        "One JSON-LD document on each line (NDJSON), in articles.ndjsonld",
        title="A document on each line",
    )
