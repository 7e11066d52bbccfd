"""The names of elements in feeds, such as `content:encoded`, for any prefix and address that a feed declares."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from lxml import etree

CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
DC: Final = "http://purl.org/dc/elements/1.1/"
DCTERMS: Final = "http://purl.org/dc/terms/"
MEDIA: Final = "http://search.yahoo.com/mrss/"
GEORSS: Final = "http://www.georss.org/georss"
ATOM: Final = "http://www.w3.org/2005/Atom"
APP: Final = "http://www.w3.org/2007/app"
TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"

PREFIXES: Final = {
    "content": CONTENT,
    "dc": DC,
    "dcterms": DCTERMS,
    "media": MEDIA,
    "georss": GEORSS,
    "atom": ATOM,
    "app": APP,
    "at": TOMBSTONES,
    "gml": "http://www.opengis.net/gml",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "cc": "http://web.resource.org/cc/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "yandex": "http://news.yandex.ru",
    "turbo": "http://turbo.yandex.ru",
    "snf": "http://www.smartnews.be/snf",
    "mi": "http://schemas.ingestion.microsoft.com/common/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "nyt": "http://www.nytimes.com/namespaces/rss/2.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "wp": "http://wordpress.org/export/1.2/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
}
"""The namespace of each prefix. Feeds that use a prefix without declaring it mean these."""

# The namespaces of elements that have no prefix here.
_CORE: Final = (
    "purl.org/rss/1.0",
    "purl.org/net/rss1.1#",
    "my.netscape.com/rdf/simple/0.9",
    "channel.netscape.com/rdf/simple/0.9",
    "backend.userland.com/rss",
    "backend.userland.com/rss2",
    "backend.userland.com/rss09",
    "backend.userland.com/rss091",
    "cyber.law.harvard.edu/rss",
)
_OTHER: Final = {
    "purl.org/atom/ns#": "atom",
    "purl.org/dc/elements/1.0": "dc",
    "search.yahoo.com/mrss": "media",
    "www.rssboard.org/media-rss": "media",
    "video.search.yahoo.com/mrss": "media",
    "purl.org/atom/app#": "app",
    "www.w3.org/2003/01/geo/wgs84_pos": "geo",
    "www.opengis.net/gml/3.2": "gml",
    "www.itunes.com/dtds/podcast-1.0": "itunes",
    "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativeCommons",
}


def _plain(uri: str) -> str:
    """Return an address of a namespace without what feeds write in different ways."""
    return uri.strip().lower().removeprefix("http://").removeprefix("https://").rstrip("/")


_PREFIX_OF: Final = {_plain(uri): prefix for prefix, uri in PREFIXES.items()} | _OTHER


def name_of(element: etree._Element) -> str:
    """Return the name of an element: its local name, with the usual prefix of its namespace unless it is RSS's own."""
    return _name(str(element.tag), element.prefix)


def shown_name(element: etree._Element) -> str:
    """Return the name of an element as it is written, for paths."""
    local = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


@lru_cache(maxsize=2048)
def _name(tag: str, prefix: str | None) -> str:
    if not tag.startswith("{"):
        return tag
    uri, _, local = tag[1:].partition("}")
    plain = _plain(uri)
    if plain in _CORE:
        return local
    # A feed may declare another address for a prefix that everybody knows.
    known = _PREFIX_OF.get(plain) or (prefix if prefix in PREFIXES else None)
    if known:
        return f"{known}:{local}"
    return f"{prefix}:{local}" if prefix else f"?:{local}"


def attribute_text(value: Any) -> str:
    """Return the value of an attribute without white space around it."""
    return str(value or "").strip()
