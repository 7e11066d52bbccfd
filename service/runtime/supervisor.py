"""A supervisor of processes: when one of them ends, or the supervisor gets a signal, it stops all of them."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any

from service.runtime import watchdog


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why the tree stops: a signal, a part that ended with a status, or a part that did not become ready.

    `status` is the exit status of a part that ended, `missing` is what a part lacks to be ready.
    """

    signal: int | None = None
    part: str | None = None
    status: int | None = None
    missing: str = ""


class ProcessTree:
    """Processes ("parts") that are stopped together. Each leads a process group of its own.

    The group keeps Ctrl-C, which a terminal sends to a whole group, from the parts: the tree stops them in order.
    If the tree itself is killed, the watchdog stops them.
    """

    def __init__(self) -> None:
        self._parts: list[subprocess.Popen[bytes]] = []
        self._needed: list[subprocess.Popen[bytes]] = []
        self._events: queue.SimpleQueue[Stopped] = queue.SimpleQueue()
        self._watchdog = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", watchdog.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Under nohup, SIGHUP is ignored and stays so.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def start(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        holding: Sequence[IO[Any]] = (),
        needed: bool = False,
    ) -> None:
        """Start a part.

        Args:
            name: its name in messages.
            command: its command line.
            environ: its environment.
            holding: open files that it inherits, such as a lock.
            needed: whether the other parts need it; if so, it is stopped after them.
        """
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),  # logs; standard output is the tree's own
            pass_fds=[file.fileno() for file in holding],
            # No session of its own: Linux divides the processors between sessions (sched(7), autogroup), and niceness
            # has an effect only within a session.
            process_group=0,
        )
        self._watch_group(process.pid)
        (self._needed if needed else self._parts).append(process)
        threading.Thread(target=self._watch, args=(name, process), daemon=True).start()

    def wait(self, seconds: float | None = None) -> Stopped | None:
        """Wait for a reason to stop, at most `seconds`; return None if there is none."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def stop(self, patience: float = 20.0) -> None:
        """Stop every part and its process group, the needed parts last."""
        for parts in (self._parts, self._needed):
            for process in parts:
                process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + patience
            for process in parts:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, deadline - time.monotonic()))
                # Processes that the part has started and left behind are in its group.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._watchdog.kill()
        self._watchdog.wait()

    def _watch_group(self, group: int) -> None:
        if self._watchdog.stdin:
            with suppress(BrokenPipeError):  # the watchdog was killed
                self._watchdog.stdin.write(b"%d\n" % group)
                self._watchdog.stdin.flush()

    def _watch(self, name: str, process: subprocess.Popen[bytes]) -> None:
        status = process.wait()
        self._events.put(Stopped(part=name, status=status))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._events.put(Stopped(signal=number))  # SimpleQueue.put is safe in a signal handler
