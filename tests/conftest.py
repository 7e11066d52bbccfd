"""Fixtures of more than one package, and the groups of the tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests.running import Service, Valkey, service_at, valkey_at
from tests.s3_server import S3Server, s3_at
from workers.jobs.store import JobStore

FOLDER = Path(__file__).parent

MAX_BODY = 200_000
MAX_UPLOAD = 1_000_000

SERVERS = frozenset({"valkey", "service", "keyed", "s3", "browser"})
"""The fixtures that start a server. A test that uses one is not a unit test."""

STARTERS = frozenset({"valkey_at", "service_at", "fast_service_at", "start_service", "keyed_service", "s3_at"})
"""The functions that start a server. A module that imports one of them holds no unit tests."""

WITH_PROCESSES = (
    "hostile/",
    "service/cli/",
    "service/runtime/",
    "test_newsmill.py",
    "workers/celery/test_stopping.py",
    "workers/chunked/test_local_pool.py",
    "workers/formats/markup/test_hostile.py",
    "workers/isolation/",
)
"""Where tests start processes of newsmill, or feed it what is large. They are no unit tests either."""

NO_UNITS = ("documentation/", "system/", "web/", *WITH_PROCESSES)
"""Where there are no unit tests. A run of unit tests alone does not import these."""

LONGEST_FIRST = (
    "tests/documentation/",
    "tests/system/",
    "tests/web/",
    "tests/hostile/",
    "tests/workers/storage/",
    "tests/service/",
)
"""The order of the folders whose tests wait for other processes.

pytest-xdist hands out whole files: a long one at the end would keep one process busy. The files of the other folders
compute. They stand between these, so that there is something to compute while tests wait.
"""

# A shell tells what it runs in the background to ignore Ctrl-C. Tests press it, so the processes they start must not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A run tries the same examples each time: what fails is the change, not the day. `make properties` searches for new
# ones, and each that fails becomes a test of its own. To explain which parts of a failing article do not matter takes
# minutes, and tells little more than the shortest one.
PHASES = frozenset(Phase) - {Phase.explain}
settings.register_profile("quick", max_examples=25, deadline=None, phases=PHASES, derandomize=True)
settings.register_profile("thorough", max_examples=1000, deadline=None, phases=PHASES)
settings.load_profile("quick")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Leave the texts and numbers in the code out of quick examples: these would change with every module."""
    if settings.get_current_profile_name() == "quick":
        providers._get_local_constants = Constants


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect without garbage collections, and leave what there is then out of later ones: it stays to the end.

    Tests make many short-lived objects: fewer collections save a thirtieth of their processor time.
    """
    gc.disable()
    try:
        _import_in_turn(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        gc.enable()


def _import_in_turn(config: pytest.Config) -> None:
    """Import the modules of all tests, each process beginning with another one.

    In a new clone, one process compiles a module, and the others read its bytecode. Without this, all of them compile
    the same module at the same time.
    """
    of = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if of == 1 or sys.dont_write_bytecode or config.args != config.getini("testpaths"):
        return
    files = [path for path in sorted(FOLDER.rglob("test_*.py")) if not pytest_ignore_collect(path, config)]
    first = len(files) * int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) // of
    for path in files[first:] + files[:first]:
        # A module that skips itself or fails does so again when its tests are collected.
        with suppress(Exception, pytest.skip.Exception):
            import_module(".".join(path.relative_to(FOLDER.parent).with_suffix("").parts))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave what has no unit tests out of a run of unit tests."""
    if config.option.markexpr != "unit" or FOLDER not in collection_path.parents:
        return None
    path = collection_path.relative_to(FOLDER).as_posix()
    return f"{path}/".startswith(NO_UNITS) or path in NO_UNITS or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its group, and put the files in their order."""
    for item in items:
        item.add_marker(group_of(item))
    files = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items))
    folders = {file: next((n for n, at in enumerate(LONGEST_FIRST) if file.startswith(at)), None) for file in files}
    waiting = sorted((file for file in files if folders[file] is not None), key=lambda file: folders[file] or 0)
    computing = [file for file in files if folders[file] is None]
    # How much of its kind stands before a file.
    place = {file: n / len(kind) for kind in (waiting, computing) for n, file in enumerate(kind)}
    items.sort(key=lambda item: place[item.nodeid.partition("::")[0]])


def group_of(item: pytest.Item) -> str:
    """Return the group of a test: by its folder, else by whether it can start a server."""
    module = item.getparent(pytest.Module)
    assert module
    of_all = _group_of_all(module)
    if of_all == "unit" and (SERVERS.intersection(getattr(item, "fixturenames", ())) or "bucket" in item.name):
        return "service"
    return of_all


@cache
def _group_of_all(module: pytest.Module) -> str:
    path = module.path.relative_to(FOLDER)
    folder = path.parts[0]
    if folder in ("system", "web"):
        return folder
    if folder == "documentation" or path.as_posix().startswith(WITH_PROCESSES):
        return "service"
    return "unit" if STARTERS.isdisjoint(vars(module.obj)) else "service"


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A Valkey for all tests."""
    with valkey_at(tmp_path_factory.mktemp("valkey")) as running:
        yield running


@pytest.fixture
def jobs(valkey: Valkey) -> JobStore:
    """An empty store of job records."""
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
    """An S3 server with an empty bucket."""
    with s3_at(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    """A client of the whole service."""
    with service.client() as client:
        yield client
