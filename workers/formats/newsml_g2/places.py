"""The places of an article's fields in NewsML-G2: elements and attributes by their paths from the item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.article import Article
from schemas.formats import Places
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.writing.links import has_dangling
from workers.formats.xml.nitf.places import lost_in_nitf
from workers.formats.xml.places import walk_xml_files


def is_package(article: Article) -> bool:
    """Return whether an article is a packageItem: it has groups, and no text, which a packageItem cannot hold."""
    return bool(article.groups) and not article.paragraphs and not article.blocks


_OF: Final = {
    "paragraphs": (
        "contentSet/inlineXML/@wordcount",
        "contentSet/inlineXML/html/body/p",
        "contentSet/inlineXML/nitf/body/body.content/block/p",
    ),
    "blocks": (
        "contentSet/inlineXML/html/body/h2",
        "contentSet/inlineXML/html/body/p/strong",
        "contentSet/inlineXML/nitf/body/body.content/block/p/em/@class",
    ),
    "kind": ("itemMeta/itemClass/@qcode",),
    "media.kind": ("partMeta/role/@qcode",),
    "media.caption": ("partMeta/description",),
    "media.credit": ("partMeta/creditline",),
    "media.alt": ("partMeta/description",),
    "media.renditions": (
        "contentSet/remoteContent/@contenttype",
        "contentSet/remoteContent/@duration",
        "contentSet/remoteContent/@durationunit",
        "contentSet/remoteContent/@height",
        "contentSet/remoteContent/@href",
        "contentSet/remoteContent/@rendition",
        "contentSet/remoteContent/@size",
        "contentSet/remoteContent/@width",
    ),
    "media.main": ("partMeta/partMetaExtProperty[https://schema.org/representativeOfPage]/@value",),
    "groups.id": ("groupSet/@root", "groupSet/group/@id"),
    "groups.role": ("groupSet/group/@role",),
    "groups.mode": ("groupSet/group/@mode",),
    "groups.items": ("groupSet/group/itemRef/@residref",),
    "groups.groups": ("groupSet/group/groupRef/@idref",),
    "id": ("@guid", "contentSet/remoteContent/@id", "partMeta/@contentrefs"),
    "alternative_ids.id": ("contentMeta/altId",),
    "alternative_ids.type": ("contentMeta/altId/@typeuri",),
    "version": ("@version", "contentSet/remoteContent/@id", "partMeta/@contentrefs"),
    "signal": ("itemMeta/signal/@qcode",),
    "signals": ("itemMeta/signal/@qcode",),
    "headline": (
        "contentMeta/headline",
        "contentSet/inlineXML/html/head/title",
        "contentSet/inlineXML/nitf/body/body.head/hedline/hl1",
    ),
    "headlines.text": ("contentMeta/headline",),
    "headlines.role": ("contentMeta/headline/@role",),
    "headlines.language": ("contentMeta/headline/@xml:lang",),
    "description": ("contentMeta/description",),
    "descriptions.text": ("contentMeta/description",),
    "descriptions.role": ("contentMeta/description/@role",),
    "descriptions.language": ("contentMeta/description/@xml:lang",),
    "slugline": ("contentMeta/slugline",),
    "byline": ("contentMeta/by",),
    "bylines.name": ("contentMeta/creator/name",),
    "bylines.uri": ("contentMeta/creator/@uri",),
    "bylines.job_title": ("contentMeta/creator/definition",),
    "bylines.type": ("contentMeta/creator/@type",),
    "bylines.role": ("contentMeta/creator/@role",),
    "contributors.name": ("contentMeta/contributor/name",),
    "contributors.uri": ("contentMeta/contributor/@uri",),
    "contributors.job_title": ("contentMeta/contributor/definition",),
    "contributors.type": ("contentMeta/contributor/@type",),
    "contributors.role": ("contentMeta/contributor/@role",),
    "credit_line": ("contentMeta/creditline",),
    "dateline": ("contentMeta/dateline",),
    "located.name": ("contentMeta/located/name",),
    "located.uri": ("contentMeta/located/related[skos:exactMatch]/@uri",),
    "located.qcode": ("contentMeta/located/@qcode",),
    "located.names": (
        "contentMeta/located/name",
        "contentMeta/located/name/@role",
        "contentMeta/located/name/@xml:lang",
    ),
    "located.broader": ("contentMeta/located/broader/@qcode", "contentMeta/located/broader/name"),
    "located.same_as": ("contentMeta/located/sameAs/@uri",),
    "located.position": (
        "contentMeta/located/geoAreaDetails/position/@latitude",
        "contentMeta/located/geoAreaDetails/position/@longitude",
    ),
    "published": ("contentMeta/contentCreated",),
    "modified": ("contentMeta/contentModified",),
    "first_created": ("itemMeta/firstCreated",),
    "version_created": ("itemMeta/versionCreated",),
    "embargoed": ("itemMeta/embargoed",),
    "expires": ("itemMeta/expires",),
    "status": ("itemMeta/pubStatus/@qcode",),
    "language": ("@xml:lang", "contentMeta/language/@tag", "contentSet/inlineXML/@xml:lang"),
    "section": ("contentMeta/contentMetaExtProperty[https://schema.org/articleSection]/@value",),
    "genre": ("contentMeta/genre/name",),
    "keywords": ("contentMeta/keyword",),
    "subjects.name": ("assert/name", "contentMeta/subject/name"),
    "subjects.uri": ("contentMeta/subject/related[skos:exactMatch]/@uri",),
    "subjects.qcode": ("assert/@qcode", "contentMeta/subject/@qcode"),
    "subjects.type": ("assert/type/@qcode", "contentMeta/subject/@type"),
    "subjects.names": (
        "contentMeta/subject/name",
        "contentMeta/subject/name/@role",
        "contentMeta/subject/name/@xml:lang",
    ),
    "subjects.broader": ("contentMeta/subject/broader/@qcode", "contentMeta/subject/broader/name"),
    "subjects.same_as": ("contentMeta/subject/sameAs/@uri",),
    "subjects.position": ("assert/geoAreaDetails/position/@latitude", "assert/geoAreaDetails/position/@longitude"),
    "subjects.relevance": ("contentMeta/subject/@relevance",),
    "subjects.confidence": ("contentMeta/subject/@confidence",),
    "subjects.why": ("contentMeta/subject/@why",),
    "subjects.creator": ("catalog/scheme/@alias", "catalog/scheme/@uri", "contentMeta/subject/@creator"),
    "provider.name": ("contentMeta/infoSource/name", "itemMeta/provider/name"),
    "provider.uri": ("contentMeta/infoSource/@uri", "itemMeta/provider/@uri"),
    "copyright_holder.name": ("rightsInfo/copyrightHolder/name",),
    "copyright_holder.uri": ("rightsInfo/copyrightHolder/@uri",),
    "copyright_notice": ("rightsInfo/copyrightNotice",),
    "usage_terms": ("rightsInfo/usageTerms",),
    "rights.holder": ("rightsInfo/copyrightHolder/name",),
    "rights.notice": ("rightsInfo/copyrightNotice",),
    "rights.terms": ("rightsInfo/usageTerms",),
    "rights.scope": ("rightsInfo/@scopeuri",),
    "rights.language": ("rightsInfo/@xml:lang",),
    "data_mining": ("rightsInfo/dataMining/@qcode",),
    "digital_source_type": ("contentMeta/digitalSourceType/@qcode",),
    "access.free": ("rightsInfo/rightsInfoExtProperty[https://schema.org/isAccessibleForFree]/@value",),
    "access.paid_parts": ("rightsInfo/rightsInfoExtProperty[https://schema.org/cssSelector]/@value",),
    "url": ("itemMeta/link[irel:seeAlso]/@href",),
    "links.href": ("itemMeta/link[irel:seeAlso]/@href",),
    "links.id": ("itemMeta/link[irel:seeAlso]/@residref",),
    "links.version": ("itemMeta/link[irel:seeAlso]/@version",),
    "links.rel": (
        "itemMeta/link[irel:seeAlso]/@contenttype",
        "itemMeta/link[irel:seeAlso]/@href",
        "itemMeta/link[irel:seeAlso]/@rel",
        "itemMeta/link[irel:seeAlso]/@residref",
        "itemMeta/link[irel:seeAlso]/@version",
        "itemMeta/link[irel:seeAlso]/title",
    ),
    "links.media_type": ("itemMeta/link[irel:seeAlso]/@contenttype",),
    "links.title": ("itemMeta/link[irel:seeAlso]/title",),
    "corrections.text": ("contentMeta/contentMetaExtProperty[https://schema.org/correction]/definition",),
    "corrections.published": ("contentMeta/contentMetaExtProperty[https://schema.org/correction]/@validfrom",),
    "corrections.url": ("contentMeta/contentMetaExtProperty[https://schema.org/correction]/@uri",),
    "live_updates.headline": ("contentMeta/contentMetaExtProperty[https://schema.org/liveBlogUpdate]/name",),
    "live_updates.text": ("contentMeta/contentMetaExtProperty[https://schema.org/liveBlogUpdate]/definition",),
    "live_updates.published": ("contentMeta/contentMetaExtProperty[https://schema.org/liveBlogUpdate]/@validfrom",),
    "live_updates.url": ("contentMeta/contentMetaExtProperty[https://schema.org/liveBlogUpdate]/@uri",),
    "services": ("itemMeta/service/@qcode",),
    "audience": ("contentMeta/audience/@qcode",),
    "profile": ("itemMeta/profile",),
    "roles": ("itemMeta/role/@qcode",),
    "inferred": (
        "contentMeta/contentCreated/@why",
        "contentMeta/creator/@why",
        "contentMeta/headline/@why",
    ),
    "urgency": ("contentMeta/urgency",),
    "ed_note": ("itemMeta/edNote",),
    "ed_notes.text": ("itemMeta/edNote",),
    "ed_notes.role": ("itemMeta/edNote/@role",),
    "ed_notes.constraints": ("itemMeta/edNote/@pubconstraint",),
    "source.sha256": ("itemMeta/link[irel:derivedFrom]/@href",),
    "source.name": ("itemMeta/link[irel:derivedFrom]/title",),
    "source.media_type": ("itemMeta/link[irel:derivedFrom]/@contenttype",),
    "source.size": ("itemMeta/link[irel:derivedFrom]/@size",),
}


def _lost(article: Article) -> Iterator[str]:
    """Yield what one item cannot hold beside the rest of the article."""
    if not article.groups:
        return
    if not is_package(article):
        yield "groups"
        return
    if article.media:
        yield "media"
    if has_dangling(article.groups):
        yield "groups.groups"


def _lost_with(article: Article, options: NewsmlG2Options) -> Iterator[str]:
    """Yield what a body of NITF does not hold."""
    if options.body == "nitf" and article.blocks:
        yield from lost_in_nitf(article.blocks)


PLACES: Final = Places(_OF, walk_xml_files, _lost, _lost_with)
