"""`newsmill serve` on folders and host names that it cannot use or warns of."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx

from tests.parts import has_ipv6
from tests.running import NEWSMILL, clean_environ, needs_proc, start_service
from tests.system.serving import make_a_job, run_serve

pytestmark = needs_proc


def test_data_and_temporary_folder_too_long_for_a_socket_are_one_clear_line(tmp_path: Path) -> None:
    data = tmp_path / ("long/" * 30)
    temporary = tmp_path / ("temporary" * 10)
    temporary.mkdir()
    ran = run_serve("--port", "0", "--data", data, TMPDIR=str(temporary))
    assert ran.returncode == 2
    [line] = ran.stderr.splitlines()
    assert line.startswith(f"newsmill: NEWSMILL_DATA={data}: the path is too long for a Unix socket")


def test_commands_beside_a_service_that_does_not_run_leave_nothing(tmp_path: Path, short_folder: Path) -> None:
    data = tmp_path / ("long/" * 30)
    data.mkdir(parents=True)
    for command in (["sweep", "--dry-run"], ["callback-secret"]):
        ran = subprocess.run(
            [NEWSMILL, *command, "--data", data],
            env=clean_environ() | {"TMPDIR": str(short_folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 1
        assert "start the service" in ran.stderr
    assert [*short_folder.iterdir(), *data.iterdir()] == []


def test_unknown_host_name_is_one_clear_line(tmp_path: Path) -> None:
    ran = run_serve("--host", "no-such-host.invalid", "--port", "0", "--data", tmp_path, NEWSMILL_OPEN="yes")
    assert ran.returncode == 2
    [line] = ran.stderr.splitlines()
    assert line.startswith("newsmill: NEWSMILL_HOST=no-such-host.invalid, NEWSMILL_PORT=0: cannot listen there: ")


def test_files_are_private_and_an_open_folder_and_a_setting_without_effect_are_said(short_folder: Path) -> None:
    short_folder.chmod(0o755)
    data = short_folder / "shared"
    data.mkdir(mode=0o755)
    environ = {"NEWSMILL_BROKER_URL": "redis://127.0.0.1:1/0", "NEWSMILL_OPEN": "yes"}
    host = ("--host", "::" if has_ipv6() else "0.0.0.0")
    with (short_folder / "log").open("w+") as log, start_service(data, *host, environ=environ, log=log) as service:
        make_a_job(service)
        # Every address of IPv6 is every one of IPv4 too.
        assert httpx.get(f"http://127.0.0.1:{httpx.URL(service.base).port}/readyz").status_code == 200
        said = [line for line in Path(log.name).read_text().splitlines() if line.startswith("newsmill: ")]
        readable = [path for path in data.rglob("*") if path.stat().st_mode & 0o077]
    [line, of_broker] = said
    assert of_broker.startswith("newsmill: NEWSMILL_BROKER_URL has no effect: ")
    assert line.startswith(f"newsmill: NEWSMILL_DATA={data}: other users of this machine can open the folder")
    assert line.endswith(f"Run: chmod -R go= {data}")
    assert readable == []
