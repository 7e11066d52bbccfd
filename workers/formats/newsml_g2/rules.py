"""The rules of NewsML-G2 that newsmill checks, with their sections.

Most of them are in the documentation of the XML Schema, at the declaration that a reference names.
"""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule
from workers.formats.xml.rules import DOCTYPE, WELL_FORMED

_G2: Final = "NewsML-G2 2.35 XML Schema, documentation of"
_SCHEMA: Final = "NewsML-G2 XML Schema of the version that the item states; W3C XML Schema 1.0, part 1, section"
_OWN: Final = "newsmill's own rule"

RULES: Final = (
    WELL_FORMED,
    DOCTYPE,
    Rule(
        "g2-00-root", "The root element is newsMessage or an item of NewsML-G2", "NewsML-G2 XML Schema, global elements"
    ),
    Rule(
        "g2-01-identity",
        "guid is an absolute IRI that is common for all versions of the item",
        f"{_G2} AnyItemType/@guid; RFC 3987, section 2.2",
    ),
    Rule("g2-02-unique", "A message has each version of an item once", f"{_G2} AnyItemType/@guid and @version"),
    Rule(
        "g2-03-standard",
        "standard, standardversion and conformance name NewsML-G2, one of its versions, and core or power",
        f"{_G2} AnyItemType/@standard, @standardversion and @conformance",
    ),
    Rule(
        "g2-04-conformance",
        'An item that uses features of Power states conformance="power"',
        f"{_G2} AnyItemType/@conformance; NewsML-G2 2.24 XML Schema, Core",
    ),
    Rule(
        "g2-05-version",
        "The structure of the stated version is known; if not, the nearest known version is checked",
        f"{_OWN}; {_G2} AnyItemType/@standardversion",
        "advice",
    ),
    Rule(
        "g2-06-alias",
        "A QCode is alias, colon and code, and a catalog of the same item binds the alias",
        f"{_G2} QCodeType and catalogRef",
    ),
    Rule("g2-07-alias-twice", "The catalogs of an item bind an alias to one URI", f"{_G2} scheme"),
    Rule("g2-08-catalog", "A catalogRef refers to a catalog", f"{_G2} catalogRef/@href"),
    Rule("g2-09-retired", "A code is of a scheme that is in use", "IPTC catalog 41, scheme/@schemeretired", "advice"),
    Rule("g2-10-code", "A code is in its vocabulary", "IPTC NewsCodes, the vocabulary at the URI of the scheme"),
    Rule(
        "g2-11-scheme-uri",
        "The URI of a scheme ends in a separator, so that URI and code make the URI of a concept",
        f"{_G2} scheme/@uri; IPTC catalog 41",
    ),
    Rule(
        "g2-12-concept",
        "A property that takes a concept has qcode or uri, and both name the same concept",
        f'{_G2} QCodePropType/@qcode: "either the qcode or the uri attribute MUST be used"',
    ),
    Rule("g2-13-named", "A property of a concept has a code, a URI, a literal or a name", f"{_G2} flexAttributes"),
    Rule(
        "g2-14-item-class",
        "itemClass is a concept of the vocabulary for the kind of item",
        f"{_G2} itemClass; IPTC catalog 41, definitions of ninat, cinat, catinat and plinat",
    ),
    Rule(
        "g2-15-rights-scheme",
        "scope and aspect of rightsInfo are of their mandatory vocabularies",
        f'{_G2} rightsInfo/@scope and @aspect: "Mandatory NewsCodes scheme"',
    ),
    Rule(
        "g2-16-zone",
        "versionCreated, firstCreated, embargoed and sent have a time zone, and no white space around them",
        f"{_G2} DateTimePropType; W3C XML Schema 1.0, part 2, section 3.2.7",
    ),
    Rule(
        "g2-17-order",
        "Dates are in the order of what they date",
        f"{_G2} firstCreated, versionCreated, contentCreated and contentModified",
    ),
    Rule(
        "g2-18-signal",
        "Version 2 and later say what changed, and version 1 does not",
        f"{_G2} signal and edNote",
        "advice",
    ),
    Rule(
        "g2-19-embargo",
        "An embargo ends after the version was created, or an edNote says when",
        f"{_G2} embargoed",
        "advice",
    ),
    Rule(
        "g2-20-idref",
        "A reference names the id of an element of the item",
        "W3C XML Schema 1.0, part 2, sections 3.3.9 and 3.3.10 (IDREF and IDREFS)",
    ),
    Rule("g2-21-id", "An id stands once in a document", "W3C XML Schema 1.0, part 2, section 3.3.8 (ID)"),
    Rule("g2-22-target", "A link has a target", f"{_G2} link/@href and @residref"),
    Rule(
        "g2-23-deprecated",
        "An item uses no deprecated attribute or element",
        f"{_G2} link/@guidref and @hreftype, @derivedfrom, and facet",
        "advice",
    ),
    Rule(
        "g2-25-language",
        "A language tag is registered",
        f'{_G2} language/@tag: "Values must be valid BCP 47 language tags"; RFC 5646, section 2.2.9',
    ),
    Rule("g2-26-content", "An item has content, and a text has a language and a headline", f"{_OWN}; {_G2} contentSet"),
    Rule(
        "g2-27-media-type",
        "contenttype is a media type of the IANA, and that of the content",
        f'{_G2} newsContentTypeAttributes/@contenttype: "An IANA Media Type"; RFC 6838, section 4.2',
    ),
    Rule("g2-28-body-namespace", "inlineXML has one element, of the namespace of its vocabulary", f"{_G2} inlineXML"),
    Rule(
        "g2-29-body",
        "The body has elements of its vocabulary alone",
        "HTML Living Standard, section 4 (elements); NITF 3.6 XML Schema",
    ),
    Rule(
        "g2-30-count",
        "wordcount and charcount are those of the body",
        f"{_G2} newsContentCharacteristics/@wordcount and @charcount",
    ),
    Rule("g2-31-text", "The body has the text of the article, paragraph by paragraph", _OWN),
    Rule("g2-32-tool", "A value that a tool made names the tool", f"{_OWN}; {_G2} @how and @creator"),
    Rule("g2-33-why", "An ancestor stands for a value that is direct", f"{_G2} @why; IPTC NewsCodes, whypresent"),
    Rule("g2-34-literal", "A literal of assert or derivedFrom is used in the item", f"{_G2} flexAttributes/@literal"),
    Rule("g2-schema-element", "An element is at a place that the schema allows", f"{_SCHEMA} 3.9"),
    Rule("g2-schema-order", "Elements are in the order of the schema", f"{_SCHEMA} 3.8"),
    Rule("g2-schema-missing", "Each required element is there", f"{_SCHEMA} 3.8"),
    Rule("g2-schema-attribute", "An element has its required attributes, and no unknown one", f"{_SCHEMA} 3.4"),
    Rule("g2-schema-value", "A value is of the type that the schema states", f"{_SCHEMA} 3.14"),
    Rule("g2-schema-text", "Text stands only where the schema allows it", f"{_SCHEMA} 3.4"),
)
"""Every rule, in the order of their ids."""
