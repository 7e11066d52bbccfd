"""Options of ninjs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.options import option


@dataclass(frozen=True, slots=True, kw_only=True)
class NinjsOptions:
    """Options of ninjs."""

    version: Literal["3.1", "2.2", "1.6"] = option(
        "3.1", "The version of ninjs: the newest of its generation", title="Version"
    )
    lines: bool = option(
        False,  # noqa: FBT003
        "One item on each line (NDJSON), in articles.ninjs.ndjson",
        title="An item on each line",
    )
