"""Names and codes of NewsML-G2 that its schema does not state.

The codes are IPTC NewsCodes (cv.iptc.org). Only small and closed vocabularies are here.
"""

from __future__ import annotations

from typing import Final

NAR: Final = "http://iptc.org/std/nar/2006-10-01/"
XHTML: Final = "http://www.w3.org/1999/xhtml"
NITF: Final = "http://iptc.org/std/NITF/2006-10-18/"
ITEMS: Final = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")

_CV: Final = "http://cv.iptc.org/newscodes/"

ITEM_CLASSES: Final = {
    "newsItem": _CV + "ninature/",
    "packageItem": _CV + "ninature/",
    "conceptItem": _CV + "cinature/",
    "knowledgeItem": _CV + "cinature/",
    "catalogItem": _CV + "catinature/",
    "planningItem": _CV + "plinature/",
}
RIGHTS_SCHEMES: Final = {"scope": _CV + "riscope/", "aspect": _CV + "riaspect/"}
TEXT: Final = _CV + "ninature/text"
UPDATES: Final = (_CV + "signal/update", _CV + "signal/correction")
USABLE: Final = _CV + "pubstatusg2/usable"
CANCELED: Final = _CV + "pubstatusg2/canceled"
TOOL: Final = _CV + "howextracted/tool"
DIRECT: Final = _CV + "whypresent/direct"
ANCESTOR: Final = _CV + "whypresent/ancestor"

# Closed vocabularies: another code is an error.
CODES: Final = {
    _CV + "ninature/": {"text", "audio", "video", "picture", "graphic", "animated", "composite"},
    _CV + "cinature/": {"concept", "scheme"},
    _CV + "plinature/": {"newscoverage"},
    _CV + "pubstatusg2/": {"usable", "withheld", "canceled"},
    _CV + "whypresent/": {"direct", "ancestor", "inferred", "associated"},
    _CV + "riscope/": {"content", "metadata"},
    _CV + "urgency/": set("123456789"),
    _CV + "priority/": set("123456789"),
}
# Open vocabularies, to which the IPTC adds codes: another code is advice.
COMMON_CODES: Final = {
    _CV + "signal/": {"update", "correction", "updateWith", "atomic", "cls", "embargo", "major", "minor", "cr"},
    _CV + "cpnature/": {"abstract", "event", "geoArea", "object", "organisation", "person", "poi", "animal", "plant"},
    _CV + "itemrelation/": {
        "seeAlso", "previousVersion", "derivedFrom", "dependsOn", "isTranslationOf", "isTranslatedFrom", "isReplyTo",
        "isSourceOf", "isPartOf", "hasPart", "isBasedOn", "isA", "replaces", "depends", "evolvedFrom", "associatedWith",
        "signal", "packageItem", "updatePrev", "correctPrev", "addendum",
    },
    _CV + "descriptionrole/": {"summary", "caption", "keyword", "script", "audio", "abstract", "long", "alttext"},
    _CV + "howextracted/": {"person", "tool", "mixed", "toolsuperv", "combined"},
}  # fmt: skip
# Large vocabularies, by the form of their codes.
CODE_FORMS: Final = {_CV + "mediatopic/": r"\d{8}", _CV + "subjectcode/": r"\d{8}"}

# Attributes of the types QCodeType and QCodeListType in the schema of 2.35.
QCODES: Final = frozenset(
    """
    accesstype audiochannels audiocodec authoritystatus colourindicator colourspace confirmationstatus creator
    durationunit encoding format hashtype heightunit how idformat interactiontype jobtitle layoutorientation
    market marketlabelsrc mode part qcode radunit ratertype ratingtype rel rendition renditionref reposrole
    representation residrefformat scaleunit severity symbolsrc target tech timeunit valcalctype valueunit
    videocodec videodefinition videoscaling why widthunit
    """.split()
)
QCODE_LISTS: Final = frozenset("aspect concepttype environment pubconstraint role scope type".split())
# Attributes with one of these names and another type, on elements of the NAR namespace.
NO_QCODES: Final = {("a", "rel"), ("timestamp", "role")}

