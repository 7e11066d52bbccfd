"""The entry point of the command."""

from __future__ import annotations

import errno
import os

import click
import pytest

from schemas.errors import NewsmillError, SettingsError
from service.cli import main as cli
from service.client.client import ServerUnreachableError


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NewsmillError("the pipe is clogged"), 1, "newsmill: the pipe is clogged\n"),
        (SettingsError("NEWSMILL_PORT=x: no number"), 2, "newsmill: NEWSMILL_PORT=x: no number\n"),
        (ServerUnreachableError("no answer"), 3, "newsmill: no answer\n"),
        (OSError(errno.EIO, os.strerror(errno.EIO), "a.json"), 1, "newsmill: a.json: Input/output error\n"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "newsmill: No space left on device\n"),
    ],
)
def test_error_gives_a_line_and_an_exit_status(
    error: Exception, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(**_: object) -> None:
        raise error

    # A test cannot have a disk that fails.
    monkeypatch.setattr(cli, "cli", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr()) == (status, ("", said))


@pytest.mark.parametrize("name", cli._ELSEWHERE)
def test_short_help_is_the_start_of_the_help(name: str) -> None:
    command = cli.cli.get_command(click.Context(cli.cli), name)
    assert command is not None
    assert (command.help or "").startswith(cli._ELSEWHERE[name][2].rstrip("."))
