"""Write Atom 1.0: an entry for each article, with its full text, media and categories."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from schemas.article import Article, Byline
from schemas.conversion import Conversion, Frame
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.xml.feeds.names import ATOM
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.feeds.reading.categories import GENRE, SECTION, SUBJECTS
from workers.formats.xml.feeds.writing.dates import rfc_3339, w3c
from workers.formats.xml.feeds.writing.elements import (
    NAMESPACES,
    body_of,
    concepts,
    deleted_entry,
    link_attributes,
    shared_elements,
)
from workers.formats.xml.feeds.writing.media import media_elements

NAME: Final = "articles.atom.xml"
MEDIA_TYPE: Final = "application/atom+xml"


class AtomWriter:
    """The writer of a feed."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: FeedOptions) -> None:
        self._at = conversion.at
        self._frame = Frame(
            head=_head(conversion, options).encode(), between=b"", tail=b"</feed>\n", media_type=MEDIA_TYPE
        )

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the entry of an article; for a canceled one, that its entry is deleted (RFC 6721)."""
        if article.status == "canceled":
            return (deleted_entry(article, self._at).encode(),)
        published = rfc_3339(article.published) if article.published else None
        updated = rfc_3339(article.modified) if article.modified else None
        made = [
            f"<entry{attribute('xml:lang', article.language)}>\n<id>{escape(article.id or '')}</id>\n"
            f"<title>{escape(article.headline or '')}</title>\n"
            # An entry needs the time of its last change. Without one it has that of the feed.
            f"<updated>{updated or published or self._at}</updated>\n"
        ]
        if published:
            made.append(f"<published>{published}</published>\n")
        if article.modified and (updated is None or updated in (published, self._at)):
            # `updated` alone would not say that the article was changed at this time.
            made.append(f"<dcterms:modified>{w3c(article.modified)}</dcterms:modified>\n")
        made += [f"<author>{_person(one)}</author>\n" for one in article.bylines]
        if article.contributors:
            made += [f"<contributor>{_person(one)}</contributor>\n" for one in article.contributors]
        if article.url:
            made.append(f'<link rel="alternate"{attribute("href", article.url)}/>\n')
        if article.links:
            made += [f"<link{link_attributes(link)}/>\n" for link in article.links if link.href]
        if article.section:
            made.append(f'<category scheme="{SECTION}"{attribute("term", article.section)}/>\n')
        if article.genre:
            made.append(f'<category scheme="{GENRE}"{attribute("term", article.genre)}/>\n')
        made += [f"<category{attribute('term', keyword)}/>\n" for keyword in article.keywords]
        for address, code, name in concepts(article) if article.subjects else ():
            made.append(f"<category{_term(address, code, name)}/>\n")
        if article.copyright_notice:
            made.append(f"<rights>{escape(article.copyright_notice)}</rights>\n")
        if article.description:
            made.append(f"<summary>{escape(article.description)}</summary>\n")
        made.append('<content type="html"><![CDATA[')
        media = media_elements(article) if article.media else ""
        after = f"]]></content>\n{shared_elements(article, dates=published is None)}{media}</entry>\n"
        return (b"".join(("".join(made).encode(), body_of(article), after.encode())),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the feed around the entries."""
        return self._frame


def _person(one: Byline) -> str:
    uri = f"<uri>{escape(one.uri)}</uri>" if one.uri else ""
    return f"<name>{escape(one.name)}</name>{uri}"


def _term(address: str, code: str, name: str | None) -> str:
    """Return a category: a term within a scheme, and the name of the concept as its label (RFC 4287, section 4.2.2)."""
    if not address:
        return f"{attribute('scheme', SUBJECTS)}{attribute('term', code)}"
    # A term is never empty.
    at = max(address[:-1].rfind(mark) for mark in "/#:=") + 1
    scheme, term = address[:at], address[at:]
    return f"{attribute('scheme', scheme)}{attribute('term', term)}{attribute('label', name)}"


def _head(conversion: Conversion, options: FeedOptions) -> str:
    title = options.title or conversion.operator.name
    profile = "" if options.profile == "default" else f" ({options.profile})"
    site = options.link or conversion.operator.uri
    id_ = options.address or uuid5(NAMESPACE_URL, f"{site} {title}").urn
    # The reader knows by the generator that all other elements are newsmill's.
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="{ATOM}"{NAMESPACES}{attribute("xml:lang", options.language)}>\n'
        f'<generator version="{conversion.version}">newsmill{profile}</generator>\n'
        f"<id>{escape(id_)}</id>\n<title>{escape(title)}</title>\n<updated>{conversion.at}</updated>\n"
        + (f"<subtitle>{escape(options.description)}</subtitle>\n" if options.description else "")
        + (f'<link rel="alternate"{attribute("href", site)}/>\n' if site else "")
        + (f'<link rel="self" type="{MEDIA_TYPE}"{attribute("href", options.address)}/>\n' if options.address else "")
        + f"<author><name>{escape(conversion.operator.name)}</name></author>\n"
    )
