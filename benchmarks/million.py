"""One very large job: its memory over time, and a count of the articles in its files.

python -m benchmarks.million 1000000 archive.ndjson log.tsv
"""

from __future__ import annotations

import hashlib
import mmap
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks import memory
from benchmarks.large_jobs import run_job
from benchmarks.stack import running
from workers.formats.detection import check_file

_BUFFER = 1 << 22

# The bytes that each file has once per article.
_MARKS: Final[Mapping[str, bytes]] = {
    "articles.newsml.xml": b"<newsItem",
    "articles.jsonld": b'"@type":"NewsArticle"',
    "articles.csv": b'\n"https://archive.example.com/',
}


def main(articles: int, path: Path, log: Path) -> int:
    """Run the job; print its cost and its files."""
    with running(workers=os.cpu_count() or 2) as stack:
        log_path = {name: stack.processes[name] for name in ("api", "jobs", "chunks", "broker")}
        with memory.logged(log, log_path):
            taken, job = run_job(stack, path, articles)
        print(f"upload {taken.upload:.0f} s, job {taken.seconds:.0f} s, {taken.rate:.0f} articles/s")
        for name, process in log_path.items():
            print(f"peak resident of one process, {name}: {memory.peak(process) / 1e6:.1f} MB")
        folder = stack.data / "store" / "jobs" / job.id
        right = True
        for file in job.files:
            digest, count = _read_through(folder / file.name, _MARKS.get(file.name))
            same = digest == file.sha256 and count in (None, articles)
            right = right and same
            print(
                f"{file.name}\t{file.size}\t{file.articles} articles\tcounted {count}\tdigest right: {same}", flush=True
            )
        for name in _MARKS:
            began = time.perf_counter()
            errors = sum(fault.severity == "error" for fault in check_file(folder / name))
            right = right and not errors
            print(f"validated {name}: {errors} errors, {time.perf_counter() - began:.0f} s", flush=True)
    return 0 if right else 1


def _read_through(path: Path, mark: bytes | None) -> tuple[str, int | None]:
    """Return the SHA-256 of a file, and the number of marks in it."""
    digest = hashlib.sha256()
    count = 0
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start in range(0, len(content), _BUFFER):
            part = content[start : start + _BUFFER + len(mark or b"-") - 1]
            digest.update(part[:_BUFFER])
            count += part.count(mark) if mark else 0
    return digest.hexdigest(), count if mark else None


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))
