"""A child process runs tasks, reports where it died, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial

import pytest

from schemas.errors import ChildDiedError, StoreError
from tests.running import needs_proc, until
from workers.isolation.child import Child
from workers.isolation.watch import Watch


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(1.0)  # more than a busy machine keeps a process waiting
    yield child
    child.end()


def process(_: Watch) -> int:
    return os.getpid()


def reach(place: str, act: str, watch: Watch) -> None:
    watch("0 read")
    watch(place)
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    while act == "loop":
        pass
    while act == "sleep":
        time.sleep(60)


def fail(_: Watch) -> None:
    raise StoreError("articles.csv: No space left on device", "No space left on device")


def numbers(fails_after: int, _: Watch) -> Iterator[int]:
    yield from range(fails_after)
    raise StoreError("no more")


def test_a_child_stays_for_the_next_task(child: Child) -> None:
    first = child.call(process)
    assert first == child.call(process) != os.getpid()


def test_an_error_is_raised_here_and_says_where_it_arose(child: Child) -> None:
    with pytest.raises(StoreError, match="No space left") as raised:
        child.call(fail)
    assert raised.value.public_detail == "No space left on device"
    assert "in fail" in raised.value.__notes__[0]
    assert child.call(process)


def test_items_come_one_by_one_up_to_an_error(child: Child) -> None:
    items = child.each(partial(numbers, 3))
    assert [next(items), next(items), next(items)] == [0, 1, 2]
    with pytest.raises(StoreError, match="no more"):
        next(items)


@pytest.mark.parametrize(("act", "overdue"), [("kill", False), ("loop", True), ("sleep", True)])
def test_a_death_names_its_place_and_the_next_task_has_a_new_child(child: Child, act: str, overdue: bool) -> None:
    before = child.call(process)
    with pytest.raises(ChildDiedError) as raised:
        child.call(partial(reach, "7 written", act))
    assert (raised.value.place, raised.value.overdue) == ("7 written", overdue)
    assert child.call(process) != before


def test_a_failed_check_kills_the_child_at_its_task(child: Child) -> None:
    def check() -> None:
        raise StoreError("the job was canceled")

    child = Child(60)
    before = child.call(process)
    with pytest.raises(StoreError, match="canceled"):
        child.call(partial(reach, "1 read", "sleep"), check)
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    child.end()


@needs_proc
@pytest.mark.parametrize("act", ["loop", "none"])
def test_a_child_does_not_outlive_its_parent(act: str) -> None:
    """Neither at its work, stuck in it, nor while it waits for work."""
    theirs, ours = os.pipe()
    parent = os.fork()
    if not parent:
        child = Child(60)
        os.write(ours, child.call(process).to_bytes(4, "big"))
        if act == "loop":
            child.call(partial(reach, "1 read", "loop"))
        signal.pause()
    grandchild = int.from_bytes(os.read(theirs, 4), "big")
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert until(lambda: _is_gone(grandchild))


def _is_gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
