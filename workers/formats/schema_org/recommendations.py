"""Advice about properties that Google recommends and an article lacks, each with the page that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.article.dates import is_zoned
from schemas.article.values import check_day_or_moment
from workers.formats.schema_org.terms import LIVE_BLOG, types_of

ARTICLE_PAGE: Final = "https://developers.google.com/search/docs/appearance/structured-data/article"
PAYWALL_PAGE: Final = "https://developers.google.com/search/docs/appearance/structured-data/paywalled-content"
LIVE_PAGE: Final = "https://schema.org/LiveBlogPosting"

_DATES: Final = ("datePublished", "dateModified")


def recommend(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the key, the rule and the detail of each recommendation that an article does not follow."""
    if not _listed(node.get("headline")):
        yield "@type", "ld-google-headline", f"the article has no headline; Google recommends one ({ARTICLE_PAGE})"
    if not _listed(node.get("image")):
        yield "@type", "ld-google-image", f"the article has no image; Google recommends one or more ({ARTICLE_PAGE})"
    yield from _authors(_listed(node.get("author")))
    yield from _dates(node)
    if node.get("isAccessibleForFree") in (False, "False", "false") and not any(
        map(_is_marked, _listed(node.get("hasPart")))
    ):
        detail = "the article is not free, and no hasPart with a cssSelector says which part"
        yield "isAccessibleForFree", "ld-google-paywall", f"{detail}; Google needs it ({PAYWALL_PAGE})"
    if LIVE_BLOG in types_of(node):
        yield from _live_blog(node)


def _authors(authors: list[Any]) -> Iterator[tuple[str, str, str]]:
    rule = "ld-google-author"
    if not authors:
        yield "@type", rule, f"the article has no author; Google recommends author.name and author.url ({ARTICLE_PAGE})"
    for author in authors:
        if not isinstance(author, dict):
            detail = "author is a text; Google recommends an object of type Person or Organization with name and url"
            yield "author", rule, f"{detail} ({ARTICLE_PAGE})"
        elif not types_of(author) and author.keys() - {"@id"}:
            yield "author", rule, f"author has no @type; Google recommends Person or Organization ({ARTICLE_PAGE})"
        elif author.keys() - {"@id"} and not author.get("url") and not author.get("sameAs"):
            yield (
                "author",
                rule,
                f"author has no url; Google recommends one that identifies the author ({ARTICLE_PAGE})",
            )


def _dates(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if not node.get("datePublished"):
        detail = "the article has no datePublished; Google recommends it"
        yield "@type", "ld-google-date", f"{detail}, with time and zone ({ARTICLE_PAGE})"
    for key in _DATES:
        value = node.get(key)
        if isinstance(value, str) and check_day_or_moment(value) is None and not is_zoned(value):
            what = "a time without its zone" if "T" in value else "a day"
            detail = f"{key} is {what}; Google recommends a date-time with its zone (2024-11-08T16:30:00+01:00)"
            yield key, "ld-google-date", f"{detail} ({ARTICLE_PAGE})"


def _live_blog(node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    updates = _listed(node.get("liveBlogUpdate"))
    if not updates:
        yield "@type", "ld-live-update", f"the LiveBlogPosting has no liveBlogUpdate; state its updates ({LIVE_PAGE})"
    for update in updates:
        if isinstance(update, dict) and update.keys() - {"@id"}:
            lacks = [key for key in ("headline", "articleBody", "datePublished") if not update.get(key)]
            if lacks:
                detail = f"an update of the LiveBlogPosting has no {' and no '.join(lacks)}"
                yield "liveBlogUpdate", "ld-live-update", f"{detail} ({LIVE_PAGE})"


def _is_marked(part: Any) -> bool:
    return isinstance(part, dict) and bool(part.get("cssSelector"))


def _listed(value: Any) -> list[Any]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if one not in (None, "", [], {})]
