from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, RawIOBase
from itertools import chain, repeat
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.article import (
    AlternativeId,
    Article,
    Byline,
    Cell,
    Heading,
    ItemList,
    Media,
    Paragraph,
    Party,
    Place,
    Rendition,
    Source,
    Span,
    Subject,
    Table,
    split_paragraphs,
)
from schemas.conversion import Conversion, Document, ReadArticle, UnreadArticle
from schemas.reading import ReadingOptions
from tests.strategies import articles, rich_articles
from tests.workers.formats.documents import document, found_by, read_all, read_one, refusal, unread
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.reading import splitting as csv_splitting
from workers.formats.csv.reading.reader import read_csv
from workers.formats.csv.tables import ARTICLE_COLUMNS, ARTICLES, FIRST_EDITION, MEDIA_COLUMNS
from workers.formats.csv.writer import CsvWriter


def written(many: list[Article], profile: Any = "default") -> bytes:
    writer = CsvWriter(Conversion(at="2024-11-08T16:30:00Z"), CsvOptions(profile=profile))
    frame = writer.frame("articles.csv", len(many))
    return frame.head + b"".join(writer.pieces(article)[0] for article in many)


def picture(href: str) -> Media:
    return Media(kind="picture", renditions=(Rendition(href=href),))


def has_content(article: Article) -> bool:
    """Whether articles.csv has what makes it an article. A figure in the text is in media.csv."""
    return bool(article.paragraphs or article.media or article.groups or article.status == "canceled")


ANY_ARTICLES = st.lists(articles() | rich_articles(), min_size=1, max_size=3)


def as_held(article: Article) -> Article:
    """The article without what a table has no column for: the structure of its body, parts of its source."""
    source = article.source
    held = replace(article, source=Source(sha256=source.sha256, name=source.name)) if source else article
    return replace(held, blocks=(), paragraphs=("-",)) if article.blocks else held


def check_held(found: list[Article], many: list[Article]) -> None:
    """Compare articles with those that were written: of a body of blocks, the table has the plain text."""
    for one, given_ in zip(found, many, strict=True):
        assert (replace(one, blocks=(), paragraphs=("-",)) if given_.blocks else one) == as_held(given_)
    assert [split_paragraphs(one.body) for one in found] == [split_paragraphs(one.body) for one in many]


@given(ANY_ARTICLES, st.sampled_from(("default", "excel-semicolon")))
def test_own_export_is_read_back_whole(many: list[Article], profile: str) -> None:
    assume(all(map(has_content, many)))
    check_held(read_all(read_csv, written(many, profile)), many)


@given(ANY_ARTICLES)
def test_table_of_the_data_profile_round_trips(many: list[Article]) -> None:
    assume(all(map(has_content, many)))
    check_held(read_all(read_csv, written(many, "data"), guarded=False), many)


def test_columns_of_a_table_in_a_text_do_not_shift() -> None:
    rows = ((Cell(), Cell(("Mon",))), (Cell(("North",)), Cell(("3",))))
    article = Article(id="urn:a", paragraphs=(), blocks=("One.", Table(rows)))
    assert read_one(read_csv, written([article])).body == "One.\n\n\tMon\nNorth\t3"


@given(articles() | rich_articles())
def test_every_cell_of_our_own_table_has_one_entry(article: Article) -> None:
    assume(has_content(article))
    table = written([article])
    [read] = read_csv(document(table, whole_ledger=True))
    assert isinstance(read, ReadArticle)
    [heading, row] = csv.reader(io.StringIO(table.decode(), newline=""))
    leaves = [name for name, cell in zip(heading, row, strict=True) if cell.strip()]
    assert sorted(entry.path for entry in read.ledger.entries) == sorted(leaves)
    assert {entry.outcome for entry in read.ledger.entries} == {"kept"}


