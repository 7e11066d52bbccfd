"""The contents of a job's folder beside its inputs and files: a large request, and the result after the end.

A record in Redis is small, because Redis holds all records in memory. The result of a small job is at the end of the
artifact of its files; a large job has an artifact for it.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, Generic, TypeVar

import orjson

from schemas.errors import ArtifactNotFoundError, StoreError
from schemas.jobs.job import JobWarning
from schemas.jobs.record import JobRecord, JobResult, JobSpec, ResultPlace, StoredFile
from schemas.settings import Settings
from schemas.typed_json import salvage, to_json, without_defaults
from workers.storage.base import JobFolder, Store
from workers.telemetry.logs import get_logger

REQUEST: Final = "request"
"""The artifact of a large request."""

RESULT: Final = "result"
"""The artifact of a large job's result."""

LOST: Final = JobWarning(
    type="result-lost",
    detail="The list of the files is not in the store any more, or is damaged. Post the job again.",
    articles=0,
)
"""The warning of a job whose result cannot be read."""

_FILES_REMEMBERED: Final = 20_000
_REQUESTS_REMEMBERED: Final = 4

T = TypeVar("T")

log = get_logger(__name__)


class JobContents:
    """The requests and results of jobs in a store. All threads of a process share one.

    Args:
        store: the store.
        settings: the settings of this process.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._most = settings.max_record
        self._results = _Remembered[JobResult](_FILES_REMEMBERED)
        self._requests = _Remembered[JobSpec](_REQUESTS_REMEMBERED)

    def keep_request(self, job_id: str, spec: JobSpec) -> JobSpec:
        """Store a request that is too large for a record. Return what the record has: the request, or an outline.

        Raises:
            StoreError: it cannot be stored.
        """
        content = orjson.dumps(to_json(replace(spec, stored=0)))
        if len(content) <= self._most:
            return replace(spec, stored=0)
        with JobFolder(self._store, job_id).create(REQUEST) as stream:
            stream.write(content)
        return replace(spec, documents=(), options={}, metadata={}, stored=len(content))

    def whole(self, job: JobRecord) -> JobRecord:
        """Return a job with its whole request, and after its end with its files and warnings.

        Raises:
            StoreError: the store cannot be reached.
        """
        if job.result:
            result = self._result(job, job.result)
            if result is None:
                return replace(job, warnings=(LOST,))
            job = replace(job, spec=result.spec, files=result.files, warnings=result.warnings)
        if job.spec.stored:
            job = replace(job, spec=self._request(job))
        return job

    def _request(self, job: JobRecord) -> JobSpec:
        if known := self._requests.get(job.id):
            return known
        with JobFolder(self._store, job.id).open(REQUEST, read_ahead=job.spec.stored) as stream:
            spec, faults = salvage(JobSpec, _parse(stream.read()))
        if spec is None or faults:
            raise StoreError(f"the request of job {job.id} is damaged", "the request of the job is damaged")
        self._requests.put(job.id, spec)
        return spec

    def _result(self, job: JobRecord, place: ResultPlace) -> JobResult | None:
        key = f"{job.id} {place.check} {place.start} {place.size}"
        if known := self._results.get(key):
            return known
        content = b""
        folder = JobFolder(self._store, job.id)
        with suppress(ArtifactNotFoundError), folder.open(place.name, at=place.start, read_ahead=place.size) as stream:
            content = stream.read(place.size)
        result = None
        if zlib.crc32(content) == place.check:
            result, _ = salvage(JobResult, _parse(content))
        if result is None:
            log.warning("the result of a job cannot be read", job_id=job.id)
            return None
        self._results.put(key, result, 1 + len(result.files))
        return result


def result_content(spec: JobSpec, files: Sequence[StoredFile], warnings: Sequence[JobWarning]) -> bytes:
    """Return the result of a job as the store keeps it."""
    return orjson.dumps(without_defaults(JobResult(spec=spec, files=tuple(files), warnings=tuple(warnings))))


def place_of(content: bytes, *, name: str = RESULT, start: int = 0) -> ResultPlace:
    """Return the place of a result in an artifact."""
    return ResultPlace(name=name, start=start, size=len(content), check=zlib.crc32(content))


def _parse(content: bytes) -> object:
    try:
        parsed: object = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return parsed


class _Remembered(Generic[T]):
    """A cache of values that never change, up to a total weight."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> T | None:
        """Return a thing that is remembered."""
        with self._lock:
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key][0]

    def put(self, key: str, thing: T, weight: int = 1) -> None:
        """Remember a thing, and forget the oldest ones."""
        with self._lock:
            if key in self._known:
                return
            self._known[key] = thing, weight
            self._weight += weight
            while self._weight > self._most and len(self._known) > 1:
                _, (_, least) = self._known.popitem(last=False)
                self._weight -= least
