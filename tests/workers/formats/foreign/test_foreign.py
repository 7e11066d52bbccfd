"""Files that no format reads: each is refused by its name, with what to do."""

from __future__ import annotations

import io
import re
import tarfile
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import InputError
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect
from workers.formats.foreign.xml_roots import XML_ROOTS


def zipped(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return made.getvalue()


def refusal(content: bytes, name: str | None = None) -> str:
    """Why detection refuses a file."""
    with pytest.raises(InputError) as caught:
        detect(content[:HEAD], name)
    assert caught.value.document == (name or "document")
    return caught.value.reason


OFFICE = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>"}
PAGE = (
    b"From: <Saved by Blink>\nSnapshot-Content-Location: https://harbour.example/\nSubject: Ferry\nMIME-Version: 1.0\n"
)


@pytest.mark.parametrize(
    ("content", "name", "taken_for", "advice"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a.pdf", "a PDF document", "save its text as plain text"),
        (b"{\\rtf1\\ansi The ferry is back.\\par}", "story.txt", "RTF", "save it as plain text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "a.doc", "a Word document (doc)", "save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "a.xls", "a spreadsheet (xls)", "save it as .xlsx or CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", None, "an old Office file", "a table as .xlsx or CSV"),
        (zipped({**OFFICE, "ppt/presentation.xml": b""}), "a", "a presentation (pptx)", "save its text"),
        (zipped({"mimetype": b"application/epub+zip", "a.xhtml": b""}), "a", "an e-book (EPUB)", "chapters as HTML"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}),
            "a.ods",
            "a spreadsheet (ods)",
            "save it as .xlsx or CSV",
        ),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "photo.jpg", "a picture", "give the article that it belongs to"),
        (b"\x89PNG\r\n\x1a\n\0\0", "photo.txt", "a picture", "give the article that it belongs to"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a.mp4", "a video", "give the article"),
        (b"ID3\x04\0\0\0\0\0", "a.mp3", "an audio file", "give the article"),
        (b"\x7fELF\x02\x01\x01\0", "a", "a program", "give the file"),
        (b"MZ\x90\0\x03\0\0\0\x04\0", "a.exe", "a program", "give the file"),
        (b"SQLite format 3\0\x10\0", "a.db", "an SQLite database", "export its table"),
        (b"7z\xbc\xaf'\x1c\0\x04", "a.7z", "a 7z archive", "unpack it first"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a.gz", "a gzip file", "`newsmill export` unpacks it"),
        (zipped({"a.txt": b"A"}), "a.zip", "a zip archive", "`newsmill export` unpacks it"),
        (tarred(), "a.tar", "a tar archive", "`newsmill export` unpacks it"),
        (bytes(range(64)) * 4, "a.bin", "binary data of an unknown kind", "give text, JSON, CSV, XML or HTML"),
        (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nA", "a.html", "an HTTP answer with its header", "without the header"),
        (PAGE, "a.mhtml", "a saved web page (MHTML)", "save the page as HTML"),
        (b"---\ntitle: Ferry back\nbody: |\n  It is back.\n", "a.yml", "YAML", "write the articles as JSON"),
        (b"-- MySQL dump 10.13\n\nCREATE TABLE `a` (\n", "a.sql", "an SQL dump", "as CSV"),
        (b"insert into posts (id, title) values (1, 'Ferry');\n", "a.sql", "an SQL dump", "as CSV"),
        (b"SET statement_timeout = 0;\nCOPY public.posts (id) FROM stdin;\n1\n", "a", "an SQL dump", "as CSV"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nIt is back.\n", "a.vtt", "subtitles", "without the times"),
        (b"\\documentclass{article}\n\\begin{document}", "a.tex", "LaTeX", "save it as plain text"),
        (b'callback({"title": "Ferry"})', "a.js", "JavaScript", "take away what stands around the JSON"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
            "a.json",
            "a pointer of Git LFS",
            "git lfs pull",
        ),
        (
            b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
            "a.rdf",
            "RDF that is no feed",
            "JSON-LD",
        ),
    ],
)
def test_what_is_not_read_is_refused_by_its_name(content: bytes, name: str | None, taken_for: str, advice: str) -> None:
    reason = refusal(content, name)
    assert reason.startswith(f"it is {taken_for}")
    assert advice in reason


@pytest.mark.parametrize(
    "text",
    [
        "From London, at 10:00 on 3 May 2024, it sailed.\nNote: it is back.",
        "Set in Rome, the table was (as he said) a gift. Values (old ones) count.",
        "Insert into the slot (on the left) a coin.",
        "Create a table (any will do).",
        "MZ Wallace sells bags.",
        "PAR1 is a code, ORC a monster, and OggS nothing.",
        "The big DUCK swims, and the ftyp is a box.",
        "---\n\nIt is back: the ferry.\n\n---\n\nCrowds came.",
        "Anna: It is back.\nBob: Is it?\n\nThe play goes on.",
        "1 May 2024\n\nIt is back.",
        "Vienna (AP) [corrected] - It is back.",
        "SQLite is a database.",
        "He wrote ZCZC and NNNN into each story.",
        "Fähre fährt wieder.\n\nSchwan auch.",
    ],
)
def test_prose_stays_prose(text: str) -> None:
    assert detect(text.encode(), None) == "text"


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        (b'{"headline": "\\u0000{\\\\rtf1"}', "articles-json"),
        (b"<newsItem><rss/></newsItem>", "newsml-g2"),
        (b"title,text\n%PDF-1.7,ZCZC\n", "csv"),
        ("title,text\nA,B\n".encode("utf-16"), "csv"),
    ],
)
def test_a_format_that_recognises_a_file_as_surely_reads_it(content: bytes, reader: str) -> None:
    assert detect(content, None) == reader


@given(st.text(max_size=200), st.sampled_from([None, "a.txt", "a.sql", "a.pdf"]))
def test_texts_are_read_whatever_their_extension(text: str, name: str | None) -> None:
    words = re.sub(r"[^\w ]", "", text)
    assert detect(f"A {words}.".encode(errors="replace"), name) == "text"


@pytest.mark.parametrize(
    "head",
    [
        b"SET " * 16_000,
        b"a: b\n" * 13_000,
        b"---\na: b\n" + b"c: d\n" * 13_000,
        b"/*" * 32_000,
        b"-- \n" * 16_000,
        b"PK\3\4" * 16_000,
        b"%\n" * 32_000,
        b"From a " * 9_000,
        b"INSERT INTO a " * 4_000,
        b"a: b\n\t" * 10_000,
    ],
)
def test_slow_input_is_handled_in_linear_time(head: bytes) -> None:
    before = time.process_time()
    with suppress(InputError):
        detect(head, None)
    assert time.process_time() - before < 0.5


def test_roots_are_of_no_format() -> None:
    assert not set(XML_ROOTS) & {root for one in FORMATS for root in one.xml_roots}
