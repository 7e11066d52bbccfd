"""What a client sends to a server and gets from it, and how that can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from schemas.errors import NewsmillError


class ServerUnreachableError(NewsmillError):
    """No answer came from the server."""


class ServerRefusedError(NewsmillError):
    """The server answered with a problem.

    Args:
        status: the HTTP status.
        problem: its problem details (RFC 9457), as far as it gave any.
        after: the seconds after which to ask again, where it named any.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], after: float | None = None) -> None:
        super().__init__(status, problem, after)
        self.status = status
        self.problem = problem
        self.after = after

    @property
    def is_for_the_moment(self) -> bool:
        """Whether what is refused now may be had later."""
        return self.status in (429, 502, 503, 504)

    def __str__(self) -> str:
        said = str(self.problem.get("detail") or self.problem.get("title") or "no reason given")
        faults = self.problem.get("errors") or ()
        places = [(fault.get("pointer") or fault.get("parameter"), fault["detail"]) for fault in faults]
        lines = [f"{place}: {detail}" for place, detail in places if place]
        return "\n  ".join([f"the server said {self.status}: {said}", *(lines if len(lines) > 1 else [])])


class DigestError(NewsmillError):
    """A downloaded file is not what the server said it would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document to be uploaded: its name, and how to open it; it is opened again where it has to be sent again."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def of_path(cls, path: Path) -> Self:
        """A file."""
        return cls(name=path.name, open=lambda: path.open("rb"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address of a file that is good without a key, until it expires (RFC 3339)."""

    name: str
    href: str
    expires: str
