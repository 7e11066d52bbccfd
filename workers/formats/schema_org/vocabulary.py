"""The rules for properties of schema.org 30 that news articles use: the range of each, and what a node must have.

Names are schema.org's. Any other property is advice only: most of them are misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from schemas.article.languages import REGISTERED, find_language_fault
from schemas.article.values import check_day_or_moment, check_iri, check_media_type, check_sha256, shorten
from workers.formats.schema_org.terms import ARTICLE_TYPES, ROLES, types_of

Report = Callable[..., None]
"""report(key, rule, detail, severity="error")"""

Check = Callable[[Report, str, Any], None]

CONTEXTS: Final = frozenset(
    f"{scheme}://schema.org{path}" for scheme in ("http", "https") for path in ("", "/", "/docs/jsonldcontext.jsonld")
)
_PARTIES: Final = frozenset(
    """
    Person Organization NewsMediaOrganization Corporation GovernmentOrganization NGO Consortium
    EducationalOrganization CollegeOrUniversity LocalBusiness OnlineBusiness Project SportsTeam
    ResearchOrganization WorkersUnion PoliticalParty PerformingGroup SportsOrganization Airline
    """.split()
)
_PLACES: Final = frozenset(
    """
    Place City Country State AdministrativeArea CivicStructure Landform Residence TouristAttraction
    LandmarksOrHistoricalBuildings Accommodation SchoolDistrict Continent
    """.split()
)
_WORKS: Final = frozenset(
    """
    CreativeWork WebPage WebSite WebPageElement Book Photograph DigitalDocument Newspaper PublicationIssue
    PublicationVolume Periodical Dataset ItemPage AboutPage CollectionPage Collection Report Product
    """.split()
)
_MEDIA: Final = frozenset(
    """
    MediaObject ImageObject AudioObject VideoObject TextObject DataDownload ImageObjectSnapshot
    """.split()
)
_FAMILIES: Final = (_PARTIES, _PLACES, _WORKS | ARTICLE_TYPES, _MEDIA, frozenset(("PropertyValue", "DefinedTerm")))
_BOOLEANS: Final = ("True", "False", "true", "false", "https://schema.org/True", "https://schema.org/False")
_DURATION = re.compile(
    r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?", re.ASCII
)
_SIZE = re.compile(r"\d+(?:\.\d+)? ?(?:[kKMGT]i?B|B|bytes)?", re.ASCII)

iri_fault = lru_cache(maxsize=8192)(check_iri)


def check_node(node: Mapping[str, Any], report: Report) -> None:
    """Check the properties of one node, and of the nodes within it."""
    for key, value in node.items():
        check = _PROPERTIES.get(key)
        if check is None:
            _check_unknown(report, key)
        elif type(value) is list:
            for item in value:
                check_value(check, report, key, item)
        else:
            check_value(check, report, key, value)


def check_value(check: Check, report: Report, key: str, value: Any) -> None:
    """Check one value of a property; of a Role, the value inside of it."""
    if type(value) is dict and not ROLES.isdisjoint(types_of(value)):
        if key not in value:
            report(key, "ld-role", f"{key} is a Role without {key}; state the value in it, as {key}")
        check_node(value, report)
    else:
        check(report, key, value)


def find_check(key: str) -> Check | None:
    """Return the check of a property, if it has one."""
    return _PROPERTIES.get(key)


def is_reference(node: Mapping[str, Any]) -> bool:
    """Return whether a node only refers to another node."""
    return len(node) == 1 and "@id" in node


def _check_unknown(report: Report, key: str) -> None:
    # A name with a colon is of another vocabulary, which is not checked.
    if key not in _KEYWORDS and ":" not in key:
        if key.startswith("@"):
            report(key, "ld-keyword", f"{key} is not a keyword of JSON-LD")
        else:
            report(key, "ld-unknown", f"{key} is not a known property of articles; check its spelling", "advice")


def _needs(report: Report, rule: str, key: str, value: Any, wanted: str) -> None:
    report(key, rule, f"{key} is {shorten(repr(value), 120)}; it has to be {wanted}")


def _text(report: Report, key: str, value: Any) -> None:
    if type(value) is str:
        if not value or value.isspace():
            report(key, "ld-range", f"{key} is blank; write a text, or leave {key} out")
    elif not (isinstance(value, dict) and isinstance(value.get("@value"), str)):
        _needs(report, "ld-range", key, value, "a text")


def _url(report: Report, key: str, value: Any) -> None:
    if isinstance(value, dict) and is_reference(value):
        value = value["@id"]
    if type(value) is not str or iri_fault(value):
        _needs(report, "ld-range", key, value, "an absolute URL")


def _id(report: Report, key: str, value: Any) -> None:
    if type(value) is not str or (iri_fault(value) and not value.startswith("_:")):
        _needs(report, "ld-id", key, value, "an absolute IRI")


def _date(report: Report, key: str, value: Any) -> None:
    if type(value) is not str or _date_fault(value):
        wanted = "a day (2024-11-08) or a date-time (2024-11-08T16:30:00Z)"
        _needs(report, "ld-date", key, value, wanted)


def _language(report: Report, key: str, value: Any) -> None:
    if isinstance(value, dict) and "Language" in types_of(value):
        return
    if type(value) is not str:
        _needs(report, "ld-language", key, value, REGISTERED)
    elif fault := find_language_fault(value):
        detail, is_error = fault
        shown = f"{key} is {shorten(repr(value), 120)}: {detail}; write {REGISTERED}"
        report(key, "ld-language", shown, "error" if is_error else "advice")


def _count(report: Report, key: str, value: Any) -> None:
    if type(value) is not int or value < 0:
        _needs(report, "ld-count", key, value, "a whole number, 0 or more")


def _version(report: Report, key: str, value: Any) -> None:
    if type(value) is not int and type(value) is not float and not (type(value) is str and value):
        _needs(report, "ld-range", key, value, "a number or a text")


def _sha256(report: Report, key: str, value: Any) -> None:
    if type(value) is not str or check_sha256(value):
        _needs(report, "ld-sha256", key, value, "a SHA-256 in 64 hexadecimal digits")


def _media_type(report: Report, key: str, value: Any) -> None:
    if type(value) is not str or (_media_type_fault(value) and iri_fault(value)):
        _needs(report, "ld-range", key, value, "a media type, such as text/plain, or a URL")


def _content_size(report: Report, key: str, value: Any) -> None:
    if type(value) is not str or not _SIZE.fullmatch(value):
        _needs(report, "ld-range", key, value, "a size in bytes, such as 2234 B")


def _boolean(report: Report, key: str, value: Any) -> None:
    if type(value) is not bool and value not in _BOOLEANS:
        _needs(report, "ld-range", key, value, "true or false")


def _duration(report: Report, key: str, value: Any) -> None:
    if type(value) is not dict and (type(value) is not str or not _DURATION.fullmatch(value)):
        _needs(report, "ld-range", key, value, "a duration of ISO 8601, such as PT1M30S")


def _degrees(report: Report, key: str, value: Any) -> None:
    if type(value) not in (int, float, str) or value == "":
        _needs(report, "ld-range", key, value, "a number of degrees")


def _author(report: Report, key: str, value: Any) -> None:
    # schema.org tolerates a text for an object (Conformance). The type is a recommendation of Google.
    if type(value) is str:
        _text(report, key, value)
    elif type(value) is dict and not types_of(value) and value.get("name"):
        check_node(value, report)
    else:
        _party(report, key, value)


def _correction(report: Report, key: str, value: Any) -> None:
    if type(value) is str:
        _text(report, key, value)
    else:
        _thing(report, key, value)


def _thing(report: Report, key: str, value: Any) -> None:
    if type(value) is not dict:
        _needs(report, "ld-range", key, value, "an object with an @type")
    elif not is_reference(value) and not types_of(value):
        report(key, "ld-type", f"{key} has no @type; state its type")
    else:
        check_node(value, report)


def _of(family: frozenset[str], *, named: bool = False, or_url: bool = False, or_text: bool = False) -> Check:
    def check(report: Report, key: str, value: Any) -> None:
        if type(value) is not dict:
            if or_text and type(value) is str:
                _text(report, key, value)
            elif or_url and type(value) is str:
                _url(report, key, value)
            else:
                _needs(report, "ld-range", key, value, f"an object of type {_listed(family)}")
            return
        type_ = value.get("@type")
        if type_ not in family if type(type_) is str else not family.intersection(types_of(value)):
            if is_reference(value):
                check_node(value, report)
                return
            _report_type(report, key, value, family)
        if named and not value.get("name"):
            report(key, "ld-name", f"{key} has no name; state the name of the person or organisation")
        check_node(value, report)

    return check


def _report_type(report: Report, key: str, node: Mapping[str, Any], family: frozenset[str]) -> None:
    types = types_of(node)
    if family.intersection(types):
        return
    is_other = not types or any(type_ in known for type_ in types for known in _FAMILIES)
    detail = f"{key} is of type {', '.join(types)}" if types else f"{key} has no @type"
    detail = f"{detail}; it has to be of type {_listed(family)}"
    report(key, "ld-type", detail, "error" if is_other else "advice")


def _anything(_report: Report, _key: str, _value: Any) -> None:
    pass


def _type(report: Report, key: str, value: Any) -> None:
    if type(value) is not str or not value:
        _needs(report, "ld-type", key, value, "the name of a type")


def _listed(family: frozenset[str]) -> str:
    shown = ("Person", "Organization", "Place", "CreativeWork", "MediaObject", "PropertyValue")
    return " or ".join(name for name in shown if name in family)


_party: Final = _of(_PARTIES, named=True)
_media_type_fault = lru_cache(maxsize=1024)(check_media_type)
_date_fault = lru_cache(maxsize=8192)(check_day_or_moment)

_KEYWORDS: Final = frozenset(
    ["@context", "@graph", "@value", "@language", "@direction", "@list", "@set", "@reverse", "@index", "@included"]
)


def _same(check: Check, properties: str) -> dict[str, Check]:
    return dict.fromkeys(properties.split(), check)


_PROPERTIES: Final[Mapping[str, Check]] = {
    "@id": _id,
    "@type": _type,
    **_same(
        _text,
        "additionalType name headline alternativeHeadline description abstract dateline creativeWorkStatus "
        "articleSection genre keywords copyrightNotice articleBody alternateName jobTitle termCode text value "
        "propertyID disambiguatingDescription creditText backstory caption pageStart pageEnd pagination printEdition "
        "printPage printSection printColumn softwareVersion addressLocality addressRegion addressCountry postalCode "
        "streetAddress email telephone roleName linkRelationship cssSelector audienceType givenName familyName "
        "honorificPrefix conditionsOfAccess",
    ),
    **_same(_url, "url sameAs contentUrl embedUrl thumbnailUrl discussionUrl inDefinedTermSet digitalSourceType"),
    **_same(
        _date,
        "datePublished dateModified dateCreated sdDatePublished uploadDate expires startDate endDate coverageStartTime "
        "coverageEndTime",
    ),
    **_same(_count, "wordCount commentCount position copyrightYear"),
    **_same(_author, "author creator contributor editor producer"),
    **_same(
        _party,
        "publisher sdPublisher copyrightHolder sourceOrganization provider funder "
        "sponsor translator worksFor affiliation memberOf parentOrganization accountablePerson maintainer",
    ),
    **_same(_of(_PLACES), "locationCreated contentLocation spatialCoverage homeLocation containedInPlace"),
    **_same(_of(_MEDIA), "encoding associatedMedia"),
    **_same(_of(_MEDIA, or_url=True), "image logo video audio thumbnail"),
    **_same(
        _of(_WORKS | ARTICLE_TYPES, or_url=True),
        "mainEntityOfPage isPartOf usageInfo license isBasedOn translationOfWork workTranslation exampleOfWork "
        "subjectOf acquireLicensePage publishingPrinciples",
    ),
    "hasPart": _of(_WORKS | ARTICLE_TYPES | _MEDIA, or_url=True),
    "citation": _of(_WORKS | ARTICLE_TYPES, or_text=True),
    "liveBlogUpdate": _of(ARTICLE_TYPES),
    "correction": _correction,
    **_same(_thing, "about mentions mainEntity geo audience"),
    **_same(_boolean, "isAccessibleForFree representativeOfPage"),
    **_same(_degrees, "latitude longitude"),
    "duration": _duration,
    "identifier": _of(frozenset(("PropertyValue",)), or_text=True),
    "inLanguage": _language,
    "version": _version,
    "sha256": _sha256,
    "encodingFormat": _media_type,
    "contentSize": _content_size,
    **_same(_anything, "address location width height speakable potentialAction interactionStatistic"),
}
