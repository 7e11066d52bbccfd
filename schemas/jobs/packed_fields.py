"""Values packed into short fields of a record in Redis.

Redis keeps a hash whose values have at most 64 bytes in one piece of memory, and gives each field of any other hash
memory of its own, which takes several times as much. The packed values are compressed JSON, cut into such fields: `p0`,
`p1` and so on. The first byte says how they are compressed.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from itertools import count
from typing import Any, Final

import orjson

_MOST: Final = 64
_WITH_WORDS: Final = b"\x01"

# Words that most records have, the usual ones last (RFC 1950, section 2.2, and RFC 1951). They must never change:
# records are read with the words that they were written with. Other words need another first byte.
_WORDS: Final = (
    b'"trace":{"traceparent":"00-"on_error":"fail","split":"callback":"https://"tags":[""name":"articles.parquet'
    b'articles.wxr.xml"articles.md.zip"articles.html.zip"articles.atom.xml"articles.rss.xml"articles.nitf.xml"'
    b'articles.ninjs.json"csv-metadata.json"media.csv"paragraphs.csv"articles.newsml.xml"articles.ndjson"articles.csv"'
    b'articles.jsonld"application/vnd.iptc.g2.newsitem+xml"application/ld+json"text/csv; charset=utf-8; header=present"'
    b'application/json"media_type":"sha256":"reading":{"options":{"header":true}"header":false"zone":"Europe/"'
    b'encoding":"utf-8"reader":"documents":[{"key":"jobs//input-0","size":"metadata":{"language":"en"options":{"profile"'
    b'"error":{"type":"/problems/article-failed/problems/worker-lost/problems/store-failed/problems/conversion-failed'
    b'/problems/no-article","title":"No article could be converted","detail":"No article could be converted. '
    b'The input contains no article."document.txt: article 1: '
    b'"warc"parquet"markdown"html"mail"atom"rss"wire"newsml-1"ninjs"nitf"articles-json"text"'
    b'"sha256":"started":17957"duplicates":"failed":{"total":1,"done":1,"spec":{"callback":"https://","name":"'
    b'.txt","tags":[""formats":["csv"],"name":".xml"}{"total":1,"done":1,"started":1795748963994,"spec":{"formats":['
    b'"newsml-g2","news-article","csv"]},"retention":604800,"file_totals":{"count":6,"bytes":24935},"result":{"name":'
    b'"result","start":0,"size":1291,"check":},"result":{"name":"files","start":24935,"size":1291,"check":'
)


def pack(values: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the fields that hold some values of JSON."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=_WORDS)
    content = _WITH_WORDS + packing.compress(orjson.dumps(values)) + packing.flush()
    return {f"p{start // _MOST}": content[start : start + _MOST] for start in range(0, len(content), _MOST)}


def unpack(record: Mapping[str, bytes]) -> dict[str, Any] | None:
    """Return the values that fields hold; None if there are no such fields.

    Raises:
        ValueError: they are damaged, or another version packed them in another way.
    """
    content = b""
    for number in count():
        piece = record.get(f"p{number}")
        if piece is None:
            break
        content += piece
    if not content:
        return None
    if content[:1] != _WITH_WORDS:
        raise ValueError("another version of newsmill packed its fields")
    try:
        values = orjson.loads(zlib.decompressobj(-15, zdict=_WORDS).decompress(content[1:]))
    except (zlib.error, orjson.JSONDecodeError):
        values = None
    if not isinstance(values, dict):
        raise ValueError("its packed fields are damaged")  # noqa: TRY004 - the bytes are wrong, no argument is
    return values
