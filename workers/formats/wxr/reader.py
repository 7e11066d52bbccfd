"""Read WXR: each post and each page of an export is an article.

- An export is read twice: authors and attachments may stand behind the posts that refer to them.
- A featured image is the main picture, with the caption and the description of its attachment.
- Drafts, private posts and posts with a password are withheld; posts in the trash are canceled.
- Menus, revisions, templates and the like are no articles, and named. Attachments that a post shows are its media.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from lxml import etree

from schemas.article import AlternativeId, Media
from schemas.article.dates import read_moment
from schemas.conversion import Document, ReadArticle, UnreadArticle
from workers.formats.wxr.content import GALLERY, GALLERY_IDS, html_of, without_plugin_marks
from workers.formats.wxr.library import THUMBNAIL, Library, read_library, texts_of
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.reading.categories import read_category
from workers.formats.xml.feeds.reading.entry import Entry
from workers.formats.xml.feeds.reading.feed import read_feed
from workers.formats.xml.feeds.reading.media import figures

_ARTICLES: Final = ("post", "page", "")
_OTHER: Final = frozenset(
    (
        *"attachment nav_menu_item revision custom_css customize_changeset oembed_cache user_request wp_block".split(),
        *"wp_global_styles wp_navigation wp_template wp_template_part wp_font_family wp_font_face".split(),
    )
)
_STATUSES: Final = {
    "publish": "usable",
    **dict.fromkeys(("draft", "pending", "private", "future", "auto-draft"), "withheld"),
    "trash": "canceled",
}
_NEVER: Final = "0000-00-00"


def read_wxr(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each post and page of an export.

    Raises:
        InputError: the document is not XML that can be read, or has no post.
    """
    posts = _Posts(read_library(document))
    handlers = {
        "dc:creator": posts.author,
        "category": posts.category,
        "wp:post_id": posts.post_id,
        "wp:status": posts.status,
        "wp:post_date_gmt": posts.published,
        "wp:post_modified_gmt": posts.modified,
        "wp:post_password": posts.password,
        "wp:post_type": posts.post_type,
        "wp:postmeta": posts.meta,
    }
    return read_feed(document, handlers=handlers, skip=posts.why_none, html_of=posts.html_of, finish=posts.finish)


class _Posts:
    """The handlers of the elements of a post."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._items = 0
        self._main: Media | None = None
        self._galleries: list[str] = []
        self._marks: list[str] = []

    def why_none(self, item: etree._Element) -> str | None:
        """Return why an item is no article; "" if a post shows it.

        Raises:
            Exception: the first reading of the item raised it.
        """
        self._items += name_of(item) == "item"
        self._main, self._galleries, self._marks = None, [], []
        if fault := self._library.faults.get(self._items):
            raise fault
        stated = texts_of(item)
        type_ = stated.get("wp:post_type", "")
        if type_ in _ARTICLES or (type_ not in _OTHER and stated.get("content:encoded")):
            return None
        if type_ == "attachment" and stated.get("wp:post_id") in self._library.used:
            return ""
        return f"an item of the type {type_} is no article"

    def html_of(self, content: str) -> str:
        """Return the content of a post as WordPress shows it, but for its galleries, which become media."""
        self._galleries += GALLERY.findall(content)
        content, marks = without_plugin_marks(content)
        self._marks += marks
        return html_of(content)

    def author(self, entry: Entry, element: etree._Element) -> None:
        """Take the login of an author, who has a name in the export."""
        login = entry.account.line(element)
        name = self._library.authors.get(login)
        if name is None or name == login:
            entry.author(element)
            return
        entry.account.change_text(element, "bylines.name", "the login of the author is read as the name")
        entry.byline(name)

    def category(self, entry: Entry, element: etree._Element) -> None:
        """Take a category or a tag. The only category is the section."""
        if element.get("domain") == "category" and self._is_only(element):
            if name := entry.line(element, "section"):
                entry.account.keep(element, "domain", "section")
                entry.stated["section"] = name
        elif element.get("domain") in (None, "category", "post_tag"):
            read_category(entry, element)

    @staticmethod
    def _is_only(element: etree._Element) -> bool:
        parent = element.getparent()
        beside = parent.iterchildren(etree.Element) if parent is not None else ()
        named = (one for one in beside if name_of(one) == "category" and one.get("domain") == "category")
        return len(list(islice(named, 2))) == 1

    def post_id(self, entry: Entry, element: etree._Element) -> None:
        """Take the number of the post."""
        if number := entry.line(element, "alternative_ids.id"):
            entry.add("alternative_ids", AlternativeId(id=number, type="post_id"))

    def status(self, entry: Entry, element: etree._Element) -> None:
        """Take the status."""
        word = entry.account.line(element)
        if status := _STATUSES.get(word):
            entry.account.keep_text(element, "status")
        elif word:
            entry.account.change_text(element, "status", "the status is unknown; the article is withheld")
            status = "withheld"
        if status and entry.stated.get("status") != "withheld":
            entry.stated["status"] = status

    def password(self, entry: Entry, element: etree._Element) -> None:
        """Withhold a post that has a password."""
        if entry.account.line(element):
            entry.account.drop_text(element, "a post with a password is not for all; the article is withheld")
            entry.stated["status"] = "withheld"

    def published(self, entry: Entry, element: etree._Element) -> None:
        """Take when the post was published, in UTC."""
        self._date(entry, element, "published", "pubDate")

    def modified(self, entry: Entry, element: etree._Element) -> None:
        """Take when the post was changed, in UTC."""
        self._date(entry, element, "modified", "dcterms:modified")

    @staticmethod
    def _date(entry: Entry, element: etree._Element, field: str, key: str) -> None:
        text = entry.account.line(element)
        value = read_moment(text, "UTC").value if text and not text.startswith(_NEVER) else None
        if value:
            entry.account.keep_text(element, field)
            entry.dates[key] = value

    def post_type(self, entry: Entry, element: etree._Element) -> None:
        """Take the type, of which only articles are read."""
        if entry.account.line(element) in _ARTICLES:
            entry.account.keep_text(element, "kind")

    def meta(self, entry: Entry, element: etree._Element) -> None:
        """Take the featured image of a post."""
        stated = {name_of(child): child for child in entry.account.children(element)}
        key, value = stated.get("wp:meta_key"), stated.get("wp:meta_value")
        if key is None or value is None or entry.account.line(key) != THUMBNAIL:
            return
        media = self._library.attachments.get(entry.account.line(value))
        if media is not None:
            for one in (key, value):
                entry.account.keep_text(one, "media")
            self._main = replace(media, main=True)

    def finish(self, entry: Entry) -> None:
        """Add the featured image and those of galleries to the media, unless the text shows them."""
        for mark in self._marks:
            entry.account.ledger.not_held("content:encoded", mark, "it is a mark of a plugin, and no text")
        found = [self._main] if self._main is not None else []
        for gallery in self._galleries:
            ids = GALLERY_IDS.search(gallery)
            media = [self._library.attachments.get(one.strip()) for one in (ids[1] if ids else "").split(",")]
            if not any(media):
                reason = "the attachments of the gallery are not in the export"
                entry.account.ledger.not_held("content:encoded", gallery, reason)
            found += filter(None, media)
        blocks = entry.stated.get("blocks", ())
        held = {file.href for one in (*figures(blocks), *entry.stated.get("media", ())) for file in one.renditions}
        for media_ in reversed(found):
            if media_.renditions[0].href not in held:
                held.add(media_.renditions[0].href)
                entry.stated["media"] = [media_, *entry.stated.get("media", ())]
