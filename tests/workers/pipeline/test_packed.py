"""Archives among the documents of a conversion."""

from __future__ import annotations

import gzip
import io
from functools import partial

import pytest

from schemas.conversion import Document, UnreadArticle
from tests.workers.archives.test_unpack import ARCHIVES, tarred, zipped, zstd
from workers.pipeline import packed
from workers.pipeline.packed import is_archive, unpack_archives
from workers.pipeline.pipe import FoundArticle

LIMIT = 2**30
FILES = {"a.txt": b"First.", "folder/b.txt": b"Second." * 1000, ".hidden": b"None."}


def unpacked(content: bytes, name: str = "upload", limit: int = LIMIT) -> list[tuple[str, bytes] | str]:
    """The name and bytes of each document, and the reason of each failure."""
    found: list[tuple[str, bytes] | str] = []
    given = Document(name=name, open=partial(io.BytesIO, content), defaults={"language": "en"})
    for source in unpack_archives([("csv", given)], limit=limit):
        if isinstance(source, FoundArticle):
            assert isinstance(source.found, UnreadArticle)
            found.append(f"{source.document}: {source.found.reason}")
            continue
        reader, document = source
        assert (reader, document.defaults) == ("csv", given.defaults)
        with document.open() as first, document.open() as second:
            found.append((document.name or "", first.read()))
            assert second.read() == found[-1][1]
    return found


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.parametrize("small", [packed.SMALL, 4])
def test_the_documents_of_an_archive_come_in_its_place(kind: str, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "SMALL", small)
    assert unpacked(ARCHIVES[kind](FILES)) == [("a.txt", b"First."), ("b.txt", b"Second." * 1000)]


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_compressed_document_loses_its_suffix(pack: type[bytes]) -> None:
    assert unpacked(pack(b"First."), "a.txt.gz") == [("a.txt", b"First.")]


def test_a_document_that_is_not_packed_stays() -> None:
    assert unpacked(b"First.", "a.txt") == [("a.txt", b"First.")]


def test_an_archive_in_an_archive_fails_alone() -> None:
    inner = {"a.txt": b"First.", "b.zip": zipped(FILES), "c.txt": b"Third."}
    nested = "b.zip: it is an archive inside of another; unpack the outer one first"
    assert unpacked(zipped(inner)) == [("a.txt", b"First."), nested, ("c.txt", b"Third.")]


def test_a_broken_archive_is_a_failure_after_its_readable_documents() -> None:
    *found, failure = unpacked(tarred(FILES)[:3000], "a.tar")
    assert "cannot be unpacked" in str(failure) or "not a tar" in str(failure)
    assert ("a.txt", b"First.") in found


def test_an_archive_beyond_the_limit_is_a_failure() -> None:
    (failure,) = unpacked(gzip.compress(b"a" * 10_000), "a.gz", limit=1000)
    assert "unpacks to more than 1,000 bytes" in str(failure)


def test_an_office_file_is_no_archive() -> None:
    office = zipped({"[Content_Types].xml": b"", "_rels/.rels": b"", "xl/workbook.xml": b""})
    assert not is_archive(office)
    assert is_archive(zipped(FILES))
    assert unpacked(office, "a.xlsx") == [("a.xlsx", office)]
