"""Time zones by their names (IANA) and as offsets."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from schemas.article.values import shorten

WIDEST: Final = timedelta(hours=14)
"""The largest offset from UTC: a day without a zone may begin or end that much earlier or later."""

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?([0-5]\d)?", re.ASCII | re.IGNORECASE)


def check_zone(name: str) -> str | None:
    """Check the name of a time zone (IANA: Europe/Vienna, UTC) or an offset (+01:00)."""
    if find_zone(name) is None:
        return f"{shorten(name)!r} is not a time zone, such as Europe/Vienna, UTC or +01:00"
    return None


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo | None:
    """Return the time zone of a name or an offset; None if there is none."""
    if match := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset) if offset <= WIDEST else None
    # Imported with the first name: each process reads the settings, and few of them name a zone.
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        # ValueError for a path out of the data, OSError for a folder of it, and a LookupError for an unknown name.
        return None
