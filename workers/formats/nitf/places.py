"""The places of an article's fields in NITF 3.6: elements and attributes by their paths below the root."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.article import Article
from schemas.formats import Places
from workers.formats.nitf.head import has_embargo, subject_code
from workers.formats.xml.nitf.places import lost_in_nitf
from workers.formats.xml.places import walk_xml_files

_OF: Final = {
    "paragraphs": ("body/body.content/p",),
    "blocks": ("body/body.content/p/em/@class",),
    "media.kind": ("body/body.content/block/media/@media-type",),
    "media.caption": ("body/body.content/block/media/media-caption",),
    "media.credit": ("body/body.content/block/media/media-producer",),
    "media.alt": ("body/body.content/block/media/media-reference/@alternate-text",),
    "media.renditions": (
        "body/body.content/block/media/media-reference/@height",
        "body/body.content/block/media/media-reference/@mime-type",
        "body/body.content/block/media/media-reference/@source",
        "body/body.content/block/media/media-reference/@time",
        "body/body.content/block/media/media-reference/@time-unit-of-measure",
        "body/body.content/block/media/media-reference/@width",
    ),
    "media.main": ("body/body.content/block/media/@class",),
    "id": ("head/docdata/doc-id/@id-string",),
    "alternative_ids.id": ("head/docdata/doc-id/@id-string",),
    "alternative_ids.type": ("head/docdata/doc-id/@regsrc",),
    "version": ("head/docdata/du-key/@version",),
    "headline": ("body/body.head/hedline/hl1", "head/title"),
    "headlines.text": ("body/body.head/hedline/hl2",),
    "headlines.role": ("body/body.head/hedline/hl2/@class",),
    "headlines.language": ("body/body.head/hedline/hl2/@xml:lang",),
    "description": ("body/body.head/abstract/p",),
    "slugline": ("head/meta/@content",),
    "byline": ("body/body.head/byline", "body/body.head/byline/person"),
    "bylines.name": ("body/body.head/byline/person",),
    "bylines.job_title": ("body/body.head/byline/byttl",),
    "bylines.type": ("body/body.head/byline/person",),
    "dateline": ("body/body.head/dateline",),
    "published": ("head/docdata/date.issue/@norm",),
    "modified": ("head/revision-history/@norm",),
    "embargoed": ("head/docdata/date.release/@norm",),
    "expires": ("head/docdata/date.expire/@norm",),
    "status": ("head/docdata/@management-status",),
    "language": ("@baselang",),
    "section": ("head/pubdata/@position.section",),
    "genre": ("head/tobject/tobject.property/@tobject.property.type",),
    "keywords": ("head/docdata/key-list/keyword/@key",),
    "subjects.name": ("head/docdata/identified-content/org",),
    "subjects.uri": ("head/docdata/identified-content/org/@value",),
    "subjects.type": ("head/docdata/identified-content/org", "head/docdata/identified-content/org/@value"),
    "provider.name": ("body/body.head/distributor/org",),
    "copyright_holder.name": ("head/docdata/doc.copyright/@holder",),
    "copyright_notice": ("body/body.head/note/body.content/p",),
    "usage_terms": ("body/body.head/rights/rights.limitations",),
    "url": ("head/pubdata/@ex-ref",),
    "corrections.text": ("head/docdata/correction/@info",),
    "audience": ("head/docdata/doc-scope/@scope",),
    "urgency": ("head/docdata/urgency/@ed-urg",),
    "ed_note": ("body/body.head/note/body.content/p",),
}


def _lost(article: Article) -> Iterator[str]:
    """Yield the fields that have no place beside the others of the article."""
    if article.blocks:
        yield from lost_in_nitf(article.blocks)
    if article.signal == "update":
        yield "signal"
    if article.embargoed and not has_embargo(article):
        yield "embargoed"
    if article.byline and any(one.type != "person" or one.name not in article.byline for one in article.bylines):
        yield "bylines"
    for media in article.media:
        if any(one.size is not None or one.role for one in media.renditions):
            yield "media.renditions"
    for subject in article.subjects:
        if subject.type == "abstract":
            yield "subjects.type"
        if subject.uri and subject.qcode and not subject_code(subject):
            yield "subjects.qcode"


PLACES: Final = Places(_OF, walk_xml_files, _lost)
