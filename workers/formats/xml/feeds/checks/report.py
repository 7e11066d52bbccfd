"""The faults of one feed, as the rules report them."""

from __future__ import annotations

from lxml import etree

from schemas.errors import FileFault, Severity


class Report:
    """A collector of the faults of a feed.

    Args:
        name: the name of the feed.
        prefix: what the ids of the rules of its format begin with: "rss" or "atom".
    """

    def __init__(self, name: str, prefix: str) -> None:
        self.name = name
        self.prefix = prefix
        self._faults: list[FileFault] = []

    def __call__(self, element: etree._Element, rule: str, detail: str, severity: Severity = "error") -> None:
        """Add a fault of an element; see `FileFault` for the arguments."""
        self._faults.append(FileFault(self.name, element.sourceline or 0, rule, detail, severity))

    def advise(self, element: etree._Element, rule: str, detail: str) -> None:
        """Add advice about an element."""
        self(element, rule, detail, "advice")

    def take(self) -> list[FileFault]:
        """Return the faults so far, and forget them."""
        faults, self._faults = self._faults, []
        return faults
