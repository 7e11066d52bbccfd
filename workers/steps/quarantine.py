"""Which article kills the process that converts it: found by where its processes died, and left out.

A step that is taken up for the second time writes down where it is, before it reads an article and before it
writes it. A place at which two such processes have died is left out when the step is taken up again: the process
before them, which wrote nothing down, has most likely died there too. One death alone may be anything's fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import redis

from workers.jobs.store import broker_errors
from workers.pipeline.pipe import END, LeaveOut
from workers.steps.scripts import DEATHS, PLACES

MOST_TRIES: Final = 10
"""How often a step is taken up before it is given up: more often than a storm of restarts is likely to meet it."""

_TRIES_OF_AN_ARTICLE: Final = 3
_MOST_LEFT_OUT: Final = 10
_DEATHS_AT_A_PLACE: Final = _TRIES_OF_AN_ARTICLE - 1

# Where the last process was is where it died; the answer is every place at which one did.
_DIED = """
local place = redis.call('HGET', KEYS[1], ARGV[1])
local died = redis.call('HGET', KEYS[2], ARGV[1]) or ''
if place then
    died = died .. place .. ','
    redis.call('HSET', KEYS[2], ARGV[1], died)
    redis.call('HDEL', KEYS[1], ARGV[1])
end
return died
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A step that is taken up.

    Args:
        is_one_too_many: whether it has been taken up so often that it is to be given up.
        leave_out: what is told where the step is, and knows what to leave out; None at the first time.
    """

    is_one_too_many: bool = False
    leave_out: LeaveOut | None = None


FIRST: Final = Attempt()


class Suspects:
    """Where the processes of steps have died.

    Raises (every method, and what an attempt is told):
        BrokerError: Redis cannot be reached, or does not let us write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._died = client.register_script(_DIED)

    @contextmanager
    def attempt(self, step: str, tries: int) -> Iterator[Attempt]:
        """Take up a step for the second time, or a later one; each article that is left out has its own tries."""
        with broker_errors():
            died = cast("bytes", self._died(keys=[PLACES, DEATHS], args=[step]))
        deaths = Counter(died.decode().split(",")[:-1])
        left_out = {place for place, number in deaths.items() if number >= _DEATHS_AT_A_PLACE and place != END}
        most = MOST_TRIES + _TRIES_OF_AN_ARTICLE * min(len(left_out), _MOST_LEFT_OUT)
        with self._notes(step) as write_down:

            def leave_out(place: str) -> bool:
                if place not in left_out:
                    write_down(place)
                return place in left_out

            yield Attempt(is_one_too_many=tries > most, leave_out=leave_out)

    @contextmanager
    def _notes(self, step: str) -> Iterator[Callable[[str], None]]:
        """Where the step is, written down without waiting for an answer: what was sent outlives who sent it."""
        pool: Any = self._client.connection_pool
        with broker_errors():
            connection = pool.get_connection()

        def send(*command: str) -> None:
            with broker_errors():
                connection.send_command(*command, check_health=False)

        try:
            send("CLIENT", "REPLY", "OFF")
            yield lambda place: send("HSET", PLACES, step, place)
            # All of it has arrived when this is answered.
            send("CLIENT", "REPLY", "ON")
            with broker_errors():
                connection.read_response()
        except BaseException:
            connection.disconnect()
            raise
        finally:
            pool.release(connection)
