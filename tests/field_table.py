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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from marshmallow.validate import OneOf

from schemas.article import Article, Party, Place, Subject
from schemas.column_names import NAMES
from schemas.conversion import Document
from schemas.formats import article_leaves
from tests.exports import CONVERSION, FULL, joined
from workers.formats import FORMATS

_ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = _ROOT / "docs" / "formats.md"

EVERYTHING: Final = replace(
    FULL,
    bylines=FULL.bylines[:1],
    located=Place(name="Vienna", uri="https://example.com/vienna", qcode="iso3166-1a2:AT"),
    subjects=(
        Subject(name="Norland Bank", uri="https://example.com/norland", qcode="medtop:20000350", type="organisation"),
    ),
    copyright_holder=Party(name="Example Holdings", uri="https://holdings.example.com/"),
)
"""An article that states every field, and every part of every field."""

# Another value for each field, to see what of an export it changes.
OTHERS: Final[Mapping[str, Any]] = {
    "paragraphs": ("Other text here.", "And here it goes on."),
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
    "published": "2024-11-07",
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


def with_other(leaf: str) -> Article:
    """The article with another value in a field, or in a part of it."""
    name, _, part = leaf.partition(".")
    if not part:
        return replace(EVERYTHING, **{name: OTHERS[leaf]})
    value = getattr(EVERYTHING, name)
    if isinstance(value, tuple):
        changed: Any = (replace(value[0], **{part: OTHERS[leaf]}),)
    else:
        changed = replace(value, **{part: OTHERS[leaf]})
    return replace(EVERYTHING, **{name: changed})


@dataclass(frozen=True)
class Cell:
    """A field in a format: where it is written, and whether it is read from there."""

    written: tuple[str, ...]
    read_back: bool


def cell(leaf: str, format_id: str) -> Cell:
    """A field in a format, as the writer and the reader have it."""
    other = with_other(leaf)
    before, after = written(EVERYTHING, format_id), written(other, format_id)
    backs = [(article, read_back(files, format_id)) for article, files in ((EVERYTHING, before), (other, after))]
    return Cell(
        written=_changed(format_id, before, after),
        read_back=all(value_of(back, leaf) == value_of(article, leaf) for article, back in backs),
    )


def places_of(leaf: str, format_id: str) -> set[str]:
    """Return the places of a field in all variants of a format: with each choice of each option."""
    other, found = with_other(leaf), set[str]()
    for options in variants(format_id):
        files = [written(article, format_id, **options) for article in (EVERYTHING, other)]
        found.update(_changed(format_id, *files))
    return found


def variants(format_id: str) -> Iterator[dict[str, Any]]:
    """Yield the defaults, and each choice of each option that has choices."""
    yield {}
    for name, field in FORMATS.get(format_id).schema.fields.items():
        for check in field.validators:
            if isinstance(check, OneOf):
                yield from ({name: choice} for choice in check.choices)


def _changed(format_id: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[str, ...]:
    walk = FORMATS.get(format_id).places.walk
    return tuple(dict.fromkeys(place for place, _ in Counter(walk(before)) - Counter(walk(after))))


def written(article: Article, format_id: str, **options: str) -> dict[str, bytes]:
    """The files of an article in a format."""
    loaded = FORMATS.load_options({format_id: options}, (format_id,))[format_id]
    return joined(FORMATS.writer(format_id)(CONVERSION, loaded), article)


def read_back(files: Mapping[str, bytes], format_id: str) -> Article:
    """The article of an export."""
    raw = next(iter(files.values()))
    [article] = FORMATS.reader(format_id)(Document(name=None, open=lambda: io.BytesIO(raw)))
    assert isinstance(article, Article), article
    return article


def _field_table() -> str:
    rows = [
        "| field | " + " | ".join(format_.name for format_ in FORMATS.writable) + " |",
        "|---|" + "---|" * len(FORMATS.writable.ids),
    ]
    for leaf in article_leaves():
        # A test checks that every written field is read back.
        shown = (
            "<br>".join(f"`{place}`" for place in cell(leaf, format_.id).written) or "–" for format_ in FORMATS.writable
        )
        rows.append(f"| `{leaf}` | {' | '.join(shown)} |")
    return "\n".join(rows)


def _unheld_table() -> str:
    rows = ["| format | cannot hold |", "|---|---|"]
    for format_ in FORMATS.writable:
        lost = [leaf for leaf in article_leaves() if not cell(leaf, format_.id).read_back]
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


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "fields": _field_table,
    "unheld": _unheld_table,
    "options": _options_table,
    "columns": _columns_table,
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
