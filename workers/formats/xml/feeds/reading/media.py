"""Pictures, video and sound in feeds: Media RSS, enclosures, podcasts, links of Atom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from schemas.article import Block, Figure, Media, Quotation, Rendition
from schemas.article.values import check_media_type
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.reading.entry import ONE, Entry

NATURE: Final = "http://cv.iptc.org/newscodes/ninature/"
"""The IPTC's scheme of kinds. Media RSS has no other place for a graphic than a category."""

ROLES: Final = "http://cv.iptc.org/newscodes/rendition/"
"""The IPTC's scheme of renditions, as which a feed states what a file is for."""

THUMBNAIL: Final = "thumbnail"
_KINDS: Final = {"image": "picture", "video": "video", "audio": "audio"}
_PLAYER: Final = "application/x-shockwave-flash"
"""The type that feeds of videos have for the address of a player."""

_EXTENSIONS: Final = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "bmp", "tif", "tiff"), "picture"),
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "avi", "mpg", "mpeg", "m3u8"), "video"),
    **dict.fromkeys(("mp3", "m4a", "ogg", "oga", "wav", "aac", "flac"), "audio"),
}


@dataclass(slots=True)
class Pending:
    """A media object while it is read. `renditions` has the fields of each of its files."""

    kind: str | None = None
    renditions: list[dict[str, Any]] = field(default_factory=list)
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    main: bool | None = None
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, href: str, *, verbatim: bool = False, **more: Any) -> None:
        """Add a file, or complete one by what another element says about it, unless each stands for itself."""
        stated = {name: value for name, value in more.items() if value is not None}
        known = None if verbatim else self.known.get(href)
        if known is None:
            made = {"href": href, **stated}
            self.renditions.append(made)
            self.known[href] = made
        else:
            known |= stated | known


