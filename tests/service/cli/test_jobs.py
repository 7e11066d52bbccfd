"""The commands about jobs, as they are called: what they print, for people and for programs, and how they end."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from schemas.errors import FaultsError, NewsmillError
from schemas.jobs.job import Job
from service.cli.main import _status, cli
from service.client.client import Client, Upload
from tests.running import Service, start_job, until
from tests.service.asking import waiting_job

ROOT = Path(__file__).resolve().parents[3]


def newsmill(service: Service | str, *arguments: str | Path) -> Result:
    """What the command does, in this process."""
    server = service if isinstance(service, str) else service.base
    result = CliRunner().invoke(cli, [*map(str, arguments)], env={"NEWSMILL_SERVER": server}, prog_name="newsmill")
    if isinstance(result.exception, NewsmillError):
        result.exit_code = _status(result.exception)
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def job(service: Service) -> Job:
    """A job of two articles, of which one failed."""
    lines = b'{"paragraphs": ["One."]}\n{"headline": "x"}\n'
    with Client(service.base) as client:
        made = client.submit([Upload(name="a.ndjson", open=lambda: BytesIO(lines))], formats=["csv"])
        return client.wait(made.id)


def test_status_names_failed_articles_and_exits_with_1(service: Service, job: Job) -> None:
    shown = newsmill(service, "status", job.id)
    assert shown.exit_code == 1
    assert shown.stdout.startswith(f"{job.id}  partial    2 articles, 1 failed  csv  20")
    assert "articles.csv  1 article" in shown.stdout
    assert "failed: a.ndjson, line 2" in shown.stderr
    told = json.loads(newsmill(service, "status", "--wait", "--json", job.id).stdout)
    assert (told["id"], told["status"], len(told["files"])) == (job.id, "partial", 4)


def test_list_shows_jobs_newest_first(service: Service, job: Job) -> None:
    waiting = waiting_job(service.jobs()).id
    shown = newsmill(service, "list", "--limit", "2")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[0].split()[:2] == [waiting, "queued"]
    told = json.loads(newsmill(service, "list", "--status", "partial", "--json", "--limit", "1").stdout)
    assert [one["status"] for one in told["jobs"]] == ["partial"]
    newsmill(service, "delete", waiting)


def test_cancel_and_delete_change_the_job(service: Service) -> None:
    waiting = waiting_job(service.jobs()).id
    assert newsmill(service, "cancel", waiting).stdout.split()[:2] == [waiting, "canceled"]
    assert newsmill(service, "cancel", waiting).exit_code == 1
    assert newsmill(service, "delete", waiting).exit_code == 0
    gone = newsmill(service, "status", waiting)
    assert gone.exit_code == 1


def test_download_gets_all_files_one_file_or_a_zip(service: Service, job: Job, tmp_path: Path) -> None:
    every = newsmill(service, "download", job.id, "--out", tmp_path / "all")
    assert every.exit_code == 0
    assert f"1 articles failed; newsmill status {job.id} names them" in every.stderr
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == sorted(file.name for file in job.files)
    one = json.loads(
        newsmill(service, "download", job.id, "--file", "articles.csv", "--out", tmp_path, "--json").stdout
    )
    assert one == {
        "job": job.id,
        "files": [{"path": str(tmp_path / "articles.csv"), "size": (tmp_path / "articles.csv").stat().st_size}],
    }
    assert newsmill(service, "download", job.id, "--zip", "--out", tmp_path).exit_code == 0
    assert (tmp_path / f"{job.id}.zip").is_file()


def test_download_error_gives_advice(service: Service, job: Job) -> None:
    wrong = newsmill(service, "download", job.id, "--file", "article.csv")
    assert (wrong.exit_code, "did you mean articles.csv?" in wrong.stderr) == (2, True)
    assert newsmill(service, "download", job.id, "--file", "articles.csv", "--zip").exit_code == 2
    waiting = waiting_job(service.jobs()).id
    early = newsmill(service, "download", waiting)
    assert early.exit_code == 1
    assert f"newsmill status --wait {waiting} waits for its end" in early.stderr
    newsmill(service, "delete", waiting)


@pytest.mark.parametrize("command", [["list"], ["status", "a"], ["cancel", "a"], ["download", "a"], ["delete", "a"]])
def test_unreachable_server_exits_with_3(command: list[str]) -> None:
    assert newsmill("http://127.0.0.1:1", *command).exit_code == 3


def test_submit_prints_json(service: Service, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("A text.")
    out = tmp_path / "out"
    told = json.loads(newsmill(service, "submit", source, "--to", "csv", "--out", out, "--json").stdout)
    assert (told["job"]["status"], told["done"], told["failed"]) == ("succeeded", 1, [])
    assert [Path(file["path"]).name for file in told["files"]] == [
        "articles.csv",
        "paragraphs.csv",
        "media.csv",
        "csv-metadata.json",
    ]
    detached = json.loads(newsmill(service, "submit", source, "--to", "csv", "--detach", "--json").stdout)
    assert set(detached) >= {"id", "status", "progress"}


@pytest.mark.parametrize(
    ("command", "member"),
    [(["formats"], "formats"), (["seeds"], "seeds"), (["settings"], "settings")],
)
def test_lists_are_printed_as_json(command: list[str], member: str) -> None:
    told = json.loads(newsmill("", *command, "--json").stdout)
    assert list(told) == [member]
    assert told[member]


def test_export_and_validate_print_json(tmp_path: Path) -> None:
    source = tmp_path / "a.ndjson"
    source.write_text('{"paragraphs": ["One."]}\n{}\n')
    exported = newsmill("", "export", source, "--to", "csv", "--out", tmp_path, "--json")
    told = json.loads(exported.stdout)
    assert (exported.exit_code, told["done"], len(told["failed"])) == (1, 1, 1)
    assert told["files"][0]["path"] == str(tmp_path / "articles.csv")
    table = tmp_path / "articles.csv"
    assert json.loads(newsmill("", "validate", "--json", table).stdout)["faults"] == []
    table.write_bytes(table.read_bytes() + b"too,few\r\n")
    checked = newsmill("", "validate", "--json", table)
    faults = json.loads(checked.stdout)
    assert (checked.exit_code, faults["errors"] > 0) == (1, True)
    assert set(faults["faults"][0]) >= {"rule", "severity", "count", "places"}
    assert set(faults["faults"][0]["places"][0]) == {"file", "line", "detail"}


def test_validate_sums_up_each_kind_of_fault(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(b"id,body\r\n" + b"1\r\n" * 20_000)
    ran = newsmill("", "validate", table)
    assert ran.exit_code == 1
    told = ran.stdout.splitlines()
    assert re.fullmatch(r"error: csv-ragged.* \(20,000 places\)", told[0])
    assert [line.split(": ")[0] for line in told[-4:-1]] == ["    a.csv:2", "    a.csv:3", "    a.csv:4"]
    assert told[-1] == "    and 19,997 more; --all lists them"
    assert ran.stderr == "1 file checked: 1 kind of error in 20,000 places, no advice\n"
    [kind] = json.loads(newsmill("", "validate", "--json", table).stdout)["faults"]
    assert (kind["rule"], kind["count"], len(kind["places"])) == ("csv-ragged", 20_000, 3)


def test_validate_by_one_schema_alone(tmp_path: Path) -> None:
    item = tmp_path / "a.xml"
    item.write_text('<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"/>')
    ran = newsmill("", "validate", "--schema", "newsml-g2-2.28", item)
    assert ran.exit_code == 1
    assert "error: g2-schema-attribute" in ran.stdout
    assert "see NewsML-G2 XML Schema" in ran.stdout
    assert "g2-01" not in ran.stdout
    unknown = newsmill("", "validate", "--schema", "newsml-g2-9.9", item)
    assert unknown.exit_code == 2
    assert "newsml-g2-2.9, newsml-g2-2.10" in unknown.stderr


def test_validate_all_lists_every_place(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(b"id,body\r\n" + b"1\r\n" * 20)
    assert len(newsmill("", "validate", "--all", table).stdout.splitlines()) == 20
    [kind] = json.loads(newsmill("", "validate", "--all", "--json", table).stdout)["faults"]
    assert [place["line"] for place in kind["places"]] == [*range(2, 22)]


def test_exit_status_of_an_export(tmp_path: Path) -> None:
    good, wrong = tmp_path / "a.txt", tmp_path / "b.ndjson"
    good.write_text("A text.")
    wrong.write_text("{}\n")
    to = ("--to", "csv", "--out", tmp_path / "out")
    endings: tuple[tuple[int, tuple[str | Path, ...]], ...] = (
        (0, (good, *to)),
        (1, (good, wrong, *to)),
        (1, (wrong, *to)),
        (1, (good, "--to", "csv", "--out", good)),
        (2, (tmp_path / "none.txt", *to)),
        (2, (good, *to, "--option", "csv.profile=exel")),
        (2, (good, *to, "--option", "csw.profile=excel")),
        (2, (good, *to, "--set", "headlin=A")),
        (2, (good, "--to", "cvs")),
        (2, (good, "--to", "csv", "--to", "newsml-g2", "--out", "-")),
    )
    for status, arguments in endings:
        assert newsmill("", "export", *arguments, "--force").exit_code == status, arguments


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_unreadable_file_is_named(tmp_path: Path, jobs: str) -> None:
    unread = tmp_path / "a.txt"
    unread.symlink_to("/proc/self/mem")  # root may open any file, but the start of this one is unreadable
    command = [sys.executable, "-m", "service.cli", "export", str(unread), "--to", "csv", "--jobs", jobs]
    ended = subprocess.run(
        [*command, "--out", str(tmp_path / "out")], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert (ended.returncode, ended.stderr) == (2, f"newsmill: {unread}: it cannot be read: Input/output error\n")
    assert not (tmp_path / "out").exists()


def test_refusal_of_a_server_ends_with_1_or_2(service: Service, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("A text.")
    refused = newsmill(service, "submit", source, "--to", "csv", "--split", "1", "--set", "headlin=A")
    assert refused.exit_code == 2
    gone = newsmill(service, "download", "0" * 32, "--out", tmp_path / "out")
    assert gone.exit_code == 1
    assert not (tmp_path / "out").exists()
    assert newsmill("http://127.0.0.1:1", "submit", source, "--to", "csv").exit_code == 3


def test_help_of_job_commands_has_an_example() -> None:
    for command in ("export", "submit", "status", "list", "cancel", "delete", "download", "validate", "serve"):
        said = newsmill("", command, "--help").stdout
        assert re.search(rf"^ +newsmill {command}", said, re.MULTILINE), command
        assert "\\b" not in said, "\\b is a mark for click"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_of_each_shell(shell: str) -> None:
    assert "_NEWSMILL_COMPLETE" in newsmill("", "completion", shell).stdout


def test_shell_completes_commands_and_values() -> None:
    def completed(line: str) -> str:
        words = line.split(" ")
        asked = {"_NEWSMILL_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        command = [sys.executable, "-c", "from service.cli.main import main; main()"]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | asked, capture_output=True, text=True, check=False
        ).stdout

    assert "plain,download" in completed("newsmill dow")
    assert "plain,newsml-g2" in completed("newsmill export a.txt --to news")


def test_exit_status_of_usage_and_other_errors() -> None:
    assert _status(FaultsError(())) == 2
    assert _status(NewsmillError("x")) == 1


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, *arguments: str | Path) -> None:
        self.pid, self._screen = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.environ["TERM"] = "xterm-256color"
            os.environ["COLUMNS"] = "200"
            os.execv(sys.executable, [sys.executable, "-m", "service.cli", *map(str, arguments)])
        self.shown = self.last = ""

    def read(self) -> str:
        """All that was shown until now."""
        while select.select([self._screen], [], [], 0.05)[0]:
            try:
                piece = os.read(self._screen, 65_536)
            except OSError:
                break
            if not piece:
                break
            self.shown += piece.decode(errors="replace")
        return re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", self.shown)

    def end(self) -> int:
        """Wait for its end: its exit status."""

        def ended() -> Any:
            self.read()
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            return [os.waitstatus_to_exitcode(code)] if pid else None

        found = until(ended)
        assert found, self.read()[-500:]
        self.last = self.read()
        os.close(self._screen)
        return int(found[0])


@pytest.fixture
def waiting(service: Service) -> Iterator[str]:
    job_id = waiting_job(service.jobs()).id
    yield job_id
    with Client(service.base) as client:
        client.delete(job_id)


def test_progress_bar_is_shown_on_a_terminal_only(service: Service, waiting: str) -> None:
    terminal = Terminal("status", waiting, "--wait", "--server", service.base)
    assert until(lambda: "0/1 articles" in terminal.read())
    jobs = service.jobs()
    start_job(jobs, waiting)
    jobs.progress(waiting, done=0, failed=1)
    assert until(lambda: "1/1 articles" in terminal.read())
    with Client(service.base) as client:
        client.cancel(waiting)
    assert terminal.end() == 1
    assert "canceled" in terminal.last
    piped = newsmill(service, "status", waiting, "--wait")
    assert "\x1b" not in piped.output
    assert "━" not in piped.output


def test_ctrl_c_ends_the_command_but_not_the_job(service: Service, tmp_path: Path) -> None:
    lines = b"".join(b'{"id": "urn:x:%d", "paragraphs": ["One."]}\n' % number for number in range(15_000))
    source = tmp_path / "a.ndjson"
    source.write_bytes(lines)
    terminal = Terminal("submit", source, "--to", "newsml-g2", "--server", service.base, "--out", tmp_path)
    assert until(lambda: "converting" in terminal.read())
    os.kill(terminal.pid, signal.SIGINT)
    assert terminal.end() == 130
    shown = terminal.last
    assert "interrupted; the server goes on with job " in shown
    job_id = shown.split("goes on with job ")[1].split()[0]
    for command in (f"newsmill status --wait {job_id}", f"newsmill download {job_id}", f"newsmill cancel {job_id}"):
        assert command in shown
    with Client(service.base) as client:
        assert client.job(job_id).id == job_id
        client.delete(job_id)
