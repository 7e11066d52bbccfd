"""Log lines: their fields, their form and what they must not contain."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from structlog import WriteLogger, make_filtering_bound_logger
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars
from structlog.dev import ConsoleRenderer
from structlog.processors import JSONRenderer

from tests.running import ROOT, clean_environ
from workers.telemetry.logs import make_formatter, processors, renderers

NAMES = st.sampled_from(("document", "problem", "caller"))
VALUES = st.one_of(st.text(), st.text(alphabet=st.characters()), st.integers(), st.booleans())


@pytest.fixture(autouse=True)
def nothing_bound() -> None:
    """Clear the request id that another test of this process has bound."""
    clear_contextvars()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Named(WriteLogger):
    name = "workers.some"


def logged(message: str, log_format: str = "json", *, error: BaseException | None = None, **values: Any) -> str:
    """Return the log line of a message."""
    out = io.StringIO()
    through = processors(renderers(log_format, out))
    structlog.wrap_logger(Named(out), through, make_filtering_bound_logger("info")).error(
        message, exc_info=error, **values
    )
    return out.getvalue()


def logged_by_a_library(message: str, log_format: str = "json", *, error: BaseException | None = None) -> str:
    """Return the log line of a message from the standard library's logging."""
    out = io.StringIO()
    shown = logging.StreamHandler(out)
    shown.setFormatter(make_formatter(renderers(log_format, out)))
    log = logging.getLogger("some.library")
    log.handlers, log.propagate = [shown], False
    log.error("%s", message, exc_info=error)
    return out.getvalue()


def test_json_line_has_time_level_logger_and_event() -> None:
    with bound_contextvars(request_id="one", job_id="j"):
        found = json.loads(logged("it happened", size=3, absent=None, empty=""))
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "level": "error",
        "logger": "workers.some",
        "event": "it happened",
        "request_id": "one",
        "job_id": "j",
        "size": 3,
    }


def test_bound_fields_end_with_their_context() -> None:
    with bound_contextvars(job_id="j"):
        with bound_contextvars(step="cut", request_id=None):
            bind_contextvars(request_id="one")
            assert '"request_id":"one"' in logged("it")
        found = json.loads(logged("it"))
    assert (found.get("job_id"), "step" in found, "request_id" in found) == ("j", False, False)
    assert "job_id" not in json.loads(logged("it"))


def test_log_format_is_text_on_a_terminal_else_json() -> None:
    chosen = [("auto", io.StringIO()), ("auto", Terminal()), ("json", Terminal()), ("text", io.StringIO())]
    assert [type(renderers(*one)[-1]) for one in chosen] == [
        JSONRenderer,
        ConsoleRenderer,
        JSONRenderer,
        ConsoleRenderer,
    ]


def test_no_color_turns_colors_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown() -> str:
        through = processors(renderers("auto", Terminal()))
        out = io.StringIO()
        structlog.wrap_logger(Named(out), through, make_filtering_bound_logger("info")).error("it", a="b")
        return out.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" in shown()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown()


def test_a_line_of_text_is_for_people() -> None:
    assert logged("job ended", "text", status="failed", reason="no room").endswith(
        "[error    ] job ended [workers.some] status='failed' reason='no room'\n"
    )


@given(message=st.text(), extra=st.dictionaries(NAMES, VALUES))
def test_json_log_is_one_line_with_the_same_values(message: str, extra: dict[str, Any]) -> None:
    said = logged(message, **extra)
    assert said.count("\n") == 1
    found = json.loads(said)
    assert "://" in message or found["event"] == message
    for name, value in extra.items():
        if value != "" and "://" not in str(value):
            assert found[name] == value


@given(message=st.text(), extra=st.dictionaries(NAMES, VALUES))
def test_text_log_is_always_one_line(message: str, extra: dict[str, Any]) -> None:
    said = logged(message, "text", **extra)
    assert said.count("\n") == 1
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said


