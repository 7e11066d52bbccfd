"""The headers of a mail: subject, date, sender, and those that no field holds."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.article import AlternativeId, Byline, Party
from schemas.article.dates import read_moment
from schemas.article.languages import check_language
from schemas.article.values import make_line
from schemas.ledger import Ledger
from workers.formats.mail.decoding import decode_words
from workers.formats.mail.parts import AnyMessage

LONGEST: Final = 16_384
"""The highest number of characters of a header."""

_OF_MIME: Final = frozenset(("mime-version", "content-type", "content-transfer-encoding", "content-disposition"))
# Later releases of each Python return nothing for a header that is wrong in part, unless they are told not to.
_AS_WRITTEN: Final[Mapping[str, bool]] = {"strict": False} if hasattr(email.utils, "supports_strict_parsing") else {}
_UNKNOWN_ZONE: Final = re.compile(r"-0000\b")


def read_headers(mail: AnyMessage, ledger: Ledger, zone: str | None) -> dict[str, Any]:
    """Return the fields that the headers of a mail state. The first of a name counts; the others are named."""
    headers = _Headers(ledger, zone)
    seen: set[str] = set()
    for name, raw in mail.raw_items():
        value = decode_words(raw)
        key = name.casefold()
        if not value:
            continue
        if key in _OF_MIME:
            ledger.kept(name, value, "paragraphs")
        elif len(raw) >= LONGEST:
            ledger.not_held(name, value[:200], f"it has {LONGEST:,} characters or more")
        elif key in seen:
            ledger.not_held(name, value)
        else:
            seen.add(key)
            if key == "from":
                headers.senders(name, raw)
            elif key == "date":
                headers.date(name, value)
            else:
                headers.line(key, name, value)
    return headers.fields


class _Headers:
    """The fields of the headers that were read."""

    def __init__(self, ledger: Ledger, zone: str | None) -> None:
        self.fields: dict[str, Any] = {}
        self._ledger = ledger
        self._zone = zone

    def line(self, key: str, name: str, value: str) -> None:
        """Read a header of one value. One that no field holds is named."""
        known = _LINES.get(key)
        if known is None or (key == "content-language" and check_language(value)):
            self._ledger.not_held(name, value)
            return
        leaf, make = known
        self.fields[leaf.partition(".")[0]] = make(make_line(value))
        self._ledger.kept(name, value, leaf)

    def date(self, name: str, value: str) -> None:
        """Read the date. RFC 5322, section 3.3: -0000 is a time in UTC whose zone is not known."""
        moment, reason = read_moment(_UNKNOWN_ZONE.sub("+0000", value), self._zone)
        if moment is None:
            self._ledger.not_held(name, value, reason or "")
            return
        self.fields["published"] = moment
        if reason:
            self._ledger.changed(name, value, "published", reason)
        else:
            self._ledger.kept(name, value, "published")

    def senders(self, name: str, raw: str) -> None:
        """Read the names of the senders; their addresses are named. An address alone is no name."""
        names: list[str] = []
        addresses: list[str] = []
        try:
            senders = email.utils.getaddresses([raw], **_AS_WRITTEN)
        except RecursionError:
            self._ledger.not_held(name, decode_words(raw)[:200], "its comments nest too deep")
            return
        for number, (sender, address) in enumerate(senders, 1):
            decoded = make_line(decode_words(sender))
            if decoded and decoded != address:
                names.append(decoded)
                self._ledger.kept(f"{name}[{number}]/name", decoded, "bylines.name")
            if stated := decode_words(address):
                addresses.append(stated)
                self._ledger.not_held(f"{name}[{number}]/address", stated, "it is a mail address")
        if not names and not addresses:
            self._ledger.not_held(name, decode_words(raw)[:200], "no sender can be read from it")
        if names:
            self.fields["byline"] = ", ".join(names)
            self.fields["bylines"] = tuple(Byline(name=one) for one in names)


def _words(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in map(str.strip, value.split(",")) if word))


_LINES: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "subject": ("headline", str),
    "organization": ("provider.name", lambda value: Party(name=value)),
    "message-id": ("alternative_ids.id", lambda value: (AlternativeId(id=value, type="Message-ID"),)),
    "keywords": ("keywords", _words),
    "content-language": ("language", str),
}
"""The headers of one value: the field that holds each, and how it is made."""
