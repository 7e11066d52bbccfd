"""What a feed holds of an article."""

from __future__ import annotations

from dataclasses import replace

from schemas.article import Article, Byline, ItemLink, Media, Party, Place, RoleText, Subject, stated_fields
from schemas.article.dates import is_zoned
from tests.workers.formats.markup.blocks import normal_form
from workers.formats.rss.places import PLACES
from workers.formats.xml.feeds.reading.categories import QCODES
from workers.formats.xml.feeds.writing.dates import w3c
from workers.formats.xml.feeds.writing.elements import concept_of, is_relation
from workers.formats.xml.feeds.writing.media import is_thumbnail


def held(article: Article, *, in_rss: bool) -> Article:
    """The article without what a feed does not hold."""
    kept = {leaf.partition(".")[0] for leaf, places in PLACES.of.items() if places}
    stated = {name: value for name, value in stated_fields(article).items() if name in kept}
    blocks = normal_form(article.blocks or article.paragraphs)
    uri = None if in_rss else "uri"

    def person(one: Byline) -> Byline:
        return Byline(name=one.name, uri=one.uri if uri else None)

    media = tuple(_media(one) for one in article.media if one.renditions)
    located = article.located
    changed = {
        "paragraphs": (),
        "blocks": blocks,
        "media": media,
        "bylines": tuple(map(person, article.bylines)),
        "contributors": tuple(map(person, article.contributors)),
        "headlines": tuple(RoleText(text=one.text, language=one.language) for one in article.headlines),
        "located": Place(name=located.name, position=located.position) if located and located.name else None,
        "published": _date(article.published, seconds=in_rss),
        "modified": _date(article.modified),
        "expires": _date(article.expires),
        "subjects": tuple(_subject(one) for one in article.subjects if concept_of(one) or one.name),
        "provider": article.provider and Party(name=article.provider.name),
        "copyright_holder": article.copyright_holder and Party(name=article.copyright_holder.name),
        "links": tuple(
            ItemLink(
                href=one.href,
                rel=one.rel if one.rel and is_relation(one.rel) else None,
                media_type=one.media_type,
                title=one.title,
            )
            for one in article.links
            if one.href
        ),
    }
    if not blocks and media:
        changed["kind"] = media[0].kind
    return Article(**{name: value for name, value in (stated | changed).items() if value not in (None, ())})


def _date(value: str | None, *, seconds: bool = False) -> str | None:
    if value is None or not is_zoned(value):
        return value and w3c(value)
    moment, zone = value[:19], value[19:].lstrip(".0123456789")
    return f"{moment}{zone}" if seconds else value


def _media(media: Media) -> Media:
    files = [one for one in media.renditions if not is_thumbnail(one)] or list(media.renditions)
    return replace(media, renditions=(*files, *(one for one in media.renditions if one not in files)))


def _subject(subject: Subject) -> Subject:
    address = concept_of(subject)
    if address and address.startswith("http://cv") and not subject.qcode:
        raise AssertionError(subject)
    qcode = subject.qcode if address and (subject.qcode or address.startswith(QCODES)) else None
    return Subject(name=subject.name, qcode=qcode, uri=None if qcode else subject.uri if address else None)
