"""Articles that kill the process which converts them: found by where processes died, and left out.

A step that is taken for the second time records its place before it reads an article and before it writes one. A
place at which two such processes have died is left out of the next try: the first process, which recorded nothing, has
most likely died there too. One death alone may have any cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import redis

from workers.pipeline.pipe import END, LeaveOut
from workers.redis.connect import Script, broker_errors
from workers.redis.keys import PLACES
from workers.redis.step_scripts import DIED

MOST_TRIES: Final = 10
"""How often a step is taken before it is given up: more often than a series of restarts is likely to interrupt it."""

_TRIES_OF_AN_ARTICLE: Final = 3
_MOST_LEFT_OUT: Final = 10
_DEATHS_AT_A_PLACE: Final = _TRIES_OF_AN_ARTICLE - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a step.

    Args:
        attempts_exhausted: whether the step has been taken too often and is given up.
        left_out: the places that are left out; see `workers.pipeline.pipe.LeaveOut`.
        record: records the place that the step has reached; None at the first try.
    """

    attempts_exhausted: bool = False
    left_out: frozenset[str] = frozenset()
    record: Callable[[str], None] | None = None

    @property
    def leave_out(self) -> LeaveOut | None:
        """Says whether a place is left out, and records it if not; None if there is nothing to say or record."""
        return self._leave_out if self.left_out or self.record else None

    def _leave_out(self, place: str) -> bool:
        if place in self.left_out:
            return True
        if self.record:
            self.record(place)
        return False


FIRST: Final = Attempt()


class Quarantine:
    """The places at which the processes of steps have died.

    Raises (every method, and `Attempt.leave_out`):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._died: Script[bytes] = Script(client, DIED)

    @contextmanager
    def attempt(self, step: str, tries: int) -> Iterator[Attempt]:
        """Try a step again. Each article that is left out adds its own tries to those of the step."""
        deaths = Counter(self._died(args=[step]).decode().split(",")[:-1])
        left_out = frozenset(place for place, number in deaths.items() if number >= _DEATHS_AT_A_PLACE and place != END)
        most = MOST_TRIES + _TRIES_OF_AN_ARTICLE * min(len(left_out), _MOST_LEFT_OUT)
        with self._recorder(step) as record:
            yield Attempt(attempts_exhausted=tries > most, left_out=left_out, record=record)

    @contextmanager
    def _recorder(self, step: str) -> Iterator[Callable[[str], None]]:
        """Record places without waiting for answers: a command that was sent outlives its process."""
        pool: Any = self._client.connection_pool
        with broker_errors():
            connection = pool.get_connection()

        def send(*command: str) -> None:
            with broker_errors():
                connection.send_command(*command, check_health=False)

        try:
            send("CLIENT", "REPLY", "OFF")
            yield lambda place: send("HSET", PLACES, step, place)
            # The answer to this command shows that all before it have arrived.
            send("CLIENT", "REPLY", "ON")
            with broker_errors():
                connection.read_response()
        except BaseException:
            connection.disconnect()
            raise
        finally:
            pool.release(connection)
