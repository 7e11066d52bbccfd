"""The content of a post, made into HTML as WordPress shows it: paragraphs, captions, embeds.

A post is HTML with marks of its own. Posts of the block editor have comments around their blocks, and HTML in them.
Older posts have blank lines for paragraphs, line breaks that count, and shortcodes in brackets.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

_BLOCK_EDITOR: Final = "<!-- wp:"
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_STARTS_BLOCK = re.compile(
    r"</?(?:address|article|aside|audio|blockquote|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|iframe|li"
    r"|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|video)\b|<!--",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"\[(/?)(?:wp_)?caption\b([^\[\]]{0,1000})\]", re.IGNORECASE)
_CAPTION_TEXT = re.compile(r"\bcaption=\"([^\"]*)\"")
_PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
_EMBED = re.compile(
    r"\[(embed|youtube|vimeo|tweet)\b[^\[\]]{0,500}\]\s*(https?://[^\s\[\]<>\"]+)\s*\[/\1\]", re.IGNORECASE
)
_WRAPPED_EMBED = re.compile(r"<div class=\"wp-block-embed__wrapper\">\s*(https?://[^\s<>\"]+)\s*</div>", re.IGNORECASE)
_ADDRESS_ALONE = re.compile(r"https?://[^\s<>\"]+")
GALLERY = re.compile(r"\[gallery\b[^\[\]]{0,2000}\]", re.IGNORECASE)
GALLERY_IDS = re.compile(r"\bids=[\"']?([\d, ]{1,2000})")


_PLUGIN_MARK = re.compile(
    r"(?<!\[)\[(/?)([a-z][a-z0-9]{0,30}(?:[_-][a-z0-9_-]{1,30})?)(\s[^\[\]<>]{0,1000})?/?\](?!\])"
)
_OWN_MARKS: Final = frozenset(("caption", "wp_caption", "embed", "youtube", "vimeo", "tweet", "gallery"))
_CODE: Final = ("<code", "<pre")


def without_plugin_marks(content: str) -> tuple[str, list[str]]:
    """Return a post without the marks of plugins, and these marks.

    A mark is one that is closed, has a value, or a name of several words: `[dropcap]M[/dropcap]`, `[contact_form]`.
    Words in brackets such as `[sic]` are text, and what a closed mark holds is text too.
    """
    if "[" not in content or any(one in content for one in _CODE):
        return content, []
    closed = {found[2] for found in _PLUGIN_MARK.finditer(content) if found[1]}
    marks: list[str] = []

    def shown(found: re.Match[str]) -> str:
        name, stated = found[2], found[3] or ""
        is_mark = name in closed or "_" in name or "-" in name or "=" in stated
        if not is_mark or name in _OWN_MARKS:
            return found[0]
        marks.append(found[0])
        return ""

    return _PLUGIN_MARK.sub(shown, content), marks


def html_of(content: str) -> str:
    """Return the content of a post as HTML."""
    content = content.replace("\r\n", "\n")
    content = _WRAPPED_EMBED.sub(lambda found: _embed(found[1]), content)
    content = _with_figures(content)
    content = _EMBED.sub(lambda found: _embed(found[2]), content)
    content = GALLERY.sub("", content)
    return content if _BLOCK_EDITOR in content else _with_paragraphs(content)


def _embed(address: str) -> str:
    address = escape(address.replace("&amp;", "&"))
    return f'\n\n<div class="embed"><a href="{address}">{address}</a></div>\n\n'


def _with_figures(content: str) -> str:
    """Return content in which each picture with a caption is a figure."""
    made: list[str] = []
    at = 0
    opened: re.Match[str] | None = None
    for mark in _CAPTION.finditer(content):
        if not mark[1]:
            opened = mark
        elif opened is not None:
            made += (content[at : opened.start()], _figure(opened[2], content[opened.end() : mark.start()]))
            at, opened = mark.end(), None
    return "".join((*made, content[at:]))


def _figure(stated: str, inside: str) -> str:
    picture = _PICTURE.match(inside)
    if picture is None:
        return inside
    title = _CAPTION_TEXT.search(stated)
    caption = picture[2].strip() or (title[1] if title else "")
    shown = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"\n\n<figure>{picture[1]}{shown}</figure>\n\n"


def _with_paragraphs(content: str) -> str:
    """Return a post of the older editor with its paragraphs: blank lines separate them, and line breaks count."""
    made = []
    for part in _BLANK_LINE.split(content.strip()):
        if _ADDRESS_ALONE.fullmatch(part.strip()):
            made.append(_embed(part.strip()))
        elif not part.strip() or _STARTS_BLOCK.match(part.lstrip()):
            made.append(part)
        else:
            made.append(f"<p>{part.replace(chr(10), '<br>')}</p>")
    return "\n".join(made)
