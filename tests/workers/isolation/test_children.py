"""Child processes run tasks, report where they died, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from threading import Thread

import pytest

from schemas.bounds import MOST_MEMORY
from schemas.errors import ChildDiedError, NoChildError, StoreError
from tests.running import clean_environ, descendants, needs_proc, until
from tests.workers.isolation.tasks import (
    count,
    environment,
    fail,
    nothing,
    numbers,
    pause,
    priorities,
    process,
    process_and_parent,
    processes,
    reach,
    take,
)
from workers.isolation.children import Children
from workers.isolation.watch import Counts


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    children = Children(nothing, 1.0)  # more than a busy machine keeps a process waiting
    yield children
    children.close()


def test_a_child_stays_for_the_next_task(children: Children) -> None:
    first = children.call(process)
    assert first == children.call(process) != os.getpid()


def test_two_tasks_at_a_time_have_two_children(children: Children) -> None:
    pids = children.each(partial(processes, 2))
    assert next(pids) != children.call(process)
    pids.close()  # type: ignore[attr-defined]


def test_an_error_is_raised_here_and_says_where_it_arose(children: Children) -> None:
    with pytest.raises(StoreError, match="No space left") as raised:
        children.call(fail)
    assert raised.value.public_detail == "No space left on device"
    assert "in fail" in raised.value.__notes__[0]
    assert children.call(process)


def test_items_come_one_by_one_up_to_an_error(children: Children) -> None:
    items = children.each(partial(numbers, 3))
    assert [next(items), next(items), next(items)] == [0, 1, 2]
    with pytest.raises(StoreError, match="no more"):
        next(items)


@pytest.mark.parametrize(("act", "overdue"), [("kill", False), ("loop", True), ("sleep", True)])
def test_a_death_names_its_place_and_the_next_task_has_a_new_child(children: Children, act: str, overdue: bool) -> None:
    before = children.call(process)
    with pytest.raises(ChildDiedError) as raised:
        children.call(partial(reach, "7 written", act))
    assert (raised.value.place, raised.value.overdue) == ("7 written", overdue)
    assert children.call(process) != before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not count the data of a process")
def test_more_memory_than_a_process_may_have_is_an_error_of_its_task(children: Children) -> None:
    before = children.call(process)
    with pytest.raises(MemoryError):
        children.call(partial(take, MOST_MEMORY))
    assert children.call(partial(take, MOST_MEMORY // 4)) == MOST_MEMORY // 4
    assert children.call(process) == before


@needs_proc
def test_a_child_that_died_while_it_waited_is_replaced(children: Children) -> None:
    before = children.call(process)
    os.kill(before, signal.SIGKILL)
    assert until(lambda: _is_gone(before))
    assert children.call(process) != before


def test_a_long_task_yields_the_processor_and_its_child_ends() -> None:
    children = Children(nothing, 30.0, yields=True)
    try:
        own = os.getpriority(os.PRIO_PROCESS, 0)
        before = children.call(process)
        assert children.call(priorities) == (own, max(own, 10))
        assert children.call(process) != before
        before = children.call(process)
        assert children.call(process, yields=True) == before
        assert children.call(process) != before
    finally:
        children.close()


def test_a_failed_check_ends_the_child_at_its_task(children: Children) -> None:
    def check(_: object) -> None:
        raise StoreError("the job was canceled")

    before = children.call(process)
    with pytest.raises(StoreError, match="canceled"):
        children.call(pause, check)
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_a_check_gets_the_counts_of_the_task(children: Children) -> None:
    told: list[Counts] = []

    def check(counts: Counts) -> None:
        told.append(counts)
        raise StoreError("seen enough")

    with pytest.raises(StoreError):
        children.call(count, check)
    assert told == [Counts(done=3, failed=2, duplicates=1)]


def test_children_have_no_settings_in_their_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSMILL_API_KEYS", "alice:secret")
    started = Children(nothing, 1.0)
    assert not [name for name in started.call(environment) if name.startswith("NEWSMILL_")]
    started.close()


@needs_proc
def test_a_nursery_that_is_started_early_forks_the_first_child() -> None:
    children = Children(nothing, 1.0)
    children.prepare()
    nursery = _nursery()
    children.prepare()
    assert children.call(process_and_parent)[1] == nursery
    children.close()
    children.prepare()
    assert _is_gone(nursery)


@needs_proc
def test_a_killed_nursery_is_replaced(children: Children) -> None:
    before = children.call(process)
    os.kill(_nursery(), signal.SIGKILL)
    assert until(lambda: _is_gone(before)), "it outlives the nursery"
    assert children.call(process) != before


@needs_proc
def test_the_death_of_the_nursery_is_a_death_of_the_child_at_its_task(children: Children) -> None:
    def check(_: object) -> None:
        os.kill(_nursery(), signal.SIGKILL)

    with pytest.raises(ChildDiedError):
        children.call(pause, check)


@needs_proc
def test_children_and_later_the_nursery_end_when_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.isolation.children._NURSERY_IDLE", 0.1)
    children = Children(nothing, 1.0, idle=0.1)
    child, nursery = children.call(process_and_parent)
    assert until(lambda: _is_gone(child) and _is_gone(nursery))
    assert children.call(process) != child
    children.close()


def test_closed_children_end_at_their_tasks_and_no_new_ones_start() -> None:
    children = Children(nothing, 60)
    raised: list[Exception] = []

    def wait() -> None:
        try:
            children.call(pause)
        except ChildDiedError as error:
            raised.append(error)

    children.call(process)
    waiting = Thread(target=wait)
    waiting.start()
    assert until(lambda: children._busy)
    children.close()
    waiting.join(60)
    assert len(raised) == 1
    with pytest.raises(NoChildError):
        children.call(process)


@needs_proc
@pytest.mark.parametrize("act", ["loop", "none"])
def test_children_do_not_outlive_their_parent(act: str) -> None:
    """Neither at their work, stuck in it, nor while they wait for work."""
    program = f"from tests.workers.isolation import tasks; tasks.run_and_print({act!r})"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=clean_environ()) as parent:
        assert parent.stdout
        assert parent.stdout.readline()
        left = [one.pid for one in descendants(parent.pid)]
        assert len(left) == 2
        parent.kill()
    assert until(lambda: all(map(_is_gone, left)))


def _nursery() -> int:
    """The process that forks the children of this test."""
    found = [one for one in descendants(os.getpid()) if "workers.isolation.nursery" in one.command]
    return next(one.pid for one in reversed(found) if one.parent == os.getpid())


def _is_gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
