"""Bodies that are trees or lists of typed elements, as HTML: what editors of content systems store.

Elements have a type under one of a few names, and a text, marks or elements within them. These have this form:
Contentful, Sanity, ProseMirror and Tiptap, Slate, Lexical, Draft.js, Editor.js, Gutenberg's blocks, and the models that
broadcasters send to their pages.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any, Final

_DEEPEST: Final = 24
_TYPES: Final = ("nodeType", "_type", "type", "blockName", "kind", "name", "__typename")
_TEXTS: Final = ("text", "value", "html", "content", "quote", "caption")
_INSIDE: Final = ("children", "content", "blocks", "items", "nodes", "innerBlocks", "root", "document", "paragraphs")
# Objects that hold what an element has beside its type.
_AROUND: Final = ("model", "data", "attributes", "attrs", "props", "fields")
_TAGS: Final = {
    **dict.fromkeys(("paragraph", "p", "text", "block", "unstyled", "normal", "textblock", "richtext", "html"), "p"),
    **dict.fromkeys(("unorderedlist", "bulletlist", "ul", "bulletedlist", "unorderedlistitem", "list"), "ul"),
    **dict.fromkeys(("orderedlist", "ol", "numberedlist", "orderedlistitem"), "ol"),
    **dict.fromkeys(("listitem", "li", "listitemchild"), "li"),
    **dict.fromkeys(("blockquote", "quote", "pullquote"), "blockquote"),
    **dict.fromkeys(("heading", "header", "subheading", "subheadline", "crosshead"), "h2"),
    **{f"{name}{level}": f"h{level}" for name in ("heading", "h", "header") for level in range(1, 7)},
}
_LEVEL_NAMES: Final = dict(zip(("one", "two", "three", "four", "five", "six"), range(1, 7), strict=True))
_ROOTS: Final = frozenset(("doc", "document", "root"))
_MARKS: Final = {
    **dict.fromkeys(("bold", "strong"), "strong"),
    **dict.fromkeys(("italic", "em", "emphasis"), "em"),
}
_LEXICAL: Final = ((1, "strong"), (2, "em"))
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\w+|\w+);")
_NO_NAME: Final = re.compile(r"[^a-z0-9]")


def as_html(value: Any) -> str | None:
    """Return a body of typed elements as HTML; None if a value is no such body."""
    if isinstance(value, dict):
        if not ({"root", "blocks", "document", "model"} & value.keys() or _type(value) in _ROOTS):
            return None
        value = _inside(value)
    if not isinstance(value, list) or not any(isinstance(one, dict) for one in value):
        return None
    if not all(isinstance(one, str) or (isinstance(one, dict) and _type(one)) for one in value):
        return None
    if not any(_type(one) in _TAGS for one in value if isinstance(one, dict)):
        return None
    return "\n".join(filter(None, (_block(one, 0) for one in value))) or None


def _type(node: dict[str, Any]) -> str:
    found = next((one for name in _TYPES if isinstance(one := node.get(name), str) and one), "")
    bare = _NO_NAME.sub("", re.split(r"[/:]", found)[-1].lower())
    level = next((number for word, number in _LEVEL_NAMES.items() if bare == f"header{word}"), None)
    return f"h{level}" if level else bare


def _block(node: Any, depth: int) -> str:
    if isinstance(node, str):
        return f"<p>{_html(node)}</p>" if node.strip() else ""
    if not isinstance(node, dict) or depth > _DEEPEST:
        return ""
    tag = _TAGS.get(_type(node))
    inside = _inside(node)
    holds_blocks = any(isinstance(one, dict) and _type(one) in _TAGS and not _is_inline(one) for one in inside)
    if tag == "p" and (style := _NO_NAME.sub("", str(node.get("style") or "").lower())) in _TAGS:
        tag = _TAGS[style]
    if tag == "h2" and isinstance(level := _member(node, "level"), int) and 1 <= level <= 6:
        tag = f"h{level}"
    if tag == "ul" and _member(node, "style", "listType", "ordered") in ("ordered", "number", True):
        tag = "ol"
    if holds_blocks or tag in ("ul", "ol"):
        inner = "".join(_item(one, depth + 1) if tag in ("ul", "ol") else _block(one, depth + 1) for one in inside)
        return f"<{tag}>{inner}</{tag}>" if tag in ("ul", "ol", "li", "blockquote") and inner else inner
    text = "".join(_inline(one, depth + 1) for one in inside) or _html(_text(node))
    if not text.strip() or tag is None:
        return _picture(node) or (f"<p>{text}</p>" if text.strip() else "")
    return text if text.lstrip().startswith(("<p", "<ul", "<ol", "<h", "<blockquote")) else f"<{tag}>{text}</{tag}>"


def _item(node: Any, depth: int) -> str:
    inner = f"<p>{_html(node)}</p>" if isinstance(node, str) else _block(node, depth)
    return inner if inner.startswith("<li") else f"<li>{inner}</li>" if inner else ""


def _is_inline(node: dict[str, Any]) -> bool:
    """Return whether an element is a run of text: it has nothing but a text with its marks."""
    return _type(node) == "text" and not _inside(node)


def _inline(node: Any, depth: int) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    if not isinstance(node, dict) or depth > _DEEPEST:
        return ""
    inside = _inside(node)
    if inside:
        text = "".join(_inline(one, depth + 1) for one in inside)
        url = _member(node, "url", "href", "uri", "locator")
        return f'<a href="{escape(url)}">{text}</a>' if isinstance(url, str) and url else text
    if _type(node) in ("hardbreak", "linebreak", "br"):
        return "<br>"
    text = escape(_text(node), quote=False)
    for tag in _marks(node):
        text = f"<{tag}>{text}</{tag}>"
    return text


def _marks(node: dict[str, Any]) -> list[str]:
    stated = node.get("marks")
    marks = stated if isinstance(stated, list) else []
    names = [one if isinstance(one, str) else _type(one) for one in marks if isinstance(one, str | dict)]
    names += [name for name in _MARKS if node.get(name) is True]
    bits = node.get("format")
    lexical = [tag for bit, tag in _LEXICAL if isinstance(bits, int) and bits & bit]
    return list(dict.fromkeys([*(_MARKS[name] for name in names if name in _MARKS), *lexical]))


def _inside(node: dict[str, Any], levels: int = 4) -> list[Any]:
    """Return the elements within an element."""
    for name in _INSIDE:
        inner = node.get(name)
        if isinstance(inner, list) and inner:
            return inner
    around = (node.get(name) for name in (*_INSIDE, *_AROUND)) if levels else ()
    found = (_inside(inner, levels - 1) for inner in around if isinstance(inner, dict))
    return next(filter(None, found), [])


def _member(node: dict[str, Any], *names: str) -> Any:
    around = (node, *(inner for name in _AROUND if isinstance(inner := node.get(name), dict)))
    return next((one[name] for one in around for name in names if one.get(name)), None)


def _text(node: dict[str, Any]) -> str:
    around = (node, *(inner for name in _AROUND if isinstance(inner := node.get(name), dict)))
    texts = (one.get(name) for one in around for name in _TEXTS)
    return next((text for text in texts if isinstance(text, str) and text), "")


def _html(text: str) -> str:
    return text if _TAG.search(text) else escape(text, quote=False)


def _picture(node: dict[str, Any]) -> str:
    if _type(node) not in ("image", "picture", "figure", "img"):
        return ""
    file = _member(node, "file", "image", "asset")
    url = _member(node, "url", "src", "href") or (file.get("url") if isinstance(file, dict) else None)
    if not isinstance(url, str):
        return ""
    caption, alt = _member(node, "caption"), _member(node, "alt", "altText", "alt_text")
    shown = f"<figcaption>{_html(caption)}</figcaption>" if isinstance(caption, str) else ""
    described = f' alt="{escape(alt)}"' if isinstance(alt, str) else ""
    return f'<figure><img src="{escape(url)}"{described}>{shown}</figure>'
