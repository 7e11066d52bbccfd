"""Fixtures of the service's tests: a service with keys, and its callers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.running import Service
from tests.service.keyed import ALICE, BOB, asking, keyed_service


@pytest.fixture(scope="session")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service, with keys of Alice's and of Bob's, and no limits."""
    with keyed_service(tmp_path_factory.mktemp("keyed")) as running:
        yield running


@pytest.fixture(scope="session")
def alice(keyed: Service) -> Iterator[httpx.Client]:
    """A client with Alice's key."""
    with asking(keyed, ALICE) as client:
        yield client


@pytest.fixture(scope="session")
def bob(keyed: Service) -> Iterator[httpx.Client]:
    """A client with a key of Bob's."""
    with asking(keyed, BOB) as client:
        yield client


@pytest.fixture(scope="session")
def anonymous(keyed: Service) -> Iterator[httpx.Client]:
    """A client without a key."""
    with asking(keyed, None) as client:
        yield client
