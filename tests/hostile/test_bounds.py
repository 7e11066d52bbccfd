"""Each bound that docs/security.md states has a test, and a document just past a bound is refused by name."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

import pyarrow
import pytest

from schemas.conversion import Document
from tests.exports import CONVERSION
from tests.hostile.memory import growth
from tests.hostile.test_processes import MAIL, PAGE, WORD, docx, parquet, parts, record
from tests.running import needs_proc
from tests.sinks import Shelf
from tests.workers.formats.odt.documents import odt
from tests.workers.formats.reading import newsml
from workers.formats import FORMATS
from workers.formats.markdown.front_matter import OWN
from workers.formats.parquet import reader as parquet_reader
from workers.pipeline.pipe import convert

MIB: Final = 2**20

ROOT: Final = Path(__file__).parents[2]

REQUESTS: Final = "hostile/test_request_bounds.py::test_a_request_that_asks_for_too_much_is_refused_within_bounds"
EXPORT: Final = "hostile/test_processes.py::test_export_of_hostile_documents_is_bounded"
PAGES: Final = "hostile/test_processes.py::test_export_of_hostile_pages_and_files_is_bounded"
DOCUMENTS: Final = "hostile/test_documents.py::test_malicious_document_is_bounded"
HERE: Final = "hostile/test_bounds.py::test_a_document_past_a_bound_is_refused_by_name"

# For each row of the page on security, the tests that send what exceeds it.
ROWS: Final[dict[str, tuple[str, ...]]] = {
    "a request": ("hostile/test_requests.py::test_a_body_without_end_is_cut_off_at_the_limit",),
    "what a job keeps in Redis": (
        "workers/jobs/test_contents.py::test_a_large_request_is_stored_and_read_again",
        "workers/jobs/test_memory.py::test_the_record_of_an_ended_job_does_not_grow_with_its_files",
    ),
    "the JSON of a request": (REQUESTS,),
    "the memory of all JSON bodies of a process": (
        "hostile/test_request_bounds.py::test_many_large_bodies_at_a_time_share_one_bound",
        "service/core/test_bodies.py::test_bodies_of_one_key_leave_half_of_the_memory",
    ),
    "values beside the articles of a request: formats, metadata, options": (REQUESTS,),
    "values of one article in a request": (REQUESTS,),
    "seeds, or names of files, that a request names": (REQUESTS,),
    "faults in an answer": (REQUESTS,),
    "names that a message lists": (
        "hostile/test_request_bounds.py::test_unknown_names_of_files_list_only_some_of_a_job_with_many",
    ),
    "files in a multipart body": ("hostile/test_requests.py::test_the_texts_of_a_form_are_few_and_so_are_its_files",),
    "connections of one address that is no trusted proxy": (
        "system/test_crowded_caller.py::test_one_address_has_half_of_the_connections",
    ),
    "large bodies that arrive at a time": (
        "service/runtime/test_http_server.py::test_uploads_of_one_caller_leave_room_for_another",
    ),
    "requests that wait for jobs": (
        "system/test_crowds.py::test_waiting_requests_block_no_post",
        "service/jobs/test_notifications.py::test_the_number_of_waiters_is_limited",
    ),
    "requests of one caller that a process works on at a time": (
        "service/core/test_turns.py::test_requests_of_one_address_wait_and_others_do_not",
        "service/core/test_turns.py::test_requests_that_wait_are_bounded_for_each_caller",
    ),
    "processor time of a process of the API that one caller takes": (
        "service/core/test_turns.py::test_heavy_caller_goes_on_and_takes_no_more_than_its_part",
    ),
    "files that downloads of zips hold open ahead": (
        "system/test_crowded_caller.py::test_readers_of_one_zip_share_the_files_that_are_held_open",
    ),
    "headers of a callback": ("schemas/jobs/test_request.py::test_a_fault_is_said_with_its_place",),
    "callbacks that are sent at a time": (
        "workers/callbacks/test_records.py::test_silent_host_holds_a_few_senders_only",
        "workers/callbacks/test_records.py::test_caller_with_many_silent_hosts_leaves_senders_to_others",
    ),
    "a document that is read in one piece: JSON, a mailbox, a transmission of a wire": (EXPORT, DOCUMENTS, HERE),
    "a record of a stream: a line of NDJSON, a row of a table": (EXPORT, DOCUMENTS),
    "an item of XML": (EXPORT, DOCUMENTS, HERE),
    "a page of HTML": (PAGES, HERE),
    "an office file": (PAGES, HERE),
    "a table in Parquet": (
        PAGES,
        HERE,
        "hostile/test_bounds.py::test_a_row_group_past_its_bound_is_not_read",
        "hostile/test_bounds.py::test_large_rows_are_read_few_at_a_time",
    ),
    "a record of a web archive": (PAGES, HERE),
    "a text of Markdown": (PAGES, HERE),
    "a mail": (PAGES,),
    "an article": (EXPORT,),
    "what the references of an article repeat": (EXPORT,),
    "what all formats make of an article; its id and captions in rows of tables": (
        EXPORT,
        "hostile/test_bounds.py::test_an_article_whose_files_are_too_large_fails_in_bounded_memory",
    ),
    "the files of a job, by its input": ("hostile/test_processes.py::test_files_are_bounded_by_the_input",),
    "the files of a job in all": (
        "hostile/test_processes.py::test_files_are_bounded_by_the_setting",
        "service/auth/test_limits.py::test_a_job_over_the_byte_limit_is_refused",
    ),
    "an entry of an archive": (EXPORT, "hostile/test_archives.py::test_malicious_archive_is_bounded"),
    "a pattern in a description of tables (CSVW)": (
        "hostile/test_processes.py::test_validation_of_hostile_files_is_bounded",
    ),
    "memory of a process that converts or validates": (
        EXPORT,
        PAGES,
        "hostile/test_processes.py::test_validation_of_hostile_files_is_bounded",
        "workers/isolation/test_children.py::test_more_memory_than_a_process_may_have_is_an_error_of_its_task",
    ),
}

XHTML: Final = '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html></inlineXML>'

# For each document: its reader, its content, and what is said of it.
PAST: Final[dict[str, tuple[str, Callable[[], bytes], str]]] = {
    "a mailbox": ("mail", lambda: MAIL + b"\n" + b"x" * 32 * MIB, "more than 33,554,432 bytes in one piece"),
    "a transmission": ("wire", lambda: b"ZCZC A1\n" + b"x " * 16 * MIB, "more than 33,554,432 bytes in one piece"),
    "a text": ("text", lambda: b"x " * 9 * MIB, "more than 16,777,216 bytes in one piece"),
    "the levels of an item": (
        "newsml-g2",
        lambda: newsml(body=XHTML.format("<div>" * 260 + "<p>a</p>" + "</div>" * 260)).encode(),
        "Excessive depth",
    ),
    "the elements of a page": ("html", lambda: PAGE % (b"<i>a</i>" * 50_001), "more than 50,000 elements"),
    "the attributes of an element": (
        "html",
        lambda: PAGE % (b"<p %b>A</p>" % b" ".join(b"a%d=x" % number for number in range(10_001))),
        "more than 10,000 attributes",
    ),
    "an office file": ("odt", lambda: odt("<text:p>A</text:p>") + bytes(64 * MIB), "more than 67,108,864 bytes"),
    "a part of an office file": ("odt", lambda: part("content.xml", 33 * MIB), "more than 33,554,432 bytes unpacked"),
    "a part of Word": ("docx", lambda: docx(b"<w:p/>" * MIB), "more than 4,194,304 bytes unpacked"),
    "another part of Word": (
        "docx",
        lambda: parts({"[Content_Types].xml": b"<Types/>", "word/document.xml": WORD, "word/a.xml": bytes(5 * MIB)}),
        "more than 4,194,304 bytes unpacked",
    ),
    "the description of a Parquet table": (
        "parquet",
        lambda: b"PAR1" + bytes(9 * MIB) + (9 * MIB).to_bytes(4, "little") + b"PAR1",
        "its description has more than 8,388,608 bytes",
    ),
    "the page of a web archive": ("warc", lambda: record(PAGE % (b"x " * 5 * MIB)), "more than 8,388,608 bytes"),
    "a record of a web archive": ("warc", lambda: record(b"x" * 17 * MIB), "more than 16,777,216"),
    "a text of Markdown": ("markdown", lambda: b"# T\n\n" + b"a " * MIB, "more than 524,288 bytes in one piece"),
    "the brackets of a paragraph": ("markdown", lambda: b"# T\n\n" + b"[" * 10_001, "brackets"),
    "front matter of newsmill": (
        "markdown",
        f"---\n{OWN}\nt: {'x' * MIB}\n---\n\nA\n".encode,
        "its front matter has more than 1,048,576 characters",
    ),
    "front matter in TOML": (
        "markdown",
        lambda: b"+++\n" + b"# a comment\n" * 30_000 + b"+++\n\nA\n",
        "more than 262,144 characters of TOML",
    ),
    "the levels of front matter": (
        "markdown",
        lambda: b"---\nt: " + b"[" * 30 + b"]" * 30 + b"\n---\n\nA\n",
        "more than 20 levels deep",
    ),
    "the levels of front matter in TOML": (
        "markdown",
        lambda: b"+++\nt = " + b"[" * 30 + b"]" * 30 + b"\n+++\n\nA\n",
        "more than 20 levels deep",
    ),
}


def part(name: str, size: int) -> bytes:
    return parts({"mimetype": b"application/vnd.oasis.opendocument.text", name: bytes(size)})


def reasons(reader: str, content: bytes, formats: Iterable[str] = FORMATS.writable.ids) -> str:
    """Convert a document into formats, by default all; return why articles of it failed."""
    outcome = convert(
        [(reader, Document(name="doc", open=lambda: BytesIO(content)))],
        options=FORMATS.load_options({}, tuple(formats)),
        conversion=CONVERSION,
        sink=Shelf(),
    )
    return "; ".join(one.reason for one in outcome.failed)


def test_each_bound_of_the_page_on_security_has_tests() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    table = page.partition("### Bounds")[2].partition("\n## ")[0]
    stated = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    assert stated[1:] == list(ROWS)
    for tests in ROWS.values():
        for test in tests:
            file, _, name = test.partition("::")
            tree = ast.walk(ast.parse((ROOT / "tests" / file).read_text()))
            assert name in {one.name for one in tree if isinstance(one, ast.FunctionDef)}, test


@pytest.mark.parametrize("name", PAST)
def test_a_document_past_a_bound_is_refused_by_name(name: str) -> None:
    reader, made, said = PAST[name]
    found = reasons(reader, made())
    assert said in found
    assert "newsmill has a fault" not in found


def test_a_row_group_past_its_bound_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = parquet(headline=["H"] * 100, body=[f"Text {number}." for number in range(100)])
    monkeypatch.setattr(parquet_reader, "LARGEST_GROUP", 500)
    assert "it has more than 500 bytes unpacked; write smaller row groups" in reasons("parquet", raw)


@needs_proc
def test_large_rows_are_read_few_at_a_time() -> None:
    number = 100
    raw = parquet(headline=["H"] * number, body=[f"Text {one}. " + "word " * 200_000 for one in range(number)])
    found: list[int] = []
    pyarrow.default_memory_pool().release_unused()
    with BytesIO(raw) as stream:
        grown = growth(lambda: found.append(sum(1 for _ in parquet_reader.rows_of(stream, "rows"))))
    assert (found, grown < 3.5 * number) == ([number], True), grown


@needs_proc
def test_an_article_whose_files_are_too_large_fails_in_bounded_memory() -> None:
    raw = json.dumps({"headline": "H", "paragraphs": ["&" * 6_000_000]}).encode()
    # A page has a bound of its own, which is lower.
    formats = [one for one in FORMATS.writable.ids if one not in ("html", "markdown")]
    found: list[str] = []
    assert growth(lambda: found.append(reasons("articles-json", raw, formats))) < 512
    assert found[0].startswith("its files would take more than 100,663,296 bytes")
