"""schema.org NewsArticle in JSON-LD: read, written, checked."""

from __future__ import annotations

import re
from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.json.lines import divide_lines
from workers.formats.json.sniffing import starts_as_json
from workers.formats.news_article.checks import NewsArticleChecker, check_news_article_file
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.places import PLACES
from workers.formats.news_article.reader import read_news_article
from workers.formats.news_article.writer import NewsArticleWriter
from workers.formats.schema_org.rules import RULES
from workers.formats.schema_org.terms import DOCUMENT_TYPE, LINES_TYPE

_EXTENSIONS: Final = ("jsonld", "ndjsonld")
_JSON: Final = (*_EXTENSIONS, "json", "jsonl", "ndjson")
# A key of JSON-LD, as the name of a member; then the @context of schema.org.
_KEY: Final = re.compile(r'"@(?:context|graph|type|id)"\s*:')
_CONTEXT: Final = re.compile(r'"@context"\s*:\s*[\[{]?\s*(?:"@vocab"\s*:\s*)?"https?://(?:www\.)?schema\.org\b')


def sniff(head: Head, name: str | None) -> Evidence:
    """Return the evidence: JSON with keys of JSON-LD."""
    extension = extension_of(name)
    is_json = starts_as_json(head.text)
    if is_json and _CONTEXT.search(head.text):
        return Evidence.CERTAIN
    if (is_json or extension in _JSON) and _KEY.search(head.text):
        return Evidence.LIKELY
    if extension in _EXTENSIONS:
        return Evidence.LIKELY if is_json else Evidence.NAME
    return Evidence.NONE


FORMAT: Final = Format(
    id="news-article",
    name="NewsArticle",
    title="schema.org NewsArticle (JSON-LD)",
    media_types=(DOCUMENT_TYPE, LINES_TYPE),
    extensions=_EXTENSIONS,
    files=("articles.jsonld", "articles.ndjsonld"),
    sniff=sniff,
    divide=divide_lines,
    reader=read_news_article,
    writer=NewsArticleWriter,
    checker=NewsArticleChecker,
    file_checker=check_news_article_file,
    rules=RULES,
    options=NewsArticleOptions,
    places=PLACES,
)
