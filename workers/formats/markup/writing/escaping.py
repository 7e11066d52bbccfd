"""Write text and attributes of XML. The Article has no characters that XML forbids."""

from __future__ import annotations


def escape(text: str) -> str:
    """Return text for the content of an element. A parser would turn a carriage return into a line feed."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;") if "\r" in text else text


def escape_bytes(text: bytes) -> bytes:
    """Return text in UTF-8 as `escape` does. A search in bytes is faster than one in characters."""
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")


def write_paragraphs(encoded: bytes, between: bytes = b"\n") -> bytes:
    """Return the `p` elements of a text of plain paragraphs, escaped at once.

    Args:
        encoded: the text, as `Article.encoded` has it.
        between: white space between two elements.
    """
    return b"<p>%b</p>" % escape_bytes(encoded).replace(b"\0", b"</p>%b<p>" % between) if encoded else b""


def attribute(name: str, value: str | int | None) -> str:
    """Return an attribute with a blank before it; "" without a value. A parser would turn line breaks into blanks."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f' {name}="{value}"'
    value = escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{value}"'
