"""The terms of schema.org (version 30.0) that NewsArticles are written with, and the types that are read as one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

CONTEXT: Final = "https://schema.org"
DOCUMENT_TYPE: Final = "application/ld+json"
LINES_TYPE: Final = "application/x-ndjson"

# The schema.org types of subjects. Any other concept is a DefinedTerm. For a nature without a
# schema.org type, its additionalType is the IPTC's URI of the nature.
TYPES: Final = {"person": "Person", "organisation": "Organization", "place": "Place", "event": "Event"}
NATURES: Final = {name: f"http://cv.iptc.org/newscodes/cpnature/{name}" for name in ("abstract", "object")}

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

_PREFIX: Final = re.compile(r"(?:https?://schema\.org/|schema:)")


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types of an object, without the prefix of schema.org. Its context defines "type" as "@type"."""
    stated = node.get("@type", node.get("type"))
    listed = stated if isinstance(stated, list) else [stated]
    return tuple(_PREFIX.sub("", type_, count=1) for type_ in listed if isinstance(type_, str))
