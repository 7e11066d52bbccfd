"""The tables of docs/formats.md, computed by writing and reading articles.

    python -m tests.field_table

writes each table anew between its marks in the document.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from zipfile import ZipFile

from marshmallow.validate import OneOf

from schemas.article import (
    Access,
    AlternativeId,
    Article,
    Byline,
    Concept,
    Correction,
    EdNote,
    Group,
    Heading,
    ItemLink,
    LiveUpdate,
    Media,
    Paragraph,
    Party,
    Place,
    Position,
    Rendition,
    Rights,
    RoleText,
    Span,
    Subject,
    SubjectType,
)
from schemas.columns.names import NAMES
from schemas.conversion import Document
from schemas.formats import article_leaves
from tests.article_types import example, types_table
from tests.exports import CONVERSION, FULL, joined
from tests.workers.formats.documents import found_by
from workers.formats import FORMATS
from workers.formats.parquet.places import walk_row
from workers.formats.parquet.reader import rows_of

_ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = _ROOT / "docs" / "formats.md"

_FIRST, _SECOND = FULL.paragraphs
_POSITION: Final = Position(latitude=48.2, longitude=16.4)
_BROADER: Final = (Concept(name="banks", qcode="medtop:20000349"),)
_NAMES: Final = (RoleText(text="NORB", role="nrol:short", language="en"),)
_RENDITION: Final = Rendition(
    href="https://example.com/a.jpg",
    media_type="image/jpeg",
    width=640,
    height=480,
    size=9000,
    duration=1,
    role="rnd:web",
)

RICH: Final[Mapping[str, Any]] = {
    "paragraphs": (),
    "blocks": (Heading((_FIRST,)), Paragraph((Span("strong", (_SECOND,)),))),
    "media": (
        Media(kind="graphic", caption="A bank.", credit="J. Lens", alt="A house", renditions=(_RENDITION,), main=True),
    ),
    "groups": (Group(id="g1", role="group:main", mode="pgrmod:bag", items=(ItemLink(id="urn:x:2"),), groups=("g2",)),),
    "alternative_ids": (AlternativeId(id="17", type="desk"),),
    "signals": ("sig:alert",),
    "ed_notes": (EdNote(text="Call the desk.", role="edrole:desk", constraints=("pub:nonpublic",)),),
    "headlines": (RoleText(text="Rates: down", role="hldrole:sub", language="en"),),
    "descriptions": (RoleText(text="Down.", role="drol:teaser", language="en"),),
    "byline": "By Jane Doe in Vienna",
    "contributors": (
        Byline(
            name="Ed Itor",
            uri="https://example.com/ed",
            job_title="Editor",
            type="person",
            role="ctrol:editor",
        ),
    ),
    "credit_line": "Example / Lens",
    "first_created": "2024-11-07T06:00:00Z",
    "version_created": "2024-11-08T06:00:00Z",
    "expires": "2025-11-08T06:00:00Z",
    "rights": (
        Rights(
            holder=Party(name="Lens Ltd"), notice="(c) Lens", terms="No web.", scope="rscope:picture", language="en"
        ),
    ),
    "data_mining": "plus:DMI-PROHIBITED-AIMLTRAINING",
    "digital_source_type": "digsrctype:trainedAlgorithmicMedia",
    "access": Access(free=False, paid_parts=(".paywall",)),
    "links": (
        ItemLink(
            href="https://example.com/16",
            id="urn:x:16",
            version=2,
            rel="irel:seeAlso",
            media_type="text/html",
            title="Before",
        ),
    ),
    "corrections": (Correction(text="The rate was 4.", published="2024-11-09", url="https://example.com/c"),),
    "live_updates": (
        LiveUpdate(headline="Cut", text="It is cut.", published="2024-11-08", url="https://example.com/l"),
    ),
    "services": ("svc:main",),
    "audience": ("aud:all",),
    "profile": "text-only",
    "roles": ("role:final",),
    "inferred": ("headline", "bylines", "published"),
}
"""What an article can state beside the fields of `FULL`."""

EVERYTHING: Final = replace(
    FULL,
    kind="picture",
    bylines=(replace(FULL.bylines[0], type="person", role="ctrol:writer"),),
    located=Place(
        name="Vienna",
        uri="https://example.com/vienna",
        qcode="iso3166-1a2:AT",
        names=_NAMES,
        broader=_BROADER,
        same_as=("https://example.org/v",),
        position=_POSITION,
    ),
    subjects=(
        Subject(
            name="Norland Bank",
            uri="https://example.com/norland",
            qcode="medtop:20000350",
            type="organisation",
            names=_NAMES,
            broader=_BROADER,
            same_as=("https://example.org/n",),
            position=_POSITION,
            relevance=80,
            confidence=90,
            why="why:direct",
            creator="desk:norland",
        ),
    ),
    copyright_holder=Party(name="Example Holdings", uri="https://holdings.example.com/"),
    **RICH,
)
"""An article that states every field, and every part of every field."""


PACKAGE: Final = replace(
    EVERYTHING,
    kind="composite",
    paragraphs=(),
    blocks=(),
    groups=(*EVERYTHING.groups, Group(id="g2"), Group(id="g4")),
)
"""A composite without a text of its own."""


@cache
def base_of(leaf: str, format_id: str) -> Article:
    """The article in which a field has its place: a text, except for the kind itself, and groups in some formats.

    Its body has blocks, except for the paragraphs.
    """
    if leaf.startswith("groups.") and "groups" in FORMATS.get(format_id).places.lost(EVERYTHING):
        return PACKAGE
    if leaf == "paragraphs":
        return replace(EVERYTHING, kind="text", blocks=(), paragraphs=FULL.paragraphs)
    text = replace(EVERYTHING, kind="text")
    if leaf in TYPES and leaf in FORMATS.get(format_id).places.lost(EVERYTHING):
        return replace(text, subjects=tuple(replace(one, type=TYPES[leaf]) for one in text.subjects))
    of = FORMATS.get(format_id).places.of
    if leaf in ("bylines.name", "bylines.type", "bylines.job_title") and set(of["bylines.name"]) & set(of["byline"]):
        # The printed byline, if there is one, has this place.
        return replace(text, byline=None)
    if leaf == "media.renditions" and leaf in FORMATS.get(format_id).places.lost(EVERYTHING):
        # Without what a format does not hold of a file.
        return replace(text, media=(replace(text.media[0], renditions=(replace(_RENDITION, size=None, role=None),)),))
    if leaf == "published" and leaf in FORMATS.get(format_id).places.lost(EVERYTHING):
        return replace(text, published="2024-11-08T06:00:00Z")
    return EVERYTHING if leaf == "kind" else text


TYPES: Final[Mapping[str, SubjectType | None]] = {
    "subjects.position": "place",
    "subjects.relevance": None,
    "subjects.confidence": None,
    "subjects.creator": None,
}
"""The type of a subject that has a part, for formats in which not all types have it."""

# Another value for each field, to see what of an export it changes.
OTHERS: Final[Mapping[str, Any]] = {
    "paragraphs": ("Other text here.", "And here it goes on."),
    # The same plain text, so that only the structure differs.
    "blocks": (Heading((_FIRST,), level=3), Paragraph((Span("emphasis", (_SECOND,)),))),
    "kind": "audio",
    "media.kind": "picture",
    "media.caption": "Other.",
    "media.credit": "Other",
    "media.alt": "Other",
    "media.renditions": (Rendition(href="https://example.com/b.jpg"),),
    "media.main": False,
    "groups.id": "g3",
    "groups.role": "group:other",
    "groups.mode": "pgrmod:seq",
    "groups.items": (ItemLink(id="urn:x:3"),),
    "groups.groups": ("g4",),
    "alternative_ids.id": "18",
    "alternative_ids.type": "web",
    "signals": ("sig:other",),
    "headlines.text": "Other",
    "headlines.role": "hldrole:other",
    "headlines.language": "de",
    "ed_notes.text": "Other",
    "ed_notes.role": "edrole:other",
    "ed_notes.constraints": ("pub:other",),
    "descriptions.text": "Other",
    "descriptions.role": "drol:other",
    "descriptions.language": "de",
    "byline": "By Other",
    "bylines.type": "organisation",
    "bylines.role": "ctrol:other",
    "contributors.name": "Other",
    "contributors.uri": "https://example.com/other",
    "contributors.job_title": "Other",
    "contributors.type": "organisation",
    "contributors.role": "ctrol:other",
    "credit_line": "Other",
    "located.names": (RoleText(text="Other", role="nrol:other", language="de"),),
    "located.broader": (Concept(name="Other"),),
    "located.same_as": ("https://example.org/other",),
    "located.position": Position(latitude=1, longitude=2),
    "first_created": "2024-11-06T06:00:00Z",
    "version_created": "2024-11-08T07:00:00Z",
    "expires": "2026-11-08T06:00:00Z",
    "subjects.names": (RoleText(text="Other", role="nrol:other", language="de"),),
    "subjects.broader": (Concept(name="Other"),),
    "subjects.same_as": ("https://example.org/other",),
    "subjects.position": Position(latitude=1, longitude=2),
    "subjects.relevance": 10,
    "subjects.confidence": 20,
    "subjects.why": "why:other",
    "subjects.creator": "other",
    "rights.holder": Party(name="Other"),
    "rights.notice": "Other",
    "rights.terms": "Other",
    "rights.scope": "other",
    "rights.language": "de",
    "data_mining": "plus:DMI-ALLOWED",
    "digital_source_type": "digsrctype:digitalCreation",
    "access.free": True,
    "access.paid_parts": (".other",),
    "links.href": "https://example.com/other",
    "links.id": "urn:x:other",
    "links.version": 3,
    "links.rel": "irel:other",
    "links.media_type": "text/plain",
    "links.title": "Other",
    "corrections.text": "Other",
    "corrections.published": "2024-11-10",
    "corrections.url": "https://example.com/other",
    "live_updates.headline": "Other",
    "live_updates.text": "Other",
    "live_updates.published": "2024-11-09",
    "live_updates.url": "https://example.com/other",
    "services": ("svc:other",),
    "audience": ("aud:other",),
    "profile": "other",
    "roles": ("role:other",),
    "inferred": (),
    "id": "tag:example.com,2024:18",
    "version": 3,
    "signal": "update",
    "headline": "Other",
    "description": "Other.",
    "slugline": "OTHER",
    "bylines.name": "Jo Other",
    "bylines.uri": "https://example.com/other",
    "bylines.job_title": "Reporter",
    "dateline": "OTHER",
    "located.name": "Other",
    "located.uri": "https://example.com/other",
    "located.qcode": "iso3166-1a2:DE",
    "published": "2024-11-07T06:00:00Z",
    "modified": "2024-11-09T16:30:00Z",
    "embargoed": "2024-11-11T06:00:00Z",
    "status": "usable",
    "language": "de",
    "section": "Other",
    "genre": "Other",
    "keywords": ("other",),
    "subjects.name": "Other",
    "subjects.uri": "https://example.com/other",
    "subjects.qcode": "medtop:20000349",
    "subjects.type": "place",
    "provider.name": "Other",
    "provider.uri": "https://other.example.com/",
    "copyright_holder.name": "Other",
    "copyright_holder.uri": "https://other.example.com/",
    "copyright_notice": "Other",
    "usage_terms": "Other",
    "url": "https://example.com/18",
    "urgency": 5,
    "ed_note": "Other",
    "source.sha256": "cd" * 32,
    "source.name": "18.txt",
    "source.media_type": "text/html",
    "source.size": 18,
}


def value_of(article: Article, leaf: str) -> Any:
    """What an article states in a field, or in a part of it."""
    name, _, part = leaf.partition(".")
    value = getattr(article, name)
    if not part:
        return value
    return tuple(getattr(one, part) for one in value) if isinstance(value, tuple) else getattr(value, part, None)


@cache
def with_other(leaf: str, format_id: str) -> Article:
    """The article with another value in a field, or in a part of it."""
    base = base_of(leaf, format_id)
    name, _, part = leaf.partition(".")
    if name in ("paragraphs", "blocks"):
        return replace(base, **{"paragraphs": (), "blocks": (), name: OTHERS[leaf]})
    if not part:
        return replace(base, **{name: OTHERS[leaf]})
    value = getattr(base, name)
    if isinstance(value, tuple):
        changed: Any = (replace(value[0], **{part: OTHERS[leaf]}), *value[1:])
    else:
        changed = replace(value, **{part: OTHERS[leaf]})
    return replace(base, **{name: changed})


@cache
def default_places(leaf: str, format_id: str) -> tuple[str, ...]:
    """Return the places of a field in a format, with its default options."""
    before, after = base_of(leaf, format_id), with_other(leaf, format_id)
    return tuple(dict.fromkeys(place for place, _ in _places(before, format_id) - _places(after, format_id)))


def is_read_back(leaf: str, format_id: str) -> bool:
    """Return whether the reader of a format gives back the values of a field that its writer wrote."""
    return all(
        value_of(_read_again(article, format_id), leaf) == value_of(article, leaf)
        for article in (base_of(leaf, format_id), with_other(leaf, format_id))
    )


def places_of(leaf: str, format_id: str) -> set[str]:
    """Return the places of a field in all variants of a format: with each choice of each option."""
    before, after = base_of(leaf, format_id), with_other(leaf, format_id)
    found = set(default_places(leaf, format_id))
    for options in variants(format_id):
        changed = _places(before, format_id, **options) - _places(after, format_id, **options)
        found.update(place for place, _ in changed)
    return found


def variants(format_id: str) -> Iterator[dict[str, Any]]:
    """Yield each choice of each option that has choices, beside the defaults."""
    for name, field in FORMATS.get(format_id).schema.fields.items():
        for check in field.validators:
            if isinstance(check, OneOf):
                yield from ({name: choice} for choice in check.choices if choice != field.load_default)


# Most fields have the same base article: each form of it is written and read once.
@lru_cache(maxsize=128)
def _places(article: Article, format_id: str, **options: str) -> Counter[tuple[str, str]]:
    """The places in the files of an article, each with its value."""
    if format_id == "parquet" and not options:
        return _rows()[article].places
    return Counter(FORMATS.get(format_id).places.walk(written(article, format_id, **options)))


@lru_cache(maxsize=16)
def _read_again(article: Article, format_id: str) -> Article:
    """The article that is read from the files of an article."""
    if format_id == "parquet":
        return _rows()[article].read
    return read_back(written(article, format_id), format_id)


class _Row(NamedTuple):
    """A row of a table in Parquet: the article that is read from it, and its places with their values."""

    read: Article
    places: Counter[tuple[str, str]]


@cache
def _rows() -> Mapping[Article, _Row]:
    """The row of each article in one table in Parquet: to write and open a table for each takes seconds."""
    articles = {form(leaf, "parquet"): None for leaf in article_leaves() for form in (base_of, with_other)}
    [raw] = _joined("parquet", *articles).values()
    read = found_by(FORMATS.reader("parquet"), Document(name=None, open=lambda: io.BytesIO(raw)))
    stated = (Counter(walk_row(row.content)) for row in rows_of(io.BytesIO(raw), "table"))
    return {
        article: _Row(one, places)
        for article, one, places in zip(articles, read, stated, strict=True)
        if isinstance(one, Article)
    }


@cache
def written(article: Article, format_id: str, **options: str) -> Mapping[str, bytes]:
    """The files of an article in a format."""
    return _joined(format_id, article, **options)


def _joined(format_id: str, *articles: Article, **options: str) -> Mapping[str, bytes]:
    loaded = FORMATS.load_options({format_id: options}, (format_id,))[format_id]
    return joined(FORMATS.writer(format_id)(CONVERSION, loaded), *articles)


def read_back(files: Mapping[str, bytes], format_id: str) -> Article:
    """The article of an export."""
    raw = next(iter(files.values()))
    if raw.startswith(b"PK"):
        with ZipFile(io.BytesIO(raw)) as archive:
            raw = archive.read(archive.namelist()[0])
    [article] = found_by(FORMATS.reader(format_id), Document(name=None, open=lambda: io.BytesIO(raw)))
    assert isinstance(article, Article), article
    return article


def _field_table() -> str:
    rows = [
        "| field | " + " | ".join(format_.name for format_ in FORMATS.writable) + " |",
        "|---|" + "---|" * len(FORMATS.writable.ids),
    ]
    for leaf in article_leaves():
        shown = (
            "<br>".join(f"`{place}`" for place in default_places(leaf, format_.id)) or "–"
            for format_ in FORMATS.writable
        )
        rows.append(f"| `{leaf}` | {' | '.join(shown)} |")
    return "\n".join(rows)


def _unheld_table() -> str:
    rows = ["| format | cannot hold |", "|---|---|"]
    for format_ in FORMATS.writable:
        # A test checks that every written field is read back.
        lost = [leaf for leaf, places in format_.places.of.items() if not places]
        rows.append(f"| {format_.name} | {', '.join(f'`{leaf}`' for leaf in lost) or 'none'} |")
    return "\n".join(rows)


def _options_table() -> str:
    rows = ["| option | default | meaning |", "|---|---|---|"]
    for format_ in FORMATS.writable:
        for name, field in format_.schema.fields.items():
            default = field.load_default() if callable(field.load_default) else field.load_default
            rows.append(f"| `{format_.id}.{name}` | `{json.dumps(default)}` | {field.metadata['description']} |")
    return "\n".join(rows)


def _columns_table() -> str:
    rows = ["| field | names of columns |", "|---|---|"]
    rows += [f"| `{field}` | {', '.join(names)} |" for field, names in NAMES.items()]
    return "\n".join(rows)


def _pairs_table() -> str:
    from tests.pairs import pairs_table

    return pairs_table()


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "example": example,
    "types": types_table,
    "fields": _field_table,
    "unheld": _unheld_table,
    "options": _options_table,
    "columns": _columns_table,
    "pairs": _pairs_table,
}


def with_tables(page: str) -> str:
    """The page with every table as it is now.

    Raises:
        ValueError: the page has no place for one.
    """
    for name, make in TABLES.items():
        marks = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        table = make()
        page, found = marks.subn(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", page)  # type: ignore[misc]
        if found != 1:
            raise ValueError(f"{PAGE.name} has {found} places for the table {name!r}")
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
