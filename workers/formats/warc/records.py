"""The records of a web archive (WARC/1.1, section 4): each with its header, read one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from schemas.bounds import LARGEST_RECORD
from schemas.conversion import Record
from schemas.errors import InputError

_VERSION: Final = re.compile(rb"WARC/\d\.\d{1,2}\s*")
_LONGEST_LINE: Final = 65_536
_MOST_LINES: Final = 1000
_HTTP_HEADER: Final = 65_536
# RFC 9112, section 4.
_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_CONTENT_TYPE: Final = re.compile(rb"^content-type[ \t]*:[ \t]*([^\s;,]*)", re.IGNORECASE | re.MULTILINE)
_PAGES: Final = frozenset((b"text/html", b"application/xhtml+xml", b""))


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """A record of a web archive.

    Args:
        content: its bytes, with the blank lines before it.
        header: its fields, by their names in lower case.
        block: the index of its block in `content`.
    """

    content: bytes
    header: Mapping[str, str]
    block: int

    @property
    def kind(self) -> str:
        """Its WARC-Type: "response", "resource", "request"."""
        return self.header.get("warc-type", "").lower()

    @property
    def address(self) -> str:
        """The address of what it holds; "" if it states none."""
        return self.header.get("warc-target-uri", "").strip("<>")

    @property
    def what(self) -> str:
        """The name of its kind, for messages, if it is no page; "" for a page that was fetched."""
        if self.kind not in ("response", "resource"):
            return f"a record of the type {self.kind or 'unknown'}"
        if self.kind == "resource":
            media_type = self.header.get("content-type", "").partition(";")[0].strip().lower().encode()
            return "" if media_type in _PAGES - {b""} else f"of the type {media_type.decode() or 'unknown'}"
        head = self.content[self.block : self.block + _HTTP_HEADER]
        head = head[: end.start()] if (end := re.search(rb"\r?\n\r?\n", head)) else head
        status = _STATUS.match(head)
        if status is None:
            return "a response that is not HTTP"
        if status[1] != b"200":
            return f"a response with the status {status[1].decode()}"
        stated = _CONTENT_TYPE.search(head)
        media_type = stated[1].lower() if stated else b""
        return "" if media_type in _PAGES else f"of the type {media_type.decode('latin-1')}"


def read_records(stream: BinaryIO, name: str, first: int = 1) -> Iterator[WarcRecord]:
    """Yield the records of a web archive that is not compressed.

    Args:
        stream: the archive, from the beginning of a record.
        name: its name, for errors.
        first: the number of its first record.

    Raises (while it is iterated):
        InputError: a record is damaged, cut off or too large. The records before it have been yielded.
    """
    number = first
    while (record := _record(stream, name, f"record {number}")) is not None:
        yield record
        number += 1


def _record(stream: BinaryIO, name: str, place: str) -> WarcRecord | None:
    taken: list[bytes] = []
    line = stream.readline(_LONGEST_LINE)
    while line and not line.strip():
        taken.append(line)
        if len(taken) > _MOST_LINES:
            raise InputError(name, place, "too many blank lines stand before it; write the archive again")
        line = stream.readline(_LONGEST_LINE)
    if not line:
        return None
    if not _VERSION.fullmatch(line):
        raise InputError(name, place, "no record begins where one should; the archive is damaged from here on")
    taken.append(line)
    header: dict[str, str] = {}
    last = ""
    for _ in range(_MOST_LINES):
        line = stream.readline(_LONGEST_LINE)
        taken.append(line)
        if not line.strip():
            break
        text = line.decode(errors="replace").rstrip("\r\n")
        if text[0] in " \t" and last:
            header[last] += f" {text.strip()}"
            continue
        field, _, value = text.partition(":")
        last = field.strip().lower()
        header.setdefault(last, value.strip())
    else:
        raise InputError(name, place, f"its header has more than {_MOST_LINES} lines; the archive is damaged here")
    stated = header.get("content-length", "")
    if not (stated.isascii() and stated.isdecimal() and len(stated) < 16):
        raise InputError(
            name, place, f"its Content-Length is {stated[:40]!r}, and no number; the archive is damaged here"
        )
    size = int(stated)
    if size > LARGEST_RECORD:
        raise InputError(
            name, place, f"it has {size:,} bytes, more than {LARGEST_RECORD:,}; take it out of the archive"
        )
    block = stream.read(size)
    if len(block) < size:
        raise InputError(name, place, f"the archive is cut off: {size - len(block):,} bytes of this record are missing")
    before = b"".join(taken)
    return WarcRecord(content=before + block, header=header, block=len(before))


def divide_records(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Yield the bytes of each record of an archive. A record counts as a line, and as an article if it is a page.

    Raises (while it is iterated):
        InputError: as `read_records` does.
    """
    for record in read_records(stream, name):
        yield Record(record.content, 1, not record.what)
