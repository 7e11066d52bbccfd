"""Ends what a process tree has left behind when its first process was killed.

It is a program of its own, on the standard library alone: the tree writes the process groups of its parts to
its standard input, a line each, and kills it when it has stopped them itself. The end of that input means that
nobody else will stop them any more.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

# A worker gives a task five seconds to end, then gives its message back.
_PATIENCE = 8.0


def main() -> None:
    """Wait for the end of the tree's first process, then end its groups: first asked, then made to."""
    groups = [int(line) for line in sys.stdin]
    _tell(groups, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while (groups := [group for group in groups if _runs(group)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    _tell(groups, signal.SIGKILL)


def _tell(groups: list[int], number: int) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            # All are asked by their leaders, which know in what order theirs have to end.
            (os.killpg if number == signal.SIGKILL else os.kill)(group, number)


def _runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # macOS says so of a group whose processes all wait to be buried, too
    return True


if __name__ == "__main__":
    main()
