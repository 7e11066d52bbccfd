"""Dates as others write them, and the form that an Article holds them in.

    2024-11-08 16:30:00+00:00        →  2024-11-08T16:30:00+00:00
    2024-11-08T16:30+0200            →  2024-11-08T16:30:00+02:00
    2024-11-08t16:30:00.5z           →  2024-11-08T16:30:00.5Z
    Fri, 08 Nov 2024 16:30:00 GMT    →  2024-11-08T16:30:00Z

Only what says one thing is read: no day in figures that may be a month, no time whose zone has to be guessed.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[Tt]|[ ]+)(?P<minute>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,](?P<fraction>\d+))?"
    r"[ ]?(?P<zone>[Zz]|UTC|GMT|(?P<hours>[+-]\d\d)(?::?(?P<minutes>\d\d))?)",
    re.ASCII,
)
# RFC 5322, section 3.3 and, for the names of zones, 4.3; years of two digits are left to history.
_MAIL = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d\d:\d\d(?::\d\d)?\s+"
    r"(?P<zone>[+-]\d{4}|UTC?|GMT|[ECMP][SD]T)(?:\s*\([^()]*\))?",
    re.ASCII,
)


def read_date(text: str) -> str:
    """A date in the form of an Article: ISO 8601 with a zone, or RFC 5322; a day stays a day.

    What is in neither form is given back as it stands, for the Article to refuse.
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        second = match["second"] or ":00"
        fraction = f".{match['fraction']}" if match["fraction"] else ""
        zone = f"{match['hours']}:{match['minutes'] or '00'}" if match["hours"] else "Z"
        return f"{match['day']}T{match['minute']}{second}{fraction}{zone}"
    if match := _MAIL.fullmatch(text):
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError):
            return text
        if moment.tzinfo is None:
            # RFC 5322, section 3.3: -0000 is a time in UTC that says nothing of where it was.
            return f"{moment.isoformat()}-00:00"
        return moment.isoformat().removesuffix("+00:00") + "Z" if not moment.utcoffset() else moment.isoformat()
    return text
