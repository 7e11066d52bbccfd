"""The records of a document, one by one, give the articles and places of the whole document."""

from __future__ import annotations

from io import BytesIO
from typing import Any, TypeAlias

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversion import Document
from tests.exports import CONVERSION
from workers.formats import FORMATS
from workers.pipeline.pipe import NOT_READ, DuplicateArticle, FailedArticle, LeftOutArticle, MadeArticle, Pipe
from workers.pipeline.records import each_singly

GOOD = b'{"id": "urn:x:%d", "paragraphs": "Article %d."}'
TABLE = b'id,text\r\nurn:x:1,"A text\r\nof two lines."\r\n\r\nurn:x:2,\r\nurn:x:3,Another.\r\n'
PAGES = b'{"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "Text %d."}'

Made: TypeAlias = MadeArticle | DuplicateArticle | LeftOutArticle | FailedArticle


def document(content: bytes, **more: Any) -> Document:
    return Document(name="a", open=lambda: BytesIO(content), **more)


def found(reader: str, given: Document, *, singly: bool = False) -> list[Made]:
    documents = each_singly([(reader, given)]) if singly else [(reader, given)]
    return list(
        Pipe(FORMATS.load_options({}, FORMATS.writable.ids), CONVERSION).run(
            documents, (lambda _: None) if singly else None
        )
    )


def lines(*given: bytes) -> bytes:
    return b"\n".join(given) + b"\n"


@pytest.mark.parametrize(
    ("reader", "content", "records"),
    [
        ("articles-json", lines(GOOD % (1, 1), b"", b"{", GOOD % (2, 2), b'{"paragraphs": 1}'), 4),
        ("articles-json", b"\xef\xbb\xbf" + GOOD % (1, 1) + b"\n" + GOOD % (2, 2), 2),
        ("articles-json", orjson.dumps([{"paragraphs": "One."}, {"paragraphs": "Two."}]), 1),
        ("articles-json", lines(b"{", GOOD % (1, 1)), 1),
        ("articles-json", b"", 1),
        ("news-article", lines(PAGES % 1, b"[", PAGES % 2), 3),
        ("csv", TABLE, 3),
        ("csv", TABLE.replace(b"\r\n", b"\n"), 3),
        ("csv", TABLE + b'"never closed', 4),
        ("csv", b"id,text", 1),
        ("text", b"One.\n\nTwo.", 1),
    ],
)
@pytest.mark.parametrize("where", [{}, {"first": 700, "first_article": 500}])
def test_records_hold_the_same_articles_in_the_same_places(
    reader: str, content: bytes, records: int, where: dict[str, int]
) -> None:
    given = document(content, **where)
    assert found(reader, given, singly=True) == found(reader, given)
    if not where:
        assert len(list(each_singly([(reader, given)]))) == records


@given(st.lists(st.sampled_from([GOOD % (1, 1), GOOD % (2, 2), b"", b"  ", b"{", b"[]", b'"', b'{"id": 3}'])))
def test_any_lines(parts: list[bytes]) -> None:
    given = document(lines(*parts))
    assert found("articles-json", given, singly=True) == found("articles-json", given)


@given(st.lists(st.lists(st.sampled_from(["a", "", '"b\r\nc"', "=d", '"e', "urn:x:1"]), max_size=3)))
def test_any_rows(rows: list[list[str]]) -> None:
    given = document("\r\n".join([",".join(row) for row in [["text", "id"], *rows]]).encode())
    assert found("csv", given, singly=True) == found("csv", given)


def left_out(reader: str, given: Document, *places: str) -> list[Made]:
    documents = each_singly([(reader, given)])
    leave_out = dict.fromkeys(places, "It is deadly").get
    return list(Pipe(FORMATS.load_options({}, FORMATS.writable.ids), CONVERSION).run(documents, leave_out))


def test_a_record_that_cannot_be_read_costs_no_other() -> None:
    given = document(lines(*(GOOD % (number, number) for number in range(3))))
    # Each document is asked for once more than it has articles: it has to be looked whether there is another.
    one, two, three = left_out("articles-json", given, "2 read")
    assert two == FailedArticle(
        document="a", place="article 2", id=None, kind="lost", reason=f"It is deadly. {NOT_READ}"
    )
    assert [one, three] == [found("articles-json", given)[0], found("articles-json", given)[2]]


def test_unwritable_record_is_reported_by_id_alone() -> None:
    given = document(lines(*(GOOD % (number, number) for number in range(3))))
    one, two, three = left_out("articles-json", given, "1 written")
    assert two == FailedArticle(document="a", place="article 2", id="urn:x:1", kind="lost", reason="It is deadly")
    assert [one, three] == [found("articles-json", given)[0], found("articles-json", given)[2]]


def test_articles_before_an_indivisible_part_are_kept() -> None:
    given = document(orjson.dumps([orjson.loads(GOOD % (number, number)) for number in range(3)]))
    assert left_out("articles-json", given, "1 read") == [
        found("articles-json", given)[0],
        FailedArticle(document="a", place="article 2", id=None, kind="lost", reason=f"It is deadly. {NOT_READ}"),
    ]
    assert left_out("articles-json", given, "1 written")[1:] == [
        FailedArticle(document="a", place="article 2", id="urn:x:1", kind="lost", reason="It is deadly"),
        found("articles-json", given)[2],
    ]
