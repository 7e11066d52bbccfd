"""The shape of ninjs: how a text is recognised as it, and what kind of item it is.

ninjs 1.0 to 1.3 and many files of later versions do not state their standard, so the names of members decide.
"""

from __future__ import annotations

import re
from typing import Final

from workers.formats.json.sniffing import starts_as_json

_STANDARD = re.compile(r'"\$?standard"\s*:\s*\{[^{}]*"name"\s*:\s*"\w*ninjs"', re.IGNORECASE)
_NAME = re.compile(r'"([A-Za-z_$][\w$]*)"\s*:')

# Names that no other news format in JSON has. A `uri` or a `guid` beside two of them makes a text ninjs.
_OWN: Final = frozenset(
    (
        *("versioncreated", "firstcreated", "contentcreated", "pubstatus", "representationtype", "usageterms"),
        *("copyrightholder", "copyrightnotice", "infosource", "infosources", "altids", "associations", "renditions"),
        *("body_text", "body_html", "body_xhtml", "body_html5", "body_nitf", "description_text", "description_xhtml"),
        *("bodies", "headlines", "descriptions", "eventdetails", "trustindicator", "rightsinfo"),
    )
)
_LEAST: Final = 2
# Some newsrooms name the `uri` as their own items do.
_ID: Final = frozenset(("uri", "guid"))


def is_ninjs(text: str) -> bool:
    """Return whether the first characters of a text are those of ninjs."""
    if not starts_as_json(text):
        return False
    if _STANDARD.search(text):
        return True
    names = {name.lower() for name in _NAME.findall(text)}
    return bool(names & _ID) and len(names & _OWN) >= _LEAST and "@context" not in text[:200]


EVENT: Final = "event"
PLANNING: Final = "planning"
