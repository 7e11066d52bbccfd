"""Write blocks as HTML5. A page that newsmill wrote is read back by `read_blocks` and `own_figures`.

Characters that HTML forbids are left out, and an address that is a script is no link. Figures are `figure` elements.
What HTML has no attribute for, such as the size of a file, is in `data-*` attributes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from schemas.article.body import Block, Preformatted, Ruby
from schemas.article.parts import Media, Rendition
from workers.formats.markup.addresses import is_script
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.markup.writing.xhtml import XhtmlWriter

LISTED: Final = "listed"
"""The class of a figure that is among the media of the article too."""

FORBIDDEN_IN_HTML: Final = re.compile(
    "[\x7f-\x9f\ufdd0-\ufdef"
    + "".join(f"{chr(0x10000 * plane + 0xFFFE)}{chr(0x10000 * plane + 0xFFFF)}" for plane in range(17))
    + "]"
)
"""Characters that XML allows and HTML does not (HTML standard, 13.2.3.5)."""

_RETURN: Final = re.compile("(?:&#13;|\r)(?:\n|&#10;)?")
_ON_THE_WEB: Final = ("http://", "https://")


def write_html(blocks: Iterable[Block], listed: Collection[Media] = (), between: str = "\n") -> str:
    """Return blocks as HTML5.

    Args:
        blocks: the blocks of an article.
        listed: the media of the article.
        between: white space between two blocks.
    """
    return clean_html(between.join(map(HtmlWriter(listed).block, blocks)))


def clean_html(text: str) -> str:
    """Return HTML without characters that it forbids. A carriage return becomes a line feed."""
    if "\r" in text or "&#13;" in text:
        text = _RETURN.sub("\n", text)
    return text if text.isascii() and "\x7f" not in text else FORBIDDEN_IN_HTML.sub("", text)


def is_shown(rendition: Rendition) -> bool:
    """Return whether a browser can show a file by its address."""
    return rendition.href.lower().startswith(_ON_THE_WEB)


class HtmlWriter(XhtmlWriter):
    """The writer of each kind of block and inline.

    Args:
        listed: the media of the article: a figure of the same is marked.
    """

    def __init__(self, listed: Collection[Media] = ()) -> None:
        self._listed = listed

    def href(self, address: str) -> str:
        """Return the attribute of a link."""
        return "" if is_script(address) else attribute("href", address)

    def preformatted(self, block: Preformatted) -> str:
        """Return a text whose line breaks matter. The first line feed is none of it (HTML, 13.1.2.5)."""
        return f"<pre>\n{escape(block.text)}</pre>"

    def ruby(self, inline: Ruby) -> str:
        """Return a base text with its reading."""
        return f"<ruby>{escape(inline.base)}<rp>(</rp><rt>{escape(inline.text)}</rt><rp>)</rp></ruby>"

    def figure(self, media: Media) -> str:
        """Return a figure with its files, caption and credit."""
        classes = ["figure", media.kind]
        if media.main is not None:
            classes.append("main" if media.main else "beside")
        if media in self._listed:
            classes.append(LISTED)
        files = [one for one in media.renditions if not is_script(one.href)]
        shown, title = "", media.alt
        if files and media.kind in ("picture", "graphic") and is_shown(files[0]):
            first, *files = files
            alt = media.alt or ""
            shown = f"<img{attribute('src', first.href)}{attribute('alt', alt)}{_data(first, own=('width', 'height'))}>"
            title = None
        elif media.kind in ("video", "audio") and any(map(is_shown, files)):
            sources = "".join(f"<source{attribute('src', one.href)}{_described(one)}>" for one in files)
            shown, files = f'<{media.kind} controls preload="none">{sources}</{media.kind}>', []
        shown += "".join(f'<a class="file" hidden{attribute("href", one.href)}{_described(one)}></a>' for one in files)
        said = " ".join(
            f'<span class="{name}">{escape(value)}</span>'
            for name in ("caption", "credit")
            if (value := getattr(media, name))
        )
        caption = f"<figcaption>{said}</figcaption>" if said else ""
        return f'<figure class="{" ".join(classes)}"{attribute("title", title)}>{shown}{caption}</figure>'


def _described(rendition: Rendition) -> str:
    return attribute("type", rendition.media_type) + _data(rendition, but=("media_type",))


def _data(rendition: Rendition, own: Collection[str] = (), but: Collection[str] = ()) -> str:
    """Return the facts of a file.

    Args:
        rendition: the file.
        own: those that the element has attributes for.
        but: those that are left out.
    """
    return "".join(
        attribute(name if name in own else f"data-{name.replace('_', '-')}", getattr(rendition, name))
        for name in ("width", "height", "media_type", "size", "duration", "role")
        if name not in but
    )
