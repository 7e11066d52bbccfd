"""The kinds of documents that are zips of their parts, by their first bytes."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# The local header of an entry (APPNOTE.TXT, section 4.3.7): its packed size, the lengths of its name and extra field.
_ENTRY: Final = re.compile(rb"PK\x03\x04.{14}(.{4}).{4}(..)(..)", re.DOTALL)
# Every Office file has one of these parts (ECMA-376, part 2, section 7).
_OFFICE: Final = frozenset(("[Content_Types].xml", "_rels/.rels"))


class FirstParts(NamedTuple):
    """The parts of a zip that its first bytes show.

    Args:
        names: their names, up to a part `mimetype`.
        media_type: what the part `mimetype` states (OpenDocument 1.3, part 2, section 3.3), and what follows; "" if
            there is none.
    """

    names: list[str]
    media_type: str


def first_parts(raw: bytes) -> FirstParts:
    """Return the parts that the first bytes of a zip show; none if the bytes are no zip."""
    names: list[str] = []
    if not raw.startswith(b"PK\x03\x04"):
        return FirstParts(names, "")
    behind = 0
    for entry in _ENTRY.finditer(raw):
        if entry.start() < behind:
            # It is in a document that is packed without compression, and is itself a zip.
            continue
        packed, length, extra = (int.from_bytes(part, "little") for part in entry.groups())
        name = raw[entry.end() : entry.end() + length].decode(errors="replace")
        start = entry.end() + length + extra
        behind = start + packed
        if name == "mimetype":
            return FirstParts(names, raw[start : start + 80].decode(errors="replace"))
        names.append(name)
    return FirstParts(names, "")


def is_office(raw: bytes, folder: str, *, named: bool) -> bool:
    """Return whether the first bytes are those of an Office file with parts in a folder.

    Args:
        raw: the first bytes.
        folder: the folder: "word/", "xl/".
        named: whether the name of the file says so. It decides if the first bytes show no part of any folder.
    """
    names = first_parts(raw).names
    if _OFFICE.isdisjoint(names):
        return False
    folders = {name.partition("/")[0] for name in names if "/" in name} - {"_rels", "docProps", "customXml"}
    return folder.rstrip("/") in folders or (named and not folders)
