"""What schema.org holds of an Article: all that newsmill writes and reads back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from schemas.article import Article, Byline, Media, Rights, Subject, split_paragraphs
from schemas.article.newscodes import resolve
from workers.formats import FORMATS
from workers.formats.schema_org.reading.read_works import blocks_of_updates
from workers.formats.schema_org.terms import (
    LINK_PROPERTIES,
    MEDIA_PROPERTIES,
    MEDIA_TYPES,
    PERSON,
    TYPES,
)
from workers.formats.schema_org.things import LOCATED, party_type
from workers.formats.schema_org.works import media_of

_NOTHING: Final = Article(paragraphs=("-",))
_PARTIES: Final = {"Person": "person", "Organization": "organisation", None: None}


def as_held(article: Article) -> Article:
    """The article without what schema.org has no place for. Places name each of these fields."""
    unheld = {name: getattr(_NOTHING, name) for name in FORMATS.get("news-article").places.unheld}
    is_text = article.kind == "text"
    terms, rights = _rights(article)
    description, descriptions = article.description, [replace(one, role=None) for one in article.descriptions]
    plain = next((one for one in descriptions if not one.language), None)
    if plain and not description:
        # A summary of an article without a description is its description.
        description = plain.text
        descriptions.remove(plain)
    paragraphs: tuple[str, ...] = split_paragraphs(article.body)
    held = replace(
        article,
        **unheld | {"blocks": ()},
        version=article.version,
        paragraphs=paragraphs,
        media=_media(article),
        headlines=tuple(replace(one, role=None) for one in article.headlines),
        description=description,
        descriptions=tuple(descriptions),
        bylines=tuple(replace(_party(one, article), role=None) for one in article.bylines),
        contributors=tuple(_party(one, article) for one in article.contributors),
        dateline=article.dateline if is_text else None,
        section=article.section if is_text else None,
        live_updates=article.live_updates if is_text else (),
        groups=tuple(replace(one, mode=None) for one in article.groups),
        located=_unsaid(article.located) if article.located else None,
        subjects=tuple(map(_subject, article.subjects)),
        usage_terms=terms,
        rights=rights,
        links=tuple(sorted(article.links, key=lambda link: link.rel in LINK_PROPERTIES)),
    )
    if is_text and not paragraphs and article.live_updates:
        held = replace(held, paragraphs=(), blocks=tuple(blocks_of_updates(article.live_updates)))
    return held


def _party(byline: Byline, article: Article) -> Byline:
    type_ = party_type(byline, article)
    return replace(byline, type=_PARTIES[type_], job_title=byline.job_title if type_ == PERSON else None)


def _media(article: Article) -> tuple[Media, ...]:
    media = [
        one if MEDIA_TYPES[one.kind] == "ImageObject" else replace(one, main=None)
        for one in media_of(article)
        if one.renditions or one.caption or one.alt
    ]
    properties = list(dict.fromkeys(MEDIA_PROPERTIES[one.kind] for one in media_of(article)))
    return tuple(sorted(media, key=lambda one: properties.index(MEDIA_PROPERTIES[one.kind])))


def _rights(article: Article) -> tuple[str | None, tuple[Rights, ...]]:
    rights = [replace(one, scope=None) for one in article.rights]
    terms = article.usage_terms
    if not terms and rights and rights[0] == Rights(terms=rights[0].terms):
        # The only terms are the terms.
        terms = rights.pop(0).terms
    return terms, tuple(rights)


def _subject(subject: Subject) -> Subject:
    is_located = TYPES.get(subject.type or "") in LOCATED
    unsaid: Subject = _unsaid(subject)
    return replace(
        unsaid,
        broader=(),
        position=subject.position if is_located else None,
        relevance=None,
        confidence=None,
        why=None,
        creator=None,
    )


def _unsaid(concept: Any) -> Any:
    """A concept without the URIs that its QCodes say already."""
    broader = tuple(_unsaid(one) for one in getattr(concept, "broader", ()))
    concept = replace(concept, broader=broader) if broader else concept
    return replace(concept, uri=None) if concept.qcode and concept.uri == resolve(concept.qcode) else concept
