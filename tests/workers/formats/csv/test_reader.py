from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, RawIOBase
from itertools import chain, repeat
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, Byline, Party, Place, Source, Subject
from schemas.conversion import Conversion, Document, UnreadArticle
from schemas.errors import ArticleError
from tests.strategies import articles
from tests.workers.formats.documents import document, found_by, read_all, read_one, refusal, unread
from workers.formats.csv import reader as csv_tables
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.reader import read_csv
from workers.formats.csv.writer import CsvWriter


def written(many: list[Article], profile: Any = "default") -> bytes:
    writer = CsvWriter(Conversion(at="2024-11-08T16:30:00Z"), CsvOptions(profile=profile))
    frame = writer.frame("articles.csv", len(many))
    return frame.head + b"".join(writer.pieces(article)[0] for article in many)


def as_held(article: Article) -> Article:
    """The article without what a table has no column for."""
    source = article.source
    return replace(article, source=Source(sha256=source.sha256, name=source.name)) if source else article


@given(st.lists(articles(), min_size=1, max_size=3), st.sampled_from(("default", "excel")))
def test_own_export_is_read_back_whole(many: list[Article], profile: str) -> None:
    assert read_all(read_csv, written(many, profile)) == [as_held(article) for article in many]


@given(st.lists(articles(), min_size=1, max_size=3))
def test_table_of_the_data_profile_round_trips(many: list[Article]) -> None:
    assert read_all(read_csv, written(many, "data"), guarded=False) == [as_held(article) for article in many]


def test_columns_may_be_reordered_and_added() -> None:
    table = b"body,word_count,mine,source_sha256,source_name,headline\r\nText,1,x,,,'=A"
    assert read_one(read_csv, table) == Article(paragraphs=("Text",), headline="=A")


@pytest.mark.parametrize(
    ("table", "stated"),
    [
        ("Title,Text\nA,B", {"headline": "A"}),
        ("Title;Text\nA;B", {"headline": "A"}),
        ("Title\tText\nA\tB", {"headline": "A"}),
        ("sep=;\r\nTitle;Text\r\nA;B\r\n", {"headline": "A"}),
        ("\n\nTitle,Text\n\nA,B\n\n", {"headline": "A"}),
        ("Title,Text\rA,B\r", {"headline": "A"}),
        ('"Title, or so",Text\n"x",B', {}),
        ("\ufeffTitle,Text\nA,B", {"headline": "A"}),
        ("Title,Text,Shoe size\nA,B,43", {"headline": "A"}),
        ('Title,Text\n"A\n line",B', {"headline": "A  line"}),
        ("Text,Title\nB,", {}),
        (
            "Text,Author\nB,Jane Doe; John Roe (AP)",
            {"bylines": (Byline(name="Jane Doe"), Byline(name="John Roe (AP)"))},
        ),
        ("Text,bylines\nB,Jane <tag:x> (Editor)", {"bylines": (Byline(name="Jane", uri="tag:x", job_title="Editor"),)}),
        ("Text,bylines\nB,Jane [x:1]", {"bylines": (Byline(name="Jane [x:1]"),)}),
        ('Text,Tags\nB,"a, b,"', {"keywords": ("a", "b")}),
        ('Text,Tags\nB,"a, b; c"', {"keywords": ("a, b", "c")}),
        ('Text,keywords\nB,"a, b"', {"keywords": ("a", "b")}),
        ("Text,subjects\nB,x [medtop:1] (person)", {"subjects": (Subject(name="x", qcode="medtop:1", type="person"),)}),
        ("Text,subjects\nB,x (y)", {"subjects": (Subject(name="x (y)"),)}),
        ("Text,Topic\nB,x (y)", {"subjects": (Subject(name="x (y)"),)}),
        ("Text,provider\nB,Reuters <https://r.example>", {"provider": Party(name="Reuters", uri="https://r.example")}),
        ("Text,provider\nB,Reuters (UK)", {"provider": Party(name="Reuters (UK)")}),
        ("Text,Publication\nB,Reuters [x]", {"provider": Party(name="Reuters [x]")}),
        ("Text,located\nB,Wien [x:1]", {"located": Place(name="Wien", qcode="x:1")}),
        ("Text,located\nB,Wien (A)", {"located": Place(name="Wien (A)")}),
        ("Text,Date\nB,2024-11-08 16:30:00+00:00", {"published": "2024-11-08T16:30:00+00:00"}),
        ('Text,pubDate\nB,"Fri, 08 Nov 2024 16:30:00 GMT"', {"published": "2024-11-08T16:30:00Z"}),
        ("Text,urgency,version\nB, 3 ,2", {"urgency": 3, "version": 2}),
        ("Text,id\nB,17", {}),
        ("Text,id\nB,tag:example.com:17", {"id": "tag:example.com:17"}),
        ("Text,Title\nB,'=A", {"headline": "'=A"}),
        ("Text,Title\nB,=A", {"headline": "=A"}),
    ],
)
def test_foreign_table_is_read_by_its_headings(table: str, stated: dict[str, Any]) -> None:
    assert read_one(read_csv, table) == Article(paragraphs=("B",), **stated)


