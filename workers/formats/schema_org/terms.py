"""The terms of schema.org (version 30.0) that NewsArticles are written with, and the types that are read as one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

CONTEXT: Final = "https://schema.org"
DOCUMENT_TYPE: Final = "application/ld+json"
JSON_LD: Final = DOCUMENT_TYPE
LINES_TYPE: Final = "application/x-ndjson"

# The schema.org types of subjects. Any other concept is a DefinedTerm. For a nature without a
# schema.org type, its additionalType is the IPTC's URI of the nature.
TYPES: Final = {"person": "Person", "organisation": "Organization", "place": "Place", "event": "Event"}
NATURES: Final = {name: f"http://cv.iptc.org/newscodes/cpnature/{name}" for name in ("abstract", "object")}

PERSON: Final = "Person"
PARTY_TYPES: Final = {"person": PERSON, "organisation": "Organization"}

# The type of an article of each kind. A text with live updates is a LiveBlogPosting too.
KINDS: Final = {
    "text": "NewsArticle",
    "picture": "ImageObject",
    "graphic": "ImageObject",
    "video": "VideoObject",
    "audio": "AudioObject",
    "composite": "Collection",
}
LIVE_BLOG: Final = "LiveBlogPosting"

MEDIA_TYPES: Final = {
    "picture": "ImageObject",
    "graphic": "ImageObject",
    "video": "VideoObject",
    "audio": "AudioObject",
}
MEDIA_PROPERTIES: Final = {"picture": "image", "graphic": "image", "video": "video", "audio": "audio"}
# The additionalType of an ImageObject that is a graphic.
GRAPHIC: Final = "http://cv.iptc.org/newscodes/ninature/graphic"
# The role of the file that thumbnailUrl refers to.
THUMBNAIL: Final = "rnd:thumbnail"

# The properties for people with one role; the role of a contributor is the name of the property.
CONTRIBUTOR_PROPERTIES: Final = ("editor", "translator", "producer", "accountablePerson")

# The property of a link with each relation. The relation of any other property is its IRI.
LINK_PROPERTIES: Final = {
    "irel:derivedFrom": "isBasedOn",
    "irel:translatedFrom": "translationOfWork",
    **{
        f"https://schema.org/{name}": name
        for name in ("citation", "isPartOf", "hasPart", "workTranslation", "exampleOfWork", "subjectOf")
    },
}

# The property of the PLUS Coalition that says whether a work may be mined for data (IPTC Photo Metadata, Data Mining).
DATA_MINING: Final = "http://ns.useplus.org/ldf/xmp/1.0/DataMining"

# schema.org's members of IPTCDigitalSourceEnumeration, by the IPTC's codes.
_SOURCE_TYPES: Final = """
    algorithmicMedia algorithmicallyEnhanced composite compositeCapture compositeSynthetic
    compositeWithTrainedAlgorithmicMedia dataDrivenMedia digitalArt digitalCapture minorHumanEdits
    multiFrameComputationalCapture negativeFilm positiveFilm print screenCapture trainedAlgorithmicMedia
    virtualRecording
    """
SOURCE_TYPES: Final = {
    f"digsrctype:{code}": f"https://schema.org/{code[0].upper()}{code[1:]}DigitalSource"
    for code in _SOURCE_TYPES.split()
}

# Article and its subtypes, without those of software documentation and of posts on platforms.
ARTICLE_TYPES: Final = frozenset(
    """
    Article NewsArticle AdvertiserContentArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle
    OpinionNewsArticle ReportageNewsArticle ReviewNewsArticle Report SatiricalArticle ScholarlyArticle
    MedicalScholarlyArticle TechArticle BlogPosting LiveBlogPosting
    """.split()
)

# The subtypes of schema.org that news pages use for a thing; a thing of any other type has no subject type.
_SUBTYPES: Final = {
    "person": "Person Patient",
    "organisation": "Organization Airline CollegeOrUniversity Corporation EducationalOrganization "
    "GovernmentOrganization MusicGroup NewsMediaOrganization NGO PerformingGroup PoliticalParty SportsOrganization "
    "SportsTeam WorkersUnion",
    "place": "Place AdministrativeArea City Continent Country Landform LandmarksOrHistoricalBuildings State",
    "event": "Event BusinessEvent Festival MusicEvent PublicationEvent SportsEvent",
}
SUBTYPES: Final = {subtype: type_ for type_, subtypes in _SUBTYPES.items() for subtype in subtypes.split()}

# The types of items that are no text. At the top of a document, each is an item of its own.
ITEM_TYPES: Final = frozenset(("ImageObject", "VideoObject", "AudioObject", "Collection"))
ROLES: Final = frozenset(("Role", "LinkRole", "OrganizationRole", "EmployeeRole", "PerformanceRole"))

_PREFIXES: Final = ("schema:", "https://schema.org/", "http://schema.org/")
# The context of schema.org defines these names as keywords.
_KEYWORDS: Final = {"id": "@id", "type": "@type"}


@lru_cache(maxsize=4096)
def short_name(name: str) -> str:
    """Return the name of a property or a type without the prefix of schema.org."""
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return _KEYWORDS.get(name, name)


def member(node: Mapping[str, Any], name: str) -> Any:
    """Return a member of an object, whose name may be prefixed."""
    if name in node:
        return node[name]
    return next((node[prefixed] for prefix in _PREFIXES if (prefixed := prefix + name) in node), None)


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types of an object, without the prefix of schema.org. Its context defines "type" as "@type"."""
    stated = node.get("@type", node.get("type"))
    if type(stated) is str:
        return (short_name(stated),)
    return tuple(short_name(type_) for type_ in stated if isinstance(type_, str)) if isinstance(stated, list) else ()
