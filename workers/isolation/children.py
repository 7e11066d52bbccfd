"""Child processes that run tasks for this process, one at a time each.

They are forked by a nursery, a process that this one starts with its first task; see `workers.isolation.nursery`. A
child stays for the next tasks, so that a task pays for no start. If it dies, this process knows the place that it had
reached. Children that have nothing to do for a while end, and later the nursery does.
"""

from __future__ import annotations

import mmap
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any, Final, TypeVar

from schemas.errors import ChildDiedError, NoChildError
from workers.isolation.watch import FIRST, MARK_SIZE, Attempt, Counts, Mark, Watch

T = TypeVar("T")

Task = Callable[[Watch], T]
"""A task for a child: a function of its watch. The task and its result must be picklable."""

Check = Callable[[Counts], object]
"""Called about once a second with the counts of a task, until its result is there. If it raises, the child ends."""

IDLE: Final = 60.0
"""Seconds after which a child without a task ends."""

_NURSERY_IDLE: Final = 5 * IDLE
_YIELDING: Final = 10
"""The niceness of a child whose task takes longer than a look."""

_LOOK_EVERY: Final = 1.0
_MOST_SECONDS: Final = 15 * 60.0
"""The time limit of a task that reaches no place and yields no item, such as a merge."""

_START_SECONDS: Final = 120.0
_FORK: Final = 0  # workers.isolation.nursery.FORK


