"""The elements of XHTML, HTML and NITF 3.6, by what they do to text.

Elements are known by their local names in lower case: the namespaces that agencies declare are often wrong or missing.
The vocabularies do not contradict each other, so that one list serves all of them.
"""

from __future__ import annotations

from typing import Final

from schemas.article.body import SpanKind


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SPANS: Final[dict[str, SpanKind]] = {
    "b": "strong",
    "strong": "strong",
    "i": "emphasis",
    "em": "emphasis",
    "sub": "sub",
    "sup": "sup",
    "ins": "inserted",
    "del": "deleted",
    "s": "deleted",
    "strike": "deleted",
    "q": "quoted",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
"""The kind of an inline element. Struck-out text counts as deleted: it is not in the story."""

INLINE: Final = _names(
    """
    abbr acronym bdi bdo big cite data dfn font label mark nobr rb rp rt rtc small span time u var wbr
    addressee alt-code alt-name byttl chron city country event function lang location money name.family name.given num
    object.title org person postaddr pronounce region state sublocation virtloc
    """
)
"""Inline elements of which only the text is read."""

HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "hl1": 1, "hl2": 2}

BLOCKS: Final = _names(
    """
    abstract address article aside block body body.content byline caption center credit dateline dd delivery.office
    delivery.point details dialog distributor div dt fieldset figcaption fn footer form header hedline hgroup html
    legend li main media-caption media-producer menu nav nitf nitf-table note p postcode search section story.date
    summary tagline tbody td tfoot th thead tr
    """
)
"""Elements that stand alone: the text before, in and after one is never joined. (`li` or `td` only out of place.)"""

TEXTLESS: Final = _names(
    """
    applet body.end body.head button canvas datalist docdata iframe key-list media-metadata media-object
    nitf-table-metadata noembed noframes noscript script select style svg template textarea tobject
    """
)
"""Elements whose text is no text of the article."""

VOID: Final = _names(
    "area base basefont col colgroup ds frame frameset input keygen link map meta param source spacer track wbr"
)
"""Elements without text that separate nothing."""
