"""Pictures, videos, embeds and cards of links in a body of elements, as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Final

from schemas.article.values import check_iri
from workers.formats.content_json.rich_text.elements import Element, bare_name
from workers.formats.content_json.rich_text.runs import as_markup, as_text, inline_runs, nest

_PICTURES: Final = frozenset(
    (
        "image",
        "picture",
        "figure",
        "img",
        "photo",
        "imageblock",
        "upload",
        "embeddedassetblock",
        "simpleimage",
        "media",
        "imageblock",
    )
)
_FILMS: Final = {"video": "video", "audio": "audio"}
_EMBEDS: Final = frozenset(
    (
        *("embed", "oembed", "oembedresponse", "iframe", "youtube", "vimeo", "tweet", "twitter", "instagram", "tiktok"),
        *("facebook", "soundcloud", "spotify", "socialembed", "mediaembed", "bluesky", "coreembed"),
    )
)
_CARDS: Final = frozenset(("bookmark", "interstitiallink", "linkcard", "linktool", "relatedlink"))
SHOWN: Final = frozenset((*_PICTURES, *_FILMS, *_EMBEDS, *_CARDS))
"""The types of elements that are figures, embeds or cards."""

_FILE: Final = re.compile(r"\.(?:mp4|m4v|mov|webm|m3u8|ogv|mp3|m4a|ogg|wav|aac)(?:\?|$)", re.IGNORECASE)
# The objects in an element that hold a file and what is said of it.
_HOLDERS: Final = (
    *("data", "attributes", "attrs", "model", "fields", "value", "target", "asset", "file", "image", "media", "photo"),
    *("source", "details", "metadata", "dimensions", "primary", "raw_oembed", "oembed", "meta"),
)
_ADDRESSES: Final = (
    "url",
    "src",
    "source_url",
    "href",
    "imageUrl",
    "contentUrl",
    "link",
    "source",
    "embed_url",
    "filename",
)
_ALTS: Final = ("alt", "alt_text", "altText", "alternativeText", "description")
_CREDITS: Final = ("credit", "credit_line", "creditLine", "attribution", "photographer")
_PROVIDERS: Final = ("provider_name", "providerName", "provider", "service")
_TITLES: Final = ("title", "content", "text", "headline")
_DEPTH: Final = 7


def figure_html(node: Element, tag: str | None, entities: dict[str, Element]) -> str:
    """Return an element that shows a file or a page of others as HTML; "" if it is no such element.

    Args:
        node: the element.
        tag: the tag that its type stands for.
        entities: what ranges of a text refer to, by key. Draft.js has pictures there.
    """
    kind = node.kind
    if kind == "atomic":
        ranges = node.items("entityRanges")
        keys = [str(one.value.get("key")) for one in ranges if isinstance(one, Element)]
        stated = [entities[key] for key in keys if key in entities]
        shown = "".join(figure_html(one, None, {}) for one in stated if node.account.show(one.path))
        if shown:
            node.take_kind()
            for one in ranges:
                one.take("key")
        return shown
    if tag is not None:
        return ""
    if kind in _PICTURES:
        return _picture(node)
    if kind in _FILMS:
        return _film(node, _FILMS[kind]) or embed_html(node, *_ADDRESSES)
    if kind in _EMBEDS:
        return embed_html(node, "canonical_url", "source", *_ADDRESSES)
    return _card(node) if kind in _CARDS else ""


def embed_html(node: Element, *names: str) -> str:
    """Return an embed with the address in one of these members; "" if it has no absolute one."""
    for holder in _holders(node):
        for name in names:
            url = holder.value.get(name)
            if isinstance(url, str) and check_iri(url) is None:
                holder.take(name)
                node.take_kind()
                provider = _taken(node, _PROVIDERS)
                title = f' title="{escape(provider)}"' if provider else ""
                caption = _taken(node, ("caption",))
                text = f"\n<p>{as_markup(caption)}</p>" if caption else ""
                return f'<div class="embed"><a href="{escape(url)}"{title}>{as_text(url)}</a></div>{text}'
    return ""


def _picture(node: Element) -> str:
    found = _address(node)
    alt, caption, credit = _taken(node, _ALTS), _caption(node), _credit(node)
    for one in node.inside():
        if isinstance(one, Element) and one.kind in ("alttext", "caption"):
            text = nest(inline_runs(one, {}, 1))
            one.take_kind()
            alt, caption = (alt or text, caption) if one.kind == "alttext" else (alt, caption or text)
    if not (found or alt or caption):
        return ""
    node.take_kind()
    parts = [f' src="{escape(found)}"'] if found else []
    parts += [f' alt="{escape(unescape(alt))}"'] if alt else []
    for name in ("width", "height"):
        if found and (size := _size(node, name)):
            parts.append(f' {name}="{size}"')
    shown = f"<img{''.join(parts)}>" if parts else ""
    return f"<figure>{shown}{_beside(caption, credit)}</figure>"


def _film(node: Element, tag: str) -> str:
    streams = [one for one in node.items("streams") if isinstance(one, Element)]
    files = [url for one in streams if (url := one.take_text("url"))]
    if not files:
        holder = next((one for one in _holders(node) for name in _ADDRESSES if _is_film(one.value.get(name))), None)
        if holder is None:
            return ""
        files = [holder.take_text(next(name for name in _ADDRESSES if _is_film(holder.value.get(name))))]
    node.take_kind()
    if len(files) == 1:
        holder = streams[0] if streams else node
        sizes = "".join(f' {name}="{size}"' for name in ("width", "height") if (size := _size(holder, name)))
        shown = f'<{tag} src="{escape(files[0])}"{sizes}></{tag}>'
    else:
        shown = f"<{tag}>" + "".join(f'<source src="{escape(file)}">' for file in files) + f"</{tag}>"
    return f"<figure>{shown}{_beside(_caption(node), _credit(node))}</figure>"


def _card(node: Element) -> str:
    """Return a link to another page, which stands alone."""
    url = _taken(node, ("url", "link", "href"))
    title = _taken(node, _TITLES)
    if not url and not title:
        return ""
    node.take_kind()
    text = as_markup(title or url)
    return f'<p><a href="{escape(url)}">{text}</a></p>' if url else f"<p>{text}</p>"


def _beside(caption: str, credit: str) -> str:
    shown = f"<figcaption>{caption}</figcaption>" if caption else ""
    return shown + (f'<div class="credit">{as_text(credit)}</div>' if credit else "")


def _is_film(url: object) -> bool:
    return isinstance(url, str) and _FILE.search(url) is not None


def _holders(node: Element, depth: int = 0) -> Iterator[Element]:
    """Yield an element, and the objects in it that hold its file and what is said of it."""
    yield node
    if depth < _DEPTH and dict in map(type, node.value.values()):
        for name in _HOLDERS:
            if inner := node.inner(name):
                yield from _holders(inner, depth + 1)


def _taken(node: Element, names: tuple[str, ...]) -> str:
    for holder in _holders(node):
        for name in names:
            if isinstance(value := holder.value.get(name), str) and value.strip():
                holder.take(name)
                return value
    return ""


def _address(node: Element) -> str:
    """Take the address of a picture. One without a scheme is read as https, as browsers read it on a page."""
    for holder in _holders(node):
        for name in _ADDRESSES:
            url = holder.value.get(name)
            if isinstance(url, str) and url.startswith("//"):
                holder.change(name, "it has no scheme, and is read as https")
                return f"https:{url}"
            if isinstance(url, str) and check_iri(url) is None:
                holder.take(name)
                return url
    return ""


def _caption(node: Element) -> str:
    for holder in _holders(node):
        for name in ("caption", "subtitle", "text"):
            stated = holder.value.get(name)
            if isinstance(stated, str) and stated.strip():
                return as_markup(holder.take_text(name))
            inner = holder.inner(name)
            parts = [*holder.items(name), *(inner.inside() if inner else ())]
            if text := nest(run for one in parts for run in inline_runs(one, {}, 1)):
                return text
    return ""


def _credit(node: Element) -> str:
    if stated := _taken(node, _CREDITS):
        return stated
    credits_ = node.inner("credits")
    names = [
        name
        for group in ("by", "affiliation")
        for one in (credits_.items(group) if credits_ else ())
        if isinstance(one, Element) and (name := one.take_text("name"))
    ]
    return "/".join(names)


def _size(node: Element, name: str) -> str:
    for holder in _holders(node):
        value = holder.value.get(name)
        if isinstance(value, int | float | str) and bare_name(str(value)).isdecimal():
            taken = holder.take(name)
            return str(int(taken)) if isinstance(taken, float) else str(taken)
    return ""