class _Nursery:
    """The process that forks children, started by this one. Threads may share it."""

    def __init__(self, prepare: Callable[[], object], seconds: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "workers.isolation.nursery", str(theirs.fileno())],
                env=_environ(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # Ctrl-C and signals to the group are for this process, which ends its children.
                process_group=0,
            )
        self._lock = threading.Lock()
        self._pipe: Connection[Any, Any] = Connection(ours.detach())
        self._pipe.send((prepare, seconds))

    @property
    def lives(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def fork(self, pipe: Connection[Any, Any], shared: int) -> int:
        """Fork a child with its end of a pipe and a file for its mark. Return its id."""
        with self._lock:
            self._pipe.send(_FORK)
            send_handle(self._pipe, pipe.fileno(), None)
            send_handle(self._pipe, shared, None)
            if not self._pipe.poll(_START_SECONDS):
                raise ConnectionError("the nursery does not answer")
            return int(self._pipe.recv())

    def end(self, pid: int) -> int:
        """Kill a child if it lives. Return its status, as `os.waitpid` does; 0 if the nursery has died."""
        with self._lock, suppress(EOFError, OSError):
            self._pipe.send(pid)
            return int(self._pipe.recv())
        return 0

    def close(self) -> None:
        """End the nursery, and its children."""
        self._process.kill()
        self._process.wait()


class _Child:
    """A child process. One thread at a time may use it."""

    def __init__(self, nursery: _Nursery, *, yields: bool) -> None:
        self._nursery = nursery
        self._yields = yields
        self._pipe, theirs = Pipe()
        # Connection.poll makes a new one each time, which takes longer than to send a small task.
        self._answers = select.poll()
        self._answers.register(self._pipe, select.POLLIN)
        with _shared_memory() as shared, theirs:
            self._mark = Mark(mmap.mmap(shared, MARK_SIZE))
            self._pid = nursery.fork(theirs, shared)
        self.idle_since = 0.0
        self.ended = False
        self.yielded = False

    def waits(self) -> bool:
        """Return whether it lives and waits for a task."""
        # It sends nothing while it waits, so what can be read is the end of a pipe whose other end is closed.
        return not self.ended and not self._answers.poll(0)

    def run(
        self, task: Task[Any], check: Check, attempt: Attempt, *, each: bool, yields: bool = False
    ) -> Iterator[Any]:
        """Run a task. Yield its result, or each item of it."""
        self._mark.clear()
        if yields:
            self._yield_processor()
        finished = False
        try:
            self._pipe.send((task, attempt, each))
            while True:
                self._wait(check)
                kind, value, last = self._pipe.recv()
                if kind == "item":
                    yield value
                    continue
                finished = not last and not self.yielded
                if kind == "error":
                    raise value
                if not each:
                    yield value
                return
        except (EOFError, ConnectionError):
            place = self._mark.place
            status = self.end()
            overdue = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
            raise ChildDiedError(place, overdue=overdue) from None
        finally:
            if not finished:
                self.end()

    def _wait(self, check: Check) -> None:
        """Wait for an answer."""
        place, until = "", time.monotonic() + _MOST_SECONDS
        while not self._answers.poll(1000 * _LOOK_EVERY):
            self._yield_processor()
            check(self._mark.counts)
            if place != self._mark.place:
                place, until = self._mark.place, time.monotonic() + _MOST_SECONDS
            if time.monotonic() > until:
                raise EOFError

    def _yield_processor(self) -> None:
        """Lower the priority of the child, so that short tasks of others go first. It cannot be raised again."""
        if self._yields and not self.yielded:
            with suppress(OSError):
                if os.getpriority(os.PRIO_PROCESS, self._pid) < _YIELDING:
                    os.setpriority(os.PRIO_PROCESS, self._pid, _YIELDING)
                    self.yielded = True

    def end(self) -> int:
        """Kill it, if it lives. Return its status, as `os.waitpid` does."""
        if self.ended:
            return 0
        self.ended = True
        return self._nursery.end(self._pid)


class Children:
    """Child processes and their nursery. All threads share them; each task has its own child.

    Args:
        prepare: called in the nursery: imports what tasks need. It must be picklable.
        seconds: the time limit of one article.
        idle: the seconds after which a child without a task ends.
        yields: whether a child whose task takes longer than a second yields the processor to others.

    Attributes:
        closed: whether they were ended for good.
    """

    def __init__(
        self, prepare: Callable[[], object], seconds: float, *, idle: float = IDLE, yields: bool = False
    ) -> None:
        self.seconds = seconds
        self.closed = False
        self._prepare = prepare
        self._idle = idle
        self._yields = yields
        self._nursery: _Nursery | None = None
        self._free: list[_Child] = []
        self._busy: set[_Child] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._ending: threading.Thread | None = None

    def call(
        self, task: Task[T], check: Check = lambda _: None, attempt: Attempt = FIRST, *, yields: bool = False
    ) -> T:
        """Run a task in a child, and return its result.

        Args:
            task: the task.
            check: see `Check`.
            attempt: which places the task leaves out.
            yields: whether it yields the processor from its beginning, if tasks of these children yield at all.

        Raises:
            ChildDiedError: the child died.
            NoChildError: no child could be started, or all were ended for good.
            Exception: the task raised it, or `check` did.
        """
        with self._taken() as child:
            [result] = child.run(task, check, attempt, each=False, yields=yields)
            return result  # type: ignore[no-any-return]

    def each(self, task: Task[Iterator[T]], check: Check = lambda _: None) -> Iterator[T]:
        """Run a task in a child, and yield each item of its result as soon as it is there; see `call`."""
        with self._taken() as child:
            yield from child.run(task, check, FIRST, each=True)

    def prepare(self) -> None:
        """Start the nursery, unless it runs, so that the first task does not wait for its imports. Return at once."""
        with self._lock, suppress(NoChildError):  # a task tries again, and reports it
            self._running_nursery()

    def close(self) -> None:
        """End all children for good. A thread that waits for one gets a ChildDiedError."""
        self.closed = True
        self._closing.set()
        if nursery := self._nursery:
            for child in (*self._free, *self._busy):
                child.end()
            nursery.close()

    @contextmanager
    def _taken(self) -> Iterator[_Child]:
        child = self._take()
        try:
            yield child
        finally:
            with self._lock:
                self._busy.discard(child)
                if not child.ended:
                    child.idle_since = time.monotonic()
                    self._free.append(child)

    def _take(self) -> _Child:
        """Return the child that was used last, or a new one."""
        with self._lock:
            while self._free:
                child = self._free.pop()
                if child.waits():
                    break
                child.end()
            else:
                child = self._start()
            self._busy.add(child)
            return child

    def _start(self) -> _Child:
        nursery = self._running_nursery()
        try:
            child = _Child(nursery, yields=self._yields)
        except (OSError, EOFError) as error:
            nursery.close()
            raise NoChildError from error
        if self.closed:
            nursery.close()
            raise NoChildError
        return child

    def _running_nursery(self) -> _Nursery:
        """Return the nursery. Start it if it does not run."""
        if self.closed:
            raise NoChildError
        if self._nursery is None or not self._nursery.lives:
            try:
                self._nursery = _Nursery(self._prepare, self.seconds)
            except OSError as error:
                raise NoChildError from error
        if self.closed:
            self._nursery.close()
            raise NoChildError
        if self._ending is None:
            self._ending = threading.Thread(target=self._end_idle, name="idle children", daemon=True)
            self._ending.start()
        return self._nursery

    def _end_idle(self) -> None:
        """End children without a task, and the nursery when it has had none for a while."""
        quiet_since = time.monotonic()
        while not self._closing.wait(self._idle / 4):
            with self._lock:
                now = time.monotonic()
                for child in [one for one in self._free if now - one.idle_since > self._idle]:
                    self._free.remove(child)
                    child.end()
                if self._free or self._busy:
                    quiet_since = now
                elif self._nursery and now - quiet_since > _NURSERY_IDLE:
                    self._nursery.close()
                    self._nursery = self._ending = None
                    return


def _environ() -> dict[str, str]:
    """Return the environment of a nursery: without the settings, because tasks bring theirs, and their secrets."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSMILL_")}
    return environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONSAFEPATH": "1"}


@contextmanager
def _shared_memory() -> Iterator[int]:
    """Open a file in memory for a mark, which two processes share."""
    if sys.platform == "linux":
        shared = os.memfd_create("mark")
    else:
        shared, name = tempfile.mkstemp()
        Path(name).unlink()
    try:
        os.truncate(shared, MARK_SIZE)
        yield shared
    finally:
        os.close(shared)
