"""Merging the parts of chunks into files: bytes per second, and memory for a size and for a quarter of it.

In a folder and in a bucket, in one process as in a worker: five files, one thread each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

import orjson

from benchmarks import memory
from benchmarks.bucket import bucket_of_its_own
from benchmarks.corpus import MEASURED
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from schemas.conversion import Conversion
from workers.chunked.chunks import ChunkMade
from workers.chunked.merge import make_files
from workers.chunked.parts import create_parts, new_parts
from workers.formats import FORMATS
from workers.pipeline.pipe import Pipe
from workers.storage.base import JobFolder, open_store

_PART = 8 * 2**20
_FEWER = 4


def measure(sizes: Sizes) -> list[Row]:
    """Measure the rate of a merge, and its peak memory compared with that of a smaller one."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="newsmill-join-") as folder, bucket_of_its_own() as (settings, _):
        for where, more in (("a folder", {"NEWSMILL_STORE": folder}), ("S3", settings)):
            _, few = _joined(sizes.joined // _FEWER, more)
            rate, many = _joined(sizes.joined, more)
            what = f"join of {sizes.joined / 2**30:.2f} GiB of parts in {where}"
            rows.append(Row(what, f"{rate / 1e6:.0f} MB/s"))
            rows.append(Row(f"{what}, peak memory", f"{many / 1e6:.1f} MB", many / few, "≤ 1.1"))
    return rows


def _joined(size: int, settings: Mapping[str, str]) -> tuple[float, int]:
    """Return bytes per second and peak memory of a process that merges parts, without the time to make the parts."""
    rates = []
    for step in ("make", "join"):
        command = [sys.executable, "-m", "benchmarks.join", step, str(size)]
        run = subprocess.run(command, check=True, capture_output=True, env=os.environ | settings)
        rates.append(orjson.loads(run.stdout))
    return size / rates[1]["seconds"], rates[1]["peak"]


def _step(step: str, size: int) -> dict[str, float]:
    folder = JobFolder(open_store(os.environ["NEWSMILL_STORE"]), "join")
    outputs = Pipe(FORMATS.load_options({}, MEASURED), Conversion(at="2024-11-08T16:30:00Z")).outputs
    numbers = range(max(1, size // _PART // len(outputs)))
    chunks = [ChunkMade(number=number, parts=new_parts(number, folder), done=1, failed=0) for number in numbers]
    began = time.perf_counter()
    if step == "make":
        content = os.urandom(size // len(chunks) // len(outputs))
        for chunk in chunks:
            for output in outputs:
                with create_parts(folder, chunk.parts, [output.name]) as [stream]:
                    stream.write(content)
    else:
        make_files(outputs, chunks, None, folder)
        folder.delete()
    return {"seconds": time.perf_counter() - began, "peak": memory.peak(os.getpid())}


if __name__ == "__main__":
    print(orjson.dumps(_step(sys.argv[1], int(sys.argv[2]))).decode())