@pytest.mark.parametrize(
    ("cell", "paragraphs"),
    [
        ("a\nb", ("a\nb",)),
        ("a\n\nb", ("a", "b")),
        (" a \r\n\r\n b\r\nc\r\n", ("a", "b\r\nc")),
        ("", None),
        (" \n ", None),
    ],
)
def test_blank_lines_part_paragraphs_and_line_breaks_do_not(cell: str, paragraphs: tuple[str, ...] | None) -> None:
    table = f'Title,Text\nA,"{cell}"'
    if paragraphs:
        assert read_one(read_csv, table).paragraphs == paragraphs
    else:
        assert "at least one paragraph" in unread(read_csv, table).reason


def test_columns_are_named_by_an_option() -> None:
    table = "Titel;Inhalt;title;Nr\nA;B;C;tag:x"
    columns = {"headline": "Titel", "paragraphs": "inhalt", "id": "Nr"}
    assert read_one(read_csv, table, columns=columns) == Article(paragraphs=("B",), headline="A", id="tag:x")


def test_a_cell_that_is_blank_leaves_the_field_to_the_defaults() -> None:
    found = read_all(read_csv, "Text,lang\nA,\nB,de", defaults={"language": "en"})
    assert [article.language for article in found] == ["en", "de"]


def test_guard_is_removed_by_an_option() -> None:
    assert read_one(read_csv, "Text,Title\n'-B,'=A", guarded=True) == Article(paragraphs=("-B",), headline="=A")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert read_one(read_csv, "Title,Text\nÄ €,🎉\n".encode(encoding)).headline == "Ä €"


@pytest.mark.parametrize(
    ("table", "more", "place", "reason"),
    [
        ("Text,Date\nB,08/11/2024", {}, "line 2", "/published: '08/11/2024' is neither a day"),
        ("Text,id\nB,17", {"columns": {"id": "id"}}, "line 2", "/id: '17' is not an absolute URI"),
        ("Text,urgency\nB,high", {}, "line 2", "/urgency: 'high' is not a whole number"),
        ("Text,urgency\nB,0", {}, "line 2", "/urgency: 0 is not a whole number from 1 to 9"),
        ("Text,version\nB,0", {}, "line 2", "/version: 0 is not"),
        ("Text,lang\nB,English (UK)", {}, "line 2", "/language: 'English (UK)' is not a language tag"),
        ("Text,Title\nB", {}, "line 2", "the row has 1 cells, the heading has 2"),
        ('Text,Title\n"A\n\nB",x\nB,x,y', {}, "line 5", "the row has 3 cells, the heading has 2"),
        ("Text,Title\nB,a\0b", {}, "line 2", "/headline: has U+0000"),
        ("Text,bylines\nB,x <y>", {}, "line 2", "/bylines/0/uri: 'y' is not an absolute URI"),
    ],
)
def test_row_without_an_article_is_skipped(table: str, more: dict[str, Any], place: str, reason: str) -> None:
    found = unread(read_csv, table, **more)
    assert found.place == place
    assert reason in found.reason


