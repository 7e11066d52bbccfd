"""The elements that RSS and Atom share: texts, Dublin Core, GeoRSS, drafts, deleted entries."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from schemas.article import Article, ItemLink, Subject
from schemas.article.declare import values_of
from schemas.article.newscodes import schemes
from schemas.article.values import check_iri
from workers.formats.markup import write_xhtml
from workers.formats.markup.writing.escaping import attribute, escape, write_paragraphs
from workers.formats.xml.feeds.names import APP, CONTENT, DC, DCTERMS, GEORSS, MEDIA, TOMBSTONES
from workers.formats.xml.feeds.reading.categories import QCODES
from workers.formats.xml.feeds.writing.dates import rfc_3339, w3c

NAMESPACES: Final = "".join(
    f' xmlns:{prefix}="{uri}"'
    for prefix, uri in (
        *(("app", APP), ("at", TOMBSTONES), ("content", CONTENT), ("dc", DC), ("dcterms", DCTERMS)),
        *(("georss", GEORSS), ("media", MEDIA)),
    )
)
"""The declarations of the extensions."""


_DRAFT: Final = {"withheld": "yes", "usable": "no"}

# The fields of the elements that both formats share. To compare all of them with their defaults takes one step.
_shared_values: Final = values_of(
    ("provider", "copyright_holder", "usage_terms", "first_created", "embargoed", "expires", "headlines", "audience",
     "located", "status")
)  # fmt: skip
_NOTHING_SHARED: Final = _shared_values(Article(paragraphs=("Text.",)))


def body_of(article: Article) -> bytes:
    """Return the text of an article as XHTML, for a section of CDATA: it has no "]]>", since ">" is escaped."""
    return write_xhtml(article.blocks).encode() if article.blocks else write_paragraphs(article.encoded)


def shared_elements(article: Article, *, dates: bool = True) -> str:
    """Return the elements of Dublin Core and GeoRSS, and whether the article is a draft (RFC 5023).

    Args:
        article: the article.
        dates: whether the date of publication has no place in the format itself, and stands here.
    """
    if not dates and _shared_values(article) == _NOTHING_SHARED:
        return ""
    made: list[str] = []
    if article.published and dates:
        made.append(f"<dc:date>{w3c(article.published)}</dc:date>\n")
    for name, value in (
        ("dc:publisher", article.provider and article.provider.name),
        ("dcterms:rightsHolder", article.copyright_holder and article.copyright_holder.name),
        ("dcterms:license", article.usage_terms),
        ("dcterms:created", article.first_created),
        ("dcterms:available", article.embargoed),
        ("dcterms:valid", article.expires and f"end={w3c(article.expires)}; scheme=W3C-DTF"),
    ):
        if value:
            made.append(f"<{name}>{escape(value)}</{name}>\n")
    for headline in article.headlines:
        language = attribute("xml:lang", headline.language)
        made.append(f"<dcterms:alternative{language}>{escape(headline.text)}</dcterms:alternative>\n")
    made += [f"<dcterms:audience>{escape(one)}</dcterms:audience>\n" for one in article.audience]
    if article.located and article.located.name:
        made.append(f"<georss:featurename>{escape(article.located.name)}</georss:featurename>\n")
        if point := article.located.position:
            made.append(f"<georss:point>{point.latitude} {point.longitude}</georss:point>\n")
    if article.status:
        made.append(f"<app:control><app:draft>{_DRAFT[article.status]}</app:draft></app:control>\n")
    return "".join(made)


def deleted_entry(article: Article, at: str) -> str:
    """Return the element of a canceled article: its entry is deleted (RFC 6721).

    Args:
        article: the article.
        at: the time of the conversion, for an article that does not state when it was canceled.
    """
    times = (one for one in (article.modified, article.version_created) if one)
    when = next(filter(None, map(rfc_3339, times)), at)
    comment = f"<at:comment>{escape(article.ed_note)}</at:comment>" if article.ed_note else ""
    return f'<at:deleted-entry{attribute("ref", article.id)} when="{when}">{comment}</at:deleted-entry>\n'


def concepts(article: Article) -> Iterator[tuple[str, str, str | None]]:
    """Yield the subjects of an article as categories: the address of the concept, "" for none, a code, and a name."""
    for subject in article.subjects:
        if address := concept_of(subject):
            yield address, subject.qcode or subject.uri or "", subject.name
        elif subject.name:
            yield "", subject.name, subject.name


def concept_of(subject: Subject) -> str | None:
    """Return the address of a concept: by its code, if its scheme is the IPTC's or unknown, else by its URI."""
    return _address_of(subject.qcode) if subject.qcode else subject.uri


@lru_cache(maxsize=1024)
def _address_of(qcode: str) -> str | None:
    alias, _, code = qcode.partition(":")
    whole = f"{schemes().get(alias, f'{QCODES}{alias}:')}{code}"
    return whole if not check_iri(whole) else None


def link_attributes(link: ItemLink) -> str:
    """Return a link as the attributes of `atom:link`."""
    rel = link.rel if link.rel and is_relation(link.rel) else "related"
    media_type, title = attribute("type", link.media_type), attribute("title", link.title)
    return f"{attribute('rel', rel)}{attribute('href', link.href)}{media_type}{title}"


def is_relation(rel: str) -> bool:
    """Return whether a feed can state how a link relates: by an IRI, or a registered name that is free here."""
    return rel in ("via", "self", "edit", "replies", "license", "original", "archives", "content") or not check_iri(rel)
