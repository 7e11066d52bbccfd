"""The parts of a document that is a zip of its parts, read within bounds."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from lxml import etree

from schemas.bounds import MOST_MARKS
from schemas.conversion import Document
from schemas.errors import InputError

LARGEST: Final = 64 * 2**20
"""The highest number of bytes of a document."""

LARGEST_PART: Final = 32 * 2**20
"""The highest number of bytes of a part that is read in one piece."""

DAMAGED: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError)
"""The exceptions of zipfile on damaged bytes."""

_BEGIN: Final = 4096
_PIECE: Final = 2**20
_LARGEST_DIRECTORY: Final = 2**20
# The end of a zip (APPNOTE.TXT, section 4.3.16): 22 bytes and a comment of at most 65,535.
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_DIRECTORY_SIZE: Final = slice(12, 16)
_ENCRYPTED: Final = 0x1


class Parts:
    """The parts of one document.

    Args:
        name: the name of the document, for errors.
        archive: its zip.
        raw: its bytes.
    """

    def __init__(self, name: str, archive: zipfile.ZipFile, raw: bytes) -> None:
        self._name = name
        self._archive = archive
        self.raw = raw

    def __contains__(self, part: str) -> bool:
        return part in self._archive.NameToInfo

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return self._archive.namelist()

    def size(self, part: str) -> int:
        """Return the number of bytes of a part, as the directory states it."""
        return self._archive.getinfo(part).file_size

    def begin(self, part: str) -> bytes:
        """Return the first bytes of a part.

        Raises:
            InputError: the part cannot be unpacked.
        """
        return self._read(part, _BEGIN)

    def read(self, part: str, most: int = LARGEST_PART) -> bytes:
        """Return the bytes of a part.

        Raises:
            InputError: the part is missing, encrypted, damaged or too large.
        """
        content = self._read(part, most + 1)
        if len(content) > most:
            raise InputError(
                self._name, part, f"the part has more than {most:,} bytes unpacked; make the document smaller"
            )
        return content

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part in pieces.

        Raises:
            InputError: the part cannot be unpacked.
        """
        try:
            with self._archive.open(part) as stream:
                yield from iter(lambda: stream.read(_PIECE), b"")
        except (KeyError, RuntimeError, *DAMAGED) as error:
            raise InputError(self._name, part, f"the part cannot be unpacked: {error}") from None

    def _read(self, part: str, size: int) -> bytes:
        try:
            entry = self._archive.getinfo(part)
            if entry.flag_bits & _ENCRYPTED:
                raise InputError(self._name, part, "it is encrypted; save it without a password")
            with self._archive.open(entry) as stream:
                return stream.read(size)
        except KeyError:
            raise InputError(self._name, part, "the part is missing; save the document again") from None
        except DAMAGED as error:
            raise InputError(self._name, part, f"the part cannot be unpacked: {error}") from None

    def parse(self, part: str, most: int = LARGEST_PART) -> etree._Element:
        """Return the root element of a part that is XML.

        Raises:
            InputError: the part cannot be read, has more than `MOST_MARKS` tags and attributes, is not XML, or has a
                DOCTYPE.
        """
        content = self.read(part, most)
        if b"<!DOCTYPE" in content[:_BEGIN]:
            raise InputError(self._name, part, "it has a DOCTYPE, which no office program writes; save it again")
        if content.count(b"<") + content.count(b"=") > MOST_MARKS:
            reason = (
                f"the part has more than {MOST_MARKS:,} tags and attributes; save the document as a web page (HTML)"
            )
            raise InputError(self._name, part, reason)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root: etree._Element = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise InputError(self._name, f"{part}, line {error.lineno}", f"the part is not XML: {error.msg}") from None
        return root


@contextmanager
def open_parts(document: Document) -> Iterator[Parts]:
    """Open a document that is a zip of its parts.

    Raises:
        InputError: it is no zip, it is too large, or its directory is damaged or too large.
    """
    name = document.name or "document"
    with document.open() as stream:
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise InputError(
            name, "", f"it has more than {LARGEST:,} bytes; take its pictures out, or save it as HTML or CSV"
        )
    # The directory is read as a whole: refuse one that would take much memory.
    at = raw.rfind(_END, -65_535 - _END_SIZE)
    directory = int.from_bytes(raw[at:][_DIRECTORY_SIZE], "little") if at >= 0 else 0
    if at < 0 or directory > _LARGEST_DIRECTORY:
        raise InputError(name, "", "the document is damaged, or has too many parts; save it again")
    try:
        archive = zipfile.ZipFile(BytesIO(raw))
    except DAMAGED as error:
        raise InputError(name, "", f"the document is damaged ({error}); save it again") from None
    with archive:
        yield Parts(name, archive, raw)
