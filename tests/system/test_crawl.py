"""A crawl becomes a corpus through the service, while processes that convert it are killed."""

from __future__ import annotations

import json
import os
import signal
from io import BytesIO
from pathlib import Path
from typing import Any

from pyarrow import parquet

from tests.running import fast_service_at, needs_proc, until
from tests.system.test_faults import ended
from tests.workers.formats.warc.documents import Archive, page

pytestmark = needs_proc

PAGES = 1_500
RESERVED = 100
REPEATED = 50
FORMATS = ("parquet", "articles-json")


def crawl() -> bytes:
    """A packed crawl: pages, some of them reserved or fetched twice, among records that are no pages."""
    archive = Archive(gzip=True)
    for number in range(PAGES):
        address = f"https://harbour.example/{number}"
        header = {"TDM-Reservation": "1"} if number < RESERVED else {}
        archive.add(address, page(f"Boat {number} is back"), headers=header)
        if number % 10 == 0:
            archive.add(f"{address}.jpg", b"\xff\xd8", headers={"Content-Type": "image/jpeg"})
    for number in range(PAGES - REPEATED, PAGES):
        archive.add(f"https://harbour.example/{number}", page(f"Boat {number} is back"))
    return archive.content


def test_a_crawl_is_a_corpus_exactly_once_through_killed_workers(tmp_path: Path) -> None:
    request = {"formats": FORMATS, "read": {"options": {"mining": "allowed"}}}
    with fast_service_at(tmp_path) as service, service.client() as client:
        parts: Any = [("file", ("crawl.warc.gz", crawl())), ("request", (None, json.dumps(request)))]
        job_id = client.post("/v1/jobs", files=parts).json()["id"]
        assert until(lambda: service.jobs().get(job_id).done > 0)
        chunks = service.part("worker --only chunks")
        killed = [one for one in service.all() if one.parent == chunks.pid]
        assert killed
        for one in killed:
            os.kill(one.pid, signal.SIGKILL)
        record = ended(service, job_id, 240)
        job = client.get(f"/v1/jobs/{job_id}").json()
        files = {
            name: client.get(f"/v1/jobs/{job_id}/files/{name}").content for name in (f["name"] for f in job["files"])
        }
    assert (record.status, record.failed) == ("succeeded", 0), record
    assert (job["progress"]["done"], job["progress"]["duplicates"]) == (PAGES - RESERVED, REPEATED)
    titles = {f"Boat {number} is back" for number in range(RESERVED, PAGES)}
    rows = parquet.read_table(BytesIO(files["articles.parquet"]), columns=["id", "headline"]).to_pydict()
    lines = [json.loads(line) for line in files["articles.ndjson"].splitlines()]
    assert len(rows["id"]) == len(set(rows["id"])) == len(lines) == len(titles)
    assert set(rows["headline"]) == {line["headline"] for line in lines} == titles
    # What is left out is counted, by its reason.
    left_out = {
        reason: warning["articles"]
        for warning in job["warnings"]
        for reason in ("data mining", "image/jpeg")
        if reason in warning["detail"]
    }
    assert left_out == {"data mining": RESERVED, "image/jpeg": PAGES // 10}
