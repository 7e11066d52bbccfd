"""What the tests of more than one package share."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.running import Service, Valkey, service_at, valkey_at
from tests.s3_server import S3Server, s3_at
from workers.jobs.store import JobStore

MAX_BODY = 200_000
MAX_UPLOAD = 1_000_000


FIRST = ("tests/system/", "tests/web/")
"""What takes long: pytest-xdist gives out whole files, and with these last one process would end alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the files that take long run first, and all others in the order they are found in."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A Valkey for all tests."""
    with valkey_at(tmp_path_factory.mktemp("valkey")) as running:
        yield running


@pytest.fixture
def jobs(valkey: Valkey) -> JobStore:
    """The records of jobs: none yet."""
    valkey.client().flushdb()
    return valkey.jobs()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service, with small limits, and callbacks to loopback."""
    with service_at(
        tmp_path_factory.mktemp("service"),
        NEWSMILL_MAX_BODY=str(MAX_BODY),
        NEWSMILL_MAX_UPLOAD=str(MAX_UPLOAD),
        NEWSMILL_CALLBACK_ALLOW="127.0.0.1",
    ) as running:
        yield running


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A store of S3's kind, with an empty bucket."""
    with s3_at(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of the whole service."""
    with service.client() as client:
        yield client
