"""The fields that metadata can state, as a type, so that editors complete their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from schemas.article.model import Kind, Signal, Status

Part = Mapping[str, object]
"""A value with parts, in the form of JSON: `{"name": "Jane Doe"}`."""


class Metadata(TypedDict, total=False):
    """Article fields for every article that does not state them, in the form of JSON.

    `@Title` in place of a value names the column of a table, or the key of JSON, that states the field.
    """

    paragraphs: str
    kind: Kind | str
    id: str
    alternative_ids: Sequence[str | Part]
    version: int | str
    signal: Signal | str
    signals: Sequence[str]
    headline: str
    headlines: Sequence[str | Part]
    description: str
    descriptions: Sequence[str | Part]
    slugline: str
    byline: str
    bylines: Sequence[str | Part]
    contributors: Sequence[str | Part]
    credit_line: str
    dateline: str
    located: str | Part
    published: str
    modified: str
    first_created: str
    version_created: str
    embargoed: str
    expires: str
    status: Status | str
    language: str
    section: str
    genre: str
    keywords: Sequence[str]
    subjects: Sequence[str | Part]
    provider: str | Part
    copyright_holder: str | Part
    copyright_notice: str
    usage_terms: str
    rights: Sequence[str | Part]
    data_mining: str
    digital_source_type: str
    access: str | Part
    url: str
    links: Sequence[str | Part]
    services: Sequence[str]
    audience: Sequence[str]
    profile: str
    roles: Sequence[str]
    urgency: int | str
    ed_note: str
    ed_notes: Sequence[str | Part]
    inferred: Sequence[str]
