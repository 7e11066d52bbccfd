"""A supervisor of processes: it starts a part again that died, and stops all parts together."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

import click

DELAYS: Final = (0.1, 0.4, 1.6, 6.4)
"""Seconds before a dead part starts again: after its first death, its second, … The next death stops the tree."""

STEADY: Final = 20.0
"""A part that lives for so many seconds is steady: its earlier deaths no longer count."""

_LAST_LINES: Final = 15

_SIGNALS_WITHIN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why the tree stops: a signal, a part that keeps dying, or a part that did not become ready.

    `how` says how a part died, `missing` what a part lacks to be ready, `last_lines` are the last of its log.
    """

    signal: int | None = None
    part: str | None = None
    how: str = ""
    missing: str = ""
    last_lines: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Part:
    """A part: how to start it, and its process.

    `deaths` counts its deaths since it was last steady. `due` is when to start it again, None while it runs.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    holding: Sequence[IO[Any]]
    needed: bool
    log: Path | None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    due: float | None = None

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines of its log."""
        if self.log is None:
            return tuple(self.lines)
        with suppress(OSError):
            return tuple(self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
        return ()


class ProcessTree:
    """Processes ("parts") that are stopped together. Each leads a process group of its own.

    The group keeps Ctrl-C, which a terminal sends to a whole group, from the parts: the tree stops them in order.
    If the tree itself is killed, the watchdog stops them.

    Args:
        delays: the seconds before a dead part starts again, see `DELAYS`.
        steady: the seconds after which a part is steady, see `STEADY`.
    """

    def __init__(self, delays: Sequence[float] = DELAYS, steady: float = STEADY) -> None:
        self._delays = delays
        self._steady = steady
        self._restarts = False
        self._stopping = False
        self._parts: list[_Part] = []
        # A signal's number, or a part that died and its exit status.
        self._events: queue.SimpleQueue[int | tuple[_Part, int]] = queue.SimpleQueue()
        self._start_watchdog()
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
        log: Path | None = None,
    ) -> None:
        """Start a part.

        Args:
            name: its name in messages.
            command: its command line.
            environ: its environment.
            holding: open files that it inherits, such as a lock.
            needed: whether the other parts need it; if so, it is stopped after them.
            log: the file that it logs to; None if it logs on standard error.
        """
        part = _Part(name=name, command=command, environ=environ, holding=holding, needed=needed, log=log)
        self._parts.append(part)
        self._launch(part)

    def keep_running(self) -> None:
        """From now on, start a part again that died. Before, the first death is a reason to stop."""
        self._restarts = True

    def wait(self, seconds: float | None = None) -> Stopped | None:
        """Wait for a reason to stop, at most `seconds`; return None if there is none. Meanwhile restart dead parts."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            for part in self._parts:
                if part.due is not None and part.due <= time.monotonic():
                    self._launch(part)
            until = [part.due for part in self._parts if part.due is not None]
            until += [] if deadline is None else [deadline]
            # Python runs the handler of a signal that came just before the wait only after it.
            until.append(time.monotonic() + _SIGNALS_WITHIN)
            try:
                event = self._events.get(timeout=max(0.0, min(until) - time.monotonic()))
            except queue.Empty:
                if deadline is not None and time.monotonic() >= deadline:
                    return None
                continue
            if isinstance(event, int):
                return Stopped(signal=event)
            if stopped := self._died(*event):
                return stopped

    def stop(self, patience: float = 20.0) -> None:
        """Stop every part and its process group, the needed parts last. Each has `patience` seconds."""
        for needed in (False, True):
            processes = [part.process for part in self._parts if part.process and part.needed is needed]
            for process in processes:
                process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + patience
            for process in processes:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, deadline - time.monotonic()))
                # Processes that the part has started and left behind are in its group.
                _kill_group(process)
                process.wait()
        self._stopping = True
        self._watchdog.kill()
        self._watchdog.wait()

    def _died(self, part: _Part, status: int) -> Stopped | None:
        """Plan the restart of a part that died; return a reason to stop if it must not start again."""
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        part.deaths = 1 if time.monotonic() - part.began > self._steady else part.deaths + 1
        if not self._restarts or part.deaths > len(self._delays):
            if part.deaths > 1:
                how = f"keeps dying: {part.deaths} times in a row, and the last time it {how}"
            return Stopped(part=part.name, how=how, last_lines=part.last_lines())
        delay = self._delays[part.deaths - 1]
        say(f"newsmill: the {part.name} {how}; it starts again in {delay:g} s")
        part.due = time.monotonic() + delay
        return None

    def _launch(self, part: _Part) -> None:
        # On a terminal a part has a terminal too, so that its log has the same form and colors as before the copy.
        reading, writing = os.openpty() if sys.stderr.isatty() else os.pipe()
        process = subprocess.Popen(  # noqa: S603 - our own commands
            part.command,
            env=dict(part.environ),
            stdin=subprocess.DEVNULL,
            stdout=writing,  # logs; standard output is the tree's own
            stderr=writing,
            pass_fds=[file.fileno() for file in part.holding],
            # No session of its own: Linux divides the processors between sessions (sched(7), autogroup), and niceness
            # has an effect only within a session.
            process_group=0,
        )
        os.close(writing)
        part.process, part.began, part.due = process, time.monotonic(), None
        self._tell_watchdog(b"+%d\n" % process.pid)
        copying = threading.Thread(target=_copy_log, args=(reading, part.lines), daemon=True)
        copying.start()
        threading.Thread(target=self._watch, args=(part, process, copying), daemon=True).start()

    def _watch(self, part: _Part, process: subprocess.Popen[bytes], copying: threading.Thread) -> None:
        status = process.wait()
        # Its own processes would go on with its work, or keep its port, beside those of the next start.
        _kill_group(process)
        copying.join(1)  # not for ever, as a process may have left the group
        self._tell_watchdog(b"-%d\n" % process.pid)
        self._events.put((part, status))

    def _start_watchdog(self) -> None:
        self._watchdog = subprocess.Popen(  # noqa: S603 - our own program
            ["/bin/sh", Path(__file__).with_name("watchdog.sh")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for part in self._parts:
            if part.process and part.process.returncode is None:
                self._tell_watchdog(b"+%d\n" % part.process.pid)
        threading.Thread(target=self._replace_watchdog, args=(self._watchdog,), daemon=True).start()

    def _replace_watchdog(self, watchdog: subprocess.Popen[bytes]) -> None:
        """Start a watchdog again when it dies before the tree stops."""
        watchdog.wait()
        time.sleep(self._delays[0])  # one that cannot run must not be started all the time
        if not self._stopping:
            self._start_watchdog()

    def _tell_watchdog(self, line: bytes) -> None:
        if self._watchdog.stdin:
            with suppress(OSError, ValueError):  # the watchdog was killed
                self._watchdog.stdin.write(line)
                self._watchdog.stdin.flush()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._events.put(number)  # SimpleQueue.put is safe in a signal handler


def say(text: str) -> None:
    """Write a line to standard error, if its reader is still there."""
    with suppress(OSError):
        click.echo(text, err=True)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _copy_log(reading: int, lines: deque[str]) -> None:
    """Copy the log of a part to standard error, and keep its last lines, until the part and its children end."""
    with open(reading, "rb") as log, suppress(OSError):
        for line in log:
            lines.append(line.decode(errors="replace").rstrip())
            with suppress(OSError):  # our own standard error is gone
                os.write(sys.stderr.fileno(), line)
