"""The Article: its fields, its values, its JSON form, its identity. Imports nothing but schemas."""

from schemas.article.identity import identify
from schemas.article.model import (
    SIGNALS,
    STATUSES,
    SUBJECT_TYPES,
    Article,
    Byline,
    Party,
    Place,
    Signal,
    Source,
    Status,
    Subject,
    SubjectType,
    count_words,
    split_paragraphs,
    with_id,
)

__all__ = [
    "SIGNALS",
    "STATUSES",
    "SUBJECT_TYPES",
    "Article",
    "Byline",
    "Party",
    "Place",
    "Signal",
    "Source",
    "Status",
    "Subject",
    "SubjectType",
    "count_words",
    "identify",
    "split_paragraphs",
    "with_id",
]
