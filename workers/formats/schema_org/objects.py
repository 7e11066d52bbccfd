"""Write an article as an object of schema.org: a NewsArticle, or the type of its kind.

Names are schema.org's. A picture, a video or sound is an ImageObject, a VideoObject or an AudioObject; a composite is a
Collection.
"""

from __future__ import annotations

from typing import Any, Final

from schemas.article import AlternativeId, Article, Source
from schemas.article.declare import values_of
from schemas.conversion import Conversion
from workers.formats.schema_org import works
from workers.formats.schema_org.terms import GRAPHIC, KINDS, LIVE_BLOG, MEDIA_TYPES
from workers.formats.schema_org.things import (
    authors,
    concept,
    contributors,
    organization,
    place,
    source_type_address,
    text_of,
)

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


def escape(raw: bytes) -> bytes:
    """Return JSON without "<", which stands in strings only.

    In a page, "</script>" in a string would end the script, and "<!--" would hide its end (HTML, section 4.12.1.3).
    """
    return raw.replace(b"<", b"\\u003c") if b"<" in raw else raw


def generation(conversion: Conversion) -> dict[str, Any]:
    """Return the properties that say when and by whom an object was generated."""
    # schema.org, sdDatePublished: the date (a Date) when the structured data was generated.
    return {"sdDatePublished": conversion.at[:10], "sdPublisher": organization(conversion.operator)}


def news_article(article: Article) -> dict[str, Any]:
    """Return the object of an article, with only what the article states."""
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
    if address := source_type_address(article):
        made["digitalSourceType"] = address
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
