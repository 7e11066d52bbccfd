"""Splitting: the chunks add up to the document, and each article is in one of them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversion import Defaults, Document, UnreadArticle
from schemas.errors import InputError
from schemas.jobs.record import PACKED, JobDocument
from schemas.settings import load_settings
from tests.workers.archives.test_unpack import tarred, zipped
from tests.workers.formats.documents import found_by
from workers.archives.ranges import open_range
from workers.chunked import split as cutting
from workers.chunked.chunks import Chunk, read_bundle
from workers.chunked.split import cut
from workers.formats import FORMATS
from workers.formats.csv.reading import splitting as csv_splitting
from workers.formats.json import lines as json_lines
from workers.pipeline import packed
from workers.pipeline.pipe import FailedArticle
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore

SETTINGS = load_settings({})
PACKINGS: dict[str, Callable[[bytes, str], bytes]] = {
    "plain": lambda raw, _: raw,
    "gz": lambda raw, _: gzip.compress(raw),
    "zst": lambda raw, _: zstandard.ZstdCompressor().compress(raw),
    "zip": lambda raw, name: zipped({name: raw}),
}
any_packing = pytest.mark.parametrize("packing", PACKINGS)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three, and of what is out of an archive nothing so small that it is put in a bundle."""
    monkeypatch.setattr(cutting, "CHUNK_ARTICLES", 3)
    monkeypatch.setattr(cutting, "SMALL", 8)
    monkeypatch.setattr(packed, "SMALL", 8)


class Bench:
    """A folder with documents in it, and its chunks."""

    def __init__(self, root: Path) -> None:
        self.folder = JobFolder(LocalStore(root), "job")
        self.documents: list[JobDocument] = []

    def add(self, raw: bytes, reader: str | None, name: str | None = "a.x") -> None:
        key = self.folder.input_key(len(self.documents))
        with self.folder.store.create(key) as stream:
            stream.write(raw)
        self.documents.append(JobDocument(key=key, name=name, reader=reader, size=len(raw)))

    def found(self, **columns: str) -> list[Chunk | FailedArticle]:
        return list(cut(self.documents, self.folder, SETTINGS, Defaults(columns=columns)))

    def chunks(self) -> list[Chunk]:
        found = self.found()
        assert [one for one in found if isinstance(one, FailedArticle)] == []
        return [one for one in found if isinstance(one, Chunk)]

    def open(self, chunk: Chunk, *, head: bool = True) -> io.BufferedReader:
        stream = self.folder.store.open(chunk.key)
        return open_range(stream, chunk.start, chunk.end, chunk.head.encode() if head else b"")  # type: ignore[return-value]

    def content(self, chunk: Chunk, *, head: bool = False) -> bytes:
        with self.open(chunk, head=head) as stream:
            return stream.read()

    def read(self, chunks: list[Chunk]) -> list[Any]:
        """What the readers make of the chunks."""
        read: list[Any] = []
        for chunk in chunks:
            assert chunk.reader is not None
            document = Document(name=chunk.name, open=partial(self.open, chunk), first=chunk.first)
            try:
                read += found_by(FORMATS.reader(chunk.reader), document)
            except InputError as error:
                read.append(error.args)
        return read


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def whole(raw: bytes, reader: str) -> list[Any]:
    """What the reader makes of a document in one piece."""
    read: list[Any] = []
    try:
        read += found_by(FORMATS.reader(reader), Document(name="a.x", open=lambda: io.BytesIO(raw)))
    except InputError as error:
        read.append(error.args)
    return read


def lines(*numbers: int, end: bytes = b"\n") -> bytes:
    return b"".join(b'{"paragraphs": "Article %d."}' % number + end for number in numbers)


def sizes(chunks: list[Chunk]) -> list[int | None]:
    return [chunk.articles for chunk in chunks]


