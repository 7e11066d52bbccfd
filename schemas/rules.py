"""The rules that a checker holds files against, as data: for `newsmill validate` and for the documentation."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a format.

    Args:
        id: the id in reports, which does not change: "csv-ragged".
        sentence: what the rule demands, a sentence without a full stop.
        reference: the section of the standard; for newsmill's own rule, a note that it is one.
        severity: the severity of a fault against it. A single fault of a rule of errors may be advice, where a checker
            cannot know whether the rule is broken.
    """

    id: str
    sentence: str
    reference: str
    severity: Severity = "error"
