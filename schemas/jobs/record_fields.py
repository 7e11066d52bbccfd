"""The fields of a job's record in Redis, written and read.

A record is small: a large request is in the job's folder, and when the job has ended, the store has its request, its
files and its warnings too. Reading is lenient: a newer or an older version may have written the record, and it may be
damaged. What cannot be read is named in `JobRecord.unreadable`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson

from schemas.jobs.callbacks import parse_callback_url
from schemas.jobs.job import STATUSES, CallbackState, JobWarning, Problem
from schemas.jobs.packed_fields import pack, unpack
from schemas.jobs.record import FileTotals, JobEnd, JobRecord, JobSpec, ResultPlace, StoredFile, moment
from schemas.problems import PROBLEM_TYPES
from schemas.typed_json import salvage, to_json, without_defaults

T = TypeVar("T")

Fields = dict[str, str | bytes | int]

_MOST_NAMED: Final = 10
_LONGEST_DETAIL: Final = 1_000

NO_TIME: Final = "1970-01-01T00:00:00.000Z"
"""The time of a record that has lost its own."""

NOT_YET_SENT: Final = orjson.dumps(to_json(CallbackState(status="pending", attempts=0)))
"""The field `callback` of a record before the callback is sent."""


def new_fields(job: JobRecord) -> Fields:
    """Return the fields of the record of a new job."""
    made: Fields = {"created": job.created} | queued_fields(job)
    if job.spec.callback:
        made |= {"callback": NOT_YET_SENT, "callback_host": parse_callback_url(job.spec.callback).authority}
    if job.spec.owner:
        made["owner"] = job.spec.owner
    return made


def queued_fields(job: JobRecord) -> Fields:
    """Return the fields that say what a queued job is to do."""
    total: Fields = {} if job.total is None else {"total": job.total}
    return {"status": "queued", "spec": orjson.dumps(job.spec), **total}


def ended_fields(job: JobRecord, end: JobEnd, retention: int) -> Fields:
    """Return the fields of the record of a job that has ended, beside those of every record.

    The script that writes them adds the time of expiry. It is `retention` seconds after the end.
    """
    values = _listed(job.spec, job, end) | {"retention": retention}
    if end.file_totals.count:
        values["file_totals"] = without_defaults(end.file_totals)
    if end.result:
        values["result"] = to_json(end.result)
    elif end.status != "canceled":
        # The service retries the job by its record alone.
        values["spec"] = without_defaults(job.spec)
        values |= {name: to_json(given) for name in ("files", "warnings") if (given := getattr(end, name))}
    if end.error:
        values["error"] = _short(end.error)
    return {"status": end.status, **pack(values)}


def expired_fields(job: JobRecord) -> Fields:
    """Return the packed fields of the record of a job that has expired: those that the list shows."""
    values = _listed(replace(job.spec, callback_headers={}), job, job)
    if job.finished and job.expires:
        values["retention"] = round(_seconds(job.expires) - _seconds(job.finished))
    return {**pack(values)}


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _listed(spec: JobSpec, job: JobRecord, counts: JobRecord | JobEnd) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(counts, name) for name in ("total", "done", "failed", "duplicates")}
    values["total"] = values["total"] or job.total
    if job.started:
        values["started"] = round(_seconds(job.started) * 1000)
    shown = JobSpec(
        formats=spec.formats,
        name=spec.name,
        tags=spec.tags,
        callback=spec.callback,
        callback_headers=spec.callback_headers,
    )
    return {name: value for name, value in values.items() if value} | {"spec": without_defaults(shown)}


def _short(error: Problem) -> dict[str, Any]:
    """Return a problem as JSON: the title of a known type is not stored, and the detail is not long."""
    detail = error.detail
    if len(detail) > _LONGEST_DETAIL:
        detail = f"{detail[:_LONGEST_DETAIL]} …"
    made: dict[str, Any] = without_defaults(replace(error, detail=detail))
    if error.title == _title(error.type):
        del made["title"]
    return made


def _title(uri: str) -> str | None:
    known = PROBLEM_TYPES.get(uri.rpartition("/")[2])
    return known.title if known else None


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
        self._packed: dict[str, Any] = {}
        self._record = {name.decode("utf-8", "replace"): value for name, value in raw.items()}

        try:
            self._packed = unpack(self._record) or {}
        except ValueError:
            self.unreadable.append("packed")

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
        if finished is None and ends is not None and (retention := self._number("retention")) is not None:
            finished = max(ends - retention, 0)
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
            written=self._number("written") or 0,
            files=files,
            file_totals=FileTotals() if expired else self._one("file_totals", FileTotals) or totals,
            warnings=self._several("warnings", JobWarning),
            error=self._error(status),
            cut_failed=self._number("cut_failed") or 0,
            callback=self._one("callback", CallbackState),
            counted=self._number("counted") or spec.size,
            result=None if expired else self._one("result", ResultPlace),
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
        value = self._value("error")
        if isinstance(value, dict):
            value = {"title": _title(str(value.get("type")))} | value
        error = None if value is None else self._fit("error", Problem, value)
        if error is None and status == "failed" and self.unreadable:
            return unreadable_problem(self.unreadable)
        return error

    def _started(self) -> str | None:
        packed = self._packed.get("started")
        if isinstance(packed, int) and (seconds := self._in_range(packed / 1000)) is not None:
            return moment(seconds)
        started = self._text("started")
        with suppress(ValueError):
            if started and datetime.fromisoformat(started).tzinfo:
                return started
        return None

    def _text(self, name: str) -> str | None:
        return self._record[name].decode("utf-8", "replace") if name in self._record else None

    def _number(self, name: str) -> int | None:
        value = self._record.get(name, self._packed.get(name))
        if value is None:
            return None
        try:
            return max(int(value), 0)
        except (TypeError, ValueError, OverflowError):
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
            return self._packed.get(name)
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
