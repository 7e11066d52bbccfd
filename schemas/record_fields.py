"""The fields of a job's record in Redis, written and read.

Reading is lenient: a newer or an older version may have written the record, and it may be
damaged. What cannot be read is named in `JobRecord.unreadable`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson

from schemas.callbacks import parse_callback_url
from schemas.job import STATUSES, CallbackState, JobWarning, Problem
from schemas.job_record import FileTotals, JobEnd, JobRecord, JobSpec, StoredFile, moment
from schemas.problems import PROBLEM_TYPES
from schemas.typed_json import salvage, to_json

T = TypeVar("T")

Fields = dict[str, str | bytes | int]

_MOST_NAMED: Final = 10

NO_TIME: Final = "1970-01-01T00:00:00.000Z"
"""The time of a record that has lost its own."""

NOT_YET_SENT: Final = orjson.dumps(to_json(CallbackState(status="pending", attempts=0)))
"""The field `callback` of a record before the callback is sent."""


def new_fields(job: JobRecord) -> Fields:
    """Return the fields of the record of a new job."""
    made: Fields = {
        "status": job.status,
        "spec": orjson.dumps(asdict(job.spec)),
        "created": job.created,
        "input_bytes": job.spec.size,
    }
    if job.total is not None:
        made["total"] = job.total
    if job.spec.callback:
        made |= {"callback": NOT_YET_SENT, "callback_host": parse_callback_url(job.spec.callback).authority}
    if job.spec.owner:
        made["owner"] = job.spec.owner
    return made


def ended_fields(end: JobEnd) -> Fields:
    """Return the fields that the end of a job sets."""
    made: Fields = {
        "status": end.status,
        "done": end.done,
        "failed": end.failed,
        "duplicates": end.duplicates,
        "files": orjson.dumps(to_json(end.files)),
        "file_bytes": end.file_totals.bytes,
        "warnings": orjson.dumps(to_json(end.warnings)),
    }
    if end.total is not None:
        made["total"] = end.total
    return made | {"error": orjson.dumps(to_json(end.error))} if end.error else made


def read_record(job_id: str, raw: Mapping[bytes, bytes], *, now: float | None = None) -> JobRecord:
    """Return the job of a record in Redis, now or at another time in seconds. It never fails."""
    return _Reading(raw).job(job_id, time.time() if now is None else now)


def unreadable_problem(parts: Sequence[str]) -> Problem:
    """Return the problem of a job with a record of which some parts cannot be read."""
    type_ = PROBLEM_TYPES["unreadable-record"]
    detail = f"Not readable in the record: {', '.join(parts[:_MOST_NAMED])}."
    return Problem(type=type_.uri, title=type_.title, detail=detail)


class _Reading:
    """Reads one record, and notes what it cannot read."""

    def __init__(self, raw: Mapping[bytes, bytes]) -> None:
        self.unreadable: list[str] = []
        self._record = {name.decode("utf-8", "replace"): value for name, value in raw.items()}

    def job(self, job_id: str, now: float) -> JobRecord:
        ends = self._seconds("expires")
        expired = ends is not None and ends < now
        status: Any = "expired" if expired else self._status(ended=ends is not None)
        spec = self._one("spec", JobSpec)
        if spec is None:
            if not any(part.startswith("spec") for part in self.unreadable):
                self.unreadable.append("spec")
            spec = JobSpec()
        # The lists of jobs go by this field.
        spec = replace(spec, owner=self._text("owner") or spec.owner)
        files = () if expired else self._several("files", StoredFile)
        totals = FileTotals(count=len(files), bytes=sum(file.size for file in files))
        finished = self._seconds("finished")
        return JobRecord(
            id=job_id,
            status=status,
            spec=spec,
            created=self._text("created") or NO_TIME,
            started=self._started(),
            finished=None if finished is None else moment(finished),
            expires=None if ends is None else moment(ends),
            total=self._number("total"),
            done=self._number("done") or 0,
            failed=self._number("failed") or 0,
            duplicates=self._number("duplicates") or 0,
            files=files,
            file_totals=totals,
            warnings=self._several("warnings", JobWarning),
            error=self._error(status),
            cut_failed=self._number("cut_failed") or 0,
            callback=self._one("callback", CallbackState),
            unreadable=tuple(self.unreadable),
        )

    def _status(self, *, ended: bool) -> str:
        status = self._text("status")
        if status is not None and status in STATUSES:
            return status
        self.unreadable.append("status")
        # A newer version may run it, and end it.
        return "failed" if ended or not status else "running"

    def _error(self, status: str) -> Problem | None:
        error = self._one("error", Problem)
        if error is None and status == "failed" and self.unreadable:
            return unreadable_problem(self.unreadable)
        return error

    def _started(self) -> str | None:
        started = self._text("started")
        with suppress(ValueError):
            if started and datetime.fromisoformat(started).tzinfo:
                return started
        return None

    def _text(self, name: str) -> str | None:
        return self._record[name].decode("utf-8", "replace") if name in self._record else None

    def _number(self, name: str) -> int | None:
        if name not in self._record:
            return None
        try:
            return max(int(self._record[name]), 0)
        except ValueError:
            self.unreadable.append(name)
            return None

    def _seconds(self, name: str) -> float | None:
        if name not in self._record:
            return None
        try:
            seconds = self._in_range(float(self._record[name]))
        except ValueError:
            seconds = None
        if seconds is None:
            self.unreadable.append(name)
        return seconds

    @staticmethod
    def _in_range(seconds: float) -> float | None:
        return seconds if 0 <= seconds < 253_402_300_800 else None  # the year 10000

    def _value(self, name: str) -> Any:
        if name not in self._record:
            return None
        try:
            return orjson.loads(self._record[name])
        except orjson.JSONDecodeError:
            self.unreadable.append(name)
            return None

    def _one(self, name: str, shape: type[T]) -> T | None:
        value = self._value(name)
        return None if value is None else self._fit(name, shape, value)

    def _fit(self, name: str, shape: type[T], value: Any) -> T | None:
        found, faults = salvage(shape, value, name)
        self.unreadable += faults
        return found

    def _several(self, name: str, shape: type[T]) -> tuple[T, ...]:
        values = self._value(name)
        if values is None:
            return ()
        if not isinstance(values, list):
            self.unreadable.append(name)
            return ()
        found = (self._fit(f"{name}/{index}", shape, value) for index, value in enumerate(values))
        return tuple(one for one in found if one is not None)
