"""The table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, its ratio to the measurement it is compared with, and the goal for the ratio."""

    what: str
    measured: str
    ratio: float | None = None
    bar: str = ""

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"| {self.what} | {self.measured} | {ratio} | {self.bar} |"


HEADING = "| what | measured | ratio | bar |\n|---|---|---|---|"
