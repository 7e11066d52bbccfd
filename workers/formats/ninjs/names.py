"""The names of members in each generation of ninjs, and the names that newsmill gives to associations and renditions.

The reader knows these names again: a name that the writer had to invent is no role.
"""

from __future__ import annotations

import re
from typing import Final

MAIN_PICTURE: Final = "featuremedia"
"""The name of the association that is shown first. Content management systems in wide use have the same."""

SECONDARY: Final = "secondary"
"""The name, with a number, of a media object that is not the main one."""
MEDIA: Final = "media"
LINK: Final = "link"
MEMBER: Final = "member"
RENDITION: Final = "rendition"
OTHER: Final = "alternative"
KEYWORD: Final = "keyword"
"""The relation of a subject that is a keyword: ninjs has no member for keywords."""
URL: Final = "url"
"""The type of the alternative id that is the article's address: ninjs has no member for it."""
CAPTION: Final = "caption"
ALT: Final = "alt"
CREDIT: Final = "creditline"

_MAIN: Final = frozenset((MAIN_PICTURE, "main", "mainpic"))
_INVENTED = re.compile(rf"(?:{SECONDARY}|{MEDIA}|{LINK}|{MEMBER}|{RENDITION}|{OTHER})\d*")
_SECONDARY = re.compile(rf"{SECONDARY}\d*")
_LINK = re.compile(rf"{LINK}\d*")
# Names of generation 1 that are not those of generation 3 in small letters.
_FIRST: Final = {
    "by": "byline",
    "contentType": "mimetype",
    "embargoedUntil": "embargoed",
    "standard": "$standard",
    "subjects": "subject",
    "people": "person",
    "organisations": "organisation",
    "places": "place",
    "events": "event",
    "objects": "object",
    "genres": "genre",
    "infoSources": "infosource",
    "geoJSON": "geometry_geojson",
}
_SECOND: Final = {"embargoedUntil": "embargoed"}


class Names(dict[str, str]):
    """The names of one generation, by those of generation 3."""

    def __init__(self, generation: str) -> None:
        super().__init__({"1": _FIRST, "2": _SECOND, "3": {}}[generation])
        self._generation = generation

    def __missing__(self, name: str) -> str:
        made = self[name] = name if self._generation == "3" else name.lower()
        return made


def is_main(name: str | None) -> bool | None:
    """Return whether an association of this name is the main picture; None if the name does not say."""
    if name is None:
        return None
    return True if name.lower() in _MAIN else False if _SECONDARY.fullmatch(name) else None


def is_invented(name: str) -> bool:
    """Return whether a name says nothing about what it names."""
    return bool(_INVENTED.fullmatch(name))


def is_link(name: str | None) -> bool:
    """Return whether an association of a composite is a link beside its members."""
    return name is not None and bool(_LINK.fullmatch(name))
