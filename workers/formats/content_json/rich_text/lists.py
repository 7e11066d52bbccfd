"""Items that stand beside each other, each with its depth, as lists in lists of HTML."""

from __future__ import annotations

from collections.abc import Iterable


def list_html(items: Iterable[tuple[str, int, str]]) -> str:
    """Return items as lists.

    Args:
        items: for each item, the tag of its list, its depth, and its HTML.
    """
    parts: list[str] = []
    opened: list[tuple[str, int]] = []
    for tag, level, html in items:
        while opened and level <= opened[-1][1] and (tag, level) != opened[-1]:
            parts.append(f"</li></{opened.pop()[0]}>")
        if opened and level == opened[-1][1]:
            parts.append("</li><li>")
        else:
            opened.append((tag, level))
            parts.append(f"<{tag}><li>")
        parts.append(html)
    parts += [f"</li></{tag}>" for tag, _ in reversed(opened)]
    return "".join(parts)