def test_the_rows_after_one_that_is_no_article_are_read() -> None:
    found = list(found_by(read_csv, document('Text,id\n"",tag:a\nB,tag:b')))
    assert isinstance(found[0], UnreadArticle)
    assert found[0].id == "tag:a"
    assert isinstance(found[1], Article)


@pytest.mark.parametrize(
    ("table", "place", "reason"),
    [
        (b"", "", "is empty"),
        (b"\n \n", "", "is empty"),
        (b"a,b\n1,2", "line 1", "the columns are 'a', 'b'. Name it: --set paragraphs=@COLUMN"),
        (
            b'Title,Text\nA,B\n"A,B\nA,B\n',
            "line 3",
            "the row that begins here has a quote that is not closed",
        ),
        (b'Title,Text\n"A"x,B\n', "line 2", "a cell goes on after its closing quote"),
        (b"Title,Text\nA,caf\xe9 x\n", "byte 16", "it is not UTF-8 (byte 0xe9: invalid continuation byte)"),
        (b"\xef\xbb\xbfText\n" + b"x" * 70_000 + b"\xff\n", "byte 70008", "it is not UTF-8 (byte 0xff"),
        (b"\xef\xbb\xbfText\n" + "é".encode() * 40_000 + b"\xc3", "byte 80008", "it is not UTF-8 (byte 0xc3"),
        ("Text\nab".encode("utf-16") + b"\0", "byte 16", "it is not UTF-16"),
        ("Text\nab".encode("utf-16-le"), "line 1", "UTF-16 without a byte-order mark"),
        (b"id,version,paragraph,text\r\n", "line 1", "it is paragraphs.csv"),
        (b"Text,Text\na,b", "line 1", "2 columns are named 'Text'"),
    ],
)
def test_a_document_that_is_no_table_is_refused(table: bytes, place: str, reason: str) -> None:
    error = refusal(read_csv, table)
    assert error.place == place
    assert reason in error.reason


@pytest.mark.parametrize("table", ["Text\n" + "x" * 300, 'Text\n"' + "x\n" * 150, "Text\n" + "x," * 150])
def test_a_row_has_an_end(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_tables, "LARGEST_RECORD", 200)
    error = refusal(read_csv, table)
    assert error.place == "line 2"
    assert "more than 200 characters" in error.reason


class _Endless(RawIOBase):
    """A stream that is made as it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1) -> bytes:
        return next(self._parts, b"")

    def read(self, size: int = -1) -> bytes:
        return self.read1()


def test_memory_is_flat_however_long_the_table() -> None:
    def rows(count: int) -> int:
        def open_it() -> BinaryIO:
            return cast("BinaryIO", _Endless(chain((b"Text,Title\n",), repeat(b"x" * 1000 + b",A\n", count))))

        endless = Document(name=None, open=open_it)
        tracemalloc.start()
        assert sum(isinstance(one, Article) for one in found_by(read_csv, endless)) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    rows(200)  # what is made once, at the first use, is no growth
    few = rows(200)
    assert rows(2000) < few + 100_000


def test_wrong_default_is_a_fault_of_each_row() -> None:
    found = list(found_by(read_csv, document("Text\nA\nB", defaults={"language": "?"})))
    assert [one.reason for one in found if isinstance(one, UnreadArticle)] == [
        str(_error(language="?")),
        str(_error(language="?")),
    ]


def _error(**fields: Any) -> ArticleError:
    with pytest.raises(ArticleError) as caught:
        Article(paragraphs=("A",), **fields)
    return caught.value


def test_the_stream_is_closed() -> None:
    opened: list[BytesIO] = []

    def open_it() -> BinaryIO:
        opened.append(BytesIO(b"Text\nA\nB\n"))
        return opened[-1]

    rows = found_by(read_csv, Document(name=None, open=open_it))
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert [stream.closed for stream in opened] == [True, True]
