"""A clock that jumps while jobs run: nothing hangs, and no file is removed early."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import Parts, parts_at
from tests.running import FAST_TIMINGS, needs_proc, until
from tests.system.test_faults import ended, upload, whole

pytestmark = needs_proc

LIBRARIES = sorted(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"))
LARGE = 5_000
TEXT = {"source": {"text": "One."}, "formats": ["csv"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clocks")


@pytest.fixture(scope="module")
def clock(folder: Path) -> Path:
    if not LIBRARIES:
        pytest.skip("needs libfaketime, for a clock that jumps: apt-get install libfaketime")
    clock = folder / "clock"
    clock.write_text("+0")
    return clock


@pytest.fixture(scope="module")
def parts(folder: Path, clock: Path) -> Iterator[Parts]:
    """The parts. All but Valkey use a clock that the tests set, and set back."""
    jumping = {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        **FAST_TIMINGS,
    }
    with parts_at(folder, **jumping) as parts:
        parts.start("api", "api")
        parts.start("worker", "worker")
        assert parts.ready()
        yield parts


@pytest.mark.parametrize("jump", ["+9d", "-2d", "-1h"])
def test_jobs_end_after_a_jump_of_the_clock(parts: Parts, clock: Path, jump: str) -> None:
    with parts.client() as client:
        before = client.post("/v1/jobs", json=TEXT, headers={"Prefer": "wait=60"}).json()
        assert before["status"] == "succeeded"
        large = upload(client, LARGE)
        assert until(lambda: parts.jobs().get(large).done > 0)
        clock.write_text(jump)
        # The sweep replaces them. Celery's own beat would send none while the clock is set back.
        tree = parts.tree("worker")
        [chunks] = [
            one.pid for one in tree if "--only chunks" in one.command and one.parent == parts.running["worker"].pid
        ]
        for one in tree:
            if one.parent == chunks:
                os.kill(one.pid, signal.SIGKILL)
        assert ended(parts, large, 150).status == "succeeded"
        small = client.post("/v1/jobs", json=TEXT).json()["id"]
        assert ended(parts, small, 60).status == "succeeded"
        # The API shows expiry by its own clock; removal goes by the clock of Redis, which has not jumped.
        clock.write_text("+0")
        assert until(lambda: client.get(f"/v1/jobs/{before['id']}").json()["status"] == "succeeded")
        assert client.get(before["files"][0]["href"]).status_code == 200
        whole(parts, client, large, articles=LARGE)
