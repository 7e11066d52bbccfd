"""Who asks: the caller of a request, whose jobs are its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from flask import g


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A caller: the id that its jobs are kept under."""

    id: str


ANYBODY: Final = Caller(id="")
"""Whoever asks where there are no keys: all jobs are everybody's."""


def caller() -> Caller:
    """The caller of the current request."""
    return cast("Caller", g.get("caller", ANYBODY))
