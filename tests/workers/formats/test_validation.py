"""Files of any origin: the format is detected, and each fault is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import CheckError, FileFault, UnknownNameError
from tests.workers.formats.newsml_g2.items import ITEM
from workers.formats import FORMATS
from workers.formats.detection import check_file, detect


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("newsml-g2", ITEM.encode()),
        ("newsml-g2", b"\xef\xbb\xbf\n <newsItem/>"),
        ("newsml-g2", '<?xml version="1.0" encoding="UTF-16"?><newsItem/>'.encode("utf-16")),
        ("news-article", b'{"@context": "https://schema.org"}'),
        ("articles-json", b"\n[{}]"),
        ("csv", b'{"@context": "http://www.w3.org/ns/csvw"}'),
        ("csv", b"id,version\r\n"),
        ("csv", b'{\n "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}], "url": "https://schema.org"}'),
        ("newsml-g2", "<?xml version='1.0'?><packageItem/>".encode("utf-16-le")),
        ("text", b""),
    ],
)
def test_the_format_is_told_by_the_first_bytes(kind: str, content: bytes) -> None:
    assert detect(content, "file") == kind


def test_xml_of_any_encoding_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "story.xml"
    path.write_bytes(f'<?xml version="1.0" encoding="UTF-16"?>{ITEM}'.encode("utf-16"))
    assert list(check_file(path)) == []


def test_a_file_of_no_format_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "story.png"
    path.write_bytes(b"\x89PNG\r\n")
    (fault,) = check_file(path)
    assert str(fault).startswith("story.png: error: kind: it is a picture, which is not read; give the article")


def test_prose_is_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(b"It is back.")
    (fault,) = check_file(path)
    assert str(fault).startswith("story.txt: error: kind: the content is of the format text, which is not checked;")


def test_a_file_that_cannot_be_read_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(check_file(tmp_path / "nothing.xml"))


def test_every_format_that_is_written_is_checked() -> None:
    assert all(format_.checker and format_.file_checker for format_ in FORMATS.writable)
    with pytest.raises(UnknownNameError, match="pdf"):
        FORMATS.checker("pdf")


def test_fault_with_a_long_detail_is_one_line() -> None:
    fault = FileFault("a.csv", 3, "csv-quote", "a\r\nb" + "x" * 1000)
    assert str(fault).startswith("a.csv:3: error: csv-quote: a b")
    assert "\n" not in str(fault)
    assert len(str(fault)) < 350
    assert str(CheckError((fault, fault))).count("\n") == 1