class MediaReader:
    """The media of one item."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._found: list[Pending] = []
        self._known: dict[str, Pending] = {}
        self._thumbnails: list[tuple[str, dict[str, Any]]] = []
        self._shared = Pending()

    # Elements

    def group(self, element: etree._Element) -> None:
        """Read `media:group`: one object with several files."""
        pending = Pending()
        self._children(element, pending)
        self._keep(pending)

    def content(self, element: etree._Element) -> None:
        """Read `media:content` by itself."""
        pending = Pending()
        self._content(element, pending)
        self._keep(pending)

    def enclosure(self, element: etree._Element, attribute: str = "url") -> None:
        """Read an enclosure: `url` of RSS, `href` of Atom, `rdf:resource` of RSS 1.0."""
        if self._entry.context.own:
            # It repeats a file of the groups.
            for name in (attribute, "length", "type"):
                self._entry.account.keep(element, name, "media.renditions")
            return
        pending = Pending()
        kind = self._kind(element, attribute)
        if kind is None:
            return
        href = self._entry.iri(element, attribute, "media.renditions")
        if href:
            pending.kind = kind
            size = self._entry.number(element, "length", "media.renditions")
            pending.add(href, media_type=self._media_type(element), size=size)
            self._keep(pending)

    def thumbnail(self, element: etree._Element) -> None:
        """Read `media:thumbnail` of the whole item."""
        href = self._entry.iri(element, "url", "media.renditions")
        if href is None and self._entry.account.line(element):
            href = self._entry.iri(element, None, "media.renditions")
        if href:
            self._thumbnails.append((href, self._size(element)))

    def image(self, element: etree._Element) -> None:
        """Read a picture that is named by an element alone, such as `itunes:image`, or `image` with a `url`."""
        attribute = next((name for name in ("href", "url") if self._entry.account.get(element, name)), None)
        inner = next((one for one in self._entry.account.children(element) if name_of(one) == "url"), None)
        href = self._entry.iri(inner if inner is not None else element, attribute, "media.renditions")
        if href:
            self._picture(href)

    def shared(self, element: etree._Element) -> None:
        """Read what an item says about all of its media: a caption, a credit, a title."""
        self._about(element, self._shared)

    # The end

    def media(self, blocks: tuple[Block, ...]) -> tuple[Media, ...]:
        """Return the media that are not in the text."""
        entry = self._entry
        for href, size in self._thumbnails:
            known = self._known.get(href)
            if known is not None:
                known.add(href, **size)
            elif len(self._found) == 1:
                self._found[0].add(href, role=THUMBNAIL, **size)
            else:
                self._picture(href, role=THUMBNAIL, **size)
        in_text = {} if entry.context.own else _figures(blocks)
        made = []
        for one in self._found:
            renditions = tuple(Rendition(**facts) for facts in one.renditions)
            caption, credit = one.caption or self._shared.caption, one.credit or self._shared.credit
            shown = next((in_text[each.href] for each in renditions if each.href in in_text), None)
            if shown is not None and caption in (None, shown.caption) and credit in (None, shown.credit):
                continue
            made.append(
                Media(
                    kind=one.kind,  # type: ignore[arg-type]
                    renditions=renditions,
                    caption=caption,
                    credit=credit,
                    alt=one.alt,
                    main=one.main,
                )
            )
        if not self._found and self._shared.caption and "description" not in entry.stated:
            # Without a file, the description is that of the item.
            entry.stated["description"] = self._shared.caption
        return tuple(made)

    # Private

    def _picture(self, href: str, **more: Any) -> None:
        pending = Pending(kind="picture")
        pending.add(href, **more)
        self._keep(pending)

    def _keep(self, pending: Pending) -> None:
        if pending.kind is None:
            self._share(pending)
            return
        if not pending.renditions:
            return
        known = None
        if not self._entry.context.own:
            known = next(filter(None, (self._known.get(facts["href"]) for facts in pending.renditions)), None)
        if known is None:
            self._found.append(pending)
            self._known |= dict.fromkeys((facts["href"] for facts in pending.renditions), pending)
            return
        for facts in pending.renditions:
            known.add(**facts)
            self._known.setdefault(facts["href"], known)
        known.caption = known.caption or pending.caption
        known.credit = known.credit or pending.credit

    def _share(self, pending: Pending) -> None:
        """Let what stands beside a file of an unknown kind be the item's."""
        for facts in pending.renditions:
            self._thumbnails.append((facts.pop("href"), {name: facts[name] for name in facts if name != "role"}))
        self._shared.caption = self._shared.caption or pending.caption
        self._shared.credit = self._shared.credit or pending.credit

    def _children(self, element: etree._Element, pending: Pending) -> None:
        for child in self._entry.account.children(element):
            name = name_of(child)
            if name == "media:content":
                self._content(child, pending)
            elif name == "media:thumbnail":
                if href := self._entry.iri(child, "url", "media.renditions"):
                    pending.add(href, verbatim=self._entry.context.own, role=THUMBNAIL, **self._size(child))
            else:
                self._about(child, pending)

    def _content(self, element: etree._Element, pending: Pending) -> None:
        entry = self._entry
        kind = self._kind(element, "url")
        if kind is not None and (href := entry.iri(element, "url", "media.renditions")):
            pending.kind = pending.kind or kind
            pending.add(
                href,
                verbatim=entry.context.own,
                media_type=self._media_type(element),
                size=entry.number(element, "filesize", "media.renditions"),
                duration=entry.number(element, "duration", "media.renditions"),
                role=self._role(element),
                **self._size(element),
            )
            if entry.account.get(element, "medium"):
                entry.account.keep(element, "medium", "media.kind")
            if entry.context.own and (main := entry.account.keep(element, "isdefault", "media.main")):
                pending.main = main == "true"
        self._children(element, pending)

    def _about(self, element: etree._Element, pending: Pending) -> None:
        """Read an element about a media object."""
        entry, name = self._entry, name_of(element)
        if name == "media:description":
            if pending.caption is None:
                pending.caption = entry.text(element, "media.caption")
                entry.account.keep(element, "type", "media.caption")
            else:
                entry.account.drop_text(element, ONE)
        elif name == "media:credit":
            if pending.credit is None:
                pending.credit = entry.line(element, "media.credit")
            else:
                entry.account.drop_text(element, ONE)
        elif name == "media:title" and entry.context.own:
            pending.alt = entry.text(element, "media.alt")
            entry.account.keep(element, "type", "media.alt")
        elif name == "media:category" and entry.account.get(element, "scheme") == NATURE:
            if entry.account.line(element) == "graphic":
                entry.account.keep(element, "scheme", "media.kind")
                entry.account.keep_text(element, "media.kind")
                pending.kind = "graphic"
        elif name == "media:keywords":
            words = [word for one in (entry.line(element, "keywords") or "").split(",") if (word := one.strip())]
            entry.add("keywords", *words)

    def _size(self, element: etree._Element) -> dict[str, Any]:
        names = ("width", "height")
        found = {name: self._entry.number(element, name, "media.renditions") for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def _role(self, element: etree._Element) -> str | None:
        """Take what a file is for, where a category of the IPTC says it."""
        account = self._entry.account
        for child in account.children(element):
            if name_of(child) == "media:category" and account.get(child, "scheme") == ROLES:
                account.keep(child, "scheme", "media.renditions")
                return self._entry.line(child, "media.renditions")
        return None

    def _media_type(self, element: etree._Element) -> str | None:
        value = self._entry.account.get(element, "type")
        if value is None:
            return None
        if reason := check_media_type(value):
            self._entry.account.drop(element, "type", reason)
            return None
        return self._entry.account.keep(element, "type", "media.renditions")

    def _kind(self, element: etree._Element, attribute: str) -> str | None:
        """Return the kind of a file, by what the element says, else by the end of its address."""
        account = self._entry.account
        medium = (account.get(element, "medium") or "").lower()
        if medium:
            return _KINDS.get(medium)
        type_ = (account.get(element, "type") or "").lower()
        if type_ == _PLAYER:
            return "video"
        stated = type_.partition("/")[0]
        if stated in _KINDS:
            return _KINDS[stated]
        return kind_of_address(account.get(element, attribute) or "") or (
            "picture" if not stated and name_of(element) == "media:content" else None
        )


def kind_of_address(address: str) -> str | None:
    """Return the kind of the file at an address by its extension; None if it has no known one."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    return _EXTENSIONS.get(path.rpartition(".")[2].lower()) if "." in path else None


def _figures(blocks: tuple[Block, ...]) -> dict[str, Media]:
    """Return the media in a text by the addresses of their files."""
    return {rendition.href: media for media in figures(blocks) for rendition in media.renditions}


def figures(blocks: tuple[Block, ...]) -> Iterator[Media]:
    """Yield the media in a text."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block.media
        elif isinstance(block, Quotation):
            yield from figures(block.blocks)