def test_a_table_of_newsmill_0_1_is_read_as_it_was_written() -> None:
    heading = ",".join(column.name for column in ARTICLE_COLUMNS[: FIRST_EDITION[ARTICLES]])
    cells = ["tag:x", "1", *[""] * 4, "A {role=b};C {}", *[""] * 17, "1", "x", "", ""]
    cells += [""] * (FIRST_EDITION[ARTICLES] - len(cells))
    cells[25], cells[26] = "1", "Text."
    article = read_one(read_csv, f"{heading}\r\n{','.join(cells)}\r\n")
    assert article.bylines == (Byline(name="A {role=b}"), Byline(name="C {}"))
    assert article.body == "Text."


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
        ("Text,id\nB,17", {"alternative_ids": (AlternativeId(id="17"),)}),
        ("Text|Title\nB|A", {"headline": "A"}),
        ("sep=|\nTitle|Text\nA|B", {"headline": "A"}),
        ("Title,Text,Author\nA,B", {"headline": "A"}),
        ("Title,Text\nA,B,,", {"headline": "A"}),
        ("Text,Text,Title\nB,C,A", {"headline": "A"}),
        ("Text,byline,author\nB,By Jane,Jane", {"byline": "By Jane", "bylines": (Byline(name="Jane"),)}),
        ("Text,byline\nB,Jane", {"bylines": (Byline(name="Jane"),)}),
        ("Text,lang\nB,en_US", {"language": "en-US"}),
        ("Text,status\nB,draft", {"status": "withheld"}),
        ("Text,status\nB,publish", {"status": "usable"}),
        ("Text,version\nB,2.0", {"version": 2}),
        ('Text,Authors\nB,"[\'A\', ""O\'B"", None]"', {"bylines": (Byline(name="A"), Byline(name="O'B"))}),
        ("Text,Authors\nB,['A' 'C']", {"bylines": (Byline(name="A"), Byline(name="C"))}),
        ('Text;Tags\nB;["a", "b", null, 3]', {"keywords": ("a", "b", "3")}),
        ("Text;Authors\nB;[{'name': 'A', 'id': 7}]", {"bylines": (Byline(name="A"),)}),
        ("Text,Category\nB,['Sea']", {"section": "Sea"}),
        ("Text,Category\nB,[1", {"section": "[1"}),
        ("Text,Title\nB,[sic]", {"headline": "[sic]"}),
        ("Text,Title\nB,Smith &amp; <b>Sons</b>", {"headline": "Smith & Sons"}),
        ("Text,Title\nB,<a@b.example> 5 < 6 & 7", {"headline": "<a@b.example> 5 < 6 & 7"}),
        ("Text,url\nB,https://a.example/?b=1&amp;copy=2", {"url": "https://a.example/?b=1&copy=2"}),
        ("Text,image\nB,https://a.example/b.jpg", {"media": (picture("https://a.example/b.jpg"),)}),
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


def test_a_text_in_html_is_read_with_its_structure() -> None:
    cell = "<h2>Times</h2><p>It <em>left</em>.</p><ul><li>North</li></ul><p class='x'>End.</p>"
    [read] = read_csv(document(f'Title,Text\nA,"{cell}"', whole_ledger=True))
    assert isinstance(read, ReadArticle)
    assert read.article.blocks == (
        Heading(("Times",), 2),
        Paragraph(("It ", Span("emphasis", ("left",)), ".")),
        ItemList((("North",),)),
        "End.",
    )
    assert [(entry.path, entry.outcome) for entry in read.ledger.entries] == [
        ("Title", "kept"),
        ("Text", "kept"),
        ("Text/p[2]/@class", "not-held"),
    ]
    assert read_one(read_csv, "Text\n<p>One.</p><p>Two.</p>").paragraphs == ("One.", "Two.")
    assert read_one(read_csv, "Text\nA &lt; B &amp; C").paragraphs == ("A < B & C",)


def test_columns_are_named_by_an_option() -> None:
    table = "Titel;Inhalt;title;Nr\nA;B;C;tag:x"
    columns = {"headline": "Titel", "paragraphs": "inhalt", "id": "Nr"}
    assert read_one(read_csv, table, columns=columns) == Article(paragraphs=("B",), headline="A", id="tag:x")


def test_a_cell_that_is_blank_leaves_the_field_to_the_defaults() -> None:
    found = read_all(read_csv, "Text,lang\nA,\nB,de", defaults={"language": "en"})
    assert [article.language for article in found] == ["en", "de"]


