"""Write RSS 2.0: an item for each article, with its full text, media and categories."""

from __future__ import annotations

from typing import Final

from schemas.article import Article
from schemas.conversion import Conversion, Frame
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.xml.feeds.names import ATOM
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.feeds.reading.categories import GENRE, SECTION
from workers.formats.xml.feeds.writing.dates import rfc_822, w3c
from workers.formats.xml.feeds.writing.elements import (
    NAMESPACES,
    body_of,
    concepts,
    deleted_entry,
    link_attributes,
    shared_elements,
)
from workers.formats.xml.feeds.writing.media import enclosure, media_elements

NAME: Final = "articles.rss.xml"
MEDIA_TYPE: Final = "application/rss+xml"
NO_ADDRESS: Final = "about:blank"
"""The address of the site where none is stated: RSS requires one."""


class RssWriter:
    """The writer of a feed."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: FeedOptions) -> None:
        self._at = conversion.at
        self._frame = Frame(
            head=_head(conversion, options).encode(), between=b"", tail=b"</channel>\n</rss>\n", media_type=MEDIA_TYPE
        )

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the item of an article; for a canceled one, that its entry is deleted, in the words of Atom."""
        if article.status == "canceled":
            return (deleted_entry(article, self._at).encode(),)
        pub_date = rfc_822(article.published) if article.published else None
        made = ["<item>\n"]
        if article.headline or not article.description:
            # An item needs a title or a description.
            made.append(f"<title>{escape(article.headline or '')}</title>\n")
        if article.url:
            made.append(f"<link>{escape(article.url)}</link>\n")
        made.append(f'<guid isPermaLink="false">{escape(article.id or "")}</guid>\n')
        if pub_date:
            made.append(f"<pubDate>{pub_date}</pubDate>\n")
        if article.modified:
            made.append(f"<dcterms:modified>{w3c(article.modified)}</dcterms:modified>\n")
        if article.language:
            made.append(f"<dc:language>{article.language}</dc:language>\n")
        made += [f"<dc:creator>{escape(one.name)}</dc:creator>\n" for one in article.bylines]
        if article.contributors:
            made += [f"<dc:contributor>{escape(one.name)}</dc:contributor>\n" for one in article.contributors]
        if article.copyright_notice:
            made.append(f"<dc:rights>{escape(article.copyright_notice)}</dc:rights>\n")
        made.append(shared_elements(article, dates=pub_date is None))
        if article.section:
            made.append(f'<category domain="{SECTION}">{escape(article.section)}</category>\n')
        if article.genre:
            made.append(f'<category domain="{GENRE}">{escape(article.genre)}</category>\n')
        made += [f"<category>{escape(keyword)}</category>\n" for keyword in article.keywords]
        for address, code, name in concepts(article) if article.subjects else ():
            made.append(f"<category{attribute('domain', address or 'subject')}>{escape(name or code)}</category>\n")
        if article.links:
            made += [f"<atom:link{link_attributes(link)}/>\n" for link in article.links if link.href]
        if article.description:
            made.append(f"<description>{escape(escape(article.description))}</description>\n")
        body = body_of(article)
        if body:
            made.append("<content:encoded><![CDATA[")
        media = _media(article) if article.media else ""
        after = f"]]></content:encoded>\n{media}</item>\n" if body else f"{media}</item>\n"
        return (b"".join(("".join(made).encode(), body, after.encode())),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the channel around the items."""
        return self._frame


def _media(article: Article) -> str:
    enclosed = ""
    if file := enclosure(article):
        attributes = f"{attribute('url', file.href)}{attribute('length', file.size)}"
        enclosed = f"<enclosure{attributes}{attribute('type', file.media_type)}/>\n"
    return f"{enclosed}{media_elements(article)}"


def _head(conversion: Conversion, options: FeedOptions) -> str:
    title = options.title or conversion.operator.name
    profile = "" if options.profile == "default" else f" ({options.profile})"
    address = f'<atom:link rel="self" type="{MEDIA_TYPE}"{attribute("href", options.address)}/>\n'
    elements = (
        # The reader knows by it that all other elements are newsmill's.
        ("generator", f"newsmill {conversion.version}{profile}"),
        ("title", title),
        ("link", options.link or conversion.operator.uri or NO_ADDRESS),
        ("description", options.description or title),
        ("language", options.language),
        ("pubDate", rfc_822(conversion.at)),
        ("lastBuildDate", rfc_822(conversion.at)),
        ("docs", "https://www.rssboard.org/rss-specification"),
    )
    shown = "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in elements if value)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="{ATOM}"{NAMESPACES}>\n<channel>\n'
        f"{shown}{address if options.address else ''}"
    )
