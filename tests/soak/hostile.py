"""One hostile caller among five: the other four lose nothing, and wait at most twice as long as without it.

The hostile caller comes and goes, so that both waits are those of one service on one machine.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import orjson

from schemas.settings.api_keys import hashed_entry, new_key
from tests.parts import Parts, parts_at
from tests.running import NO_TLS, ROOT, until
from tests.soak.work import Work, faults, make

CALLERS: Final = 4
TURNS: Final = 3
MOST: Final = 2.0
"""The most that the waits may grow."""

SETTINGS: Final = {
    "NEWSMILL_LIMIT_REQUESTS": "6000",
    "NEWSMILL_LIMIT_JOBS": "10",
    "NEWSMILL_LIMIT_BYTES": "1GB",
    "NEWSMILL_LIMIT_WAITING": "20",
}
"""The limits of a service whose callers do not know each other."""


@dataclass(slots=True)
class Comparison:
    """The waits of the callers in seconds, by the kind of job, without and with the hostile caller."""

    calm: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    attacked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        """The comparison in Markdown."""
        rows = [
            f"| {kind} | {len(self.calm[kind])}, {len(self.attacked[kind])} | {median(self.calm[kind]):.2f} "
            f"| {median(self.attacked[kind]):.2f} | {self.growth(kind):.2f} |"
            for kind in sorted(self.calm)
            if self.attacked[kind]
        ]
        said = ", ".join(f"{name}: {number}" for name, number in self.answers.most_common())
        head = ["| jobs | number, without and with | median wait, without | with | growth |", "|---|---|---|---|---|"]
        return "\n".join([*head, *rows, "", f"The hostile caller was answered: {said}", f"wrong: {len(self.wrong)}"])

    def growth(self, kind: str) -> float:
        """Return how many times as long the callers wait for a kind of job beside the hostile caller."""
        return median(self.attacked[kind]) / median(self.calm[kind])


def compare(folder: Path, *, seconds: float, seed: int, say: Callable[[str], None] = lambda _: None) -> Comparison:
    """Run four callers for some seconds, half of them beside a hostile one."""
    keys = [new_key() for _ in range(CALLERS + 1)]
    folder.mkdir(exist_ok=True)
    file = folder / "keys"
    file.write_text("".join(f"{hashed_entry(f'caller-{number}', key)}\n" for number, key in enumerate(keys)))
    found = Comparison()
    with parts_at(folder, NEWSMILL_API_KEYS=str(file), **SETTINGS) as parts:
        parts.start("api", "api")
        for name in ("worker-1", "worker-2"):
            parts.start(name, "worker", NEWSMILL_API_KEYS="")
        assert until(parts.ready)
        with _attacker(parts.port, keys[-1]) as attacker:
            numbers = count()
            for turn in range(2 * TURNS):
                is_attacked = bool(turn % 2)
                ends = time.monotonic() + seconds / (2 * TURNS)
                waits = found.attacked if is_attacked else found.calm
                callers = [
                    threading.Thread(
                        target=_call,
                        args=(parts, key, random.Random(seed + 100 * turn + n), numbers, ends, waits, found),
                    )
                    for n, key in enumerate(keys[:CALLERS])
                ]
                with attacker.attacking(found.answers) if is_attacked else nullcontext():
                    for caller in callers:
                        caller.start()
                    for caller in callers:
                        caller.join()
                say(f"turn {turn + 1} of {2 * TURNS} is over")
    for kind in found.calm:
        if found.attacked[kind] and found.growth(kind) > MOST:
            found.wrong.append(f"{kind}: the callers wait {found.growth(kind):.1f} times as long beside a hostile one")
    return found


def _call(
    parts: Parts,
    key: str,
    random_: random.Random,
    numbers: Iterator[int],
    ends: float,
    waits: dict[str, list[float]],
    found: Comparison,
) -> None:
    """Post jobs one after the other, wait for the end of each, and check its files."""
    with _client(parts, key) as client:
        while time.monotonic() < ends:
            work = make(random_, next(numbers))
            if len(work.ids) > 400:
                continue
            began = time.monotonic()
            try:
                found.wrong += _done(work, client, waits, began)
            except httpx.HTTPError as error:
                found.wrong.append(f"a caller was not answered: {error!r}")


def _done(work: Work, client: httpx.Client, waits: dict[str, list[float]], began: float) -> Iterator[str]:
    answer = work.post(client)
    if answer.status_code != 202:
        yield f"a POST was answered with {answer.status_code}: {answer.text[:300]}"
        return
    work.job_id = answer.json()["id"]
    job: dict[str, Any] = {"status": "queued"}
    while job["status"] in ("queued", "running"):
        job = client.get(f"/v1/jobs/{work.job_id}", params={"wait": 30}).raise_for_status().json()
    waits[work.kind].append(time.monotonic() - began)
    yield from faults(work, job, client)


def _client(parts: Parts, key: str) -> httpx.Client:
    return httpx.Client(verify=NO_TLS, base_url=parts.base, headers={"Authorization": f"Bearer {key}"}, timeout=120)


@dataclass(slots=True)
class _Attacker:
    """The process of the hostile caller. It takes no processor time of the process of the other callers."""

    process: subprocess.Popen[bytes]

    @contextmanager
    def attacking(self, answers: Counter[str]) -> Iterator[None]:
        """Attack a service while the context is open."""
        self._say()
        try:
            yield
        finally:
            self._say()
            answers.update(orjson.loads(self._heard()))

    def is_ready(self) -> bool:
        """Wait until it has made what it sends."""
        return bool(self._heard())

    def _say(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def _heard(self) -> bytes:
        assert self.process.stdout
        return self.process.stdout.readline()


@contextmanager
def _attacker(port: int, key: str) -> Iterator[_Attacker]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.attacker", str(port), key],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        attacker = _Attacker(process)
        assert attacker.is_ready()
        yield attacker
    finally:
        process.kill()
        process.communicate()
