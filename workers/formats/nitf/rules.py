"""The rules of NITF that a check reports."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule
from workers.formats.xml.rules import WELL_FORMED

_SCHEMA: Final = "NITF 3.6 XML Schema"

RULES: Final = (
    WELL_FORMED,
    Rule("nitf-root", "The file is a nitf element of the NITF namespace, or has one inside", _SCHEMA),
    Rule("nitf-element", "An element stands where the schema allows it", _SCHEMA),
    Rule("nitf-order", "The children of an element are in order", _SCHEMA),
    Rule("nitf-missing", "An element has the children that it needs", _SCHEMA),
    Rule("nitf-attribute", "An element has the attributes that the schema allows and demands", _SCHEMA),
    Rule("nitf-value", "A value has its type", _SCHEMA),
    Rule("nitf-text", "Text stands only where the schema allows it", _SCHEMA),
    Rule("nitf-id", "Each id stands once", "XML 1.0, section 3.3.1"),
    Rule("nitf-unique", "A file has each version of a document once", "NITF 3.6, doc-id, du-key"),
    Rule("nitf-same", "The document states what the article states", "newsmill's own, of what it writes"),
)
"""Every rule."""
