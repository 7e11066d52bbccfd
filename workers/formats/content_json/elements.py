"""Bodies that are lists of elements, as HTML: each element has a type, and a text, items, rows or an address."""

from __future__ import annotations

from html import escape
from typing import Any, Final

_DEEPEST: Final = 8


def arc_body(value: dict[str, Any]) -> None:
    """Put the HTML of the elements of a story in their place (ANS, content_elements)."""
    elements = value.get("content_elements")
    if isinstance(elements, list):
        value["content_elements"] = "\n".join(filter(None, (_element(one, 0) for one in elements)))


def _element(element: Any, depth: int) -> str:
    if not isinstance(element, dict) or depth > _DEEPEST:
        return ""
    content = element.get("content")
    text = content if isinstance(content, str) else ""
    match element.get("type"):
        case "text" | "raw_html" | "correction":
            return text if text.lstrip().startswith("<p") else f"<p>{text}</p>"
        case "header":
            level = element.get("level")
            level = level if isinstance(level, int) and 1 <= level <= 6 else 2
            return f"<h{level}>{text}</h{level}>"
        case "list":
            tag = "ol" if element.get("list_type") == "ordered" else "ul"
            items = "".join(f"<li>{_inner(item, depth)}</li>" for item in _list(element.get("items")))
            return f"<{tag}>{items}</{tag}>" if items else ""
        case "quote" | "blockquote":
            inner = (
                "".join(_element(one, depth + 1) for one in _list(element.get("content_elements"))) or f"<p>{text}</p>"
            )
            return f"<blockquote>{inner}</blockquote>"
        case "table":
            rows = (element.get("header"), *_list(element.get("rows")))
            return f"<table>{''.join(_row(row) for row in rows if isinstance(row, list))}</table>"
        case "image":
            return _image(element)
        case "divider":
            return "<hr>"
    return f"<p>{text}</p>" if text else ""


def _inner(item: Any, depth: int) -> str:
    if isinstance(item, dict) and item.get("type") == "text":
        return str(item.get("content", ""))
    return _element(item, depth + 1)


def _row(row: list[Any]) -> str:
    cells = (str(cell.get("content", "")) if isinstance(cell, dict) else str(cell) for cell in row)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _image(element: dict[str, Any]) -> str:
    url, caption = element.get("url"), element.get("caption")
    if not isinstance(url, str):
        return ""
    shown = f"<figcaption>{caption}</figcaption>" if isinstance(caption, str) and caption else ""
    alt = element.get("alt_text")
    described = f' alt="{escape(alt)}"' if isinstance(alt, str) else ""
    return f'<figure><img src="{escape(url)}"{described}>{shown}</figure>'


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
