"""Artifacts in a bucket: cases of S3."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.errors import SettingsError, StoreError, StoreSetupError
from tests.proxy import proxy_to
from tests.running import ROOT, needs_proc
from tests.s3_server import READER, SECRET, S3Server, s3_at
from tests.workers.storage.test_stores import LARGE, pieces
from workers.storage import s3_store
from workers.storage.base import Store, open_store, try_store
from workers.storage.s3_access import S3Access
from workers.storage.s3_store import PART, S3Store

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def prefix() -> str:
    return f"tests/{uuid4().hex}"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time out requests after a second, and their retries after another."""
    monkeypatch.setattr(s3_store, "_REQUEST", timedelta(seconds=1))
    monkeypatch.setattr(s3_store, "_RETRY_FOR", timedelta(seconds=1))


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 store that tests may kill."""
    with s3_at(tmp_path_factory.mktemp("failing")) as running:
        yield running


@pytest.mark.parametrize(
    ("bucket", "environ", "said"),
    [
        ("nosuch", {}, "there is no bucket nosuch at {endpoint}: create it, or name another one in NEWSMILL_STORE"),
        ("news", {"AWS_ACCESS_KEY_ID": "AKIDNOBODY"}, "the store refuses AWS_ACCESS_KEY_ID: it does not know this key"),
        ("news", {"AWS_SECRET_ACCESS_KEY": "not-this"}, "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID"),
        ("news", {"AWS_ACCESS_KEY_ID": READER}, "AWS_ACCESS_KEY_ID may not do this in the bucket news"),
    ],
)
def test_wrong_s3_setting_stops_the_start(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, bucket: str, environ: dict[str, str], said: str
) -> None:
    given = s3.environ | environ
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        try_store(f"s3://{bucket}/x")
    assert str(raised.value).startswith(f"NEWSMILL_STORE: s3://{bucket}/x: ")
    assert said.format(endpoint=s3.endpoint) in str(raised.value)
    assert given["AWS_SECRET_ACCESS_KEY"] not in str(raised.value)
    store = open_store(f"s3://{bucket}/x")
    for action in (store.check, lambda: write(store), lambda: store.delete("a")):
        with pytest.raises(StoreSetupError):
            action()


def test_unreachable_store_does_not_stop_the_start(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in (s3.environ | {"AWS_ENDPOINT_URL": NOWHERE}).items():
        monkeypatch.setenv(name, value)
    try_store("s3://news/x")
    assert "the artifact store is not ready: s3://news/x: the store at http://127.0.0.1:9 cannot be" in caplog.text


def test_unreachable_store_error_names_the_endpoint(s3: S3Server) -> None:
    store = s3.store("x", AWS_ENDPOINT_URL=NOWHERE)
    actions: list[Callable[[], object]] = [store.check, lambda: write(store), lambda: store.open("a")]
    actions += [lambda: store.delete("a"), lambda: sweep(store)]
    for action in actions:
        with pytest.raises(StoreError, match=re.escape(f"the store at {NOWHERE} cannot be reached")) as raised:
            action()
        assert not isinstance(raised.value, StoreSetupError)
        assert SECRET not in str(raised.value)
        assert raised.value.public_detail == "it cannot be reached"


def write(store: Store) -> None:
    with store.create("a") as stream:
        stream.write(LARGE)


def sweep(store: S3Store) -> None:
    store.sweep(older_than=-60)


@pytest.mark.parametrize("meanwhile", ["replaced", "deleted"])
def test_replaced_artifact_is_never_read_as_a_mixture(s3: S3Server, prefix: str, meanwhile: str) -> None:
    store = s3.store(prefix)
    with store.create("a") as stream:
        stream.write(LARGE)
    with store.open("a") as reading:
        assert reading.read(10) == LARGE[:10]
        if meanwhile == "replaced":
            with store.create("a") as stream:
                stream.write(LARGE[::-1])
        else:
            store.delete("a")
        with pytest.raises(StoreError, match="it was replaced" if meanwhile == "replaced" else "no such artifact"):
            reading.read()


def test_store_killed_during_write_has_no_partial_artifact(failing: S3Server, prefix: str) -> None:
    store = failing.store(prefix)
    with store.create("before") as stream:
        stream.write(LARGE)
    with pytest.raises(StoreError, match=r"^a: the store at"), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
        for number, piece in enumerate(pieces(LARGE * 5, 1 << 20)):
            stream.write(piece)
            if number == 2 * PART >> 20:
                failing.kill()
    failing.start()
    assert failing.everything(prefix) <= {"before", "half of " + f"{prefix}/a"}
    sweep(store)
    assert failing.everything(prefix) == {"before"}
    with store.open("before") as reading:
        assert reading.read() == LARGE


@pytest.mark.usefixtures("impatient")
def test_full_store_raises_error_without_partial_artifact(tmp_path: Path, prefix: str) -> None:
    with s3_at(tmp_path, "-volume.minFreeSpace=100", writable=False) as full:  # per cent of the disk
        store = full.store(prefix)
        for content in (LARGE, LARGE[: 2**20]):
            with pytest.raises(StoreError, match=r"^a: the store at"), store.create("a") as stream:
                stream.writelines(pieces(content, 1 << 20))
            assert full.everything(prefix) <= {f"half of {prefix}/a"}
        with pytest.raises(StoreError):
            store.check()
        store.delete("a")
        assert full.everything(prefix) == set()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("stall_after", [0, 100_000, PART + 200_000])
def test_silent_store_times_out(s3: S3Server, prefix: str, stall_after: int) -> None:
    with proxy_to(s3.endpoint) as proxy:
        store = s3.store(prefix, AWS_ENDPOINT_URL=proxy.endpoint)
        proxy.stall_after = stall_after
        with pytest.raises(StoreError, match="does not answer"), store.create("a") as stream:
            stream.writelines(pieces(LARGE, 1 << 20))
    assert s3.everything(prefix) <= {f"half of {prefix}/a"}


def test_broken_store_connection_is_retried(failing: S3Server, prefix: str) -> None:
    with proxy_to(failing.endpoint) as first:
        store = failing.store(prefix, AWS_ENDPOINT_URL=first.endpoint)
        with store.create("a") as stream:
            stream.write(LARGE)
        with store.open("a") as reading:
            reading.read(1 << 18)
            first.cut()
            assert (1 << 18) + len(reading.read()) == len(LARGE)


def test_store_refuses_use_after_a_fork(s3: S3Server, prefix: str) -> None:
    store = s3.store(prefix)
    store.check()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            s3.store(prefix).check()
        except StoreError as error:
            os._exit(7 if "forked" in str(error) else 8)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


_WRITES_AND_WAITS = """
import sys, time
from workers.storage.base import open_store

