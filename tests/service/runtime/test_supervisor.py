"""The supervisor: the order in which it stops its parts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.runtime.supervisor import ProcessTree
from tests.running import until

# Told to stop, it says so in a file, and ends when there are the files that it waits for.
PART = """
import pathlib, signal, sys, time
own, *others = map(pathlib.Path, sys.argv[1:])
def told(*_):
    own.with_suffix(".saw").write_text(" ".join(sorted(one.name for one in own.parent.glob("*.told"))))
    own.with_suffix(".told").touch()
    while not all(other.with_suffix(".told").exists() for other in others):
        time.sleep(0.01)
    sys.exit()
signal.signal(signal.SIGTERM, told)
own.with_suffix(".up").touch()
while True:
    time.sleep(60)
"""


@pytest.fixture
def tree() -> Iterator[ProcessTree]:
    """A tree; what it does with signals to this process is undone."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    made = ProcessTree()
    yield made
    made.stop(0.1)
    for number, was in zip(numbers, before, strict=True):
        signal.signal(number, was)


def start(tree: ProcessTree, folder: Path, name: str, *waits_for: str, needed: bool = False) -> None:
    files = [str(folder / one) for one in (name, *waits_for)]
    tree.start(name, [sys.executable, "-c", PART, *files], os.environ, needed=needed)
    assert until((folder / f"{name}.up").exists, 30)


def test_parts_stop_together_and_their_broker_last(tree: ProcessTree, tmp_path: Path) -> None:
    start(tree, tmp_path, "broker", needed=True)
    # Each ends only when the other has been told.
    start(tree, tmp_path, "one", "other")
    start(tree, tmp_path, "other", "one")
    tree.stop()
    assert {stopped.part: stopped.status for stopped in (tree.wait(10), tree.wait(10), tree.wait(10)) if stopped} == {
        "one": 0,
        "other": 0,
        "broker": 0,
    }
    assert (tmp_path / "broker.saw").read_text() == "one.told other.told"


def test_part_that_does_not_stop_is_killed(tree: ProcessTree, tmp_path: Path) -> None:
    start(tree, tmp_path, "stubborn", "nobody")
    tree.stop(0.5)
    stopped = tree.wait(10)
    assert stopped is not None
    assert (stopped.part, stopped.status) == ("stubborn", -signal.SIGKILL)
