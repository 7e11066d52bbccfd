"""Addresses in markup, made into absolute IRIs."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urljoin

from schemas.article.values import check_iri

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_SCRIPTS: Final = ("javascript:", "vbscript:", "data:")
# Characters that no IRI can have, but for "%", of which browsers make percent-encoded octets (URL Standard).
_INVALID = re.compile(
    r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000dffff]"
)
_LONGEST: Final = 100_000


def is_script(address: str) -> bool:
    """Return whether an address is a script or data, which a browser would run or show as a page."""
    return address.lower().startswith(_SCRIPTS)


def absolute(value: str, base: str | None) -> tuple[str | None, str]:
    """Return the absolute IRI of an address, and what was changed to make it one.

    Without an IRI, the second value says why there is none.
    """
    address = value.strip()
    if not check_iri(address):
        if is_script(address):
            return None, "the address is a script or data, not an address"
        return address, ""
    if not address or len(address) > _LONGEST:
        return None, "the address is blank" if not address else "the address is too long"
    address = re.sub(r"[\t\r\n]", "", address)
    reasons = []
    if not _SCHEME.match(address):
        if address.startswith("//"):
            address = f"https:{address}"
            reasons.append("the address states no scheme, so https is taken")
        elif base:
            try:
                address = urljoin(base, address)
            except ValueError:
                return None, "the address is not a URL"
            reasons.append("the address is relative; it is resolved against the address of the document")
        else:
            return None, "the address is relative, and the document states no address of its own"
    if check_iri(address):
        address = _INVALID.sub(lambda found: quote(found[0], errors="replace"), address)
        reasons.append("characters that no address can have are percent-encoded")
    if check_iri(address) or is_script(address):
        return None, "the address is not an absolute URL"
    return address, "; ".join(reasons)
