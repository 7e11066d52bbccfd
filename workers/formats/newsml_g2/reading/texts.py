"""The choice among texts in several roles and languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from schemas.article import RoleText
from schemas.article.languages import check_language
from workers.formats.newsml_g2.reading.leaves import FORMAT, NO_ATTRIBUTES, Attributes, Leaves
from workers.formats.newsml_g2.reading.names import XML_LANG

_OTHER: Final = "*"

Ranks = Mapping[str, int]
"""The rank of each role, by its code; "" is no role, "*" each other role. The lowest rank is the main text."""

HEADLINES: Final[Ranks] = {"main": 0, "": 1, _OTHER: 2}
DESCRIPTIONS: Final[Ranks] = {"summary": 0, "": 1, _OTHER: 2, "caption": 9}
# Names for machines are not what readers see.
NAMES: Final[Ranks] = {
    **dict.fromkeys(("display", "", "main"), 0),
    **dict.fromkeys(("full", "common"), 1),
    _OTHER: 3,
    "short": 4,
    "abbreviation": 5,
    **dict.fromkeys(("mnemonic", "shortmnemonic", "sort", "id"), 8),
}
NEVER: Final = 9
"""The rank of a role that is never the main text."""


@dataclass(slots=True)
class Text:
    """A text with its role and language, and its element."""

    text: str
    role: str | None
    language: str | None
    element: etree._Element
    attributes: Attributes
    rank: int
    number: int


def distance(language: str | None, wanted: str | None) -> int:
    """Return the distance of a language from the wanted one: the same or not stated, related, another."""
    if not language or not wanted or language.lower() == wanted.lower():
        return 0
    return 1 if language.partition("-")[0].lower() == wanted.partition("-")[0].lower() else 2


def code_of(value: str) -> str:
    """Return the code in a QCode or in the URI of a concept, in lower case."""
    return value.rpartition(":")[2].rpartition("/")[2].lower()


def read_texts(
    leaves: Leaves, elements: Sequence[etree._Element], wanted: str | None, ranks: Ranks, *, line: bool
) -> list[Text]:
    """Return the texts that are not blank, the main one first. None of them is recorded yet.

    Args:
        leaves: the leaves of the item.
        elements: the properties.
        wanted: the language of the item.
        ranks: the ranks of their roles.
        line: whether the text is one line.
    """
    if len(elements) == 1 and (plain := leaves.plain(elements[0])):
        return [Text(plain, None, None, elements[0], NO_ATTRIBUTES, ranks.get("", ranks[_OTHER]), 0)]
    found = []
    for number, element in enumerate(elements):
        attributes = leaves.attributes(element)
        text = leaves.line(element) if line else leaves.text(element)
        if not text:
            leaves.drop_text(element)  # markup without text
            continue
        role = attributes.get("role") or attributes.get("roleuri")
        code = code_of(role) if role else ""
        rank = ranks.get(code, ranks[_OTHER])
        found.append(Text(text, role, attributes.language, element, attributes, rank, number))
    if len(found) > 1:
        found.sort(key=lambda one: (one.rank == NEVER, distance(one.language, wanted), one.rank))
    return found


def keep_main(leaves: Leaves, main: Text, field: str, wanted: str | None) -> str:
    """Record a text as the main one. Its role is held if it says no more than that."""
    leaves.keep_text(main.element, field)
    if main.role and main.rank <= 1:
        main.attributes.keep_code("role", field)
    keep_language(main.attributes, field, wanted)
    return main.text


def keep_language(attributes: Attributes, field: str, wanted: str | None) -> None:
    """Take the language of a text, if the Article holds it as its own language."""
    stated = attributes.language
    if stated and wanted and stated.replace("_", "-").lower() == wanted.lower():
        attributes.keep(XML_LANG, field)


def keep_other(leaves: Leaves, other: Text, field: str) -> RoleText:
    """Record a text as one beside the main one, with its role and language."""
    leaves.keep_text(other.element, f"{field}.text")
    if leaves.own:
        other.attributes.keep("rank", FORMAT)
    role = other.attributes.keep_code("role", f"{field}.role")
    return RoleText(text=other.text, role=role, language=take_language(other.attributes, f"{field}.language"))


def take_language(attributes: Attributes, field: str) -> str | None:
    """Take a language tag; None if there is none, or no registered one."""
    stated = attributes.language
    if stated is None:
        return None
    tag = stated.replace("_", "-")
    if detail := check_language(tag):
        attributes.drop(XML_LANG, detail)
        return None
    attributes.keep(XML_LANG, field)
    return tag
