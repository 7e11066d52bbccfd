"""Pictures and other media in JSON that is not newsmill's own: addresses, or objects with files and what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, get_args

from schemas.article import Figure, Media, Rendition
from schemas.article.parts import MediaKind
from schemas.article.values import check_iri, check_media_type
from schemas.ledger import Ledger
from workers.formats.articles_json.taken import Taken
from workers.formats.articles_json.values import (
    read_iri,
    read_line,
    read_name,
    read_number,
    read_text,
    take_first,
)
from workers.formats.json.leaves import shown
from workers.formats.markup import find_html, read_html

# The kinds of media by the type that an item of a list of them states; None for what is no media.
_KINDS: Final[Mapping[str, MediaKind | None]] = {
    **{name: name for name in get_args(MediaKind)},
    **dict.fromkeys(("image", "photo"), "picture"),
    **dict.fromkeys(("text", "link", "story", "article", "reference", "event", "document", "liveblog"), None),
}
# The objects in a picture that hold its file, and what is said of the file.
_FILES: Final = ("file", "asset", "default", "original", "image", "details", "media_details", "dimensions")


def read_pictures(taken: Taken) -> tuple[Media, ...] | None:
    """Return pictures: addresses, or objects with one, and what they say of it."""
    return tuple(filter(None, (_picture(item) for item in taken.things()))) or None


def _picture(taken: Taken) -> Media | None:
    if isinstance(taken.value, str) and (source := find_html(taken.value)):
        return _shown(taken, source)
    if not isinstance(taken.value, dict):
        href = read_iri(Taken(taken.value, taken.path, "media.renditions.href", taken.ledger))
        return Media(kind="picture", renditions=(Rendition(href=href),)) if href else None
    stated = taken.value.get("type")
    kind = _KINDS.get(stated, "picture") if isinstance(stated, str) else "picture"
    if kind is None:
        taken.drop("it is no picture")
        return None
    # The file may have an object of its own, and its size one in that.
    holders = [taken]
    while name := next((name for name in _FILES if isinstance(holders[-1].value.get(name), dict)), None):
        holders.append(holders[-1].member(name))
    href = _take_from(
        holders,
        ("url", "href", "src", "source_url", "sourceUrl", "contentUrl", "uri", "filename"),
        "renditions.href",
        read_href,
    )
    files = [] if href else [file for one in holders for file in _versions(one)]
    caption = _take_from(holders, ("caption",), "caption", read_text)
    if not href and not files and not caption:
        for holder in holders:
            holder.drop("no address of a picture is stated")
        return None
    sizes = ("width", "height") if href else ()
    size = {name: _take_from(holders, (name,), f"renditions.{name}", read_number) for name in sizes}
    if href:
        types = ("mime_type", "mimeType", "mime", "contentType", "media_type")
        size["media_type"] = _take_from(holders, types, "renditions.media_type", read_media_type)
    if isinstance(stated, str) and stated in _KINDS:
        taken.member("type").keep("media.kind")
    alt = _take_from(holders, ("alt", "alt_text", "altText", "alternativeText"), "alt", read_text)
    if not alt and len(holders) > 1:
        alt = _take_from(holders, ("description",), "alt", read_text)
    credit = _take_from(holders, ("credit", "creditText", "creditline", "credit_line"), "credit", read_line)
    credit = credit or _credit(taken)
    for holder in holders:
        holder.drop()
    files += [Rendition(href=href, **size)] if href else []
    return Media(kind=kind, caption=caption, alt=alt, credit=credit, renditions=tuple(files))


def _credit(taken: Taken) -> str | None:
    """Return the names in the credits of a picture (ANS)."""
    if not isinstance(taken.value.get("credits"), dict):
        return None
    credits_ = taken.member("credits", "media.credit")
    names = [
        name
        for group in ("by", "affiliation")
        for one in (credits_.member(group).items() if isinstance(credits_.value.get(group), list) else ())
        if (name := read_name(one))
    ]
    credits_.drop()
    return "/".join(names) or None


def read_media_type(taken: Taken) -> str | None:
    """Return a media type, such as image/jpeg."""
    text = shown(taken.value).strip()
    if wrong := check_media_type(text):
        taken.drop(wrong)
        return None
    taken.keep()
    return text


def _versions(taken: Taken) -> list[Rendition]:
    """Return the files of a picture that has a list of them."""
    found = []
    name = next((name for name in ("versions", "renditions") if isinstance(taken.value.get(name), list)), None)
    for item in taken.member(name).items() if name else ():
        if not isinstance(item.value, dict):
            item.drop()
            continue
        holders = [item, *([item.member("size")] if isinstance(item.value.get("size"), dict) else ())]
        if href := take_first(item, ("url", "href"), "media.renditions.href", read_href):
            size = {
                name: _take_from(holders, (name,), f"renditions.{name}", read_number) for name in ("width", "height")
            }
            found.append(Rendition(href=href, **size))
        for holder in holders:
            holder.drop()
    return found


def _shown(taken: Taken, source: str) -> Media | None:
    """Return the first picture or film of HTML."""
    inner = Ledger(whole=taken.ledger.whole)
    blocks = read_html(source, inner, taken.path, field="media")
    figure = next((block for block in blocks if isinstance(block, Figure)), None)
    if figure is None:
        taken.drop("its markup shows no picture")
        return None
    taken.ledger.entries += inner.entries
    return figure.media


def _take_from(holders: Sequence[Taken], names: tuple[str, ...], field: str, read: Callable[[Taken], Any]) -> Any:
    return next(filter(None, (take_first(one, names, f"media.{field}", read) for one in holders)), None)


def read_href(taken: Taken) -> str | None:
    """Return the address of a file. One without a scheme is read as https, as browsers do on a page."""
    if isinstance(taken.value, str) and taken.value.startswith("//"):
        href = f"https:{taken.value}"
        if check_iri(href) is None:
            taken.change("it has no scheme, and is read as https")
            return href
    return read_iri(taken)
