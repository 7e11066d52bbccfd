"""What the tests run in child processes. It imports little, so that a nursery is ready soon."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from schemas.errors import StoreError
from workers.isolation.children import Check, Children, Task
from workers.isolation.watch import Attempt, Watch

T = TypeVar("T")

END = "end"
PLACES = tuple(f"{number} {work}" for number in range(6) for work in ("read", "written"))


def nothing() -> None:
    """Prepare nothing."""


def process(_: Watch) -> int:
    return os.getpid()


def reach(place: str, act: str, watch: Watch) -> None:
    watch("0 read")
    watch(place)
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    while act == "loop":
        pass
    while act == "sleep":
        time.sleep(60)


def priorities(_: Watch) -> tuple[int, int]:
    """Return the niceness at the beginning, and when it has changed, or after a while if it does not."""
    first = os.getpriority(os.PRIO_PROCESS, 0)
    ends = time.monotonic() + 20
    while os.getpriority(os.PRIO_PROCESS, 0) == first and time.monotonic() < ends:
        time.sleep(0.05)
    return first, os.getpriority(os.PRIO_PROCESS, 0)


def environment(_: Watch) -> dict[str, str]:
    return dict(os.environ)


def count(watch: Watch) -> None:
    watch.count(3, 2, 1)
    time.sleep(60)


def fail(_: Watch) -> None:
    raise StoreError("articles.csv: No space left on device", "No space left on device")


def numbers(fails_after: int, _: Watch) -> Iterator[int]:
    yield from range(fails_after)
    raise StoreError("no more")


def run_and_print(act: str) -> None:
    """Start a child, say so, and let it work or wait without end."""
    children = Children(nothing, 60)
    print(children.call(process), flush=True)
    children.call(partial(reach, "1 read", act))
    signal.pause()


def processes(number: int, _: Watch) -> Iterator[int]:
    yield from [os.getpid()] * number


def pause(watch: Watch) -> None:
    watch.count(0, 0, 0)
    time.sleep(60)


def convert(deadly: Collection[str], watch: Watch, stuck: str = "") -> dict[str, str]:
    """What an attempt leaves out, if it does not die."""
    left_out = {}
    for place in (*PLACES, END):
        if reason := watch(place):
            left_out[place] = reason
        elif place in deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        while place == stuck and not reason:
            pass
    return left_out


def die_once(path: Path, watch: Watch) -> dict[str, str]:
    """Die at the first attempt and at the second, and at different places."""
    with path.open("a") as stream:
        stream.write("x")
    deaths = path.stat().st_size
    return convert({PLACES[deaths]} if deaths < 3 else (), watch)


class InThisProcess:
    """Runs tasks in this process, so that tests can change what they call. They leave out what `left_out` says."""

    def __init__(self) -> None:
        self.left_out: Mapping[str, str] = {}

    def call(self, task: Task[T], check: Check = lambda _: None) -> T:
        return task(Watch(0))

    def each(self, task: Task[Iterator[T]], check: Check = lambda _: None) -> Iterator[T]:
        return task(Watch(0))

    def convert(self, task: Task[T], check: Check = lambda _: None, left_out: Mapping[str, str] | None = None) -> T:
        out = {**self.left_out, **(left_out or {})}
        return task(Watch(0, Attempt(careful=bool(out), left_out=out)))


def process_and_parent(_: Watch) -> tuple[int, int]:
    return os.getpid(), os.getppid()


def take(size: int, _: Watch) -> int:
    return len(bytes(size))
