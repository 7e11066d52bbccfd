"""The authors and attachments of an export, at any place in it, to which its posts refer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from schemas.article import Media, Rendition
from schemas.article.values import check_iri
from schemas.conversion import Document
from workers.formats.markup import plain_text
from workers.formats.xml.feeds.mending import Mended, mended
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.reading.media import kind_of_address
from workers.formats.xml.parsing import read_elements

MOST: Final = 200_000
"""The highest number of attachments that are kept for the posts. Each takes about 500 bytes."""

THUMBNAIL: Final = "_thumbnail_id"
_ALT: Final = "_wp_attachment_image_alt"
_REFERENCES = re.compile(r"wp-image-(\d{1,12})|\"id\":(\d{1,12})|\[gallery[^\[\]]{0,500}?\bids=[\"']?([\d, ]{1,2000})")


@dataclass(slots=True)
class Library:
    """The authors of an export by their logins, its attachments by their ids, and the ids that posts refer to.

    Args:
        faults: the unexpected exceptions at items, by the number of the item, from 1.
    """

    authors: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, Media] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    faults: dict[int, Exception] = field(default_factory=dict)


def read_library(document: Document) -> Library:
    """Read an export once for what its posts refer to.

    Raises:
        InputError: the document is not XML that can be read.
    """
    library = Library()
    number = 0
    for element in read_elements(mended(document, Mended()), ("{*}item", "{*}author")):
        name = name_of(element)
        if name == "wp:author":
            _add_author(element, library)
        elif name == "item":
            number += 1
            try:
                _add_item(element, library)
            except Exception as error:
                # The item is read again, and fails there.
                library.faults[number] = error
    return library


def _add_author(element: etree._Element, library: Library) -> None:
    stated = texts_of(element)
    whole = " ".join(filter(None, (stated.get("wp:author_first_name"), stated.get("wp:author_last_name"))))
    if login := stated.get("wp:author_login"):
        library.authors[login] = stated.get("wp:author_display_name") or whole or login


def _add_item(element: etree._Element, library: Library) -> None:
    stated = texts_of(element)
    meta = meta_of(element)
    if stated.get("wp:post_type") == "attachment":
        if len(library.attachments) < MOST and (media := _attachment(stated, meta)):
            library.attachments[stated.get("wp:post_id", "")] = media
        return
    if thumbnail := meta.get(THUMBNAIL):
        library.used.add(thumbnail)
    for match in _REFERENCES.finditer(stated.get("content:encoded", "")):
        library.used.update(one.strip() for one in (match[1] or match[2] or match[3]).split(","))


def _attachment(stated: dict[str, str], meta: dict[str, str]) -> Media | None:
    url = stated.get("wp:attachment_url", "")
    kind = kind_of_address(url)
    if kind is None or check_iri(url):
        return None
    caption, alt = (
        plain_text(text).strip() or None for text in (stated.get("excerpt:encoded", ""), meta.get(_ALT, ""))
    )
    return Media(kind=kind, renditions=(Rendition(href=url),), caption=caption, alt=alt)  # type: ignore[arg-type]


def texts_of(element: etree._Element) -> dict[str, str]:
    """Return the texts of the children of an element by their names; of several of a name, the first."""
    found: dict[str, str] = {}
    for child in element.iterchildren(etree.Element):
        found.setdefault(name_of(child), (child.text or "").strip())
    return found


def meta_of(item: etree._Element) -> dict[str, str]:
    """Return the custom fields of a post by their keys."""
    rows = (texts_of(one) for one in item.iterchildren(etree.Element) if name_of(one) == "wp:postmeta")
    return {row.get("wp:meta_key", ""): row.get("wp:meta_value", "") for row in rows}
