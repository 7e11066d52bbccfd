"""The memory of JSON bodies: one caller leaves some to the others."""

from __future__ import annotations

import pytest
from flask import Flask, g

from service.core.bodies import MEMORY, BodyMemory
from service.core.caller import Caller
from service.core.problems import ProblemError


def test_bodies_of_one_key_leave_half_of_the_memory() -> None:
    app, memory = Flask("test"), BodyMemory()

    def take(owner: str, size: int) -> None:
        g.caller = Caller(id=owner)
        memory.take(size)

    with app.app_context():
        take("ada", MEMORY // 2)
        with app.app_context(), pytest.raises(ProblemError) as refused:
            take("ada", 1)
        assert refused.value.problem.headers["Retry-After"] == "2"
        with app.app_context():
            take("bo", MEMORY // 2)
            memory.free()
        memory.free()
    with app.app_context():
        take("ada", MEMORY // 2)
        take("ada", MEMORY // 2)  # of the same body
