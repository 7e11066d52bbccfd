"""A soak: clients post, cancel, delete and retry during a storm; then every job is checked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx

from schemas.jobs.job import ENDED
from schemas.settings import DEFAULT_TIMINGS, load_settings
from tests.newer import make_newer
from tests.parts import Parts, parts_at
from tests.running import until
from tests.soak.storm import Storm
from tests.soak.work import Work, faults, make
from workers.redis.due import DueWork
from workers.redis.keys import CHUNKS_QUEUE, DUE, JOBS_QUEUE, QUEUE
from workers.steps.sweeper import sweep_orphans
from workers.storage.base import open_store

CLIENTS = 4
WAITING_AT_MOST = 40
PATIENCE = 300.0
MEGABYTE = 1 << 20


@dataclass(slots=True)
class Report:
    """The counts and faults of a soak."""

    seed: int
    seconds: float
    posted: int = 0
    articles: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    given_up: int = 0
    left: dict[str, int] = field(default_factory=dict)
    memory: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    drained: float = 0.0
    idle: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        """The report in Markdown."""
        rows = [
            ("seed; seconds of storm", f"{self.seed}; {self.seconds:.0f}"),
            ("posted and accepted", f"{self.posted:,}, of {self.articles:,} articles"),
            *((f"of these {name}", f"{number:,}") for name, number in sorted(self.kinds.items())),
            *((f"ended {name}", f"{number:,}") for name, number in sorted(self.ends.items())),
            ("posted = ended", f"{self.posted:,} = {self.ends.total():,}"),
            ("tried again by their clients", f"{self.retried:,}"),
            ("of these since they had been given up", f"{self.given_up:,}"),
            *((f"not accepted: {name}", f"{number:,}") for name, number in sorted(self.refused.items())),
            *((f"storm: {name}", f"{number:,}") for name, number in sorted(self.killed.items())),
            ("from the end of the storm to the last end, seconds", f"{self.drained:.0f}"),
            ("of these with work that no worker took", f"{self.idle:.1f}"),
            *((f"left: {name}", f"{number:,}") for name, number in self.left.items()),
            *(
                (f"memory of {name}: at the beginning, most, at the end", f"{first:.0f}, {most:.0f}, {last:.0f} MiB")
                for name, (first, most, last) in sorted(self.memory.items())
            ),
            ("wrong", f"{len(self.wrong)}"),
        ]
        return "\n".join(["| what | how many |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def soak(
    folder: Path,
    *,
    seconds: float,
    seed: int,
    environ: Mapping[str, str],
    most_idle: float = DEFAULT_TIMINGS.sweep_every,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Run a soak.

    Args:
        folder: for all data and logs.
        seconds: how long the storm lasts.
        seed: what everything random comes from; when what happens is up to the machine.
        environ: settings of all parts.
        most_idle: for how many seconds work may be due at the end without a worker that takes it.
        say: a function that is called with each stage.
    """
    report = Report(seed=seed, seconds=seconds)
    with parts_at(folder, NEWSMILL_MAX_QUEUED="100", **environ) as parts, ExitStack() as stopping:
        storm = Storm(parts, Random(seed))
        stopping.callback(storm.stop)  # before the parts are stopped, or it would start them again
        storm.begin()
        before = storm.memory()
        upgrade = threading.Timer(seconds / 2, storm.upgrade, [make_newer(folder / "newer")])
        upgrade.start()
        done = _post_all(parts, seconds, seed, report)
        upgrade.join()
        say(f"{len(done):,} jobs are posted; storm: {dict(storm.killed)}; refused: {dict(report.refused)}")
        storm.end()
        say("the storm is over")
        report.killed = storm.killed
        _wait(parts, report, most_idle)
        say(f"all jobs have ended, after {report.drained:.0f} s")
        _count(parts, done, report)
        say(f"all of them have ended: {dict(report.ends)}")
        _look_at_what_is_left(parts, {work.job_id for work in done}, report)
        after = storm.memory()
        for kind, first in before.items():
            peak, last = storm.peaks.get(kind, first), after.get(kind, 0)
            report.memory[kind] = (first // MEGABYTE, peak // MEGABYTE, last // MEGABYTE)
            if last > first * 1.5 + 64 * MEGABYTE:
                report.wrong.append(f"memory of {kind}: {first // MEGABYTE} MiB have become {last // MEGABYTE}")
    return report


def _post_all(parts: Parts, seconds: float, seed: int, report: Report) -> list[Work]:
    done: list[Work] = []
    numbers = count()
    deadline = time.monotonic() + seconds
    made = [_Client(parts, Random(seed * 1000 + number), done, numbers, report) for number in range(CLIENTS)]
    clients = [threading.Thread(target=one.run, args=(deadline,), daemon=True) for one in made]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return done


class _Client:
    """A client that posts jobs and retries, cancels or deletes some."""

    def __init__(self, parts: Parts, random: Random, done: list[Work], numbers: Iterator[int], report: Report) -> None:
        self._http = parts.client(timeout=60)
        self._random = random
        self._done = done
        self._mine: list[Work] = []
        self._numbers = numbers
        self._report = report

    def run(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            try:
                self._post()
                if self._mine and self._random.random() < 0.4:
                    self._act(self._random.choice(self._mine))
                while len(self._waiting()) > WAITING_AT_MOST // CLIENTS and time.monotonic() < deadline:
                    time.sleep(0.5)
            except httpx.TransportError as error:
                self._report.refused[f"no answer ({type(error).__name__})"] += 1
                time.sleep(0.2)
            time.sleep(self._random.uniform(0, 0.2))
        self._http.close()

    def _post(self) -> None:
        work = make(self._random, next(self._numbers))
        answer = work.post(self._http)
        if answer.status_code != 202:
            self._report.refused[f"status {answer.status_code}"] += 1
            if answer.status_code not in (429, 503) or "Retry-After" not in answer.headers:
                self._report.wrong.append(f"a POST was answered with {answer.status_code}: {answer.text[:300]}")
            time.sleep(0.2)
            return
        work.job_id = answer.json()["id"]
        self._mine.append(work)
        self._done.append(work)

    def _waiting(self) -> list[Work]:
        """The jobs of this client that have not ended, or whose state is unknown."""
        waiting = []
        for work in self._mine[-60:]:
            answer = self._http.get(f"/v1/jobs/{work.job_id}")
            if answer.status_code == 503 or (answer.status_code == 200 and answer.json()["status"] not in ENDED):
                waiting.append(work)
        return waiting

    def _act(self, work: Work) -> None:
        if work.over:
            return
        path = f"/v1/jobs/{work.job_id}"
        act = self._random.random()
        if work.status != "succeeded" and act < 0.5:
            work.retried += self._http.post(f"{path}/retry").status_code == 202
        elif act < 0.6:
            self._http.get(path, params={"wait": self._random.randint(0, 3)})
        elif act < 0.85:
            work.over = "perhaps canceled"
            status = self._http.post(f"{path}/cancel").status_code
            work.over = {202: "canceled", 409: ""}.get(status, work.over)
        else:
            work.over = "perhaps deleted"
            status = self._http.delete(path).status_code
            work.over = {204: "deleted"}.get(status, work.over)


def _wait(parts: Parts, report: Report, most_idle: float) -> None:
    """Wait until no job waits or runs, and measure for how long work is due that no worker takes."""
    began = time.monotonic()
    due = DueWork(parts.redis())
    idle: dict[str, float] = {}

    def is_done() -> bool:
        for queue in (JOBS_QUEUE, CHUNKS_QUEUE):
            load = due.load(queue)
            if load.due and not load.later:
                report.idle = max(report.idle, time.monotonic() - idle.setdefault(queue, time.monotonic()))
            else:
                idle.pop(queue, None)
        return _has_none(client, "queued") and _has_none(client, "running")

    with parts.client(timeout=60) as client:
        until(is_done, PATIENCE, every=0.2)
    report.drained = time.monotonic() - began
    if report.idle > most_idle:
        report.wrong.append(f"for {report.idle:.1f} s, work was due and no worker took it")


def _has_none(client: httpx.Client, status: str) -> bool:
    return not client.get("/v1/jobs", params={"status": status}).raise_for_status().json()["jobs"]


def _count(parts: Parts, done: list[Work], report: Report) -> None:
    """Wait for the end of every job, and check it."""
    deadline = time.monotonic() + PATIENCE
    with parts.client(timeout=60) as client:
        for work in done:
            report.posted += 1
            report.articles += len(work.ids) + work.bad
            report.kinds[work.kind] += 1
            report.retried += work.retried
            if work.over == "perhaps deleted":
                # A killed API may have deleted the files and not the record. A client repeats such a request.
                client.delete(f"/v1/jobs/{work.job_id}")
            answer = client.get(f"/v1/jobs/{work.job_id}")
            if work.over == "deleted" or (work.over == "perhaps deleted" and answer.status_code == 404):
                report.ends["deleted"] += 1
                if answer.status_code != 404:
                    report.wrong.append(f"job {work.job_id}: it was deleted, and is answered with {answer.status_code}")
                continue
            job = _ended(client, work, deadline, report)
            report.ends[job["status"]] += 1
            report.given_up += work.given_up
            try:
                report.wrong += faults(work, job, client)
            except httpx.HTTPStatusError as error:
                path, status = error.request.url.path, error.response.status_code
                report.wrong.append(f"{path} answers {status}: the job is {job['status']}; its client: {work.over!r}")


def _ended(client: httpx.Client, work: Work, deadline: float, report: Report) -> dict[str, Any]:
    """Wait for the end of a job. Retry one that was given up, now that the storm is over."""
    while True:
        answer = client.get(f"/v1/jobs/{work.job_id}", params={"wait": 30})
        if answer.status_code != 200:
            report.wrong.append(f"job {work.job_id} was accepted, and is answered with {answer.status_code}")
            return {"status": "lost", "id": work.job_id, "progress": {}, "files": []}
        job: dict[str, Any] = answer.json()
        lost = job["status"] == "failed" and job["error"]["type"] == "/problems/worker-lost"
        if lost and work.status != "failed" and work.given_up < 2:
            work.given_up += client.post(f"/v1/jobs/{work.job_id}/retry").status_code == 202
        elif job["status"] in ENDED:
            return job
        elif time.monotonic() > deadline:
            report.wrong.append(f"job {work.job_id} has not ended: {job['status']}, {job['progress']}")
            return job


def _look_at_what_is_left(parts: Parts, accepted: set[str], report: Report) -> None:
    redis = parts.redis()
    lists = ("held", "active")

    def left() -> dict[str, int]:
        sizes = {name: _size(redis, f"newsmill:{name}") for name in lists}
        sizes["entries"] = sum(redis.scard(name) for name in redis.keys(f"{QUEUE}*"))
        sizes["due"] = sum(redis.zcard(lane) for lane in redis.keys(f"{DUE}*"))
        sizes |= {f"messages in {name}": redis.llen(name) for name in ("newsmill", "newsmill.chunks")}
        sizes["records of chunks"] = len(redis.keys("newsmill:job:*:*"))
        return sizes

    # A step that was queued twice is removed within two sweeps.
    until(lambda: not any(left().values()), 120, every=1)
    report.left |= left()
    report.wrong += [f"left: {number} of {name}" for name, number in left().items() if number]
    known = {key.decode().split(":")[2] for key in redis.keys("newsmill:job:*")}
    folders = {path.name: path for path in (parts.data / "store" / "jobs").iterdir()}
    # A killed API leaves the folder of an upload that it has not accepted. The sweep removes it half an hour later.
    broken_off = set(folders) - known - accepted
    report.left["folders of uploads that broke off, for the sweep of the store"] = len(broken_off)
    report.left["parts"] = sum((folder / part).exists() for folder in folders.values() for part in ("parts", "chunks"))
    report.wrong += [f"left: the folder of the deleted job {name}" for name in sorted(accepted & set(folders) - known)]
    report.wrong += [f"left: parts of {name}" for name, path in folders.items() if (path / "parts").exists()]
    # Killed processes leave files behind. The sweep of the store removes them within hours.
    report.left["unfinished files, for the sweep of the store"] = len(list((parts.data / "store").rglob(".part-*")))
    redis.delete("newsmill:arriving")  # as if the last sign of life of these uploads were long ago
    store = open_store(load_settings({"NEWSMILL_DATA": str(parts.data)}).store)
    unswept = broken_off - set(sweep_orphans(parts.jobs(), store, older_than=0))
    report.wrong += [f"not swept: the folder of the upload {name}" for name in sorted(unswept)]


def _size(redis: Any, key: str) -> int:
    kind = redis.type(key).decode()
    return int({"zset": redis.zcard, "hash": redis.hlen}.get(kind, lambda _: 0)(key))
