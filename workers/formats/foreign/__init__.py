"""Files that no format reads: each is refused by its name, with what to do, and never taken for prose.

Each kind of file is one line of a table: in `binary`, `texts`, `xml_roots` or `zips`. A format whose `sniff` recognises
a file just as surely wins over these tables, so when a format gets a reader, its line here can go. Imports schemas and
the shared room of XML only.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.formats import Evidence, Head, extension_of
from workers.formats.foreign.binary import BINARY, UNKNOWN_BINARY, has_control_bytes
from workers.formats.foreign.kinds import Kind
from workers.formats.foreign.texts import TEXTS, find_saved_page
from workers.formats.foreign.xml_roots import XML_ROOTS
from workers.formats.foreign.zips import find_in_zip
from workers.formats.xml.prolog import read_prolog

_SIGNATURE = 512
"""The number of first bytes with every signature of a binary file."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file of a kind that is not read.

    Args:
        kind: its kind.
        evidence: how surely it is of this kind.
    """

    kind: Kind
    evidence: Evidence

    @property
    def reason(self) -> str:
        """The kind of the file and what to do, as the end of an error message."""
        return f"it is {self.kind.name}, which is not read; {self.kind.advice}"


def find_foreign(head: Head, name: str | None) -> Foreign | None:
    """Return the kind of a file that is not read; None if the file is of no known kind.

    Args:
        head: the first bytes of the file.
        name: its name, if it has one. An extension alone is no evidence.
    """
    extension = extension_of(name)
    if found := find_in_zip(head.raw, extension) or BINARY.find(head.raw[:_SIGNATURE].decode("latin-1"), extension):
        return Foreign(found, Evidence.CERTAIN)
    prolog = read_prolog(head.text)
    if prolog is not None and prolog.root is not None and not prolog.html and prolog.root in XML_ROOTS:
        return Foreign(XML_ROOTS[prolog.root], Evidence.CERTAIN)
    if found := find_saved_page(head.text) or TEXTS.find(head.text.lstrip("\r\n"), extension):
        return Foreign(found, Evidence.CERTAIN)
    return Foreign(UNKNOWN_BINARY, Evidence.NAME) if has_control_bytes(head.raw) else None
