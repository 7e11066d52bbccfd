"""schema.org NewsArticle as JSON-LD 1.1: one object, a document with an @graph, or NDJSON.

Names are schema.org's. A piece is the object of an article without its opening brace. So the same piece can be a
document (after an @context), a member of a graph, or a line. Only what the article states is written.

A picture, a video or sound is an ImageObject, a VideoObject or an AudioObject; a composite is a Collection.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from schemas.article import AlternativeId, Article, Source
from schemas.article.declare import values_of
from schemas.conversion import Conversion, Frame
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.schema_org import works
from workers.formats.schema_org.terms import (
    CONTEXT,
    DOCUMENT_TYPE,
    GRAPHIC,
    KINDS,
    LINES_TYPE,
    LIVE_BLOG,
    MEDIA_TYPES,
    SOURCE_TYPES,
)
from workers.formats.schema_org.things import authors, concept, contributors, organization, place, text_of

_DOCUMENT = b'{"@context":"%s",' % CONTEXT.encode()

# Fields that few articles state. To compare all of them with their defaults takes one step.
_RARE: Final = (
    "kind",
    "media",
    "groups",
    "alternative_ids",
    "headlines",
    "descriptions",
    "contributors",
    "credit_line",
    "first_created",
    "expires",
    "digital_source_type",
    "access",
    "links",
    "corrections",
    "live_updates",
    "audience",
    "blocks",
)
_rare_values: Final = values_of(_RARE)
_NOTHING_RARE: Final = _rare_values(Article(paragraphs=("Text.",)))


class NewsArticleWriter:
    """The writer of NewsArticle objects."""

    def __init__(self, conversion: Conversion, options: NewsArticleOptions) -> None:
        self._lines = options.lines
        self.files = ("articles.ndjsonld",) if options.lines else ("articles.jsonld",)
        # schema.org, sdDatePublished: the date (a Date) when the structured data was generated.
        self._generated = {
            "sdDatePublished": conversion.at[:10],
            "sdPublisher": organization(conversion.operator),
        }

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the object of an article, without its opening brace."""
        made = _news_article(article)
        made.update(self._generated)
        return (escape(orjson.dumps(made))[1:],)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return an @context before each line, before one object, or around a graph of several."""
        if self._lines:
            return Frame(head=_DOCUMENT, between=b"\n" + _DOCUMENT, tail=b"\n", media_type=LINES_TYPE)
        if articles == 1:
            return Frame(head=_DOCUMENT, between=b"", tail=b"\n", media_type=DOCUMENT_TYPE)
        return Frame(head=_DOCUMENT + b'"@graph":[\n{', between=b",\n{", tail=b"\n]}\n", media_type=DOCUMENT_TYPE)


def escape(raw: bytes) -> bytes:
    """Return JSON without "<", which stands in strings only.

    In a page, "</script>" in a string would end the script, and "<!--" would hide its end (HTML, section 4.12.1.3).
    """
    return raw.replace(b"<", b"\\u003c") if b"<" in raw else raw


def _news_article(article: Article) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": KINDS[article.kind], "@id": article.id, "version": article.version}
    if article.headline:
        made["headline"] = article.headline
    if article.description:
        made["description"] = article.description
    if article.bylines:
        made["author"] = authors(article)
    if article.located:
        made["locationCreated"] = place(article.located)
    if article.published:
        made["datePublished"] = article.published
    if article.modified:
        made["dateModified"] = article.modified
    if article.status:
        made["creativeWorkStatus"] = article.status
    if article.language:
        made["inLanguage"] = article.language
    if article.genre:
        made["genre"] = article.genre
    if article.keywords:
        made["keywords"] = article.keywords
    if article.subjects:
        made["about"] = [concept(subject) for subject in article.subjects]
    if article.provider:
        made["publisher"] = organization(article.provider)
    if article.copyright_holder:
        made["copyrightHolder"] = organization(article.copyright_holder)
    if article.copyright_notice:
        made["copyrightNotice"] = article.copyright_notice
    if article.usage_terms or article.rights or article.data_mining:
        made["usageInfo"] = works.usage_info(article)
    if article.url:
        made["url"] = article.url
        made["mainEntityOfPage"] = article.url
    if _rare_values(article) != _NOTHING_RARE:
        _add_rare(made, article)
    if article.kind == "text":
        _add_text(made, article)
    elif article.paragraphs:
        made["text"] = article.body
    if article.source:
        made["encoding"] = _media_object(article.source)
    return made


def _add_text(made: dict[str, Any], article: Article) -> None:
    """Add the properties that schema.org has for articles only."""
    if article.dateline:
        made["dateline"] = article.dateline
    if article.section:
        made["articleSection"] = article.section
    if article.paragraphs:
        made["wordCount"] = article.word_count
        made["articleBody"] = article.body


def _add_rare(made: dict[str, Any], article: Article) -> None:
    if article.kind == "graphic":
        made["additionalType"] = GRAPHIC
    if article.live_updates and article.kind == "text":
        made["@type"] = [KINDS["text"], LIVE_BLOG]
        made["liveBlogUpdate"] = [works.live_update(one) for one in article.live_updates]
    if article.alternative_ids:
        made["identifier"] = [_identifier(one) for one in article.alternative_ids]
    if article.headlines:
        made["alternativeHeadline"] = [text_of(one) for one in article.headlines]
    if article.descriptions:
        made["abstract"] = [text_of(one) for one in article.descriptions]
    made.update(contributors(article))
    if article.credit_line:
        made["creditText"] = article.credit_line
    if article.first_created:
        made["dateCreated"] = article.first_created
    if article.expires:
        made["expires"] = article.expires
    if article.digital_source_type:
        made["digitalSourceType"] = SOURCE_TYPES.get(article.digital_source_type, article.digital_source_type)
    if article.audience:
        made["audience"] = [{"@type": "Audience", "audienceType": one} for one in article.audience]
    if article.kind in MEDIA_TYPES:
        works.add_own_file(made, article)
    works.add_media(made, works.media_of(article))
    parts: list[Any] = []
    if article.access:
        made["isAccessibleForFree"] = article.access.free
        parts += [
            {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": one}
            for one in article.access.paid_parts
        ]
    parts += map(works.group, article.groups)
    if parts:
        made["hasPart"] = parts
    works.add_links(made, article.links)
    if article.corrections:
        made["correction"] = [works.correction(one) for one in article.corrections]


def _identifier(one: AlternativeId) -> str | dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": one.type, "value": one.id} if one.type else one.id


def _media_object(source: Source) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "MediaObject"}
    if source.name:
        made["name"] = source.name
    if source.media_type:
        made["encodingFormat"] = source.media_type
    if source.size is not None:
        made["contentSize"] = f"{source.size} B"
    made["sha256"] = source.sha256
    return made
