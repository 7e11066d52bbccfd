"""The whole command `newsmill`, in this process: to start Python for each call takes a second of processor time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from service.cli.main import main


class Ran(NamedTuple):
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def newsmill(*arguments: str | Path, stdin: str = "") -> Ran:
    """Run a command. What it says and its exit status are those of a process of its own."""
    with (
        pytest.MonkeyPatch.context() as patched,
        CliRunner().isolation(stdin, env={"PYTHONSAFEPATH": "1"}) as (stdout, stderr, _),
    ):
        patched.setattr(sys, "argv", ["newsmill", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ran(int(ended.value.code or 0), stdout.getvalue().decode(), stderr.getvalue().decode())
