"""Resident memory of processes and its peak, as counted by the kernel (proc(5))."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def tree(process: int) -> list[int]:
    """Return a process and its descendants."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def forget_peaks(process: int) -> None:
    """Reset the peaks of a process and its descendants."""
    for one in tree(process):
        Path(f"/proc/{one}/clear_refs").write_text("5")


def peak(process: int) -> int:
    """Return the largest peak of a process's descendants in bytes, or its own if it has none."""
    _, *started = tree(process)
    return max(_status(one, "VmHWM") for one in started or [process])


def peak_of_all(process: int) -> int:
    """The sum of the peaks of a process and of all that it has started, in bytes."""
    return sum(_status(one, "VmHWM") for one in tree(process))


def resident(process: int) -> int:
    """The same, as it is now."""
    _, *started = tree(process)
    return max(_status(one, "VmRSS") for one in started or [process])


@contextmanager
def logged(path: Path, processes: dict[str, int], *, every: float = 5.0) -> Iterator[None]:
    """Log the resident bytes of process trees and the load of the machine at an interval."""
    ended = threading.Event()
    began = time.monotonic()

    def log() -> None:
        with path.open("w") as stream:
            stream.write("\t".join(["seconds", *(f"{name} MB" for name in processes), "load"]) + "\n")
            while not ended.wait(every):
                now = [f"{resident(process) / 1e6:.1f}" for process in processes.values()]
                load = Path("/proc/loadavg").read_text().split()[0]
                stream.write("\t".join([f"{time.monotonic() - began:.0f}", *now, load]) + "\n")
                stream.flush()

    thread = threading.Thread(target=log)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _status(process: int, name: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
