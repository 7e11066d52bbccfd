"""The stop of a worker that has work to do, as a supervisor stops it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from tests.parts import Parts, parts_at
from tests.running import left_of, needs_proc, until
from workers.redis.due import DueWork
from workers.redis.keys import CHUNKS_QUEUE

pytestmark = needs_proc

ARTICLES = 30_000
CONVERTED = '"event":"chunk converted"'


def post_large_job(parts: Parts) -> str:
    lines = b"".join(b'{"paragraphs": ["Article %d of many."]}\n' % number for number in range(ARTICLES))
    upload: Any = [("file", ("many.ndjson", lines)), ("request", (None, b'{"formats": ["newsml-g2", "csv"]}'))]
    with parts.client() as client:
        return str(client.post("/v1/jobs", files=upload).json()["id"])


def start_chunks(parts: Parts) -> None:
    parts.start("chunks", "worker", "--only", "chunks")


def test_a_stopped_worker_takes_no_more_steps_and_gives_back_one_that_is_stuck(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        start_chunks(parts)
        assert parts.is_alive()
        job_id, jobs, due = post_large_job(parts), parts.jobs(), DueWork(parts.redis())
        assert until(lambda: jobs.get(job_id).done)
        assert parts.stop("chunks") == 0
        _, _, after = parts.log("chunks").partition('"event":"worker stopping"')
        assert after.count(CONVERTED) <= 1
        done = jobs.get(job_id).done
        assert 0 < done < ARTICLES

        start_chunks(parts)
        assert until(lambda: jobs.get(job_id).done > done)
        worker, below = parts.running["chunks"].pid, parts.tree("chunks")
        for one in below:
            if one.parent != worker:  # the nursery, whose children convert
                os.kill(one.pid, signal.SIGSTOP)
        assert until(lambda: due.load(CHUNKS_QUEUE).later)
        assert parts.stop("chunks") == 0
        # The lease of a worker that died would end later.
        left = due.load(CHUNKS_QUEUE)
        assert left.due
        assert not left.later
        assert until(lambda: not left_of(below))