with open_store(sys.argv[1]).create("a") as stream:
    for _ in range(24):
        stream.write(bytes(1 << 20))
    print("written", flush=True)
    time.sleep(60)
"""


def test_upload_of_killed_writer_is_swept(s3: S3Server, prefix: str) -> None:
    command = [sys.executable, "-c", _WRITES_AND_WAITS, f"s3://news/{prefix}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | s3.environ, cwd=ROOT) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    store = s3.store(prefix)
    half = {f"half of {prefix}/a"}
    assert s3.everything(prefix) == half
    store.sweep(older_than=3_600)
    assert s3.everything(prefix) == half
    store.sweep(older_than=-60)
    assert s3.everything(prefix) == set()


_WRITES_AND_READS = """
import os, sys
from pathlib import Path
from workers.storage.base import open_store

def peak():
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))

store = open_store(sys.argv[1])
megabyte = os.urandom(1 << 20)
for size in map(int, sys.argv[2:]):
    with store.create("a") as stream:
        for _ in range(size):
            stream.write(megabyte)
    with store.open("a") as reading:
        read = sum(map(len, iter(lambda: reading.read(1 << 20), b"")))
    assert read == size << 20
    print(peak())
"""


@needs_proc
def test_large_artifact_needs_memory_of_parts_in_flight(s3: S3Server, prefix: str) -> None:
    command = [sys.executable, "-c", _WRITES_AND_READS, f"s3://news/{prefix}", "1", "128"]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | s3.environ, cwd=ROOT)
    small, large = map(int, run.stdout.split())
    assert large - small < 48 * 1024, f"{(large - small) / 1024:.1f} MiB"


def test_secret_is_in_no_repr_or_url(s3: S3Server) -> None:
    access = s3.access("x", AWS_SESSION_TOKEN="session/token")
    store = S3Store(access)
    for shown in (repr(access), repr(store), access.sign("GET", "a", seconds=60)):
        assert SECRET not in shown
    assert "session/token" not in repr(access)
    assert isinstance(access, S3Access)
