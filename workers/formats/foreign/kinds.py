"""A kind of file that is not read, and tables of kinds by the first bytes or characters of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

TEXT: Final = "save it as plain text"
PAGE: Final = "save it as plain text or as a web page (HTML)"
TABLE: Final = "save it as .xlsx or CSV"
DOCX: Final = "save it as .docx"
ARTICLE: Final = "give the article that it belongs to"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is not read.

    Args:
        name: its name with its article: "a PDF document".
        advice: what to do, as an imperative: "save it as CSV".
        by_extension: more exact kinds, by the extension of the file's name, where the first bytes are the same.
    """

    name: str
    advice: str
    by_extension: Mapping[str, Kind] = field(default_factory=dict)


class Beginnings:
    """A table of kinds, each with a pattern of how its files begin. The first that matches counts."""

    def __init__(self, kinds: Sequence[tuple[str, Kind]]) -> None:
        """Compile the patterns. None of them may have a group that captures."""
        self._kinds = tuple(kind for _, kind in kinds)
        self._pattern = re.compile("|".join(f"({pattern})" for pattern, _ in kinds), re.DOTALL)

    def find(self, beginning: str, extension: str) -> Kind | None:
        """Return the kind of a file that begins so; None if the table does not have it."""
        match = self._pattern.match(beginning)
        if match is None or match.lastindex is None:
            return None
        kind = self._kinds[match.lastindex - 1]
        return kind.by_extension.get(extension, kind)
