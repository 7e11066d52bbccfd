"""The rules of NewsArticle in JSON-LD."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule
from workers.formats.schema_org.recommendations import ARTICLE_PAGE, LIVE_PAGE, PAYWALL_PAGE

_JSON: Final = "RFC 8259"
_LD: Final = "JSON-LD 1.1"
_GOOGLE: Final = "Google Search Central, Article structured data"

RULES: Final = (
    Rule("ld-json", "The file, or each script of a page, is JSON objects in UTF-8", f"{_JSON}, sections 2 and 8.1"),
    Rule("ld-surrogate", "A text has whole Unicode characters only", f"{_JSON}, section 8.2"),
    Rule("ld-duplicate-key", "An object has each name once", f"{_JSON}, section 4"),
    Rule("ld-context", "The @context is https://schema.org", f"{_LD}, section 3.1"),
    Rule("ld-keyword", "A name that begins with @ is a keyword of JSON-LD", f'{_LD}, "Syntax Tokens and Keywords"'),
    Rule("ld-id", "An @id is an absolute IRI, or the name of a blank node", f"{_LD}, section 3.3"),
    Rule("ld-reference", "A blank node that is referred to is in the document", f'{_LD}, "Identifying Blank Nodes"'),
    Rule("ld-article", "The document has an article", f"schema.org, NewsArticle; {_GOOGLE}"),
    Rule("ld-type", "An object has a type that its property allows", "schema.org, the page of each property"),
    Rule("ld-range", "A value is of the kind that its property allows", "schema.org, the page of each property"),
    Rule("ld-name", "A person or an organisation has a name", f"{_GOOGLE}, author.name"),
    Rule("ld-date", "A date is a day, or a date-time of ISO 8601", f"schema.org, DateTime; {_GOOGLE}, datePublished"),
    Rule("ld-order", "An article is not modified before it is published", "schema.org, dateModified", "advice"),
    Rule("ld-language", "A language is a registered tag", "schema.org, inLanguage; BCP 47 (RFC 5646)"),
    Rule("ld-count", "A count is a whole number, and wordCount that of articleBody", "schema.org, wordCount"),
    Rule("ld-sha256", "A sha256 has 64 hexadecimal digits", "schema.org, sha256"),
    Rule("ld-role", "A Role has the property that it qualifies", "schema.org, Role"),
    Rule("ld-live-update", "A live blog has updates, each with headline, text and date", LIVE_PAGE, "advice"),
    Rule("ld-google-headline", "An article has a headline", ARTICLE_PAGE, "advice"),
    Rule("ld-google-image", "An article has an image", ARTICLE_PAGE, "advice"),
    Rule("ld-google-author", "An article has authors, each with a type and a url", ARTICLE_PAGE, "advice"),
    Rule("ld-google-date", "An article has dates with time and zone", ARTICLE_PAGE, "advice"),
    Rule("ld-google-paywall", "An article that is not free says which part is not", PAYWALL_PAGE, "advice"),
    Rule("ld-unknown", "A property is one that schema.org has for articles", "schema.org, NewsArticle", "advice"),
    Rule("ld-unique", "A document has each version of an article once", "newsmill's own"),
    Rule("ld-text", "The object states what the article states", "newsmill's own, of what it writes"),
)
