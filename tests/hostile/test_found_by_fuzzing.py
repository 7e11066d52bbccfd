"""Small forms of documents that a fuzz run has found: none shows a fault of newsmill."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Final

import pytest

from tests.hostile.fuzz import trier
from tests.hostile.test_processes import FEED, MAIL, cells, xlsx
from workers.archives.unpack import is_packed, unpack
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
