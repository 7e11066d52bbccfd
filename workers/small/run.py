"""One small job from its record to its end."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from schemas.errors import StoreError
from schemas.jobs.record import JobRecord
from schemas.settings import Settings
from workers.isolation.quarantine import GivenUpError, Runner
from workers.isolation.watch import Counts
from workers.jobs.endings import MOST_TRIES, StoppedError, end_of, ending_on_error, failed_at, given_up, unreadable
from workers.jobs.store import JobStore
from workers.pipeline.stage_times import Times
from workers.redis.due import Lease
from workers.small.conversion import convert_job, remove_files
from workers.storage.base import JobFolder, Store
from workers.telemetry import events
from workers.telemetry.logs import with_fields


def run_job(
    job: JobRecord,
    *,
    jobs: JobStore,
    store: Store,
    settings: Settings,
    runner: Runner,
    tries: int = 1,
    lease: Lease | None = None,
) -> bool:
    """Convert the documents of a job in a child process, and end the job, also on an error.

    The script that ends it removes the leased step too. It is idempotent: a job that was interrupted writes the same
    files again.

    Return False if the job had ended before.

    Raises:
        BrokerError: the record cannot be reached; the step is due again when its lease has lapsed.
        NoChildError: no child process could be started; the same.
    """
    events.begun(job)
    if tries > MOST_TRIES:
        return jobs.finish(job.id, given_up(MOST_TRIES), job=job, lease=lease)
    if not job.can_run:
        return jobs.finish(job.id, unreadable(job), job=job, lease=lease)

    def check(counts: Counts) -> None:
        if not jobs.progress(job.id, done=counts.done, failed=counts.failed, duplicates=counts.duplicates):
            raise StoppedError

    with suppress(StoppedError), ending_on_error(job, jobs, lease=lease) as finish:
        times = events.times(Times())
        task = partial(convert_job, job, store, settings, timed=times is not None)
        try:
            made = runner.convert(with_fields(task), check)
        except GivenUpError as error:
            finish(given_up(error.deaths))
            return finish.ended
        if times and made.times:
            times.add(made.times)
        events.converted(job.spec.formats, done=made.done, failed=made.failed, duplicates=made.duplicates)
        failed = sum(made.failed.values())
        if failed and job.spec.on_error == "fail":
            finish(failed_at(made.first, failed=1))
        else:
            finish(
                end_of(
                    done=made.done,
                    failed=failed,
                    duplicates=made.duplicates,
                    first=made.first,
                    files=made.files,
                    warnings=made.warnings,
                    result=made.result,
                )
            )
    if not finish.ended and jobs.status(job.id) in ("canceled", None):
        # Its folder was deleted when it was canceled, and the conversion may have made it again.
        with suppress(StoreError):
            runner.call(partial(remove_files, JobFolder(store, job.id)))
    return finish.ended
