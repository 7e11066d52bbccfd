"""A watchdog: stops the parts of a process tree when its supervisor was killed.

It is a separate program that needs the standard library only. The supervisor writes to its standard input: `+GROUP` for
the process group of each part that starts, `-GROUP` when the part has ended. It kills the watchdog after it has stopped
the parts itself. The end of the input therefore means that the supervisor is dead.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

# A worker gives a task five seconds to end, then returns its message to the queue.
_PATIENCE = 8.0


def main() -> None:
    """Wait for the end of the supervisor, then stop its process groups: SIGTERM first, SIGKILL later."""
    running: set[int] = set()
    for line in sys.stdin:
        (running.add if line.startswith("+") else running.discard)(int(line[1:]))
    groups = [*running]
    _send_signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while (groups := [group for group in groups if _runs(group)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    _send_signal(groups, signal.SIGKILL)


def _send_signal(groups: list[int], number: int) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            # SIGTERM goes to the leader only, which stops its own processes in order.
            (os.killpg if number == signal.SIGKILL else os.kill)(group, number)


def _runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # macOS also raises this for a group of zombies
    return True


if __name__ == "__main__":
    main()
