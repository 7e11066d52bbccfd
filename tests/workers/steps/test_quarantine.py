"""The article that kills its process is found by the places of the deaths; with a real Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.running import Valkey
from workers.pipeline.pipe import END
from workers.steps.leases import Step, Steps
from workers.steps.quarantine import MOST_TRIES, Attempt, Quarantine

STEP = "0123abcd chunk 17"


@pytest.fixture
def client(valkey: Valkey) -> Iterator[Any]:
    client = valkey.client()
    client.flushdb()
    yield client
    client.close()


class Dying:
    """A step that is taken up again and again, and dies at what is deadly."""

    def __init__(self, client: Any, *deadly: str) -> None:
        self._suspects = Quarantine(client)
        self._deadly = deadly
        self.left_out: list[str] = []

    def dies(self, attempt: Attempt) -> bool:
        assert attempt.leave_out
        self.left_out = []
        for place in [f"{number} {what}" for number in range(5) for what in ("read", "written")] + [END]:
            if attempt.leave_out(place):
                self.left_out.append(place)
            elif place in self._deadly:
                return True
        return False

    def run(self) -> Iterator[bool]:
        """For each time that it is taken up from the second one on, whether it dies; until it ends or is given up."""
        for tries in range(2, 100):
            with self._suspects.attempt(STEP, tries) as attempt:
                if attempt.attempts_exhausted:
                    return
                died = self.dies(attempt)
            yield died
            if not died:
                return


@pytest.mark.parametrize("deadly", ["0 read", "3 read", "4 written"])
def test_article_that_kills_three_times_is_left_out(client: Any, deadly: str) -> None:
    dying = Dying(client, deadly)
    assert list(dying.run()) == [True, True, False]
    assert dying.left_out == [deadly]


def test_every_article_that_kills_has_its_own_tries(client: Any) -> None:
    dying = Dying(client, "1 written", "2 read", "4 read")
    assert list(dying.run()) == [True, True] * 3 + [False]
    assert dying.left_out == ["1 written", "2 read", "4 read"]


def test_single_deaths_blame_no_article(client: Any) -> None:
    suspects = Quarantine(client)
    for tries, place in ((2, "1 read"), (3, "2 read")):
        with suspects.attempt(STEP, tries) as attempt:
            assert attempt.leave_out
            assert not attempt.leave_out(place)
    with suspects.attempt(STEP, 3) as last:
        assert last.leave_out
        assert not last.leave_out("1 read")
        assert not last.leave_out("2 read")


def test_death_at_the_end_blames_no_article(client: Any) -> None:
    dying = Dying(client, END)
    assert list(dying.run()) == [True] * (MOST_TRIES - 1)
    assert dying.left_out == []


def test_where_all_of_it_kills_it_is_given_up(client: Any) -> None:
    suspects = Quarantine(client)
    for tries in range(2, 100):
        with suspects.attempt(STEP, tries) as attempt:
            if attempt.attempts_exhausted:
                break
            assert attempt.leave_out
            next(number for number in range(100) if not attempt.leave_out(f"{number} read"))
    assert MOST_TRIES + 20 < tries < MOST_TRIES + 40


def test_finished_step_leaves_no_record(client: Any) -> None:
    step = Step("0123abcd", "chunk", 17)
    steps, suspects = Steps(client), Quarantine(client)
    for tries in (1, 2, 3):
        client.delete("newsmill:leases")
        with suppress(RuntimeError), steps.work_on(step) as taken:
            assert taken == tries
            if tries > 1:
                with suspects.attempt(str(step), tries) as attempt:
                    assert attempt.leave_out
                    attempt.leave_out("1 read")
            raise RuntimeError("as a process that dies")
    client.delete("newsmill:leases")
    with steps.work_on(step):
        with suspects.attempt(str(step), 4) as attempt:
            assert attempt.leave_out
            attempt.leave_out("1 read")
    assert {key.decode() for key in client.keys("newsmill:*")} <= {"newsmill:taken"}


def test_recording_connection_is_reusable_afterwards(client: Any) -> None:
    suspects = Quarantine(client)
    with suspects.attempt(STEP, 2) as attempt:
        assert attempt.leave_out
        for number in range(1_000):
            attempt.leave_out(f"{number} read")
    assert client.hget("newsmill:places", STEP) == b"999 read"
    with pytest.raises(ValueError, match="x"), suspects.attempt(STEP, 3):
        raise ValueError("x")
    assert [client.ping() for _ in range(40)] == [True] * 40
