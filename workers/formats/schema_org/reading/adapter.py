"""Read an article of schema.org into the fields of an Article.

Each member of the object goes to the handler of its property; a member without a handler is not held. Members whose
meaning depends on others, such as `creator` beside `author`, are read after all others.
"""

from __future__ import annotations

from typing import Any, Final

from schemas.article import Article
from workers.formats.schema_org.reading import read_works
from workers.formats.schema_org.reading.reading import (
    Reading,
    Take,
    take_chosen,
    take_line,
    take_lines,
    take_moment,
    take_party,
    take_text,
)
from workers.formats.schema_org.reading.take_late import (
    OWN_FILE,
    RELATIONS,
    take_additional_type,
    take_creator,
    take_identifiers,
    take_links,
    take_name,
    take_other_text,
    take_own_file,
    take_page_url,
    take_parts,
    take_provider,
    take_thumbnails,
)
from workers.formats.schema_org.reading.take_lists import (
    take_audience,
    take_authors,
    take_body,
    take_contributors,
    take_corrections,
    take_encoding,
    take_headlines,
    take_keywords,
    take_live_updates,
    take_located,
    take_media,
    take_mentions,
    take_places,
    take_subjects,
)
from workers.formats.schema_org.reading.take_values import (
    read_status,
    take_about_the_data,
    take_access,
    take_context,
    take_id,
    take_language,
    take_source_type,
    take_type,
    take_url,
    take_usage,
    take_words,
)
from workers.formats.schema_org.terms import (
    CONTRIBUTOR_PROPERTIES,
    MEDIA_TYPES,
    short_name,
)


def read_story(reading: Reading, story: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an `Article` that an article of schema.org states."""
    late: dict[str, Any] = {}
    for name, value in story.items():
        if value is None or value == "":
            continue
        take = _HANDLERS.get(name)
        if take is None:
            name = short_name(name)
            take = _HANDLERS.get(name)
        if take is not None:
            take(reading, name, value)
        elif name in _LATE:
            late[name] = [late[name], value] if name in late else value
        else:
            reading.lose(name, value)
    if late or "live_updates" in reading.of:
        _read_late(reading, late)
    return {name: tuple(value) if type(value) is list else value for name, value in reading.of.items()}


def count_again(reading: Reading, article: Article) -> None:
    """Record the stated number of words, which newsmill computes."""
    if reading.words is not None:
        stated = reading.words
        if stated == article.word_count or stated == len(article.body.split()):
            reading.keep("wordCount", stated, "paragraphs")
        else:
            reading.lose("wordCount", stated, "the words of the text are counted anew")


def is_own(story: dict[str, Any]) -> bool:
    """Return whether newsmill wrote an article. Its texts are verbatim: they have no markup."""
    return "sdPublisher" in story and "sdDatePublished" in story and "version" in story


def _read_late(reading: Reading, late: dict[str, Any]) -> None:
    of = reading.of
    for name, take in _LATE.items():
        if name in late:
            take(reading, name, late[name])
    if of.get("live_updates") and "blocks" not in of and of.get("kind") == "text":
        of["blocks"] = read_works.blocks_of_updates(tuple(of["live_updates"]))
    if of.get("kind") in MEDIA_TYPES:
        take_own_file(reading, {name: late[name] for name in OWN_FILE if name in late})
    else:
        for name in OWN_FILE:
            reading.lose(name, late.get(name))


_HANDLERS: Final[dict[str, Take]] = {
    "@context": take_context,
    "@id": take_id,
    "@type": take_type,
    "version": take_chosen("version", read_works.read_version, "it is no whole number from 1"),
    "headline": take_headlines,
    "alternativeHeadline": take_lines("headlines", ""),
    "description": take_lines("descriptions", "description"),
    "author": take_authors,
    **dict.fromkeys(("contributor", *CONTRIBUTOR_PROPERTIES), take_contributors),
    "dateline": take_line("dateline"),
    "locationCreated": take_located,
    "datePublished": take_moment("published"),
    "dateModified": take_moment("modified"),
    "dateCreated": take_moment("first_created", zoned=True),
    "expires": take_moment("expires"),
    "creativeWorkStatus": take_chosen("status", read_status, "it is none of usable, withheld and canceled"),
    "inLanguage": take_language,
    "articleSection": take_line("section"),
    "genre": take_line("genre"),
    "keywords": take_keywords,
    "about": take_subjects,
    **dict.fromkeys(("contentLocation", "spatialCoverage"), take_places),
    "mentions": take_mentions,
    "publisher": take_party("provider"),
    "copyrightHolder": take_party("copyright_holder"),
    "copyrightNotice": take_text("copyright_notice"),
    "creditText": take_line("credit_line"),
    "digitalSourceType": take_source_type,
    "usageInfo": take_usage,
    "isAccessibleForFree": take_access,
    "url": take_url,
    **dict.fromkeys(("image", "video", "audio", "associatedMedia"), take_media),
    "audience": take_audience,
    "correction": take_corrections,
    "liveBlogUpdate": take_live_updates,
    "wordCount": take_words,
    "articleBody": take_body,
    "encoding": take_encoding,
    **dict.fromkeys(("sdDatePublished", "sdPublisher", "sdLicense"), take_about_the_data),
}


_LATE: Final[dict[str, Take]] = {
    "name": take_name,
    "abstract": take_lines("descriptions", "description"),
    "text": take_other_text,
    "creator": take_creator,
    "provider": take_provider,
    "license": take_usage,
    "mainEntityOfPage": take_page_url,
    "hasPart": take_parts,
    **{name: take_links for name in RELATIONS if name != "hasPart"},
    "identifier": take_identifiers,
    "thumbnailUrl": take_thumbnails,
    "additionalType": take_additional_type,
    **dict.fromkeys(OWN_FILE, lambda *_: None),
}
