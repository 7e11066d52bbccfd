"""The places of an article's fields in RSS: elements and attributes by their paths from the item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemas.article import Article
from schemas.conversion import Conversion
from schemas.formats import Places
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.feeds.places import lost_in_feed, unstated_in_feed, walk_feed

_OF: Final = {
    "paragraphs": ("content:encoded",),
    "blocks": ("content:encoded",),
    "media.kind": (
        "media:group/media:category",
        "media:group/media:category/@scheme",
    ),
    "media.caption": ("media:group/media:description",),
    "media.credit": ("media:group/media:credit",),
    "media.alt": ("media:group/media:title",),
    "media.renditions": (
        "enclosure/@length",
        "enclosure/@type",
        "enclosure/@url",
        "media:group/media:content/@duration",
        "media:group/media:content/@fileSize",
        "media:group/media:content/@height",
        "media:group/media:content/@type",
        "media:group/media:content/@url",
        "media:group/media:content/@width",
        "media:group/media:content/media:category",
        "media:group/media:content/media:category/@scheme",
    ),
    "media.main": ("media:group/media:content/@isDefault",),
    "id": ("guid",),
    "headline": ("title",),
    "headlines.text": ("dcterms:alternative",),
    "headlines.language": ("dcterms:alternative/@xml:lang",),
    "description": ("description",),
    "bylines.name": ("dc:creator",),
    "contributors.name": ("dc:contributor",),
    "located.name": ("georss:featurename",),
    "located.position": ("georss:point",),
    "published": ("dc:date",),
    "modified": ("dcterms:modified",),
    "first_created": ("dcterms:created",),
    "embargoed": ("dcterms:available",),
    "expires": ("dcterms:valid",),
    "status": ("app:control/app:draft",),
    "language": ("dc:language",),
    "section": ("category[section]",),
    "genre": ("category[genre]",),
    "keywords": ("category",),
    "subjects.name": ("category",),
    "subjects.qcode": ("category/@domain",),
    "provider.name": ("dc:publisher",),
    "copyright_holder.name": ("dcterms:rightsHolder",),
    "copyright_notice": ("dc:rights",),
    "usage_terms": ("dcterms:license",),
    "url": ("link",),
    "links.href": ("link/@href",),
    "links.rel": ("link/@rel",),
    "links.media_type": ("link/@type",),
    "links.title": ("link/@title",),
    "audience": ("dcterms:audience",),
}


def _lost(article: Article) -> Iterable[str]:
    return lost_in_feed(article, in_rss=True)


def _unstated(conversion: Conversion, options: FeedOptions) -> str:
    return unstated_in_feed(conversion, options, "rss", needs_address=True)


PLACES: Final = Places(_OF, walk_feed, _lost, unstated=_unstated)