def test_guard_is_removed_by_an_option() -> None:
    assert read_one(read_csv, "Text,Title\n'-B,'=A", guarded=True) == Article(paragraphs=("-B",), headline="=A")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    assert read_one(read_csv, "Title,Text\nÄ €,🎉\n".encode(encoding)).headline == "Ä €"


@pytest.mark.parametrize(
    ("table", "more", "entry"),
    [
        ("Text,Date\nB,08/11/2024", {}, ("Date", "not-held", "08/11/2024", None)),
        ("Text,Date\nB,2024-11-08 08:00", {}, ("Date", "changed", "2024-11-08 08:00", "published")),
        ("Text,created\nB,2024-11-08", {}, ("created", "not-held", "2024-11-08", None)),
        ("Text,Nr\nB,17", {"columns": {"id": "Nr"}}, ("Nr", "changed", "17", "alternative_ids.id")),
        ("Text,urgency\nB,high", {}, ("urgency", "not-held", "high", None)),
        ("Text,urgency\nB,0", {}, ("urgency", "not-held", "0", None)),
        ("Text,version\nB,0", {}, ("version", "not-held", "0", None)),
        ("Text,version\nB,1.2", {}, ("version", "changed", "1.2", "version")),
        ("Text,lang\nB,English (UK)", {}, ("lang", "not-held", "English (UK)", None)),
        ("Text,status\nB,200", {}, ("status", "not-held", "200", None)),
        ("Text,Status\nB,draft", {}, ("Status", "changed", "draft", "status")),
        ("Text,Title\nB,a\0b", {}, ("Title", "not-held", "a\0b", None)),
        ('Text,Title\nB,"a\nb"', {}, ("Title", "changed", "a\nb", "headline")),
        ("Text,Title\nB,NaN", {}, ("Title", "not-held", "NaN", None)),
        ("Text,link\nB,www.a.example", {}, ("link", "not-held", "www.a.example", None)),
        ("Text,Category\nB;\"['a', 'b']\"".replace(";", ","), {}, ("Category", "changed", "['a', 'b']", "section")),
        ("Text,image\nB,boat.jpg", {}, ("image", "not-held", "boat.jpg", None)),
        ("Text,media\nB,a boat", {}, ("media", "not-held", "a boat", None)),
        ("Text,media\nB,a boat (picture) {main=1}", {}, ("media", "not-held", "a boat (picture) {main=1}", None)),
        ("Text,keywords\nB,a;b\0", {}, ("keywords", "changed", "a;b\0", "keywords")),
        ("Text,Shoe\nB,43", {}, ("Shoe", "not-held", "43", None)),
        ("Text,\nB,43", {}, ("column 2", "not-held", "43", None)),
        ("Text,Text\nB,43", {}, ("Text[2]", "not-held", "43", None)),
        ('Text,Title\nB,"a "b" c"', {}, ("Title", "changed", 'a "b" c', "headline")),
        ("Text,access_paid_parts\nB,.x", {}, ("access_paid_parts", "not-held", ".x", None)),
    ],
)
def test_value_that_is_not_held_as_it_stands_is_named_by_its_column(
    table: str, more: dict[str, Any], entry: tuple[str, str, str, str | None]
) -> None:
    [read] = read_csv(document(table, **more))
    assert isinstance(read, ReadArticle)
    [found] = read.ledger.entries
    assert found[:4] == entry
    assert found.reason or found.path in ("Shoe", "column 2", "Text[2]")
    assert read.place == "line 2"
    assert read.article.paragraphs == ("B",)


def test_a_bad_item_of_a_list_costs_no_other() -> None:
    [read] = read_csv(document("Text,keywords\nB,a;b\0"))
    assert isinstance(read, ReadArticle)
    assert read.article.keywords == ("a",)


def test_a_name_with_brackets_that_break_a_rule_is_a_name() -> None:
    assert read_one(read_csv, "Text,bylines\nB,x <y>").bylines == (Byline(name="x <y>"),)


