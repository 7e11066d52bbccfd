"""A child process that runs tasks for its parent, one at a time.

The child is forked when its first task comes, and stays for the next tasks, so that a task pays for no start. If it
dies, its parent knows the place that it had reached, and the next task has a new child.

The parent must not use an artifact store, because a process that has used one must not be forked (see
workers.storage.base.Store).
"""

from __future__ import annotations

import mmap
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from schemas.errors import ChildDiedError
from workers.isolation.watch import FIRST, PLACE_SIZE, Attempt, Watch

T = TypeVar("T")

Task = Callable[[Watch], T]
"""A task for a child: a function of its watch. The task and its result must be picklable."""

_LOOK_EVERY: Final = 1.0
_MOST_MEMORY: Final = 1_000_000
"""The peak memory, in kilobytes, after which a child ends with its task, so that one large article is not kept."""

_IGNORED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1)
"""The signals for the parent, which a terminal or a supervisor sends to all processes of a group."""

_FIRST_TO_KILL: Final = "1000"
_PARENT_DIED: Final = 1


class Child:
    """A child process. One thread at a time may use it.

    Attributes:
        seconds: the time limit of one article.
        closed: whether it was killed for good.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.closed = False
        self._pid = 0
        self._place = mmap.mmap(-1, PLACE_SIZE)
        self._pipe: Connection[Any, Any] | None = None

    def call(self, task: Task[T], check: Callable[[], object] = lambda: None, attempt: Attempt = FIRST) -> T:
        """Run a task in the child, and return its result.

        Args:
            task: the task.
            check: called about once a second until the result is there. If it raises, the child is killed.
            attempt: which places the task leaves out.

        Raises:
            ChildDiedError: the child died.
            Exception: the task raised it, or `check` did.
        """
        [result] = self._run(task, check, attempt, each=False)
        return result  # type: ignore[no-any-return]

    def each(self, task: Task[Iterator[T]], check: Callable[[], object] = lambda: None) -> Iterator[T]:
        """Run a task in the child, and yield each item of its result as soon as it is there; see `call`."""
        return self._run(task, check, FIRST, each=True)

    def start(self) -> None:
        """Fork the child, if there is none."""
        if self._pid or self.closed:
            return
        self._pipe, theirs = Pipe()
        parent = os.getpid()
        self._pid = os.fork()
        if not self._pid:
            _serve(theirs, self._place, self.seconds, parent)
        theirs.close()

    def kill(self) -> None:
        """Kill the child for good. A thread that waits for it gets a ChildDiedError, and starts no new one."""
        self.closed = True
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    def _run(self, task: Task[Any], check: Callable[[], object], attempt: Attempt, *, each: bool) -> Iterator[Any]:
        self._place[:] = bytes(PLACE_SIZE)
        self.start()
        if self._pipe is None or self.closed:
            raise ChildDiedError("", overdue=False)
        finished = False
        try:
            self._pipe.send((task, attempt, each))
            while True:
                while not self._pipe.poll(_LOOK_EVERY):
                    check()
                kind, value, last = self._pipe.recv()
                if kind == "item":
                    yield value
                    continue
                finished = not last
                if kind == "error":
                    raise value
                if not each:
                    yield value
                return
        except (EOFError, ConnectionError):
            status = self.end()
            overdue = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
            place = self._place[:].rstrip(b" \0").decode()
            raise ChildDiedError(place, overdue=overdue) from None
        finally:
            if not finished:
                self.end()

    def end(self) -> int:
        """Kill the child, if it lives, and return its status, as `os.waitpid` does."""
        if not self._pid:
            return 0
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        if self._pipe:
            self._pipe.close()
        return status


def _serve(pipe: Connection[Any, Any], place: mmap.mmap, seconds: float, parent: int) -> NoReturn:
    """Run tasks in this process, which was forked just now, until the parent has closed the pipe or died."""
    try:
        _stand_alone(pipe)
        while True:
            task, attempt, each = pipe.recv()
            kind, value = "result", None
            with Watch(seconds, attempt, place=place, parent=parent) as watch:
                try:
                    value = task(watch)
                    if each:
                        for item in value:
                            pipe.send(("item", item, False))
                        value = None
                except Exception as error:
                    # The parent logs the error: it has to say where it arose.
                    error.add_note("".join(traceback.format_exception(error)))
                    kind, value = "error", error
            last = _peak_memory() > _MOST_MEMORY
            _send(pipe, kind, value, last=last)
            if last:
                os._exit(0)
    except (EOFError, ConnectionError):
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(_PARENT_DIED)


def _send(pipe: Connection[Any, Any], kind: str, value: Any, *, last: bool) -> None:
    try:
        pipe.send((kind, value, last))
    except (ConnectionError, EOFError):
        raise
    except Exception as error:  # it cannot be pickled
        pipe.send(("error", RuntimeError(f"{value!r} cannot be sent: {error!r}"), last))


def _stand_alone(pipe: Connection[Any, Any]) -> None:
    """Cut this process off from what it has inherited, except for the pipe and the standard streams."""
    for ignored in _IGNORED:
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _die_with_parent()
    # The parent is worth more: it holds the lease of the step, and the connections.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_KILL)
    # A copy of a socket would keep it open after the parent's death. The numbers stay taken, because an inherited
    # object may close its number later.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for path in list(Path("/dev/fd").iterdir()):
        number = int(path.name)
        if number > sys.stderr.fileno() and number not in (pipe.fileno(), nowhere):
            with suppress(OSError):
                os.fstat(number)
                os.dup2(nowhere, number)


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies: it may be stuck then."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        set_death_signal = 1  # PR_SET_PDEATHSIG in linux/prctl.h
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)


def _peak_memory() -> int:
    """Return the peak memory of this process in kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
