"""The Article: its fields, its body, its values, its JSON form, its identity. Imports nothing but schemas.

The names of this package are imported on first use, because a process that only passes jobs on needs its values and no
Article.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.article.body import (
        Block,
        Break,
        Cell,
        Embed,
        Figure,
        Heading,
        Inline,
        ItemList,
        LineBreak,
        Link,
        Paragraph,
        Preformatted,
        Quotation,
        Ruby,
        Span,
        Table,
        split_paragraphs,
    )
    from schemas.article.identity import content_digest, derived_id, identify
    from schemas.article.model import (
        SIGNALS,
        STATUSES,
        Article,
        Kind,
        Signal,
        Status,
        count_words,
        is_stated,
        stated_fields,
        with_id,
    )
    from schemas.article.parts import (
        SUBJECT_TYPES,
        Access,
        AlternativeId,
        Byline,
        Concept,
        Correction,
        EdNote,
        Group,
        ItemLink,
        LiveUpdate,
        Media,
        Party,
        Place,
        Position,
        Rendition,
        Rights,
        RoleText,
        Source,
        Subject,
        SubjectType,
    )

__all__ = [
    "SIGNALS",
    "STATUSES",
    "SUBJECT_TYPES",
    "Access",
    "AlternativeId",
    "Article",
    "Block",
    "Break",
    "Byline",
    "Cell",
    "Concept",
    "Correction",
    "EdNote",
    "Embed",
    "Figure",
    "Group",
    "Heading",
    "Inline",
    "ItemLink",
    "ItemList",
    "Kind",
    "LineBreak",
    "Link",
    "LiveUpdate",
    "Media",
    "Paragraph",
    "Party",
    "Place",
    "Position",
    "Preformatted",
    "Quotation",
    "Rendition",
    "Rights",
    "RoleText",
    "Ruby",
    "Signal",
    "Source",
    "Span",
    "Status",
    "Subject",
    "SubjectType",
    "Table",
    "content_digest",
    "count_words",
    "derived_id",
    "identify",
    "is_stated",
    "split_paragraphs",
    "stated_fields",
    "with_id",
]

_MODULES = ("model", "parts", "body", "identity")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            members = vars(import_module(f"{__name__}.{module}"))
            if name in members:
                return globals().setdefault(name, members[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