@pytest.mark.parametrize("embargo", ["2024-11-08", "2024-11-08 08:00", "soon"])
def test_an_embargo_that_cannot_be_read_withholds_the_article(embargo: str) -> None:
    article = read_one(read_csv, f"Text,embargo,status\nB,{embargo},usable")
    assert (article.status, article.embargoed) == ("withheld", None)
    assert read_one(read_csv, "Text,embargo\nB,NaN").status is None


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        (("5/6/2024", "25/6/2024"), ("2024-06-05", "2024-06-25")),
        (("5/6/2024", "6/25/2024"), ("2024-05-06", "2024-06-25")),
        (("25/6/2024", "6/25/2024", "5/6/2024"), ("2024-06-25", "2024-06-25", None)),
        (("5/6/2024", "6/5/2024"), (None, None)),
    ],
)
def test_a_numeric_date_is_read_if_another_one_proves_the_order(
    dates: tuple[str, ...], read: tuple[str | None, ...]
) -> None:
    table = "Text,Date\n" + "".join(f"B,{date}\n" for date in dates)
    assert tuple(article.published for article in read_all(read_csv, table)) == read


def test_reading_options() -> None:
    windows = ReadingOptions(encoding="cp1252", delimiter=":", quote="'", zone="Europe/Vienna")
    table = "Title:Text:Date\nA:'B: Ä':'2024-11-08 08:00'\n".encode("cp1252")
    found = read_one(read_csv, table, reading=windows)
    assert found == Article(headline="A", paragraphs=("B: Ä",), published="2024-11-08T08:00:00+01:00")


@pytest.mark.parametrize(("delimiter", "quote"), [(";", ";"), ('"', None), ("\n", None), (",", "\r")])
def test_a_delimiter_and_a_quote_that_cannot_be_are_refused(delimiter: str, quote: str | None) -> None:
    reading = ReadingOptions(delimiter=delimiter, quote=quote)
    assert "two different characters" in refusal(read_csv, "Text;Title\nB;A\n", reading=reading).reason


@pytest.mark.parametrize("quote", [",", "|", "^", "]", "-", "\\", "'"])
def test_any_character_may_be_the_quote(quote: str) -> None:
    table = f"Text;Title\n{quote}B;{quote}{quote}C{quote}{quote}{quote};A\n{quote}x{quote}y{quote};A\n"
    found = read_all(read_csv, table, reading=ReadingOptions(quote=quote))
    assert [article.body for article in found] == [f"B;{quote}C{quote}", f"x{quote}y"]


def test_a_table_without_a_heading_has_numbered_columns() -> None:
    columns = {"headline": "2", "paragraphs": "1"}
    found = list(read_csv(document("B,A\nC,D,\nE", columns=columns, reading=ReadingOptions(header=False))))
    assert [(one.place, one.article.headline, one.article.body) for one in found if isinstance(one, ReadArticle)] == [
        ("line 1", "A", "B"),
        ("line 2", "D", "C"),
        ("line 3", None, "E"),
    ]
    error = refusal(read_csv, "B,A\n", reading=ReadingOptions(header=False))
    assert "they are 1 ('B'), 2 ('A')" in error.reason


@pytest.mark.parametrize(
    ("table", "place", "reason"),
    [
        (b'Text,Title\n"A\n\nB",x\nB,x,y', "line 5", "the row has 3 cells, the heading has 2"),
        (b'Title,Text\n"A,B\nA,B\n', "line 2", "the row is malformed: its quotes are not in pairs"),
        (b'Title,Text\n"A"x,B,C\nA,B\n', "line 2", "the row is malformed"),
        (b"Title,Text\nA,caf\xe9 x\nA,B\n", "line 2", "the byte 0xE9 of the row is not utf-8"),
        (b"\xef\xbb\xbfText\n" + b"x" * 70_000 + b"\xff\nB\n", "line 2", "the byte 0xFF of the row is not utf-8"),
        (b"\xef\xbb\xbfText\nB\n" + "é".encode() * 40_000 + b"\xc3", "line 3", "the byte 0xC3 of the row"),
        (b"Title,Text\nB,A\n,\xed\xb3\xa9\n", "line 3", "the byte 0xED of the row is not utf-8"),
    ],
)
def test_a_bad_row_costs_itself_and_is_named_by_its_line(table: bytes, place: str, reason: str) -> None:
    found = list(read_csv(document(table)))
    bad = [one for one in found if isinstance(one, UnreadArticle)]
    assert [one.place for one in bad] == [place]
    assert reason in bad[0].reason
    assert len(found) == 2


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
        (
            b"a,b\n1,2",
            "line 1",
            "the columns are 'a', 'b'. Name it, such as: newsmill export FILE --to newsml-g2 --set paragraphs=@COLUMN",
        ),
        (b'Title,"Text\nA,B\n', "line 1", "the columns are 'Title,\"Text'"),
        ("Text\nab".encode("utf-16") + b"\0", "line 2 or after", "it is not in utf-16 (truncated data)"),
        ("Té".encode("utf-16-le"), "line 1", "it has the character U+0000"),
        (b"id,version,paragraph,text\r\n", "line 1", "it is paragraphs.csv"),
        (b"id,version,paragraph,text,kind,level\r\n", "line 1", "it is paragraphs.csv"),
        (f"{','.join(column.name for column in MEDIA_COLUMNS)}\r\n".encode(), "line 1", "it is media.csv"),
    ],
)
def test_a_document_that_is_no_table_is_refused(table: bytes, place: str, reason: str) -> None:
    error = refusal(read_csv, table)
    assert error.place == place
    assert reason in error.reason


