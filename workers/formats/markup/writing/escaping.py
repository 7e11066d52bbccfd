"""Write text and attributes of XML. The Article has no characters that XML forbids."""

from __future__ import annotations


def escape(text: str) -> str:
    """Return text for the content of an element. A parser would turn a carriage return into a line feed."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;") if "\r" in text else text


def attribute(name: str, value: str | int | None) -> str:
    """Return an attribute with a blank before it; "" without a value. A parser would turn line breaks into blanks."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f' {name}="{value}"'
    value = escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{value}"'
