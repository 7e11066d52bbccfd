"""The ledger of whole documents: each leaf of each source article, what became of it, and where it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from schemas.article.values import shorten
from schemas.conversion import UnreadArticle
from schemas.ledger import Entry, Outcome
from workers.formats import FORMATS
from workers.pipeline.pipe import Sources, read_documents

MEDIA_TYPE: Final = "application/x-ndjson"
_LONGEST_VALUE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf of a source, and its outcome.

    Args:
        path: its place in its source article: "contentMeta/subject[2]/@qcode", "author[1].name", a column.
        outcome: "kept", "changed" or "not-held".
        value: its value, in at most 300 characters.
        field: the field of the Article that has it, such as "subjects.qcode"; None if no field has it.
        reason: how it was changed, why it was left out, or why it is doubtful though it is kept; None for all others.
        places: for each format of the export, the places of this field; empty if the format has none.
        origin: the part of a page that states it ("json-ld", "meta" or "markup"), or "request" where the request says
            what a leaf is; None for any other.
    """

    path: str
    outcome: Outcome
    value: str
    field: str | None = None
    reason: str | None = None
    places: Mapping[str, Sequence[str]]
    origin: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the leaf in JSON, without what it does not have."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def ledger_lines(sources: Sources, formats: Sequence[str]) -> Iterator[bytes]:
    """Yield a line of JSON for each leaf of each article, in the order of the sources.

    An article that cannot be read has no leaves.

    Args:
        sources: documents whose ledgers are whole (`Document.whole_ledger`).
        formats: the ids of the formats of the export.
    """
    for number, read in enumerate(read_documents(sources), 1):
        if isinstance(read.found, UnreadArticle):
            continue
        about = {"article": number, "document": read.document, "place": read.place}
        for leaf in leaves(read.found.ledger.entries, formats):
            yield orjson.dumps(about | leaf.to_json()) + b"\n"


def leaves(entries: Sequence[Entry], formats: Sequence[str]) -> Iterator[Leaf]:
    """Yield the entries of a ledger with the places of their fields in each format."""
    places = {format_id: _field_places(format_id) for format_id in formats}
    for entry in entries:
        # Places are known of fields and of their parts, not of the parts of parts.
        name = ".".join(entry.field.split(".")[:2]) if entry.field else ""
        held = {format_id: of.get(name, ()) for format_id, of in places.items()} if name else {}
        yield Leaf(
            path=entry.path,
            outcome=entry.outcome,
            value=shorten(entry.value, _LONGEST_VALUE),
            field=entry.field,
            reason=entry.reason or None,
            places=held,
            origin=entry.origin or None,
        )


def _field_places(format_id: str) -> Mapping[str, Sequence[str]]:
    """Return the places of each field; a field with parts has the places of all of its parts."""
    of = FORMATS.get(format_id).places.of
    found: dict[str, list[str]] = {}
    for leaf, places in of.items():
        for name in dict.fromkeys((leaf, leaf.partition(".")[0])):
            found.setdefault(name, []).extend(place for place in places if place not in found.get(name, ()))
    return found