@pytest.mark.parametrize("table", ["Text\n" + "x" * 300, "Text\n" + "x," * 150])
def test_a_line_has_an_end(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_splitting, "LARGEST_RECORD", 200)
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


def test_wrong_default_is_named_by_its_field() -> None:
    [read] = read_csv(document("Text\nA", defaults={"language": "?"}))
    assert isinstance(read, ReadArticle)
    assert read.article == Article(paragraphs=("A",))
    assert [entry.path for entry in read.ledger.entries] == ["language"]


def test_the_stream_is_closed() -> None:
    opened: list[BytesIO] = []

    def open_it() -> BinaryIO:
        opened.append(BytesIO(b"Text\nA\nB\n"))
        return opened[-1]

    rows = found_by(read_csv, Document(name=None, open=open_it))
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert [stream.closed for stream in opened] == [True, True]


@pytest.mark.parametrize(("order", "published"), [("day-first", "2024-06-05"), ("month-first", "2024-05-06")])
@pytest.mark.parametrize("first", [1, 7])
def test_the_request_can_state_the_order_of_day_and_month(order: Any, published: str, first: int) -> None:
    reading = ReadingOptions(dates=order)
    [found] = read_csv(document("text,date\nA,5/6/2024\n", reading=reading, first=first))
    assert isinstance(found, ReadArticle)
    assert found.article.published == published


AG_NEWS = """3,"Ferry stocks climb (Coast Press)","Coast Press - Shares of ferry lines rose on Monday."
4,"New sonar maps the sound","A sonar that needs no cable maps the sea floor, its makers say."
"""
MIND = (
    "N55528\ttravel\tferries\tThe ferries that readers like best\tThree lines that are worth a detour.\t"
    'https://harbour.example/1\t[{"Label": "Port Lyme", "Type": "L"}]\t[]\n'
    "N19639\thealth\tswimming\tCold water helps\tSwimmers say so.\thttps://harbour.example/2\t[]\t[]\n"
)


def test_known_data_sets_without_a_heading_are_read_from_their_first_row() -> None:
    first, second = read_all(read_csv, AG_NEWS)
    assert (first.headline, first.paragraphs) == (
        "Ferry stocks climb (Coast Press)",
        ("Coast Press - Shares of ferry lines rose on Monday.",),
    )
    assert second.headline == "New sonar maps the sound"
    first, *_ = read_all(read_csv, MIND)
    assert (first.headline, first.section, first.url) == (
        "The ferries that readers like best",
        "travel",
        "https://harbour.example/1",
    )
    assert first.paragraphs == ("Three lines that are worth a detour.",)


@pytest.mark.parametrize("header", [True, False])
def test_a_table_without_a_heading_is_refused_with_a_command_to_start_from(header: bool) -> None:
    text = (
        'sport,Boats win again on Sunday,"The boats won again on Sunday. The crowd on the pier cheered for an hour."\n'
    )
    error = refusal(read_csv, text, reading=ReadingOptions(header=header))
    assert "1 ('sport'), 2 ('Boats win again on Sunday'), 3 ('The boats won" in error.reason
    assert error.reason.endswith("--read header=false --set paragraphs=@3 --set headline=@2")
