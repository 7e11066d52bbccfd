"""The ledger of documents, line by line."""

from __future__ import annotations

import orjson

from schemas.conversion import Defaults
from schemas.ledger import Entry
from tests.workers.formats.documents import document
from workers.formats import FORMATS
from workers.pipeline.ledger import leaves, ledger_lines

TEXT = "date 2024-11-08 The first paragraph.\n\nThe second."


def lines(*contents: str, formats: tuple[str, ...] = ("newsml-g2", "csv")) -> list[dict[str, object]]:
    """The lines of documents of text."""
    documents = [(None, document(content, name=f"{n}.txt", whole_ledger=True)) for n, content in enumerate(contents)]
    return [orjson.loads(line) for line in ledger_lines(documents, formats)]


def test_each_leaf_has_a_line_with_its_place_in_each_format() -> None:
    [date, first, second] = lines(TEXT)
    of = {format_id: list(FORMATS.get(format_id).places.of["published"]) for format_id in ("newsml-g2", "csv")}
    assert date == {
        "article": 1,
        "document": "0.txt",
        "place": "article 1",
        "path": "date",
        "outcome": "kept",
        "value": "2024-11-08",
        "field": "published",
        "places": of,
    }
    assert (first["path"], second["path"]) == ("paragraph[1]", "paragraph[2]")
    assert (first["value"], second["value"]) == ("The first paragraph.", "The second.")


def test_articles_are_numbered_through_all_documents() -> None:
    assert [(line["article"], line["document"]) for line in lines("One.", "Two.")] == [(1, "0.txt"), (2, "1.txt")]


def test_unreadable_document_has_no_line() -> None:
    assert [line["article"] for line in lines("", "Two.")] == [2]


def test_long_value_is_cut() -> None:
    [line] = lines("x" * 1000)
    assert len(str(line["value"])) == 300


def test_what_is_not_held_has_a_reason_and_no_place() -> None:
    [leaf] = leaves([Entry("subject/@qcode", "not-held", "subj:1", reason="no code")], ("csv",))
    assert leaf.to_json() == {
        "path": "subject/@qcode",
        "outcome": "not-held",
        "value": "subj:1",
        "reason": "no code",
        "places": {},
    }


def test_field_without_a_place_in_a_format_has_none_there() -> None:
    unheld = FORMATS.get("text").places.of
    [leaf] = leaves([Entry("a", "kept", "x", "headline")], ("text",))
    assert unheld["headline"] == ()
    assert leaf.places == {"text": []}


def test_part_of_a_part_has_the_places_of_the_part() -> None:
    [leaf] = leaves([Entry("a", "kept", "x", "subjects.name.more")], ("csv",))
    assert leaf.places["csv"]


def test_ledger_is_not_whole_by_default() -> None:
    assert not Defaults().document("a.txt", lambda: None).whole_ledger  # type: ignore[arg-type,return-value]
