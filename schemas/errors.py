"""The exceptions of newsmill. A message says what is wrong, where, and what to do, in this order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from schemas.nearest import listed

Severity = Literal["error", "advice"]

MOST_FAULTS: Final = 100
"""The faults of a request that are named."""

_LONGEST_DETAIL: Final = 300


class NewsmillError(Exception):
    """The base of every error that newsmill raises."""


class SettingsError(NewsmillError):
    """A setting has a value that the service cannot start with."""


class NoRedisError(SettingsError):
    """The address of Redis is not set."""

    def __init__(self) -> None:
        super().__init__(
            "NEWSMILL_REDIS_URL is not set; set it to the address of a Redis, or use `newsmill serve`, which starts one"
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a value.

    Args:
        pointer: the place in the value, as a JSON Pointer (RFC 6901); "" is the whole value.
        detail: what is wrong and what would be right, a sentence.
        unknown: whether there is no such field. Any other fault is in a value.
    """

    pointer: str
    detail: str
    unknown: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


@dataclass(frozen=True, slots=True)
class FileFault:
    """A broken rule of a format, at a place in a file.

    Args:
        file: the file's name.
        line: the line, from 1; 0 if the fault has no line.
        rule: the id of the rule, which does not change: "g2-06-alias". `schemas.rules` has its sentence and reference.
        detail: what is wrong and what would be right, a sentence: "the row has 1 cell; the heading has 2".
        severity: "error" for a broken standard; "advice" for good practice, and for a rule that cannot be decided
            from the file. Advice fails neither an article nor a job.
        stated: whether the fault is in a value that the article states, not in the writer's work.
    """

    file: str
    line: int
    rule: str
    detail: str
    severity: Severity = "error"
    stated: bool = False

    @property
    def place(self) -> str:
        """The file and, if it is known, the line: "feed.xml:12"."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def detail_in_short(self) -> str:
        """The detail in one line of at most 300 characters."""
        shown = " ".join(self.detail.split())
        return shown if len(shown) <= _LONGEST_DETAIL else f"{shown[: _LONGEST_DETAIL - 1]}…"

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.rule}: {self.detail_in_short}"


class FaultsError(NewsmillError):
    """One or more faults, each with its place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "; ".join(str(fault) for fault in self.faults)


class ArticleError(FaultsError):
    """The values of an article do not make a valid `Article`."""


class RequestError(FaultsError):
    """A request (options, metadata, a source) does not fit its schema.

    Args:
        faults: the faults. Only the first `MOST_FAULTS` are taken: give a generator where there may be many.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__(tuple(islice(faults, MOST_FAULTS)))


class CheckError(NewsmillError):
    """A written piece breaks a rule of its format, by a fault of newsmill; its article fails.

    Args:
        faults: every fault of severity "error" that was found.
    """

    def __init__(self, faults: tuple[FileFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


class InputError(NewsmillError):
    """The bytes of a document cannot be read.

    Args:
        document: the document's name.
        place: the place in the document, as text for people ("byte 17", "line 3"); "" is the whole document.
        reason: what is wrong and what to do.
    """

    def __init__(self, document: str, place: str, reason: str) -> None:
        super().__init__(document, place, reason)
        self.document = document
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        where = f"{self.document}, {self.place}" if self.place else self.document
        return f"{where}: {self.reason}"


class NoArticleError(InputError):
    """A page can be read, and has no article: a list of links, an error page, a login."""


class UnknownNameError(NewsmillError):
    """An unknown name, such as that of a format, a seed or a file.

    Args:
        kind: the kind of name, such as "format".
        name: the name.
        known: the known names.
    """

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(kind, name, known)
        self.kind = kind
        self.name = name
        self.known = known

    def __str__(self) -> str:
        return f"there is no {self.kind} named {self.name!r}; choose from: {listed(self.known) or 'none'}"


class ExportError(NewsmillError):
    """The export cannot be made."""


class StoreError(NewsmillError):
    """The artifact store cannot be read or written.

    Args:
        detail: what is wrong, for the operator: with the artifact's key and the store's address.
        public_detail: what is wrong, for the job's owner: without keys and addresses.
    """

    def __init__(self, detail: str, public_detail: str = "it cannot be used") -> None:
        super().__init__(detail, public_detail)
        self.detail = detail
        self.public_detail = public_detail

    def __str__(self) -> str:
        return self.detail


class ArtifactNotFoundError(StoreError):
    """There is no such artifact in the store."""


class StoreSetupError(StoreError):
    """The artifact store refuses access or does not exist. A setting must be changed."""


class JobNotFoundError(NewsmillError):
    """There is no job with this id, or its record has expired."""


class BrokerError(NewsmillError):
    """Redis cannot be reached, or refuses a write.

    Args:
        detail: what is wrong, for the operator.
        public_detail: what is wrong, for a client: without addresses.
    """

    def __init__(self, detail: str, public_detail: str = "Redis does not respond") -> None:
        super().__init__(detail, public_detail)
        self.detail = detail
        self.public_detail = public_detail

    def __str__(self) -> str:
        return self.detail


class ChildDiedError(NewsmillError):
    """A process that works for another one died.

    Args:
        place: the place that it had reached; "" if it had reached none.
        overdue: whether it was ended because it stayed there for longer than the time limit.
    """

    def __init__(self, place: str, *, overdue: bool) -> None:
        super().__init__(f"a process that converts articles {'took too long' if overdue else 'died'}")
        self.place = place
        self.overdue = overdue


class NoChildError(ChildDiedError):
    """A process for the work of another one could not be started: memory is short, or all were ended for good."""

    def __init__(self) -> None:
        super().__init__("", overdue=False)


class QueueFullError(NewsmillError):
    """The queue has its maximum number of jobs.

    Args:
        limit: the maximum number of jobs.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.limit} jobs are waiting or running already; try again later"


class LimitError(NewsmillError):
    """A caller has reached a quota.

    Args:
        limit: what is counted, "jobs" or "bytes".
        most: the quota.
    """

    def __init__(self, limit: str, most: int) -> None:
        super().__init__(limit, most)
        self.limit = limit
        self.most = most

    def __str__(self) -> str:
        return f"the caller's quota of {self.most:,} {self.limit} is used up"


class KeyReusedError(NewsmillError):
    """The idempotency key belongs to another request."""
