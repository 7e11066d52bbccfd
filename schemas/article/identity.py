"""The id of an article that states none."""

from __future__ import annotations

import hashlib
import re
import uuid

from schemas.article.parts import Party

# The host of an IRI. urllib.parse.urlsplit raises for hosts that RFC 3987 allows.
_HOST = re.compile(r"[^:/?#]+://(?:[^/?#@]*@)?(?:\[(?P<address>[^\]]*)\]|(?P<name>[^/?#:]*))")


def identify(body: str, provider: Party | None) -> str:
    """Return an id that is the same for the same text of the same provider.

    The id is a name-based UUID (RFC 9562, version 5) of the text's SHA-256. Its namespace is made from the host of the
    provider's URI. Without a URI, it is the UUID namespace for URLs.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()
    host = _HOST.match(provider.uri) if provider and provider.uri else None
    authority = (host["address"] or host["name"] or "").lower() if host else ""
    space = uuid.uuid5(uuid.NAMESPACE_DNS, authority) if authority else uuid.NAMESPACE_URL
    return f"urn:uuid:{uuid.uuid5(space, f'urn:sha256:{digest}')}"
