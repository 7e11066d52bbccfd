"""A tree of processes that lives and ends as one: when a part of it dies, or is told to stop, all of it stops."""

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

from service.runtime import watchdog as guard


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why the tree stops: it was told to (`signal`), or a part of it ended by itself (`part`, with its status).

    Or a part did not become ready (`part`, and what it lacks in `missing`).
    """

    signal: int | None = None
    part: str | None = None
    status: int | None = None
    missing: str = ""


class ProcessTree:
    """Parts that are stopped together, but those that the others need after them; each the leader of its own group.

    A group of its own keeps Ctrl-C, which a terminal sends to all of a group, from the parts: the tree stops them
    in order. Where the tree itself is killed, a guard stops them.
    """

    def __init__(self) -> None:
        self._parts: list[subprocess.Popen[bytes]] = []
        self._needed: list[subprocess.Popen[bytes]] = []
        self._events: queue.SimpleQueue[Stopped] = queue.SimpleQueue()
        self._guard = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # nohup has SIGHUP ignored, and means it.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._told)

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
            name: what it is called when it ends by itself.
            command: the command.
            environ: the environment it runs in.
            holding: open files that it holds too for as long as it runs, such as a lock.
            needed: whether the others need it as long as they run, to their end.
        """
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),  # logs; standard output is for what the tree itself has to say
            pass_fds=[file.fileno() for file in holding],
            # No session of its own: Linux shares processors out among sessions (sched(7), autogroup), and niceness
            # counts within one alone.
            process_group=0,
        )
        self._tell_guard(process.pid)
        (self._needed if needed else self._parts).append(process)
        threading.Thread(target=self._watch, args=(name, process), daemon=True).start()

    def wait(self, seconds: float | None = None) -> Stopped | None:
        """Why the tree has to stop, as soon as it has to; None when it has not to within so many seconds."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def stop(self, patience: float = 20.0) -> None:
        """Stop every part, those that the others need last, and leave nothing of them running."""
        for parts in (self._parts, self._needed):
            for process in parts:
                process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + patience
            for process in parts:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, deadline - time.monotonic()))
                # Whatever the part has started and left behind is in its group.
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._guard.kill()
        self._guard.wait()

    def _tell_guard(self, group: int) -> None:
        if self._guard.stdin:
            with suppress(BrokenPipeError):  # somebody has killed it
                self._guard.stdin.write(b"%d\n" % group)
                self._guard.stdin.flush()

    def _watch(self, name: str, process: subprocess.Popen[bytes]) -> None:
        status = process.wait()
        self._events.put(Stopped(part=name, status=status))

    def _told(self, number: int, frame: FrameType | None) -> None:
        self._events.put(Stopped(signal=number))  # SimpleQueue.put may be called from a signal's handler
