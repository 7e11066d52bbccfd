"""Written articles are read back as the same articles, and faults are named."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given

from schemas.article import Article
from schemas.conversion import Document
from schemas.options import NoOptions
from tests import strategies
from tests.exports import CONVERSION, FULL, joined, small
from tests.workers.formats.documents import found_by
from workers.formats.articles_json.checks import ArticlesJsonChecker
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.articles_json.writer import ArticlesJsonWriter
from workers.formats.detection import check_file

WRITER = ArticlesJsonWriter(CONVERSION, NoOptions())
CHECKER = ArticlesJsonChecker(CONVERSION, NoOptions())


def read_back(raw: bytes) -> list[object]:
    return list(found_by(read_json_articles, Document(name="articles.ndjson", open=lambda: io.BytesIO(raw))))


@given(article=strategies.articles() | strategies.rich_articles())
def test_article_written_and_read_back_is_the_same(article: Article) -> None:
    pieces = WRITER.pieces(article)
    assert CHECKER.check(article, pieces) == ()
    [raw] = joined(WRITER, article).values()
    assert read_back(raw) == [article]


def test_file_has_an_article_on_each_line() -> None:
    files = joined(WRITER, FULL, small())
    assert list(files) == ["articles.ndjson"]
    raw = files["articles.ndjson"]
    assert raw.count(b"\n") == 2
    assert raw.endswith(b"}\n")
    assert read_back(raw) == [FULL, small()]


def test_absent_fields_have_no_key() -> None:
    [piece] = WRITER.pieces(small())
    assert orjson.loads(piece) == {"id": "urn:x:1", "version": 1, "paragraphs": ["Text."]}


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        (orjson.dumps({"id": "urn:x:1", "paragraphs": ["Other."]}), "aj-same"),
        (orjson.dumps({"id": "urn:x:1", "paragraphs": ["Text."], "version": 1}, option=orjson.OPT_INDENT_2), "aj-line"),
        (b'{"id": "urn:x:1", "paragraphs": ["Text."], "titel": "T"}', "aj-article"),
        (b"{", "aj-article"),
    ],
)
def test_wrong_piece_is_a_fault(piece: bytes, rule: str) -> None:
    assert [fault.rule for fault in CHECKER.check(small(), (piece,))] == [rule]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"".join(joined(WRITER, FULL, small()).values()), []),
        (orjson.dumps([{"paragraphs": "One."}, {"paragraphs": "Two."}]), []),
        (
            b'{"paragraphs": "A"}\n{\n{"paragraphs": "B", "titel": "T", "urgency": 0}',
            [(2, "aj-json"), (3, "aj-article")],
        ),
        (b'{"paragraphs": "A", "id": "urn:x:1"}\n\n{"paragraphs": "B", "id": "urn:x:1"}\n', [(3, "aj-unique")]),
        (b'[{"paragraphs": "A"}, {}]', [(0, "aj-article")]),
        (b"[]", [(0, "aj-article")]),
        (b'{"paragraphs": ', [(0, "aj-json")]),
    ],
)
def test_file_is_checked_line_by_line(content: bytes, faults: list[tuple[int, str]], tmp_path: Path) -> None:
    path = tmp_path / "articles.ndjson"
    path.write_bytes(content)
    assert [(fault.line, fault.rule) for fault in check_file(path)] == faults


def test_version_of_an_article_may_be_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "articles.ndjson"
    path.write_bytes(b"".join(joined(WRITER, FULL, replace(FULL, version=3)).values()))
    assert list(check_file(path)) == []
