"""Fixtures of the system tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import RedisServer, redis_with_password
from tests.system.composition import Stack, stack_at


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a path of few characters, for sockets."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis with a password."""
    with redis_with_password(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The composition without a profile, for one module: its health checks take processor time."""
    with stack_at(tmp_path_factory.mktemp("compose")) as running:
        yield running


@pytest.fixture
def stack(composed: Stack) -> Stack:
    """The composition, restored after a failed test."""
    composed.restore()
    return composed
