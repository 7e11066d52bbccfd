"""What of schema.org's vocabulary (version 30.0) NewsArticles are written with, and which types are read as one."""

from __future__ import annotations

from typing import Final

CONTEXT: Final = "https://schema.org"
DOCUMENT_TYPE: Final = "application/ld+json"
LINES_TYPE: Final = "application/x-ndjson"

# schema.org's type for what an article is about. A concept is a DefinedTerm; its additionalType keeps apart
# what schema.org has no type for, by the URI of the nature in the IPTC's vocabulary.
TYPES: Final = {"person": "Person", "organisation": "Organization", "place": "Place", "event": "Event"}
NATURES: Final = {name: f"http://cv.iptc.org/newscodes/cpnature/{name}" for name in ("abstract", "object")}

# Article and its subtypes, but those for what is documentation of software or posted by somebody on a platform.
ARTICLE_TYPES: Final = frozenset(
    (
        "Article",
        "AdvertiserContentArticle",
        "NewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "Report",
        "SatiricalArticle",
        "ScholarlyArticle",
        "MedicalScholarlyArticle",
        "TechArticle",
        "BlogPosting",
        "LiveBlogPosting",
    )
)

# The subtypes that pages about news use for a thing; any other thing has no type of ours.
SUBTYPES: Final = {
    "Person": "person",
    "Patient": "person",
    "Organization": "organisation",
    "Airline": "organisation",
    "CollegeOrUniversity": "organisation",
    "Corporation": "organisation",
    "EducationalOrganization": "organisation",
    "GovernmentOrganization": "organisation",
    "MusicGroup": "organisation",
    "NewsMediaOrganization": "organisation",
    "NGO": "organisation",
    "PerformingGroup": "organisation",
    "PoliticalParty": "organisation",
    "SportsOrganization": "organisation",
    "SportsTeam": "organisation",
    "WorkersUnion": "organisation",
    "Place": "place",
    "AdministrativeArea": "place",
    "City": "place",
    "Continent": "place",
    "Country": "place",
    "Landform": "place",
    "LandmarksOrHistoricalBuildings": "place",
    "State": "place",
    "Event": "event",
    "BusinessEvent": "event",
    "Festival": "event",
    "MusicEvent": "event",
    "PublicationEvent": "event",
    "SportsEvent": "event",
}
