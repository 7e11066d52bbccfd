"""The identity of an article: a digest of its content, and the id of an article that states none."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import orjson

from schemas.article.body_json import dump_block
from schemas.article.declare import values_of
from schemas.article.model import Article, stated_fields
from schemas.article.parts import Party
from schemas.bounds import LARGEST_ARTICLE, WEIGHT, refuse_article

# The host of an IRI. urllib.parse.urlsplit raises for hosts that RFC 3987 allows.
_HOST = re.compile(r"[^:/?#]+://(?:[^/?#@]*@)?(?:\[(?P<address>[^\]]*)\]|(?P<name>[^/?#:]*))")


def identify(article: Article) -> str:
    """Return the id of an article that states none. Articles that state the same have the same id."""
    return derived_id(content_digest(stated_fields(article)), article.provider)


def content_digest(stated: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of all that an article states (see `stated_fields`), without its id and source.

    The digest is that of the article's JSON form without white space, with sorted names. It holds nothing of fields
    that are not stated, so a field that a later version adds changes no digest.

    Raises:
        ArticleError: the article weighs more than `LARGEST_ARTICLE`.
    """
    content = dict(stated)
    # The id names the article, and the source is the file that it was read from. Neither is content.
    content.pop("id", None)
    content.pop("source", None)
    if blocks := content.pop("blocks", None):
        content["paragraphs"] = [dump_block(block, _members) for block in blocks]
        dumped = orjson.dumps(content, default=_members, option=_OF_BLOCKS)
    else:
        dumped = orjson.dumps(content, default=_members, option=_OF_PARTS)
    _check_weight(dumped)
    return hashlib.sha256(dumped).digest()


def _check_weight(dumped: bytes) -> None:
    """Refuse an article that is too large, or has too many values; see `schemas.bounds`."""
    if len(dumped) * WEIGHT > LARGEST_ARTICLE:  # any other cannot weigh too much
        weight = len(dumped) + WEIGHT * sum(map(dumped.count, (b'",', b'":', b"},")))
        if weight > LARGEST_ARTICLE:
            refuse_article("with the values that it has, the article takes", LARGEST_ARTICLE)


def derived_id(digest: bytes, provider: Party | None) -> str:
    """Return the id of an article with this content.

    The id is a name-based UUID (RFC 9562, version 5) of the digest. Its namespace is made from the host of the
    provider's URI. Without a URI, it is the UUID namespace for URLs.
    """
    space = _space(provider.uri) if provider and provider.uri else uuid.NAMESPACE_URL
    # As uuid.uuid5 makes it, in a quarter of the time.
    hashed = hashlib.sha1(space.bytes + b"urn:sha256:" + digest.hex().encode(), usedforsecurity=False).digest()
    number = int.from_bytes(hashed[:16], "big") & ~_VERSION_AND_VARIANT | _VERSION_5
    text = f"{number:032x}"
    return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@lru_cache(1024)
def _space(uri: str) -> uuid.UUID:
    host = _HOST.match(uri)
    authority = (host["address"] or host["name"] or "").lower() if host else ""
    return uuid.uuid5(uuid.NAMESPACE_DNS, authority) if authority else uuid.NAMESPACE_URL


_VERSION_AND_VARIANT: Final = 0xF000 << 64 | 0xC000 << 48
_VERSION_5: Final = 0x5000 << 64 | 0x8000 << 48

_OF_PARTS: Final = orjson.OPT_PASSTHROUGH_DATACLASS
# The members of blocks are not in alphabetical order.
_OF_BLOCKS: Final = _OF_PARTS | orjson.OPT_SORT_KEYS


def _members(part: Any) -> dict[str, Any]:
    """Return the members that a part states, sorted by name."""
    shape: Any = type(part)
    names, values = _shape(shape)
    return {name: value for name, value in zip(names, values(part), strict=True) if value is not None and value != ()}


@cache
def _shape(part: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(sorted(one.name for one in dataclasses.fields(part)))
    return names, values_of(names)
