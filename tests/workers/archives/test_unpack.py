"""Unpacking documents and archives, valid and broken."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
import zstandard

from schemas.errors import InputError
from workers.archives import unpack as unpacking
from workers.archives.unpack import UnpackError, is_packed, unpack

LIMIT = 2**30
FILES = {"a.txt": b"First.", "folder/b.txt": b"Second." * 1000}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


ARCHIVES: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zipped,
    "stored zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    "tar": tarred,
    "tar.gz": lambda files: gzip.compress(tarred(files)),
    "tar.zst": lambda files: zstd(tarred(files)),
}
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstd}

any_archive = pytest.mark.parametrize("kind", ARCHIVES)
any_compression = pytest.mark.parametrize("kind", COMPRESSED)


def inside(packed: bytes, name: str = "upload", limit: int = LIMIT) -> list[tuple[str, bytes]]:
    assert is_packed(packed[:512])
    return [
        (label, content.read()) for label, content in unpack(io.BytesIO(packed), name, size=len(packed), limit=limit)
    ]


def drain(packed: bytes, limit: int) -> None:
    """Read all content and keep none."""
    for _, content in unpack(io.BytesIO(packed), "bomb", size=len(packed), limit=limit):
        while content.read(2**16):
            pass


@any_archive
def test_archive_yields_files_in_order(kind: str) -> None:
    assert inside(ARCHIVES[kind](FILES)) == [("a.txt", b"First."), ("b.txt", b"Second." * 1000)]


@any_archive
def test_skipped_file_does_not_affect_the_next(kind: str) -> None:
    packed = ARCHIVES[kind](FILES)
    assert [label for label, _ in unpack(io.BytesIO(packed), "upload", size=len(packed), limit=LIMIT)] == [
        "a.txt",
        "b.txt",
    ]


@any_compression
@pytest.mark.parametrize(("name", "label"), [("a.csv.gz", "a.csv"), ("A.CSV.ZST", "A.CSV"), ("a.csv", "a.csv")])
def test_a_compressed_document_loses_its_suffix(kind: str, name: str, label: str) -> None:
    assert inside(COMPRESSED[kind](b"text"), name) == [(label, b"text")]


@any_compression
def test_members_that_follow_each_other_are_one_document(kind: str) -> None:
    pack = COMPRESSED[kind]
    assert inside(pack(b"one ") + pack(b"") + pack(b"two" * 5000)) == [("upload", b"one " + b"two" * 5000)]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\etc\\passwd",
        "..\\..\\etc\\passwd",
        "./passwd",
        "a/../passwd",
        "pa\nsswd",
    ],
)
@any_archive
def test_a_path_is_a_label_and_its_content_is_there(kind: str, name: str) -> None:
    assert inside(ARCHIVES[kind]({name: b"x"})) == [("passwd", b"x")]


@any_archive
def test_hidden_files_and_folders_are_skipped(kind: str) -> None:
    files = dict.fromkeys((".hidden", "a/.DS_Store", ".git/config", "__MACOSX/a.txt", "a/b.txt"), b"x")
    assert inside(ARCHIVES[kind](files)) == [("b.txt", b"x")]


def test_tar_folders_links_and_devices_are_skipped() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number, kind in enumerate((tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE)):
            entry = tarfile.TarInfo(f"entry{number}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    assert inside(stream.getvalue()) == []


def test_zip_folders_are_skipped() -> None:
    assert inside(zipped({"folder/": b"", "folder/a.txt": b"x"})) == [("a.txt", b"x")]


@any_archive
def test_an_empty_archive_has_nothing_in_it(kind: str) -> None:
    # An empty tar is all zeros, which is not recognised as a tar.
    if "tar" in kind:
        assert not is_packed(tarred({})[:512])
    else:
        assert inside(ARCHIVES[kind]({})) == []


@pytest.mark.parametrize(
    "text", [b"", b"P", b"PK", b"Plain text", b'{"a": 1}', "\ufeffid,body".encode(), b"\x1f", b"x" * 512]
)
def test_a_text_is_not_packed(text: bytes) -> None:
    assert not is_packed(text)


class TestBombs:
    @any_archive
    def test_the_total_of_all_files_is_bounded(self, kind: str) -> None:
        packed = ARCHIVES[kind]({f"{number}": bytes(range(256)) * 40 for number in range(10)})
        with pytest.raises(UnpackError, match="unpacks to more than 50,000 bytes"):
            inside(packed, limit=50_000)
        assert len(inside(packed, limit=200_000)) == 10

    @any_compression
    def test_a_document_is_bounded(self, kind: str) -> None:
        packed = COMPRESSED[kind](b"x" * 50_001)
        with pytest.raises(UnpackError, match="unpacks to more than 50,000 bytes"):
            inside(packed, limit=50_000)
        assert inside(packed, limit=50_001)[0][1] == b"x" * 50_001

    @any_compression
    def test_compression_ratio_and_memory_are_bounded(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unpacking, "_ALWAYS_ALLOWED", 2**20)
        packed = COMPRESSED[kind](bytes(200 * 2**20))
        tracemalloc.start()
        try:
            with pytest.raises(UnpackError, match="the limit for this document"):
                drain(packed, LIMIT)
            assert tracemalloc.get_traced_memory()[1] < 48 * 2**20
        finally:
            tracemalloc.stop()

    def test_a_sparse_file_of_a_tar_is_refused_and_the_others_are_read(self) -> None:
        entry = bytearray(tarfile.TarInfo("sparse").tobuf(tarfile.GNU_FORMAT))
        entry[156:157] = tarfile.GNUTYPE_SPARSE
        entry[386:410] = b"00000000000\0" * 2  # one piece of no bytes
        entry[483:495] = b"77777777777\0"  # 8 GB in truth
        entry[148:156] = b" " * 8
        entry[148:156] = b"%06o\0 " % sum(entry)
        other = tarfile.TarInfo("other")
        other.size = 1
        packed = bytes(entry) + other.tobuf(tarfile.GNU_FORMAT) + b"x" + bytes(511 + 1024)
        documents = unpack(io.BytesIO(packed), "doc", size=len(packed), limit=2**20)
        name, sparse = next(documents)
        assert name == "sparse"
        with pytest.raises(InputError, match="pack it without --sparse"):
            sparse.read()
        assert [stream.read() for _, stream in documents] == [b"x"]

    @pytest.mark.parametrize("kind", ["zip", "tar"])
    def test_the_number_of_entries_is_bounded(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unpacking, "MAX_ENTRIES", 3)
        files = {f"{number}": b"x" for number in range(4)}
        with pytest.raises(UnpackError, match="more than 3 entries"):
            inside(ARCHIVES[kind](files))
        del files["3"]
        assert len(inside(ARCHIVES[kind](files))) == 3


class TestBroken:
    @pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.zst", "gz", "zst"])
    @pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
    def test_truncated_archive_is_refused(self, kind: str, part: float) -> None:
        noise = bytes(number * number % 251 for number in range(40_000))
        make = ARCHIVES.get(kind)
        packed = make({"a": noise, "b": noise[::-1], "c": noise[::3]}) if make else COMPRESSED[kind](noise)
        packed = packed.rstrip(b"\0") if kind == "tar" else packed
        with pytest.raises(UnpackError):
            inside(packed[: int(len(packed) * part)])

    def test_tar_truncated_between_files_is_refused(self) -> None:
        packed = tarred({"a": b"x" * 512, "b": b"y" * 512})
        with pytest.raises(UnpackError, match="empty header; is its end missing"):
            inside(packed[:1024])

    def test_broken_tar_header_is_not_taken_for_the_end(self) -> None:
        packed = bytearray(tarred({"a": b"x" * 512, "b": b"y" * 512}))
        packed[1024 + 10] ^= 1
        with pytest.raises(UnpackError, match="bad checksum"):
            inside(bytes(packed))

    @any_compression
    def test_wrong_checksum_is_refused(self, kind: str) -> None:
        packed = bytearray(COMPRESSED[kind](b"text" * 100))
        packed[-5 if kind == "gz" else -1] ^= 1
        with pytest.raises(UnpackError, match="cannot be unpacked"):
            inside(bytes(packed))

    def test_zip_entry_with_wrong_checksum_fails_alone(self) -> None:
        packed = zipped({"a.txt": b"AAAA", "b.txt": b"BBBB", "c.txt": b"CCCC"}, zipfile.ZIP_STORED)
        assert self.each(packed.replace(b"BBBB", b"BXBB")) == [
            b"AAAA",
            "b.txt: it cannot be unpacked: Bad CRC-32 for file 'b.txt'",
            b"CCCC",
        ]

    def test_encrypted_zip_entry_fails_alone(self) -> None:
        packed = bytearray(zipped({"a.txt": b"AAAA", "b.txt": b"BBBB"}))
        packed[packed.index(b"PK\x01\x02") + 8] |= 1
        assert self.each(bytes(packed)) == ["a.txt: it cannot be unpacked: it is encrypted", b"BBBB"]

    def test_zip_entry_of_unknown_method_fails_alone(self) -> None:
        packed = bytearray(zipped({"a.txt": b"AAAA", "b.txt": b"BBBB"}))
        struct.pack_into("<H", packed, packed.index(b"PK\x01\x02") + 10, 98)
        first, second = self.each(bytes(packed))
        assert "method 98" in str(first)
        assert second == b"BBBB"

    @staticmethod
    def each(packed: bytes) -> list[bytes | str]:
        found: list[bytes | str] = []
        for _, content in unpack(io.BytesIO(packed), "zip", size=len(packed), limit=LIMIT):
            try:
                found.append(content.read())
            except UnpackError:
                raise
            except InputError as error:
                found.append(str(error))
        return found


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "tar.zst"])
def test_unpacking_memory_is_flat(kind: str) -> None:
    def peak(number: int) -> int:
        packed = ARCHIVES[kind]({str(n): random.Random(n).randbytes(600) for n in range(number)})
        tracemalloc.start()
        try:
            count = sum(1 for _ in unpack(io.BytesIO(packed), "t", size=len(packed), limit=LIMIT))
            assert count == number
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(2_500) < peak(500) * 1.1
