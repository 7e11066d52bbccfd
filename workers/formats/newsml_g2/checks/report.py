"""The faults of one document, as the rules of NewsML-G2 report them."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from schemas.errors import FileFault, Severity


class Report:
    """A collector of the faults of a document.

    Args:
        name: the name of the document.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[FileFault] = []

    def __call__(
        self,
        element: etree._Element,
        rule: str,
        detail: str,
        severity: Severity = "error",
        *,
        stated: bool = False,
    ) -> None:
        """Add a fault of an element; see `FileFault` for the arguments."""
        self.at(element.sourceline or 0, rule, detail, severity, stated=stated)

    def at(self, line: int, rule: str, detail: str, severity: Severity = "error", *, stated: bool = False) -> None:
        """Add a fault of a line."""
        self.faults.append(FileFault(self.name, line, rule, detail, severity, stated))

    def take(self) -> list[FileFault]:
        """Return the faults so far, and forget them."""
        faults, self.faults = self.faults, []
        return faults


def any_of(names: Iterable[str]) -> str:
    """Return names as a choice, in alphabetical order: "a, b or c"."""
    *most, last = sorted(names)
    return f"{', '.join(most)} or {last}" if most else last
