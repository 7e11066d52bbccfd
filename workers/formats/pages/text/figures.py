"""The pictures, videos and embeds of a page that belong to its article: those beside its text, not those of teasers."""

from __future__ import annotations

import re
from typing import Any, Final

_SHOWN: Final = ("figure", "picture", "img", "video", "audio", "iframe", "amp-img")
_APART: Final = re.compile(
    r"related|promo|teaser|newsletter|comment|share|social|sidebar|advert|sponsor|subscri|recommend|trending|popular|"
    r"widget|author|avatar|byline|logo|icon|emoji|thumb-?nail|pixel|tracking|\bnav|menu|most-read|read-?more|banner",
    re.IGNORECASE,
)
_APART_TAGS: Final = frozenset(("nav", "aside", "footer", "form", "button"))
# Hosts of content that stands in articles. Other iframes are mostly advertising.
_PLAYERS: Final = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|twitter\.com|x\.com|"
    r"instagram\.com|facebook\.com|tiktok\.com|soundcloud\.com|spotify\.com|datawrapper\.de|dwcdn\.net|flourish\.studio|"
    r"infogram\.com|documentcloud\.org|scribd\.com|podcasts\.apple\.com|acast\.com|megaphone\.fm|streamable\.com|"
    r"rutube\.ru|vk\.com|ok\.ru|bilibili\.com|nicovideo\.jp|brightcove\.net|jwplatform\.com|google\.com/maps|"
    r"openstreetmap\.org|arte\.tv|ted\.com|archive\.org|bsky\.app|reddit\.com)(?:[/:?]|$)",
    re.IGNORECASE,
)
_SMALLEST: Final = 60
_LONGEST_CAPTION: Final = 1500
_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)


def find_figures(scope: Any, beside: set[Any], ends: tuple[Any, Any]) -> set[Any]:
    """Return the outermost elements in a scope that show media of the article.

    Args:
        scope: the element that has the text of the article.
        beside: the elements with selected text in them.
        ends: the elements that have the first and the last text.
    """
    found: set[Any] = set()
    first, last = ends
    state = "before"
    for element in scope.iter():
        if element is first:
            state = "between"
        if element is last and state != "before":
            state = "last"
        elif state == "last" and last not in element.iterancestors():
            state = "behind"
        if element.tag not in _SHOWN or any(one in found for one in element.iterancestors()):
            continue
        if state == "behind" and (element.tag != "figure" or element.find(".//figcaption") is None):
            continue
        if _belongs(element, scope, beside):
            found.add(element)
    return found


def _belongs(element: Any, scope: Any, beside: set[Any]) -> bool:
    if element.tag == "iframe":
        return bool(_PLAYERS.match(element.get("src") or element.get("data-src") or ""))
    if element.tag in ("img", "amp-img") and _is_small(element):
        return False
    card = element
    around = element
    while around is not None and around is not scope:
        said = f"{around.get('class', '')} {around.get('id', '')}"
        if around.tag in _APART_TAGS or (around not in beside and _APART.search(said)):
            return False
        if around.tag == "a" and element.tag != "figure" and not _PICTURE_FILE.search(around.get("href") or ""):
            return False
        if around not in beside:
            card = around
        around = around.getparent()
    if element.tag == "figure":
        return len("".join(element.itertext())) <= _LONGEST_CAPTION and _shows(element)
    # A picture in a part of its own with other text is that of a teaser.
    return not "".join(card.itertext()).strip()


def _shows(figure: Any) -> bool:
    return any(
        one.tag != "iframe" or _PLAYERS.match(one.get("src") or "") for one in figure.iter(*_SHOWN) if one is not figure
    ) and not all(map(_is_small, figure.iter("img")) if figure.find(".//img") is not None else (False,))


def _is_small(image: Any) -> bool:
    """Return whether an image is smaller than any picture of news: a pixel that counts readers, or an icon."""
    is_inline = (image.get("src") or "").startswith("data:")
    if is_inline and not any("src" in name for name in dict(image.attrib) if name != "src"):
        return True
    for name in ("width", "height"):
        value = (image.get(name) or "").removesuffix("px")
        if value.isdecimal() and int(value[:6]) < _SMALLEST:
            return True
    return False
