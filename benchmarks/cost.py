"""The cost of a million articles in processor time, Redis and store, measured on a job of one worker.

Also the slowdown of processes that run on all processors at once and share caches, memory and cores. It is measured on
the pipeline alone, without a service.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import orjson

from benchmarks import memory
from benchmarks.corpus import MEASURED
from benchmarks.large_jobs import bare_rate, corpus
from benchmarks.report import Row
from benchmarks.scale import RESULTS
from benchmarks.sizes import Sizes
from benchmarks.stack import Stack, running
from service.client.client import Client, Upload
from workers.redis.connect import connect
from workers.redis.keys import job_key

COST: Final = RESULTS / "cost.json"

MILLION: Final = 1_000_000
_KINDS: Final = {
    "api": "the API",
    "jobs": "the worker of small jobs",
    "chunks": "the worker of chunks",
    "broker": "Redis",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The measured cost of a job.

    Args:
        articles, chunks: how many.
        processor: processor seconds, by part of the service.
        cutting, making, joining: seconds from the start, until all chunks are cut, and until all are made; and from
            then to the end.
        commands: the number of Redis commands.
        redis_memory: peak bytes of Redis during the job, above those of a small job.
        stored: bytes of the input and the files.
        moved: bytes that the workers have read and written.
        processors: the number of processors of the machine.
        crowded: the relative speed of one pipeline while one runs on each processor.
    """

    articles: int
    chunks: int
    processor: Mapping[str, float]
    cutting: float
    making: float
    joining: float
    commands: int
    redis_memory: int
    stored: int
    moved: int
    processors: int
    crowded: float


def measure(sizes: Sizes) -> list[Row]:
    """Measure the cost of a job, scaled to a million articles, and store it for `benchmarks.capacity`."""
    with corpus(sizes.counted) as path, corpus(sizes.few) as small:
        crowded = _crowded(path)
        with running(workers=1) as stack:
            # Memory that Redis needs for a job of any size is not scaled.
            few = measured(stack, small, sizes.few, crowded)
            cost = measured(stack, path, sizes.counted, crowded)
            cost = replace(cost, redis_memory=max(0, cost.redis_memory - few.redis_memory))
    RESULTS.mkdir(exist_ok=True)
    COST.write_bytes(orjson.dumps(asdict(cost), option=orjson.OPT_INDENT_2))
    return rows(cost)


def rows(cost: Cost) -> list[Row]:
    """Return the rows for a million articles."""
    more = MILLION / cost.articles
    return [
        *(Row(f"processor, {_KINDS[kind]}", f"{seconds * more:.0f} s") for kind, seconds in cost.processor.items()),
        Row("commands to Redis", f"{cost.commands * more:,.0f}"),
        Row("memory of Redis during the job, above that of a small job", f"{cost.redis_memory * more / 1e6:.1f} MB"),
        Row("stored input and files", f"{cost.stored * more / 1e9:.1f} GB"),
        Row("read and written by workers", f"{cost.moved * more / 1e9:.1f} GB"),
        Row("splitting, one process", f"{cost.cutting * more:.1f} s"),
        Row("converting, one process", f"{cost.making * more:.0f} s"),
        Row("merging, one process with a thread for each file", f"{cost.joining * more:.1f} s"),
        Row(
            f"each of {cost.processors} pipelines on {cost.processors} processors compared with one alone",
            "",
            cost.crowded,
        ),
    ]


def known() -> Cost:
    """Read the last measured cost.

    Raises:
        FileNotFoundError: none was.
    """
    return Cost(**orjson.loads(COST.read_bytes()))


def _crowded(path: Path) -> float:
    processors = os.cpu_count() or 1
    alone = [bare_rate(path)]
    with ThreadPoolExecutor(processors) as threads:
        together = list(threads.map(bare_rate, [path] * processors))
    alone.append(bare_rate(path))
    return min(1.0, sum(together) / len(together) / (sum(alone) / len(alone)))


def measured(stack: Stack, path: Path, articles: int, crowded: float) -> Cost:
    """Run a job and measure its cost.

    Raises:
        RuntimeError: not every article is in every file.
    """
    client = connect(stack.redis_url)
    before, commands, held = _used(stack), _info(client, "total_commands_processed"), _info(client, "used_memory")
    peak, cut_at, made_at = held, 0.0, 0.0
    with Client(stack.address) as http:
        job = http.submit([Upload.of_path(path)], formats=MEASURED)
        began = time.perf_counter()
        asked = 0
        while not (status := cast("dict[bytes, bytes]", client.hgetall(job_key(job.id)))).get(b"expires"):
            now = time.perf_counter() - began
            cut_at = cut_at or (now if status.get(b"cut") else 0.0)
            made_at = made_at or (now if int(status.get(b"done", 0)) >= articles else 0.0)
            asked += 1
            nearly = int(status.get(b"done", 0)) > 0.9 * articles
            if not nearly:
                peak = max(peak, _info(client, "used_memory"))
                asked += 1
            # Poll rarely while no change is expected, because the polls count as Redis time.
            time.sleep(0.5 if cut_at and not nearly else 0.02)
        ended = time.perf_counter() - began
        job = http.job(job.id)
    after = _used(stack)
    if job.status != "succeeded" or {file.articles for file in job.files} != {articles}:
        raise RuntimeError(f"of {articles} articles, {job.done} were converted: {job}")
    made_at = made_at or ended
    return Cost(
        articles=articles,
        chunks=int(status.get(b"chunks", 1)),
        processor={kind: after[kind][0] - before[kind][0] for kind in _KINDS},
        cutting=cut_at or made_at,
        making=made_at,
        joining=ended - made_at,
        commands=_info(client, "total_commands_processed") - commands - asked,
        redis_memory=peak - held,
        stored=path.stat().st_size + sum(file.size for file in job.files),
        moved=after["chunks"][1] - before["chunks"][1],
        processors=os.cpu_count() or 1,
        crowded=crowded,
    )


def processor_of(process: int) -> float:
    """Return the processor seconds of a process and its descendants so far (proc(5))."""
    return sum(_seconds(one) for one in memory.tree(process))


def _seconds(process: int) -> float:
    with suppress(OSError):
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _moved(process: int) -> int:
    """Return the bytes read and written."""
    with suppress(OSError):
        io = dict(line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines())
        return int(io["rchar"]) + int(io["wchar"])
    return 0


def _used(stack: Stack) -> dict[str, tuple[float, int]]:
    """Return both for each process tree so far."""
    return {
        kind: (processor_of(stack.processes[kind]), sum(map(_moved, memory.tree(stack.processes[kind]))))
        for kind in _KINDS
    }


def _info(client: Any, name: str) -> int:
    return int(client.info("stats" if name.startswith("total") else "memory")[name])
