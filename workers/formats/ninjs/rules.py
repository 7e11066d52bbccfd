"""The rules of ninjs that a check reports."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule

_SCHEMA: Final = "ninjs, the JSON Schema of the version"

RULES: Final = (
    Rule("ninjs-json", "The file is JSON in UTF-8: an item, a list of items, or an item on each line", "RFC 8259"),
    Rule("ninjs-type", "A member has a value of its type: a string, a number, a list or an object", _SCHEMA),
    Rule("ninjs-value", "A member has one of its values, within its bounds", _SCHEMA),
    Rule("ninjs-member", "An object has only the members that the version knows", _SCHEMA),
    Rule("ninjs-missing", "An object has the members that it needs", _SCHEMA),
    Rule("ninjs-form", "A URI is a URI, and a date-time has its zone", f"{_SCHEMA}: formats; RFC 3986; RFC 3339"),
    Rule("ninjs-language", "A language is a registered tag", "ninjs, language; BCP 47"),
    Rule("ninjs-order", "A version is not created before its item", "ninjs, firstCreated, versionCreated", "advice"),
    Rule("ninjs-version", "The standard states a published version", "ninjs, standard", "advice"),
    Rule("ninjs-unique", "A file has each version of an item once", "ninjs, uri, version"),
    Rule("ninjs-same", "The item states what the article states", "newsmill's own, of what it writes"),
)
