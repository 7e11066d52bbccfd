"""The tables of docs/formats.md, and the places that the page shows: worked out by writing and reading, so that they
say what the code does.

    python -m tests.field_table

writes them anew, the tables between the marks that the document has for them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

from lxml import etree

from schemas.article import Article, Party, Place, Subject
from schemas.column_names import NAMES
from schemas.conversion import Document
from schemas.formats import CSV, FORMATS, NEWS_ARTICLE, NEWSML_G2, load_options
from tests.exports import CONVERSION, FULL, joined
from workers.formats.readers import get_reader
from workers.formats.writers import get_writer

_ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = _ROOT / "docs" / "formats.md"
PLACES: Final = _ROOT / "service" / "web" / "static" / "places.json"

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

_HEADINGS: Final = {NEWSML_G2: "NewsML-G2", NEWS_ARTICLE: "NewsArticle", CSV: "CSV"}


def leaves() -> Iterator[str]:
    """Every field of an Article, those with parts by their parts: "bylines.name"."""
    for field in fields(Article):
        if not field.init:
            continue
        value = getattr(EVERYTHING, field.name)
        part = value[0] if isinstance(value, tuple) else value
        if is_dataclass(part):
            yield from (f"{field.name}.{inner.name}" for inner in fields(part))
        else:
            yield field.name


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
    places = _PLACES[format_id]
    changed = places(before) - places(after)
    backs = [(article, read_back(files, format_id)) for article, files in ((EVERYTHING, before), (other, after))]
    return Cell(
        written=tuple(dict.fromkeys(place for place, _ in changed)),
        read_back=all(value_of(back, leaf) == value_of(article, leaf) for article, back in backs),
    )


def written(article: Article, format_id: str, **options: str) -> dict[str, bytes]:
    """The files of an article in a format."""
    loaded = load_options({format_id: options}, (format_id,))[format_id]
    return joined(get_writer(format_id)(CONVERSION, loaded), article)


def read_back(files: Mapping[str, bytes], format_id: str) -> Article:
    """The article of an export."""
    raw = next(iter(files.values()))
    [article] = get_reader(format_id)(Document(name=None, open=lambda: io.BytesIO(raw)))
    assert isinstance(article, Article), article
    return article


_Places = Counter[tuple[str, str]]


def _in_newsml(files: Mapping[str, bytes]) -> _Places:
    """Every attribute and every text of a newsItem, by its path."""
    [raw] = files.values()
    places: _Places = Counter()

    def walk(element: etree._Element, above: tuple[str, ...]) -> None:
        path = "/".join(above)
        for name, value in element.attrib.items():
            places[f"{path}/@{_short(str(name))}".lstrip("/"), str(value)] += 1
        if element.text and element.text.strip():
            places[path, element.text] += 1
        for child in element:
            relation = f"[{rel}]" if (rel := child.get("rel")) else ""
            walk(child, (*above, _short(str(child.tag)) + relation))

    walk(etree.fromstring(raw), ())
    return places


def _short(name: str) -> str:
    local = etree.QName(name).localname
    return f"xml:{local}" if name.startswith("{http://www.w3.org/XML/") else local


def _in_json(files: Mapping[str, bytes]) -> _Places:
    """Every value of a NewsArticle, by the properties that lead to it."""
    [raw] = files.values()
    places: _Places = Counter()

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}".lstrip("."))
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)
        else:
            places[path, str(value)] += 1

    walk(json.loads(raw), "")
    return places


def _in_csv(files: Mapping[str, bytes]) -> _Places:
    """Every cell of both tables, by its column."""
    places: _Places = Counter()
    for file in ("articles.csv", "paragraphs.csv"):
        for row in csv.DictReader(io.StringIO(files[file].decode(), newline="")):
            for column, value in row.items():
                if file == "articles.csv" or column in ("text", "paragraph"):
                    places[column if file == "articles.csv" else f"paragraphs.csv: {column}", value] += 1
    return places


_PLACES: Final[Mapping[str, Callable[[Mapping[str, bytes]], _Places]]] = {
    NEWSML_G2: _in_newsml,
    NEWS_ARTICLE: _in_json,
    CSV: _in_csv,
}


def _field_table() -> str:
    rows = [
        "| field | " + " | ".join(_HEADINGS[format_.id] for format_ in FORMATS) + " |",
        "|---|" + "---|" * len(FORMATS),
    ]
    for leaf in leaves():
        # Whatever is written is read back; a test fails where it is not.
        shown = ("<br>".join(f"`{place}`" for place in cell(leaf, format_.id).written) or "–" for format_ in FORMATS)
        rows.append(f"| `{leaf}` | {' | '.join(shown)} |")
    return "\n".join(rows)


def _unheld_table() -> str:
    rows = ["| format | has no home for |", "|---|---|"]
    for format_ in FORMATS:
        lost = [leaf for leaf in leaves() if not cell(leaf, format_.id).read_back]
        rows.append(f"| {_HEADINGS[format_.id]} | {', '.join(f'`{leaf}`' for leaf in lost) or 'none'} |")
    return "\n".join(rows)


def _options_table() -> str:
    rows = ["| option | default | what |", "|---|---|---|"]
    for format_ in FORMATS:
        for name, field in format_.options.fields.items():
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


def places_json() -> str:
    """The places of each field in each format, with every vocabulary of the text, as the page has them."""
    made = []
    for leaf in leaves():
        entry: dict[str, Any] = {"field": leaf}
        for format_ in FORMATS:
            found = dict.fromkeys(cell(leaf, format_.id).written)
            if format_.id == NEWSML_G2:
                before, after = (written(one, NEWSML_G2, body="nitf") for one in (EVERYTHING, with_other(leaf)))
                found |= dict.fromkeys(place for place, _ in _in_newsml(before) - _in_newsml(after))
            entry[format_.id] = list(found)
        made.append(entry)
    return json.dumps(made, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
    PLACES.write_text(places_json())
