"""Web archives of literal pages, made by warcio."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2024-05-06T08:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>{title}</h1><p>{title}: the ferry line across the sound reopened on Monday after a winter of repairs.</p>
<p>Crowds came to see the first boat leave, and the mayor spoke of a new beginning for the town of Port Lyme.</p>
<p>Tickets cost five euros, as before. The boats leave on the hour between six in the morning and ten at night.</p>
</article></body></html>"""


def page(title: str) -> bytes:
    """A page with an article."""
    return PAGE.format(title=title).encode()


class Archive:
    """An archive under construction.

    Args:
        gzip: whether each record is packed.
    """

    def __init__(self, *, gzip: bool = False) -> None:
        self._stream = BytesIO()
        self._writer: Any = WARCWriter(self._stream, gzip=gzip)

    def add(
        self,
        address: str,
        body: bytes,
        *,
        status: str = "200 OK",
        headers: Mapping[str, str] | None = None,
        kind: str = "response",
    ) -> None:
        """Add a record."""
        fields = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        http = StatusAndHeaders(status, list(fields.items()), protocol="HTTP/1.1") if kind == "response" else None
        more = {} if http else {"warc_content_type": fields["Content-Type"]}
        record = self._writer.create_warc_record(address, kind, payload=BytesIO(body), http_headers=http, **more)
        self._writer.write_record(record)

    @property
    def content(self) -> bytes:
        """The bytes of the archive."""
        return self._stream.getvalue()