@given(message=st.text(), log_format=st.sampled_from(("json", "text")))
def test_library_log_has_the_same_form(message: str, log_format: str) -> None:
    said = logged_by_a_library(message, log_format)
    assert said.count("\n") == 1
    ours = logged(message, log_format).replace("workers.some", "some.library")
    now = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
    assert now.sub("", said, count=1) == now.sub("", ours, count=1)


def test_library_log_has_bound_fields() -> None:
    with bound_contextvars(request_id="one"):
        found = json.loads(logged_by_a_library("it"))
    assert (found["logger"], found["level"], found["request_id"]) == ("some.library", "error", "one")


@given(reason=st.text())
def test_traceback_cannot_imitate_a_log_line(reason: str) -> None:
    first, *trace = logged("it", "text", error=ValueError(reason)).rstrip("\n").split("\n")
    assert first.endswith("[error    ] it [workers.some]")
    assert trace
    assert all(line.startswith("    ") and len(line.splitlines()) == 1 for line in trace)


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_log_line_masks_url_passwords(log_format: str) -> None:
    url = "redis://user:pass-word@example.org:6379/0"
    error = OSError(f"cannot reach {url}")
    said = logged(f"no {url}", log_format, error=error, broker=url, cause=error)
    said += logged_by_a_library(f"no {url}", log_format, error=error)
    assert "pass-word" not in said
    assert said.count("example.org") == 6


def test_library_loggers_start_at_warning() -> None:
    program = """
import logging
from schemas.settings import load_settings
from workers.telemetry.logs import configure_logging, get_logger
early = get_logger("workers.steps.leases")
early.info("before it is configured")
configure_logging(load_settings({"NEWSMILL_LOG_LEVEL": "info"}))
for name, log in (("celery.app.trace", logging.getLogger("celery.app.trace")), ("workers.steps.leases", early)):
    log.debug("debug of %s", name)
    log.info("info of %s", name)
    log.warning("warning of %s", name)
"""
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=ROOT, env=clean_environ(), check=True, capture_output=True, text=True).stderr
    assert [json.loads(line)["event"] for line in said.splitlines()] == [
        "warning of celery.app.trace",
        "info of workers.steps.leases",
        "warning of workers.steps.leases",
    ]


def test_unconfigured_program_logs_warnings_to_stderr() -> None:
    program = """
from workers.telemetry.logs import get_logger
get_logger("workers.steps.leases").info("info")
get_logger("workers.steps.leases").warning("warning")
"""
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=ROOT, env=clean_environ(), check=True, capture_output=True, text=True)
    assert ran.stdout == ""
    assert re.fullmatch(r"\S+ \[warning  \] warning \[workers.steps.leases\]\n", ran.stderr)


def test_process_forked_during_a_log_write_can_log() -> None:
    program = """
import os, sys, threading
from schemas.settings import load_settings
from workers.telemetry.logs import configure_logging, get_logger
configure_logging(load_settings({}))
log = get_logger("workers.some")
def write():
    while not done.is_set():
        log.info("of the thread")
done = threading.Event()
threading.Thread(target=write).start()
for _ in range(40):
    if not (child := os.fork()):
        log.info("of the child")
        os._exit(0)
    os.waitpid(child, 0)
done.set()
"""
    command = [sys.executable, "-c", program]
    ran = subprocess.run(
        command, cwd=ROOT, env=clean_environ(), check=True, capture_output=True, text=True, timeout=120
    )
    assert sum(json.loads(line)["event"] == "of the child" for line in ran.stderr.splitlines()) == 40


def test_line_that_cannot_be_written_fails_nothing() -> None:
    program = """
import os, sys
from schemas.settings import load_settings
from workers.telemetry.logs import configure_logging, get_logger
configure_logging(load_settings({}))
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, sys.stderr.fileno())
get_logger("workers.some").warning("of newsmill")
print("goes on")
"""
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=ROOT, env=clean_environ(), check=True, stdout=subprocess.PIPE, text=True)
    assert ran.stdout == "goes on\n"