IDS: Final = ("id", "partid")
IDREFS: Final = ("idref", "idrefs", "contentrefs", "original", "root", "sourceidref")
DEPRECATED: Final = {"guidref": "@residref", "hreftype": "@contenttype", "derivedfrom": "the element derivedFrom"}

# Elements for which the documentation of the schema says that qcode or uri "MUST be used".
CODED: Final = (
    "itemClass", "pubStatus", "conceptId", "type", "service", "action", "bit", "accessStatus", "eventStatus",
    "occurStatus", "newsCoverageStatus",
)  # fmt: skip
PAIRED: Final = {
    "group": "role",
    "hash": "hashtype",
    "rating": "scaleunit",
    "userInteraction": "interactiontype",
    "timeDelim": "timeunit",
    "circle": "radunit",
}
# Elements that stand for a concept (flexAttributes): they have a code, a URI, a literal or a name.
CONCEPTS: Final = (
    "subject", "located", "provider", "creator", "contributor", "infoSource", "copyrightHolder", "accountable", "genre",
    "audience", "exclAudience", "metadataCreator", "dataMining", "digitalSourceType", "signal", "memberOf",
    "instanceOf", "broader", "narrower", "sameAs", "party", "organiser", "participant", "location",
)  # fmt: skip
LINKS: Final = ("link", "itemRef", "remoteInfo", "deliverableOf", "deliveredItemRef")

STANDARD_VERSIONS: Final = frozenset(f"2.{number}" for number in range(37))
# Features that Core conformance does not have; its schema ended with 2.24.
POWER_ATTRIBUTES: Final = frozenset(
    """
    creator creatoruri custom how howuri why whyuri pubconstraint pubconstrainturi
    """.split()
)
POWER_ELEMENTS: Final = frozenset(
    """
    assert inlineRef derivedFrom derivedFromValue partMeta metadataCreator digitalSourceType dataMining
    """.split()
)

BODY_TYPES: Final = {"application/xhtml+xml": XHTML, "application/nitf+xml": NITF}
XHTML_ELEMENTS: Final = frozenset(
    """
    html head title base meta link style script noscript body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd address
    hr pre blockquote ins del a span bdo br em strong dfn code samp kbd var cite abbr acronym q sub sup tt i b
    big small object param img map area form label input select optgroup option textarea fieldset legend button
    table caption thead tfoot tbody colgroup col tr th td article section aside header footer nav main figure
    figcaption time mark bdi wbr s u ruby rb rt rp audio video source picture track center font
    """.split()
)
NITF_ELEMENTS: Final = frozenset(
    """
    nitf head title meta tobject tobject.property tobject.subject iim ds docdata correction evloc doc-id
    del-list from-src urgency fixture date.issue date.release date.expire doc-scope series ed-msg du-key
    doc.copyright doc.rights key-list keyword identified-content pubdata revision-history body body.head
    body.content body.end hedline hl1 hl2 note rights rights.owner rights.startdate rights.enddate rights.agent
    rights.geography rights.type rights.limitations byline byttl distributor dateline copyrite copyrite.year
    copyrite.holder abstract block bq credit br a em lang pronounce q sub sup chron classifier event function
    location sublocation city state region country money num frac frac-num frac-sep frac-den object.title org
    alt-code person name.given name.family postaddr addressee care.of delivery.point postcode delivery.office
    virtloc p table caption col colgroup thead tbody tfoot tr th td ol ul li dl dt dd hr pre fn media
    media-reference media-metadata media-object media-producer media-caption nitf-table nitf-table-metadata
    nitf-col nitf-colgroup custom-table datasource tagline bibliography story.date
    """.split()
)
# Elements that end a word and begin another.
BLOCKS: Final = frozenset(
    """
    p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre blockquote table caption tr th td br hr address figure
    figcaption article section aside header footer hl1 hl2 hedline byline byttl block bq body.head body.content
    body.end media media-caption dateline distributor abstract note tagline fn title head body
    """.split()
)
