"""The rules of XML that several formats share."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule

WELL_FORMED: Final = Rule("xml-well-formed", "The file is well-formed XML", "XML 1.0, section 2.1")
DOCTYPE: Final = Rule(
    "xml-doctype",
    "The file has no document type declaration, which can hide entities and addresses",
    "newsmill's own rule; XML 1.0, section 2.8",
)
