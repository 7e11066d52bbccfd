"""`newsmill` in a hurry: its workers are soon taken for dead, and its messages soon for lost.

For tests that wait for either, and not for how long that takes: python -m tests.hurried serve|worker
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from service.cli.main import main
from service.runtime.supervisor import ProcessTree

_start = ProcessTree.start


def hurry() -> None:
    """Shorten what the worker of this process waits for."""
    os.environ["REMAP_SIGTERM"] = "SIGQUIT"  # as the command does, before Celery is imported
    from workers.celery import heartbeat
    from workers.steps import leases, sweeper

    leases.LEASE, leases.RENEW_EVERY = 4, 0.5  # type: ignore[misc]
    heartbeat.SWEEP_EVERY = 2  # type: ignore[misc]
    sweeper._FORGOTTEN_AFTER = 4  # type: ignore[misc]


def start(self: ProcessTree, name: str, command: Sequence[str], environ: Mapping[str, str], **more: Any) -> None:
    """Start a part of newsmill in the same hurry."""
    _start(self, name, ["tests.hurried" if word == "service.cli" else word for word in command], environ, **more)


if __name__ == "__main__":
    if "--only" in sys.argv:
        hurry()
    ProcessTree.start = start  # type: ignore[method-assign]
    main()
