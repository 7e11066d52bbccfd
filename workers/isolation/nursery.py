"""The program of a nursery: a process with one thread and no connections, which forks children.

python -m workers.isolation.nursery NUMBER, where NUMBER is the inherited socket of its parent

A process with threads must not fork, because the child has the locks of all threads and one of the threads. A nursery
imports once what its children need, so that a child is ready at once and shares that memory.

The parent sends a function that does the imports, and the time limit of one article. Then it asks for a child (FORK and
the two files of the child), or for its end (the id of the process). The answer is the id, or the status of the process
as `os.waitpid` returns it. When the parent closes its end or dies, the nursery ends, and its children end with it.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
import os
import resource
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any, Final, NoReturn

from schemas.bounds import MOST_MEMORY
from workers.isolation.watch import MARK_SIZE, Mark, Watch

FORK: Final = 0
"""Asks for a child."""

_MEMORY_TO_END: Final = 400_000
"""The peak memory, in kilobytes, after which a child ends with its task, so that one large article is not kept."""

_FIRST_TO_KILL: Final = "1000"
_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG in linux/prctl.h
_FAILED: Final = 1


def main(number: int) -> None:
    """Fork children until the parent closes its end of the socket.

    Args:
        number: the socket.
    """
    with Connection(number) as parent, suppress(EOFError, ConnectionError):
        gc.disable()
        prepare, seconds = parent.recv()
        prepare()
        # No collection writes to the memory that the children share.
        gc.collect()
        gc.freeze()
        gc.enable()
        while True:
            asked = parent.recv()
            parent.send(_fork(parent, seconds) if asked == FORK else _end(asked))


def _fork(parent: Connection[Any, Any], seconds: float) -> int:
    pipe, shared = Connection(recv_handle(parent)), recv_handle(parent)
    nursery = os.getpid()
    pid = os.fork()
    if not pid:
        parent.close()
        _serve(pipe, Mark(mmap.mmap(shared, MARK_SIZE)), seconds, nursery)
    pipe.close()
    os.close(shared)
    return pid


def _end(pid: int) -> int:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        return os.waitpid(pid, 0)[1]
    return 0


def _serve(pipe: Connection[Any, Any], mark: Mark, seconds: float, nursery: int) -> NoReturn:
    """Run tasks in this process, which was forked just now, until the parent has closed the pipe or died."""
    try:
        _stand_alone(nursery)
        _bound_memory()
        while True:
            task, attempt, each = pipe.recv()
            kind, value = "result", None
            with Watch(seconds, attempt, mark=mark, parent=nursery) as watch:
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
            last = _peak_memory() > _MEMORY_TO_END
            _send(pipe, kind, value, last=last)
            if last:
                os._exit(0)
    except (EOFError, ConnectionError):
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(_FAILED)


def _send(pipe: Connection[Any, Any], kind: str, value: Any, *, last: bool) -> None:
    try:
        pipe.send((kind, value, last))
    except (ConnectionError, EOFError):
        raise
    except Exception as error:  # it cannot be pickled
        pipe.send(("error", RuntimeError(f"{value!r} cannot be sent: {error!r}"), last))


def _stand_alone(nursery: int) -> None:
    """End with the nursery, although this process may be stuck then, and be the first to end if memory is short."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != nursery:
            os._exit(_FAILED)
    # Its parent is worth more: it holds the lease of the step, and the connections.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_KILL)


def _bound_memory() -> None:
    """Let the system refuse more memory, so that a document costs its own failure and not the memory of others."""
    # macOS counts no data of a process.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def _peak_memory() -> int:
    """Return the peak memory of this process in kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    main(int(sys.argv[1]))
