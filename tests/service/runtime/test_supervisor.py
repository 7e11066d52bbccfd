"""The supervisor: the order in which it stops its parts, and what it does when one dies."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.runtime.supervisor import ProcessTree, Stopped
from tests.running import needs_proc, until

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
    made = ProcessTree(delays=(0, 0))
    yield made
    made.stop(0.1)
    for number, was in zip(numbers, before, strict=True):
        signal.signal(number, was)


def start(tree: ProcessTree, folder: Path, name: str, *waits_for: str, needed: bool = False) -> None:
    files = [str(folder / one) for one in (name, *waits_for)]
    tree.start(name, [sys.executable, "-c", PART, *files], os.environ, needed=needed)
    assert until((folder / f"{name}.up").exists)


def test_parts_stop_together_and_their_broker_last(tree: ProcessTree, tmp_path: Path) -> None:
    start(tree, tmp_path, "broker", needed=True)
    # Each ends only when the other has been told.
    start(tree, tmp_path, "one", "other")
    start(tree, tmp_path, "other", "one")
    tree.stop()
    assert {stopped.part: stopped.how for stopped in (tree.wait(90), tree.wait(90), tree.wait(90)) if stopped} == {
        "one": "ended with status 0",
        "other": "ended with status 0",
        "broker": "ended with status 0",
    }
    assert (tmp_path / "broker.saw").read_text() == "one.told other.told"


def test_signal_that_does_not_interrupt_the_wait_stops_the_tree(tree: ProcessTree) -> None:
    # The system gives the signal to the other thread, as it does if the main thread has one already.
    sending = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM))
    sending.start()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        assert tree.wait(60) == Stopped(signal=signal.SIGTERM)
    finally:
        sending.join()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def test_part_that_does_not_stop_is_killed(tree: ProcessTree, tmp_path: Path) -> None:
    start(tree, tmp_path, "stubborn", "nobody")
    tree.stop(0.5)
    stopped = tree.wait(90)
    assert stopped is not None
    assert (stopped.part, stopped.how) == ("stubborn", "was killed by SIGKILL")


def test_part_that_dies_before_the_tree_runs_stops_it(tree: ProcessTree) -> None:
    tree.start("worker", [sys.executable, "-c", "raise SystemExit('no room')"], os.environ)
    assert tree.wait(90) == Stopped(part="worker", how="ended with status 1", last_lines=("no room",))


@needs_proc
def test_dead_part_starts_again_without_the_processes_that_it_left(tree: ProcessTree, tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys, time\n"
        "child = os.fork()\n"
        "if child: pathlib.Path(sys.argv[1], f'{os.getpid()}.{child}').touch()\n"
        "time.sleep(1000)"
    )
    tree.start("worker", [sys.executable, "-c", code, str(tmp_path)], os.environ)
    tree.keep_running()
    [first] = until(lambda: list(tmp_path.iterdir()))
    parent, child = map(int, first.name.split("."))
    os.kill(parent, signal.SIGKILL)
    assert until(lambda: tree.wait(0.02) or len(list(tmp_path.iterdir())) == 2) is True
    assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text()


def test_part_that_keeps_dying_stops_the_tree_with_its_last_lines(tree: ProcessTree) -> None:
    code = "print('starting'); raise SystemExit('the port is taken')"
    tree.start("api", [sys.executable, "-u", "-c", code], os.environ)
    tree.keep_running()
    stopped = tree.wait(60)
    assert stopped is not None
    assert stopped.part == "api"
    assert stopped.how == "keeps dying: 3 times in a row, and the last time it ended with status 1"
    assert stopped.last_lines == ("starting", "the port is taken") * 3


def test_part_that_dies_now_and_then_starts_again_each_time(tree: ProcessTree, tmp_path: Path) -> None:
    tree._steady = 0.0
    code = "import os, sys; open(f'{sys.argv[1]}/{os.getpid()}', 'w'); raise SystemExit(1)"
    tree.start("worker", [sys.executable, "-c", code, str(tmp_path)], os.environ)
    tree.keep_running()
    assert until(lambda: tree.wait(0.02) or len(list(tmp_path.iterdir())) > 4) is True


def test_last_lines_of_a_part_with_a_log_file_are_those_of_the_file(tree: ProcessTree, tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    code = f"open({str(log)!r}, 'w').write('Bad file format\\n'); raise SystemExit(1)"
    tree.start("broker", [sys.executable, "-c", code], os.environ, log=log)
    stopped = tree.wait(90)
    assert stopped is not None
    assert stopped.last_lines == ("Bad file format",)
