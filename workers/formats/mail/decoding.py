"""The encodings of mail: of its texts, and of the words in its headers (RFC 2047)."""

from __future__ import annotations

import codecs
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from schemas.article.values import without_forbidden

_ENCODED_WORD: Final = "=?"
# Text that declares one of these is windows-1252 or UTF-8 in practice.
_NARROW: Final = frozenset(("ascii", "iso8859-1", "cp1252"))
# No text of a mail is in these; to decode the first two takes long.
_NOT_OF_MAIL: Final = frozenset(
    ("punycode", "idna", "unicode-escape", "unicode_escape", "raw-unicode-escape", "undefined")
)


def decode_text(raw: bytes, charset: str | None) -> tuple[str, str | None]:
    """Decode a text; also return what is wrong with its charset, or None.

    Without a charset that fits, it is UTF-8, or else windows-1252.
    """
    codec = _codec(charset) if charset else "ascii"
    reason = None if codec else f"there is no charset {charset}"
    if codec and codec not in _NARROW:
        try:
            return without_forbidden(raw.decode(codec).removeprefix("\ufeff")), None
        except (UnicodeError, ValueError):
            reason = f"it is not in its charset {charset}"
    try:
        text = raw.decode()
        if codec == "ascii" and charset and not text.isascii():
            reason = f"it is not in its charset {charset}; it is read as UTF-8"
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        if codec not in _NARROW:
            reason = f"{reason}; it is read as windows-1252"
    return without_forbidden(text.removeprefix("\ufeff")), reason


def decode_words(value: str) -> str:
    """Decode the encoded words of a header. A header that is wrong in itself stays as it is."""
    value = decode_text(value.encode("utf-8", errors="surrogateescape"), None)[0]
    if _ENCODED_WORD not in value:
        return " ".join(value.split())
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return " ".join(value.split())
    text = "".join(
        part
        if isinstance(part, str)
        else decode_text(part, charset)[0]
        if charset
        else part.decode("raw-unicode-escape", errors="replace")
        for part, charset in parts
    )
    return " ".join(without_forbidden(text).split())


def _codec(charset: str) -> str | None:
    try:
        found = codecs.lookup(charset).name
        b"a".decode(found, errors="replace")
    except (LookupError, ValueError):
        return None
    return None if found in _NOT_OF_MAIL else found
