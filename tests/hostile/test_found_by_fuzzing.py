"""Small forms of documents that a fuzz run has found: none shows a fault of newsmill."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from typing import Final

import pytest

from schemas.errors import InputError
from tests.hostile.fuzz import trier
from tests.hostile.test_processes import FEED, MAIL, cells, parts, xlsx
from tests.workers.formats.documents import refusal
from workers.archives.unpack import is_packed, unpack
from workers.formats import FORMATS
from workers.formats.detection import detect

LARGE: Final = [f"a keyword of some words, number {number}" for number in range(40_000)]

# For each: the document, and the numbers of articles that are converted and that fail.
FOUND: Final[dict[str, tuple[Callable[[], bytes], tuple[int, int]]]] = {
    "an item that is a title alone": (lambda: FEED % b"<item><title>Ferry back</title></item>", (1, 0)),
    "a digital source type that is a word": (
        lambda: json.dumps({"paragraphs": ["P"], "headline": "H", "digital_source_type": "7"}).encode(),
        (1, 0),
    ),
    "front matter that is too large to be read again": (
        lambda: json.dumps({"paragraphs": ["P"], "headline": "H", "keywords": LARGE}).encode(),
        (0, 1),
    ),
    "parameters with numbers beyond those of RFC 2231": (
        lambda: MAIL + b"Content-Type: text/plain; a*=x; a*1=y; a*1000=z\n\nHello\n",
        (1, 0),
    ),
    "a boundary with numbers beyond those of RFC 2231": (
        lambda: MAIL + b"Content-Type: multipart/mixed; a*=x; a*1=y; boundary=b\n\n--b\n\nHello\n",
        (0, 1),
    ),
    "a name that begins with a colon": (
        lambda: FEED.replace(b"<channel>", b"<channel :a:b='c'>") % b"<item><title>Ferry back</title></item>",
        (1, 1),
    ),
    "a first element of undeclared entities that does not end": (
        lambda: (
            b'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01' + b"&lol;" * 5_000 + b'="1"><itemMeta/></newsItem>'
        ),
        (0, 1),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_document_is_converted_or_fails_by_name(name: str) -> None:
    made, expected = FOUND[name]
    assert trier("pipe")(made()) == expected


def test_an_archive_of_stored_spreadsheets_is_no_spreadsheet() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("a.xlsx", "b.xlsx"):
            archive.writestr(name, xlsx(b"<row>" + cells("headline", "body") + b"</row>"))
    raw = stream.getvalue()
    assert is_packed(raw)
    found = [
        (name, detect(inner.read(), name)) for name, inner in unpack(io.BytesIO(raw), "doc", size=len(raw), limit=2**30)
    ]
    assert [(name.rpartition("/")[2], reader) for name, reader in found] == [("a.xlsx", "xlsx"), ("b.xlsx", "xlsx")]


def test_a_spreadsheet_whose_properties_are_cut_off_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(b"<row>" + cells("headline", "body") + b"</row>"))) as archive:
        read = {name: archive.read(name) for name in archive.namelist()}
    name = "docProps/core.xml"
    raw = parts({name: read.pop(name)} | read)
    # The directory says of the first part, which is not compressed, that it has more bytes than the file.
    at = raw.index(b"PK\x01\x02") + 20
    damaged = raw[:at] + (2**20).to_bytes(4, "little") * 2 + raw[at + 8 :]
    assert "the spreadsheet is damaged (it is cut off)" in str(refusal(FORMATS.reader("xlsx"), damaged))


def test_a_tar_whose_attributes_have_a_length_beyond_all_is_refused() -> None:
    header = tarfile.TarInfo("x")
    header.type, attributes = tarfile.XHDTYPE, b"9" * 30 + b" path=a\n"
    header.size = len(attributes)
    raw = header.tobuf(tarfile.GNU_FORMAT) + attributes.ljust(512, b"\0") + bytes(1024)
    with pytest.raises(InputError, match="not a tar that can be unpacked"):
        list(unpack(io.BytesIO(raw), "doc", size=len(raw), limit=2**30))
