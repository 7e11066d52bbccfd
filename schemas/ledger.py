"""The ledger of an article: what became of each leaf of its source.

A leaf is an attribute, a run of text, a member of a JSON object or a cell. Its path is its place in the source article:
`contentMeta/subject[2]/@qcode`, `author[1].name`, or the name of a column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, get_args

Outcome = Literal["kept", "changed", "not-held"]

OUTCOMES: Final = get_args(Outcome)

_INDEX = re.compile(r"\[\d+\]")


class Entry(NamedTuple):
    """A leaf of a source, and its outcome.

    Args:
        path: the place of the leaf in its source article, with indexes from 1.
        outcome: "kept" as it stands, "changed" (`reason` says how), or "not-held".
        value: the value of the leaf.
        field: the field of the Article that has it, such as "subjects.qcode"; None if no field has it.
        reason: why it was changed or left out, or is doubtful; "" if it is kept, or if the Article has no place for it.
        origin: the part of a page that states it ("json-ld", "meta", "markup" or "script"), or "request" where the
            request says what a leaf is; "" for any other.
        thing: the place of the outermost object, list or element that has it and is not held as a whole; "" if none is.
    """

    path: str
    outcome: Outcome
    value: str
    field: str | None = None
    reason: str = ""
    origin: str = ""
    thing: str = ""


class Ledger:
    """The entries of one article.

    Args:
        whole: whether leaves that are kept as they stand have an entry. Without it, only the leaves that are changed or
            not held have one, which costs next to nothing.
    """

    __slots__ = ("entries", "whole")

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        self.entries: list[Entry] = []

    def kept(self, path: str, value: str, field: str | None, *, origin: str = "") -> None:
        """Record a leaf that the Article holds as it stands. White space around it does not count."""
        if self.whole:
            self.entries.append(Entry(path, "kept", value, field, origin=origin))

    def doubted(self, path: str, value: str, field: str | None, reason: str) -> None:
        """Record a leaf that the Article holds as it stands, and that the rest of its source speaks against."""
        self.entries.append(Entry(path, "kept", value, field, reason))

    def changed(self, path: str, value: str, field: str | None, reason: str) -> None:
        """Record a leaf that the Article holds in another form, such as a date without its zone."""
        self.entries.append(Entry(path, "changed", value, field, reason))

    def not_held(self, path: str, value: str, reason: str = "", *, thing: str = "") -> None:
        """Record a leaf that the Article does not hold: it has no place for it, or the value breaks a rule.

        Args:
            path: the place of the leaf.
            value: its value.
            reason: why it is not held; "" if the Article has no place for it.
            thing: the place of the object, list or element that is not held as a whole, and that has the leaf.
        """
        self.entries.append(Entry(path, "not-held", value, None, reason, thing=thing))


def sibling_steps(names: Sequence[str]) -> list[str]:
    """Return the steps of siblings in a path. A name has an index only where it stands more than once."""
    many, seen = Counter(names), Counter[str]()
    steps = []
    for name in names:
        seen[name] += 1
        steps.append(f"{name}[{seen[name]}]" if many[name] > 1 else name)
    return steps


def general_path(path: str) -> str:
    """Return a path without its indexes, which many articles share: "contentMeta/subject/@qcode"."""
    return _INDEX.sub("", path)
