"""Log lines: what is in them, and what can never be."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.running import ROOT, clean_environ
from workers.telemetry.logs import bind, bound, make_formatter

NAMES = st.sampled_from(("document", "problem", "caller"))
VALUES = st.one_of(st.text(), st.text(alphabet=st.characters()), st.integers(), st.booleans())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def logged(message: str, log_format: str = "json", *, error: BaseException | None = None, **extra: Any) -> str:
    """What a message is on its way out."""
    out = io.StringIO()
    shown = logging.StreamHandler(out)
    shown.setFormatter(make_formatter(log_format, out))
    log = logging.getLogger("workers.some")
    log.handlers, log.propagate = [shown], False
    log.error("%s", message, extra=extra, exc_info=error)
    return out.getvalue()


def test_a_line_is_an_object_that_says_when_how_bad_who_and_what() -> None:
    with bound(request_id="one", job_id="j"):
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


def test_what_is_bound_in_a_context_is_bound_no_longer_after_it() -> None:
    with bound(job_id="j"):
        with bound(step="cut"):
            bind(request_id="one")
            assert '"request_id":"one"' in logged("it")
        found = json.loads(logged("it"))
    assert (found.get("job_id"), "step" in found, "request_id" in found) == ("j", False, False)
    assert "job_id" not in json.loads(logged("it"))


def test_it_is_text_on_a_terminal_and_json_elsewhere() -> None:
    assert "Json" in type(make_formatter("auto", io.StringIO())).__name__
    assert "Text" in type(make_formatter("auto", Terminal())).__name__
    assert "Json" in type(make_formatter("json", Terminal())).__name__


def test_a_line_of_text_is_for_people() -> None:
    assert logged("job ended", "text", status="failed", reason="no room").endswith(
        ' error   workers.some: job ended status=failed reason="no room"\n'
    )


@given(message=st.text(), extra=st.dictionaries(NAMES, VALUES))
def test_whatever_is_in_it_a_line_of_json_is_one_line_that_gives_it_back(message: str, extra: dict[str, Any]) -> None:
    said = logged(message, **extra)
    assert said.count("\n") == 1
    found = json.loads(said)
    assert "://" in message or found["event"] == message
    for name, value in extra.items():
        if value != "" and "://" not in str(value):
            assert found[name] == value


@given(message=st.text(), extra=st.dictionaries(NAMES, VALUES))
def test_whatever_is_in_it_a_line_of_text_is_one_line(message: str, extra: dict[str, Any]) -> None:
    said = logged(message, "text", **extra)
    assert said.count("\n") == 1
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said


@given(reason=st.text())
def test_what_an_error_says_cannot_pass_for_a_line(reason: str) -> None:
    first, *trace = logged("it", "text", error=ValueError(reason)).rstrip("\n").split("\n")
    assert first.endswith("workers.some: it")
    assert trace
    assert all(line.startswith("    ") and len(line.splitlines()) == 1 for line in trace)


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_password_of_a_url_is_in_a_line(log_format: str) -> None:
    url = "redis://user:pass-word@example.org:6379/0"
    said = logged(f"no {url}", log_format, error=OSError(f"cannot reach {url}"), broker=url)
    assert "pass-word" not in said
    assert said.count("example.org") == 3


def test_libraries_are_heard_from_warnings_up_and_newsmill_as_the_setting_says() -> None:
    program = """
import logging
from schemas.settings import load_settings
from workers.telemetry.logs import configure_logging
configure_logging(load_settings({"NEWSMILL_LOG_LEVEL": "info"}))
for name in ("celery.app.trace", "workers.steps"):
    logging.getLogger(name).info("info of %s", name)
    logging.getLogger(name).warning("warning of %s", name)
"""
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=ROOT, env=clean_environ(), check=True, capture_output=True, text=True).stderr
    assert [json.loads(line)["event"] for line in said.splitlines()] == [
        "warning of celery.app.trace",
        "info of workers.steps",
        "warning of workers.steps",
    ]
