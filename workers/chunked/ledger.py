"""Read the input of a job again for its ledger. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from schemas.jobs.record import PACKED, JobRecord
from schemas.settings import Settings
from workers.pipeline.ledger import ledger_lines
from workers.pipeline.packed import unpack_archives
from workers.storage.base import Store


def job_ledger(job: JobRecord, store: Store, settings: Settings) -> Iterator[bytes]:
    """Yield a line of JSON for each leaf of each source article of a job.

    Raises:
        StoreError: the input cannot be read.
    """
    defaults = replace(job.spec.defaults(settings), whole_ledger=True)
    documents = (
        (None if one.reader == PACKED else one.reader, defaults.document(one.name, partial(store.open, one.key)))
        for one in job.spec.documents
    )
    return ledger_lines(unpack_archives(documents, limit=settings.max_unpacked), job.spec.formats)
