"""schema.org NewsArticle as JSON-LD 1.1: one object, a document with an @graph, or NDJSON.

Names are schema.org's. A piece is the object of an article without its opening brace. So the same piece can be a
document (after an @context), a member of a graph, or a line. Only what the article states is written.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from schemas.article import Article, Byline, Party, Place, Source, Subject
from schemas.article.newscodes import resolve
from schemas.article.values import check_iri
from schemas.conversion import Conversion, Frame
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.terms import CONTEXT, DOCUMENT_TYPE, LINES_TYPE, NATURES, TYPES

_DOCUMENT = b'{"@context":"%s",' % CONTEXT.encode()


class NewsArticleWriter:
    """The writer of NewsArticle objects."""

    def __init__(self, conversion: Conversion, options: NewsArticleOptions) -> None:
        self._lines = options.lines
        self.files = ("articles.ndjsonld",) if options.lines else ("articles.jsonld",)
        # schema.org, sdDatePublished: the date (a Date) when the structured data was generated.
        self._generated = {
            "sdDatePublished": conversion.at[:10],
            "sdPublisher": _organization(conversion.operator),
        }

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the object of an article, without its opening brace."""
        made = _news_article(article)
        made.update(self._generated)
        return (orjson.dumps(made)[1:],)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return an @context before each line, before one object, or around a graph of several."""
        if self._lines:
            return Frame(head=_DOCUMENT, between=b"\n" + _DOCUMENT, tail=b"\n", media_type=LINES_TYPE)
        if articles == 1:
            return Frame(head=_DOCUMENT, between=b"", tail=b"\n", media_type=DOCUMENT_TYPE)
        return Frame(head=_DOCUMENT + b'"@graph":[\n{', between=b",\n{", tail=b"\n]}\n", media_type=DOCUMENT_TYPE)


def _news_article(article: Article) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "NewsArticle", "@id": article.id, "version": article.version}
    if article.headline:
        made["headline"] = article.headline
    if article.description:
        made["description"] = article.description
    if article.bylines:
        made["author"] = [_person(byline) for byline in article.bylines]
    if article.dateline:
        made["dateline"] = article.dateline
    if article.located:
        made["locationCreated"] = _place(article.located)
    if article.published:
        made["datePublished"] = article.published
    if article.modified:
        made["dateModified"] = article.modified
    if article.status:
        made["creativeWorkStatus"] = article.status
    if article.language:
        made["inLanguage"] = article.language
    if article.section:
        made["articleSection"] = article.section
    if article.genre:
        made["genre"] = article.genre
    if article.keywords:
        made["keywords"] = article.keywords
    if article.subjects:
        made["about"] = [_about(subject) for subject in article.subjects]
    if article.provider:
        made["publisher"] = _organization(article.provider)
    if article.copyright_holder:
        made["copyrightHolder"] = _organization(article.copyright_holder)
    if article.copyright_notice:
        made["copyrightNotice"] = article.copyright_notice
    if article.usage_terms:
        made["usageInfo"] = _usage_info(article.usage_terms)
    if article.url:
        made["url"] = article.url
        made["mainEntityOfPage"] = article.url
    made["wordCount"] = article.word_count
    made["articleBody"] = article.body
    if article.source:
        made["encoding"] = _media_object(article.source)
    return made


def _person(byline: Byline) -> dict[str, Any]:
    made = _thing("Person", byline.uri)
    made["name"] = byline.name
    if byline.uri and byline.uri.startswith(("https:", "http:")):
        # Google identifies an author by author.url (Article structured data).
        made["url"] = byline.uri
    if byline.job_title:
        made["jobTitle"] = byline.job_title
    return made


def _organization(party: Party) -> dict[str, Any]:
    made = _thing("Organization", party.uri)
    made["name"] = party.name
    return made


def _place(place: Place) -> dict[str, Any]:
    made = _thing("Place", place.uri or _concept_uri(place.qcode))
    if place.name:
        made["name"] = place.name
    if place.qcode:
        made["identifier"] = place.qcode
    return made


def _about(subject: Subject) -> dict[str, Any]:
    """Return a concept with its QCode and the URI that the QCode stands for."""
    entity = TYPES.get(subject.type or "")
    made = _thing(entity or "DefinedTerm", subject.uri or _concept_uri(subject.qcode))
    if subject.type in NATURES:
        made["additionalType"] = NATURES[subject.type]
    if subject.name:
        made["name"] = subject.name
    if subject.qcode:
        made["identifier" if entity else "termCode"] = subject.qcode
    return made


def _usage_info(terms: str) -> str | dict[str, str]:
    """Return a URL, or terms in words as the text of a CreativeWork (schema.org, usageInfo)."""
    return {"@type": "CreativeWork", "text": terms} if check_iri(terms) else terms


def _media_object(source: Source) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "MediaObject"}
    if source.name:
        made["name"] = source.name
    if source.media_type:
        made["encodingFormat"] = source.media_type
    if source.size is not None:
        made["contentSize"] = f"{source.size} B"
    made["sha256"] = source.sha256
    return made


def _thing(type_: str, uri: str | None) -> dict[str, Any]:
    return {"@type": type_, "@id": uri} if uri else {"@type": type_}


@lru_cache(maxsize=4096)
def _concept_uri(qcode: str | None) -> str | None:
    """Return the URI that a QCode of the IPTC stands for, if it is an absolute URI."""
    uri = resolve(qcode) if qcode else None
    return uri if uri and not check_iri(uri) else None
