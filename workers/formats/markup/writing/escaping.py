"""Write text and attributes of XML. The Article has no characters that XML forbids."""

from __future__ import annotations


def escape(text: str) -> str:
    """Return text for the content of an element. A parser would turn a carriage return into a line feed."""
    # Few short texts have any of the characters. To find none takes half of the time of four replacements.
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text


def escape_bytes(text: bytes) -> bytes:
    """Return text in UTF-8 as `escape` does. A search in bytes is faster than one in characters."""
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")


def quote_bytes(escaped: bytes) -> bytes:
    """Return escaped text in UTF-8 as `attribute` has it in its quotes."""
    return escaped.replace(b'"', b"&quot;").replace(b"\t", b"&#9;").replace(b"\n", b"&#10;")


def write_paragraphs(encoded: bytes, between: bytes = b"\n") -> bytes:
    """Return the `p` elements of a text of plain paragraphs, escaped at once.

    The last result is kept, because the writer and the check of an article need the same one.

    Args:
        encoded: the text, as `Article.encoded` has it.
        between: white space between two elements.
    """
    global _last  # noqa: PLW0603
    last_encoded, last_between, made = _last
    if encoded is last_encoded and between == last_between:
        return made
    made = b""
    if encoded:
        made = b"".join((b"<p>", escape_bytes(encoded).replace(b"\0", b"</p>%b<p>" % between), b"</p>"))
    # One assignment, so that threads never see parts of two results.
    _last = (encoded, between, made)
    return made


_last = (b"", b"", b"")


def attribute(name: str, value: str | int | None) -> str:
    """Return an attribute with a blank before it; "" without a value. A parser would turn line breaks into blanks."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f' {name}="{value}"'
    value = escape(value)
    if '"' in value or "\n" in value or "\t" in value:
        value = value.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{value}"'
