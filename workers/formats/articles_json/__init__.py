"""Articles in JSON, in the form of `schemas.article.json_form`: read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.json.sniffing import starts_as_json

_EXTENSIONS: Final = ("json", "jsonl", "ndjson")


def sniff(head: Head, name: str | None) -> Evidence:
    """Any JSON may be articles; formats of JSON that state what they are say so more strongly."""
    if starts_as_json(head.text):
        return Evidence.LIKELY
    return Evidence.NAME if extension_of(name) in _EXTENSIONS else Evidence.NONE


FORMAT: Final = Format(
    id="articles-json",
    name="Articles in JSON",
    title="Articles in newsmill's own JSON",
    media_types=("application/json", "application/x-ndjson"),
    extensions=_EXTENSIONS,
    sniff=sniff,
    records="lines",
    reader=read_json_articles,
)
