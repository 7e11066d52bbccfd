"""The places of an article's fields in NewsML-G2: elements and attributes by their paths from the newsItem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places
from workers.formats.xml.places import walk_xml

_OF: Final = {
    "paragraphs": (
        "contentSet/inlineXML/@wordcount",
        "contentSet/inlineXML/html/body/p",
        "contentSet/inlineXML/nitf/body/body.content/block/p",
    ),
    "id": ("@guid",),
    "version": ("@version",),
    "signal": ("itemMeta/signal/@qcode",),
    "headline": (
        "contentMeta/headline",
        "contentSet/inlineXML/html/head/title",
        "contentSet/inlineXML/nitf/body/body.head/hedline/hl1",
    ),
    "description": ("contentMeta/description",),
    "slugline": ("contentMeta/slugline",),
    "bylines.name": ("contentMeta/creator/name", "contentMeta/by"),
    "bylines.uri": ("contentMeta/creator/@uri",),
    "bylines.job_title": ("contentMeta/creator/definition", "contentMeta/by"),
    "dateline": ("contentMeta/dateline",),
    "located.name": ("contentMeta/located/name",),
    "located.uri": ("contentMeta/located/sameAs/@uri",),
    "located.qcode": ("contentMeta/located/@qcode",),
    "published": ("contentMeta/contentCreated",),
    "modified": ("contentMeta/contentModified",),
    "embargoed": ("itemMeta/embargoed",),
    "status": ("itemMeta/pubStatus/@qcode",),
    "language": ("@xml:lang", "contentMeta/language/@tag", "contentSet/inlineXML/@xml:lang"),
    "section": (),
    "genre": ("contentMeta/genre/name",),
    "keywords": ("contentMeta/keyword",),
    "subjects.name": ("contentMeta/subject/name", "assert/name"),
    "subjects.qcode": ("contentMeta/subject/@qcode", "assert/@qcode"),
    "subjects.uri": ("contentMeta/subject/sameAs/@uri",),
    "subjects.type": ("contentMeta/subject/@type", "assert/type/@qcode"),
    "provider.name": ("itemMeta/provider/name", "contentMeta/infoSource/name"),
    "provider.uri": ("itemMeta/provider/@uri", "contentMeta/infoSource/@uri"),
    "copyright_holder.name": ("rightsInfo/copyrightHolder/name",),
    "copyright_holder.uri": ("rightsInfo/copyrightHolder/@uri",),
    "copyright_notice": ("rightsInfo/copyrightNotice",),
    "usage_terms": ("rightsInfo/usageTerms",),
    "url": ("itemMeta/link[irel:seeAlso]/@href",),
    "urgency": ("contentMeta/urgency",),
    "ed_note": ("itemMeta/edNote",),
    "source.sha256": ("itemMeta/link[irel:derivedFrom]/@href",),
    "source.name": ("itemMeta/link[irel:derivedFrom]/title",),
    "source.media_type": ("itemMeta/link[irel:derivedFrom]/@contenttype",),
    "source.size": ("itemMeta/link[irel:derivedFrom]/@size",),
}


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        yield from walk_xml(raw)


PLACES: Final = Places(_OF, _walk)
