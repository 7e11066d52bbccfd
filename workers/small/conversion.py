"""The conversion of one small job, in a child process: from its documents to its files and errors in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO

import orjson

from schemas.jobs.job import JobWarning
from schemas.jobs.record import JobRecord, ResultPlace, StoredFile
from schemas.settings import Settings
from workers.formats import FORMATS
from workers.isolation.watch import Watch
from workers.jobs.contents import JobContents, result_content
from workers.pipeline.pipe import Documents, FailedArticle, convert, kinds_of
from workers.pipeline.records import each_singly
from workers.pipeline.stage_times import Times
from workers.small.files import SmallFiles
from workers.storage.base import ERRORS, JobFolder, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A small job whose files and errors are stored.

    Args:
        failed: the number of failed articles of each kind of failure.
        first: where the first failed article is, and why it failed; "" if none has.
        result: the place of the job's result.
        times: the time of each stage, if it was asked for.
    """

    done: int
    failed: Mapping[str, int]
    duplicates: int
    first: str
    warnings: tuple[JobWarning, ...]
    files: tuple[StoredFile, ...]
    result: ResultPlace | None
    times: Times | None


def convert_job(job: JobRecord, store: Store, settings: Settings, watch: Watch, *, timed: bool = False) -> Converted:
    """Convert the documents of a job, and store its files and errors.

    Raises:
        StoreError: an input could not be read, or the files could not be stored.
    """
    job = JobContents(store, settings).whole(job)
    files, times = SmallFiles(), Times() if timed else None
    documents = _documents(job, store, settings)
    with watch:
        outcome = convert(
            each_singly(documents) if watch.careful else documents,
            options=FORMATS.load_options(job.spec.options, job.spec.formats),
            conversion=job.spec.conversion(settings),
            sink=files,
            split=job.spec.split,
            on_error=job.spec.on_error,
            progress=watch.count,
            times=times,
            leave_out=watch,
        )
    folder = JobFolder(store, job.id)
    kept, result = files.keep(outcome.files, folder, lambda files: result_content(job.spec, files, outcome.warnings))
    _keep_errors(folder, outcome.failed)
    return Converted(
        done=outcome.done,
        failed=kinds_of(outcome.failed),
        duplicates=outcome.duplicates,
        first=str(outcome.failed[0]) if outcome.failed else "",
        warnings=outcome.warnings,
        files=kept,
        result=result,
        times=times,
    )


def remove_files(folder: JobFolder, _: Watch) -> None:
    """Remove all artifacts of a job."""
    folder.delete()


def _documents(job: JobRecord, store: Store, settings: Settings) -> Documents:
    """Read the documents of a job."""
    defaults = job.spec.defaults(settings)
    documents = []
    for document in job.spec.documents:
        with store.open(document.key, read_ahead=document.size) as stream:
            opened = partial(BytesIO, stream.read())
        documents.append((document.reader, defaults.document(document.name, opened, size=document.size)))
    return documents


def _keep_errors(folder: JobFolder, failed: tuple[FailedArticle, ...]) -> None:
    if failed:
        with folder.create(ERRORS) as stream:
            stream.writelines(orjson.dumps(asdict(one)) + b"\n" for one in failed)
