"""What a million articles cost: processor, Redis and store, measured on a job that is run by one worker.

And what processes take from each other that run on all processors of the machine at once: caches, memory, and the
halves of one core. That is measured by the bare pipe, without any service.
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
    """What a job of many articles took.

    Args:
        articles, chunks: how many.
        processor: seconds of a processor, by what ran.
        cutting, making, joining: seconds from the start, until all chunks are cut, and until all are made; and from
            then to the end.
        commands: what Redis was asked.
        redis_memory: bytes that Redis held at most, over what it held before, and over what a small job makes it hold.
        stored: bytes of the input and the files.
        moved: bytes that the workers have read and written.
        processors: how many the machine has.
        crowded: the speed of each of as many pipes as there are processors, beside one that runs alone.
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
    """The cost of a job, carried on to a million articles; it is kept for `benchmarks.capacity`."""
    with corpus(sizes.counted) as path, corpus(sizes.few) as small:
        crowded = _crowded(path)
        with running(workers=1) as stack:
            # What Redis holds for any job at all, whatever its size, is not carried on to a million.
            few = measured(stack, small, sizes.few, crowded)
            cost = measured(stack, path, sizes.counted, crowded)
            cost = replace(cost, redis_memory=max(0, cost.redis_memory - few.redis_memory))
    RESULTS.mkdir(exist_ok=True)
    COST.write_bytes(orjson.dumps(asdict(cost), option=orjson.OPT_INDENT_2))
    return rows(cost)


def rows(cost: Cost) -> list[Row]:
    """The cost of a million articles."""
    more = MILLION / cost.articles
    return [
        *(Row(f"processor, {_KINDS[kind]}", f"{seconds * more:.0f} s") for kind, seconds in cost.processor.items()),
        Row("commands to Redis", f"{cost.commands * more:,.0f}"),
        Row("memory of Redis while it runs, over that of a small job", f"{cost.redis_memory * more / 1e6:.1f} MB"),
        Row("stored: the input and the files", f"{cost.stored * more / 1e9:.1f} GB"),
        Row("read and written by workers", f"{cost.moved * more / 1e9:.1f} GB"),
        Row("cutting, one process", f"{cost.cutting * more:.1f} s"),
        Row("making, one process", f"{cost.making * more:.0f} s"),
        Row("joining, one process with a thread for each file", f"{cost.joining * more:.1f} s"),
        Row(f"each of {cost.processors} pipes on {cost.processors} processors beside one alone", "", cost.crowded),
    ]


def known() -> Cost:
    """The cost that was measured last.

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
    """Run a job and see what it took.

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
        while not (status := cast("dict[bytes, bytes]", client.hgetall(job_key(job.id)))).get(b"finished"):
            now = time.perf_counter() - began
            cut_at = cut_at or (now if status.get(b"cut") else 0.0)
            made_at = made_at or (now if int(status.get(b"done", 0)) >= articles else 0.0)
            asked += 1
            nearly = int(status.get(b"done", 0)) > 0.9 * articles
            if not nearly:
                peak = max(peak, _info(client, "used_memory"))
                asked += 1
            # Seldom where nothing is about to change: to be asked takes Redis time that is counted too.
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
    """Seconds of a processor that a process, and all that it has started, have taken so far (proc(5))."""
    return sum(_seconds(one) for one in memory.tree(process))


def _seconds(process: int) -> float:
    with suppress(OSError):
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _moved(process: int) -> int:
    """Bytes read and written."""
    with suppress(OSError):
        io = dict(line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines())
        return int(io["rchar"]) + int(io["wchar"])
    return 0


def _used(stack: Stack) -> dict[str, tuple[float, int]]:
    """Both of each process tree so far."""
    return {
        kind: (processor_of(stack.processes[kind]), sum(map(_moved, memory.tree(stack.processes[kind]))))
        for kind in _KINDS
    }


def _info(client: Any, name: str) -> int:
    return int(client.info("stats" if name.startswith("total") else "memory")[name])
