"""Write the text of an article as strings of JSON.

To decode a text, so that orjson encodes and quotes it again, takes several times as long.
"""

from __future__ import annotations

from schemas.article import Article
from workers.formats.markup.writing.escaping import write_paragraphs


def html_body(article: Article) -> bytes:
    """Return a text of plain paragraphs as HTML, which has no carriage returns."""
    return b'"%b"' % write_paragraphs(_escape(article.encoded), rb"\n")


def plain_body(article: Article) -> bytes:
    """Return the plain text, as `Article.body` has it."""
    return b'"%b"' % _escape(article.encoded).replace(b"\r", rb"\r").replace(b"\0", rb"\n\n")


def _escape(text: bytes) -> bytes:
    """Escape text for JSON, but for carriage returns. An Article has no other control characters."""
    return text.replace(b"\\", rb"\\").replace(b'"', rb"\"").replace(b"\n", rb"\n").replace(b"\t", rb"\t")
