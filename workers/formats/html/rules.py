"""The rules of HTML pages: those of the NewsArticle in them, and their own."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule
from workers.formats.schema_org.rules import RULES as NEWS_ARTICLE_RULES

_HTML: Final = "HTML standard"

_OWN: Final = (
    Rule("html-size", "A page has at most 8 MiB, 50,000 elements and 256 levels", "newsmill's own"),
    Rule("html-same", "The page reads as the article", "newsmill's own rule, of what it writes"),
    Rule("html-title", "A page has a title", f"{_HTML}, section 4.2.2"),
    Rule(
        "html-charset", "A page declares its encoding in its first 1,024 bytes", f"{_HTML}, section 4.2.5.4", "advice"
    ),
    Rule("html-language", "A page states its language", f"{_HTML}, section 3.2.6.2; WCAG 2.2, 3.1.1", "advice"),
    Rule(
        "html-canonical",
        "A page states its address",
        "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls",
        "advice",
    ),
    Rule("html-open-graph", "A page has the basic properties of OpenGraph", "https://ogp.me/#metadata", "advice"),
    Rule(
        "html-image-preview",
        "A page allows large previews of its pictures",
        "https://developers.google.com/search/docs/appearance/google-discover",
        "advice",
    ),
)

ADVICE: Final = frozenset(rule.id for rule in _OWN if rule.severity == "advice")

# The object of an article of another's page is compared with nothing.
RULES: Final = (*(rule for rule in NEWS_ARTICLE_RULES if rule.id != "ld-text"), *_OWN)
