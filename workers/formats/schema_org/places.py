"""The places of an article's fields in its object: properties by the path of names that leads to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.article import Article
from workers.formats.schema_org.terms import MEDIA_TYPES, PERSON, TYPES
from workers.formats.schema_org.things import LOCATED, party_type, source_type_address

OF: Final[Mapping[str, tuple[str, ...]]] = {
    "paragraphs": ("articleBody", "wordCount"),
    "kind": ("@type",),
    "media.kind": ("image.additionalType",),
    "media.caption": ("image.caption",),
    "media.credit": ("image.creditText",),
    "media.alt": ("image.description",),
    "media.renditions": (
        "image.additionalType",
        "image.contentSize",
        "image.contentUrl",
        "image.duration",
        "image.encodingFormat",
        "image.height",
        "image.width",
    ),
    "media.main": ("image.representativeOfPage",),
    "groups.id": ("hasPart.hasPart.identifier",),
    "groups.role": ("hasPart.roleName",),
    "groups.items": ("hasPart.hasPart.hasPart.@id",),
    "groups.groups": ("hasPart.hasPart.hasPart.identifier",),
    "id": ("@id",),
    "alternative_ids.id": ("identifier.value",),
    "alternative_ids.type": ("identifier.propertyID",),
    "version": ("version",),
    "headline": ("headline",),
    "headlines.text": ("alternativeHeadline.@value",),
    "headlines.language": ("alternativeHeadline.@language",),
    "description": ("description",),
    "descriptions.text": ("abstract.@value",),
    "descriptions.language": ("abstract.@language",),
    "bylines.name": ("author.name",),
    "bylines.uri": ("author.@id", "author.url"),
    "bylines.job_title": ("author.jobTitle",),
    "bylines.type": ("author.@type", "author.jobTitle"),
    "contributors.name": ("contributor.contributor.name",),
    "contributors.uri": ("contributor.contributor.@id", "contributor.contributor.url"),
    "contributors.job_title": ("contributor.contributor.jobTitle",),
    "contributors.type": ("contributor.contributor.@type", "contributor.contributor.jobTitle"),
    "contributors.role": ("contributor.roleName",),
    "credit_line": ("creditText",),
    "dateline": ("dateline",),
    "located.name": ("locationCreated.name",),
    "located.uri": ("locationCreated.@id",),
    "located.qcode": ("locationCreated.identifier",),
    "located.names": (
        "locationCreated.alternateName.alternateName.@language",
        "locationCreated.alternateName.alternateName.@value",
        "locationCreated.alternateName.roleName",
    ),
    "located.broader": (
        "locationCreated.containedInPlace.@id",
        "locationCreated.containedInPlace.identifier",
        "locationCreated.containedInPlace.name",
    ),
    "located.same_as": ("locationCreated.sameAs",),
    "located.position": ("locationCreated.geo.latitude", "locationCreated.geo.longitude"),
    "published": ("datePublished",),
    "modified": ("dateModified",),
    "first_created": ("dateCreated",),
    "expires": ("expires",),
    "status": ("creativeWorkStatus",),
    "language": ("inLanguage",),
    "section": ("articleSection",),
    "genre": ("genre",),
    "keywords": ("keywords",),
    "subjects.name": ("about.name",),
    "subjects.uri": ("about.@id",),
    "subjects.qcode": ("about.identifier",),
    "subjects.type": (
        "about.@type",
        # Where the position stands depends on the type.
        "about.location.@type",
        "about.location.geo.@type",
        "about.location.geo.latitude",
        "about.location.geo.longitude",
    ),
    "subjects.names": (
        "about.alternateName.alternateName.@language",
        "about.alternateName.alternateName.@value",
        "about.alternateName.roleName",
    ),
    "subjects.same_as": ("about.sameAs",),
    "subjects.position": ("about.location.geo.latitude", "about.location.geo.longitude"),
    "provider.name": ("publisher.name",),
    "provider.uri": ("publisher.@id",),
    "copyright_holder.name": ("copyrightHolder.name",),
    "copyright_holder.uri": ("copyrightHolder.@id",),
    "copyright_notice": ("copyrightNotice",),
    "usage_terms": ("usageInfo.text",),
    "rights.holder": ("usageInfo.copyrightHolder.name",),
    "rights.notice": ("usageInfo.copyrightNotice",),
    "rights.terms": ("usageInfo.text",),
    "rights.language": ("usageInfo.inLanguage",),
    "data_mining": ("usageInfo.identifier.value", "usageInfo.url"),
    "digital_source_type": ("digitalSourceType",),
    "access.free": ("isAccessibleForFree",),
    "access.paid_parts": ("hasPart.cssSelector",),
    "url": ("mainEntityOfPage", "url"),
    "links.href": ("mentions.mentions.url",),
    "links.id": ("mentions.mentions.@id",),
    "links.version": ("mentions.mentions.version",),
    "links.rel": ("mentions.linkRelationship",),
    "links.media_type": ("mentions.mentions.encodingFormat",),
    "links.title": ("mentions.mentions.name",),
    "corrections.text": ("correction.text",),
    "corrections.published": ("correction.datePublished",),
    "corrections.url": ("correction.url",),
    "live_updates.headline": ("liveBlogUpdate.headline",),
    "live_updates.text": ("liveBlogUpdate.articleBody",),
    "live_updates.published": ("liveBlogUpdate.datePublished",),
    "live_updates.url": ("liveBlogUpdate.url",),
    "audience": ("audience.audienceType",),
    "source.sha256": ("encoding.sha256",),
    "source.name": ("encoding.name",),
    "source.media_type": ("encoding.encodingFormat",),
    "source.size": ("encoding.contentSize",),
}


def find_lost(article: Article) -> Iterator[str]:
    """Yield the fields of an article that its types of schema.org have no place for."""
    if article.digital_source_type and source_type_address(article) is None:
        yield "digital_source_type"
    if article.kind != "text":
        for name in ("dateline", "section"):
            if getattr(article, name):
                yield name
        if article.live_updates:
            yield "live_updates"
    for name in ("bylines", "contributors"):
        for one in getattr(article, name):
            if one.job_title and party_type(one, article) != PERSON:
                yield f"{name}.job_title"
    for subject in article.subjects:
        if subject.position and TYPES.get(subject.type or "") not in LOCATED:
            yield "subjects.position"
    for media in article.media:
        if media.main is not None and MEDIA_TYPES[media.kind] != "ImageObject":
            yield "media.main"
