"""BCP 47 language tags: well-formed, and registered with the IANA."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from schemas.article.values import shorten

REGISTERED: Final = "a language tag that is registered (BCP 47), such as en or pt-BR"

_TAG = re.compile(r"(?:[A-Za-z]{2,8}|[xi]-[A-Za-z0-9]{1,8})(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
# RFC 5646, section 2.2.7: x and the subtags after it are private use, and so are the languages qaa to qtz.
_PRIVATE = re.compile(r"(?:^|-)x(?:-[a-z0-9]{1,8})+$", re.IGNORECASE)
_PRIVATE_LANGUAGE = re.compile(r"q[a-t][a-z](?=-|$)", re.IGNORECASE)

# Error codes of language-tags for a registered tag or subtag that is deprecated.
_DEPRECATED = {1, 11}
# Its error code for a repeated variant.
_REPEATED_VARIANT = 8


def check_language(value: str) -> str | None:
    """Check a language tag: its form (RFC 5646, section 2.1) and its registration."""
    fault = find_language_fault(value)
    if fault is None or not fault[1]:
        return None
    required = REGISTERED if _TAG.fullmatch(value) else "a language tag, such as en or pt-BR"
    return f"{shorten(value)!r} is not {required}"


@lru_cache(maxsize=4096)
def find_language_fault(tag: str) -> tuple[str, bool] | None:
    """Return the fault of a language tag, and whether it is an error; a deprecated tag is advice."""
    if not _TAG.fullmatch(tag):
        return "not the form of a language tag", True
    public = _PRIVATE.sub("", tag)
    if not public:
        return None
    # The registry takes a tenth of a second to load.
    from language_tags import tags  # noqa: PLC0415

    subtags = public.lower().split("-")
    # The library reports any second variant as repeated. RFC 5646, section 2.2.5, forbids only a repeated one.
    faults = [
        fault
        for fault in tags.tag(_PRIVATE_LANGUAGE.sub("und", public)).errors
        if fault.code != _REPEATED_VARIANT or subtags.count(fault.subtag) > 1
    ]
    for fault in faults:
        if fault.code not in _DEPRECATED:
            return str(fault.message), True
    return (str(faults[0].message), False) if faults else None