class TestLines:
    @any_packing
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (lines(*range(7)), [3, 3, 1]),
            (lines(*range(6)), [3, 3]),
            (lines(*range(4)).rstrip(), [3, 1]),
            (lines(*range(4), end=b"\r\n"), [3, 1]),
            (b"\xef\xbb\xbf" + lines(*range(4)), [3, 1]),
            (b"\n\n" + lines(*range(4)), [3, 1]),
            (lines(0, 1) + b"\n \n\n" + lines(2, 3) + b"\n\n", [3, 1]),
            (lines(0), [1]),
        ],
    )
    def test_are_cut_where_they_end(self, bench: Bench, packing: str, raw: bytes, expected: list[int]) -> None:
        bench.add(PACKINGS[packing](raw, "a.jsonl"), "articles-json" if packing == "plain" else PACKED, "a.jsonl")
        chunks = bench.chunks()
        assert sizes(chunks) == expected
        assert raw.startswith(b"".join(map(bench.content, chunks)))
        assert all(bench.content(chunk).endswith(b"\n") for chunk in chunks[:-1])
        assert bench.read(chunks) == whole(raw, "articles-json")

    @given(
        st.lists(
            st.sampled_from([b'{"paragraphs": "A"}', b"", b" ", b"\t", b"{", b"[1]", b"null", b"\xff", b'{"id": 1}']),
            max_size=15,
        ),
        st.sampled_from([b"\n", b"\r\n"]),
        st.sampled_from([b"", b"\n", b"\n\n"]),
        st.sampled_from(["articles-json", "news-article"]),
        st.integers(1, 5),
    )
    def test_any_lines_are_read_as_in_one_piece(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        given_lines: list[bytes],
        end: bytes,
        last: bytes,
        reader: str,
        size: int,
    ) -> None:
        raw = end.join([b'{"paragraphs": "First"}', *given_lines]) + last
        bench = Bench(tmp_path_factory.mktemp("cut"))
        bench.add(raw, reader)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cutting, "CHUNK_ARTICLES", size)
            chunks = bench.chunks()
        assert bench.read(chunks) == whole(raw, reader)
        assert sum(chunk.articles or 0 for chunk in chunks) == len([line for line in raw.split(b"\n") if line.strip()])

    def test_are_cut_by_their_bytes_too(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cutting, "CHUNK_BYTES", 50)
        bench.add(lines(*range(5)), "articles-json")
        assert sizes(bench.chunks()) == [2, 2, 1]

    def test_lines_are_cut_after_a_first_line_beyond_the_head(self, bench: Bench) -> None:
        first = b'{"paragraphs": "%s"}\n' % (b"x" * 100_000)
        bench.add(first + lines(*range(4)), "articles-json")
        assert sizes(bench.chunks()) == [3, 2]

    @pytest.mark.parametrize(
        "raw", [b'{\n"paragraphs": "A"\n}\n', b'[\n{"paragraphs": "A"}\n]', b'[{"paragraphs": "A"}]']
    )
    @any_packing
    def test_that_are_no_objects_are_one_chunk(self, bench: Bench, packing: str, raw: bytes) -> None:
        bench.add(PACKINGS[packing](raw, "a.json"), "articles-json" if packing == "plain" else PACKED, "a.json")
        [chunk] = bench.chunks()
        assert (bench.content(chunk), chunk.articles, chunk.end) == (raw, None, None)

    @any_packing
    def test_of_which_one_is_too_long_are_kept_up_to_it(
        self, bench: Bench, packing: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(json_lines, "LARGEST_RECORD", 60)
        raw = lines(*range(5)) + b'{"paragraphs": "%s"}\n' % (b"x" * 60) + lines(6)
        bench.add(PACKINGS[packing](raw, "a.jsonl"), "articles-json" if packing == "plain" else PACKED, "a.jsonl")
        *chunks, failed = bench.found()
        assert sizes(chunks) == [3, 2]  # type: ignore[arg-type]
        assert isinstance(failed, FailedArticle)
        assert (failed.place, failed.reason) == (
            "line 6",
            "the line has more than 60 bytes; write NDJSON, with one article on each line",
        )

    def test_name_the_lines_of_the_whole_document(self, bench: Bench) -> None:
        bench.add(lines(0, 1, 2, 3) + b"\n{broken\n" + lines(6), "news-article")
        places = [one.place for one in bench.read(bench.chunks()) if isinstance(one, UnreadArticle)]
        assert places == ["line 1", "line 2", "line 3", "line 4", "line 6", "line 7"]


TABLE = b"id,body\r\n" + b"".join(b'"urn:x:%d","Row %d"\r\n' % (n, n) for n in range(7))


class TestTables:
    @any_packing
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (TABLE, [3, 3, 1]),
            (TABLE.rstrip(), [3, 3, 1]),
            (TABLE.replace(b"\r\n", b"\n"), [3, 3, 1]),
            (TABLE.replace(b"\r\n", b"\r"), [3, 3, 1]),
            (b"\xef\xbb\xbf" + TABLE, [3, 3, 1]),
            (b"\r\n\r\n" + TABLE, [3, 3, 1]),
            (TABLE.replace(b",", b";"), [3, 3, 1]),
            (TABLE.replace(b"Row 2", b'Row\r\n\r\n""2"",\n'), [3, 3, 1]),
            (TABLE.replace(b"Row 2", "Zeile „2“ \u2028 \x85".encode()), [3, 3, 1]),
            (TABLE.replace(b'"Row 2"', b'"Row 2",too,many'), [3, 3, 1]),
            (TABLE.replace(b'"Row 4"\r\n', b'"Row 4"\r\n\r\n\r\n'), [3, 3, 1]),
            (TABLE.replace(b"Row 1", b"Row \xff"), [3, 3, 1]),
            (TABLE.replace(b'"Row 3"', b'"Row 3'), [3, 3, 1]),
            (b'"id","de\r\nsk",body\r\n"urn:x:1",a,b\r\n"urn:x:2",a\r\n', [2]),
        ],
    )
    def test_are_cut_where_rows_end(self, bench: Bench, packing: str, raw: bytes, expected: list[int]) -> None:
        bench.add(PACKINGS[packing](raw, "a.csv"), "csv" if packing == "plain" else PACKED, "a.csv")
        chunks = [replace(chunk, name="a.x") for chunk in bench.chunks()]
        assert sizes(chunks) == expected
        assert len({chunk.head for chunk in chunks}) == 1
        assert chunks[0].head.encode() + b"".join(map(bench.content, chunks)) == raw
        assert bench.read(chunks) == whole(raw, "csv")

    @given(
        st.lists(
            st.sampled_from(
                [
                    "a,b",
                    '"a\nb",c',
                    '"a\r\n""b""","c\r"',
                    "",
                    "a",
                    "a,b,c",
                    "é,„b“",
                    "x,\u2028y",
                    "=1,'=2",
                    " ",
                    "\x00,b",
                ]
            ),
            max_size=15,
        ),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.booleans(),
        st.integers(1, 5),
        st.sampled_from(["", '"never closed', 'a"b,"c"d']),
    )
    def test_any_rows_are_read_as_in_one_piece(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[str], end: str, ends: bool, size: int, last: str
    ) -> None:
        raw = end.join(["headline,body", *rows, *([last] if last else []), *([""] if ends else [])]).encode()
        bench = Bench(tmp_path_factory.mktemp("cut"))
        bench.add(raw, "csv")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cutting, "CHUNK_ARTICLES", size)
            found = bench.found()
        read = bench.read([one for one in found if isinstance(one, Chunk)])
        read += [(one.document, one.place, one.reason) for one in found if isinstance(one, FailedArticle)]
        assert read == whole(raw, "csv")

    def test_name_the_lines_of_the_whole_document(self, bench: Bench) -> None:
        bench.add(TABLE.replace(b'"Row 1"', b'"Row\r\n1"').replace(b'"Row 5"', b'"Row 5",more'), "csv")
        [unread] = [one for one in bench.read(bench.chunks()) if isinstance(one, UnreadArticle)]
        assert unread.place == "line 8"

    def test_byte_that_is_not_utf_8_loses_its_row(self, bench: Bench) -> None:
        bench.add(TABLE + b"urn:x:bad,\xff\r\nurn:x:n,n\r\n", "csv")
        read = bench.read(bench.chunks())
        assert len(read) == 9
        [failed] = [one for one in read if isinstance(one, UnreadArticle)]
        assert failed.place == "line 9"
        assert "the byte 0xFF of the row is not utf-8" in failed.reason

    @pytest.mark.parametrize(
        "raw",
        [
            TABLE.decode().encode("utf-16"),
            b"sep=,\r\n" + TABLE,
            b"id,body\r\n",
            b"id,body",
            b"",
        ],
    )
    @any_packing
    def test_that_cannot_be_cut_are_one_chunk(self, bench: Bench, packing: str, raw: bytes) -> None:
        if packing != "plain" and len(raw) < 8:
            return
        bench.add(PACKINGS[packing](raw, "a.csv"), "csv" if packing == "plain" else PACKED, "a.csv")
        [chunk] = bench.chunks()
        assert (bench.content(chunk), chunk.head) == (raw, "")

    def test_whose_heading_says_nothing_of_a_text_are_one_error(self, bench: Bench) -> None:
        bench.add(TABLE.replace(b"body", b"price"), "csv")
        [failed] = bench.found()
        assert isinstance(failed, FailedArticle)
        assert failed.place == "line 1"

    def test_are_cut_by_the_columns_that_the_request_names(self, bench: Bench) -> None:
        bench.add(TABLE.replace(b"body", b"price"), "csv")
        assert sizes(bench.found(paragraphs="price")) == [3, 3, 1]  # type: ignore[arg-type]

    def test_with_a_line_that_is_too_long_are_kept_up_to_it(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(csv_splitting, "LARGEST_RECORD", 40)
        bench.add(TABLE.replace(b"Row 4", b"Row" * 20), "csv")
        *chunks, failed = bench.found()
        assert sizes(chunks) == [3, 1]  # type: ignore[arg-type]
        assert isinstance(failed, FailedArticle)
        assert failed.place == "line 6"


class TestManyDocuments:
    def test_small_texts_are_put_together(self, bench: Bench) -> None:
        for number in range(7):
            bench.add(b"Text %d" % number, "text", f"{number}.txt")
        chunks = bench.chunks()
        assert sizes(chunks) == [3, 3, 1]
        found = [document for chunk in chunks for document in read_bundle(self.opened(bench, chunk))]
        assert [(one.name, one.reader, one.content) for one in found] == [
            (f"{number}.txt", "text", b"Text %d" % number) for number in range(7)
        ]

    def test_a_text_that_looks_like_something_else_stays_a_text(self, bench: Bench) -> None:
        bench.add(b'{"a"', "text", None)
        [chunk] = bench.chunks()
        [document] = read_bundle(self.opened(bench, chunk))
        assert (document.reader, document.name) == ("text", None)

    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_a_folder_of_texts_is_put_together(self, bench: Bench, pack: Callable[[dict[str, bytes]], bytes]) -> None:
        bench.add(pack({f"{number}.txt": b"T%d" % number for number in range(5)}), PACKED, "a.zip")
        chunks = bench.chunks()
        assert sizes(chunks) == [3, 2]
        names = [document.name for chunk in chunks for document in read_bundle(self.opened(bench, chunk))]
        assert names == [f"{number}.txt" for number in range(5)]

    def test_the_order_of_the_input_is_kept(self, bench: Bench) -> None:
        bench.add(b"Text", "text", "1")
        bench.add(lines(*range(4)), "articles-json", "2")
        bench.add(b"Text", "text", "3")
        bench.add(b"<newsItem/>", "newsml-g2", "4")
        assert [(chunk.number, chunk.name) for chunk in bench.chunks()] == [
            (0, None),
            (1, "2"),
            (2, "2"),
            (3, None),
            (4, "4"),
        ]

    def test_nested_archive_is_one_error_beside_other_documents(self, bench: Bench) -> None:
        inner = zipped({"b.txt": b"x"})
        bench.add(zipped({"a.txt": b"A", "inner.zip": inner, "c.txt": b"C"}), PACKED, "outer.zip")
        failed, chunk = bench.found()
        assert failed == FailedArticle(
            document="inner.zip",
            place="",
            id=None,
            kind="unreadable",
            reason="it is an archive inside of another; unpack the outer one first",
        )
        assert isinstance(chunk, Chunk)
        assert [document.name for document in read_bundle(self.opened(bench, chunk))] == ["a.txt", "c.txt"]

    def test_broken_document_of_an_archive_does_not_stop_the_next(self, bench: Bench) -> None:
        bench.add(gzip.compress(lines(*range(9)))[:-9], PACKED, "a.jsonl.gz")
        bench.add(lines(0), "articles-json", "b.jsonl")
        *chunks, last = bench.found()
        assert isinstance(last, Chunk)
        assert last.name == "b.jsonl"
        [failed] = [one for one in chunks if isinstance(one, FailedArticle)]
        assert (failed.document, failed.place) == ("a.jsonl", "") or failed.document == "a.jsonl.gz"
        assert "cannot be unpacked" in failed.reason

    @staticmethod
    def opened(bench: Bench, chunk: Chunk) -> Any:
        return bench.folder.store.open(chunk.key)


def test_cutting_twice_gives_the_same_chunks_and_bytes(bench: Bench) -> None:
    bench.add(b"Text", "text", "1")
    bench.add(gzip.compress(lines(*range(7))), PACKED, "2.jsonl.gz")
    bench.add(zipped({"a.csv": TABLE, "b.zip": zipped({}), "c.txt": b"C" * 20}), PACKED, "3.zip")
    bench.add(json.dumps([{}]).encode(), "articles-json", "4")
    first = bench.found()
    content = [bench.content(one) for one in first if isinstance(one, Chunk)]
    assert len(content) == 9
    assert bench.found() == first
    assert [bench.content(one) for one in first if isinstance(one, Chunk)] == content
