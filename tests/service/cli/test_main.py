"""The entry point of the command."""

from __future__ import annotations

import errno
import os

import pytest

from schemas.errors import NewsmillError, SettingsError
from service.cli import main as cli
from service.client.client import ServerUnreachableError


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NewsmillError("the pipe is clogged"), 1, "newsmill: the pipe is clogged\n"),
        (SettingsError("NEWSMILL_PORT=x: no number"), 2, "newsmill: NEWSMILL_PORT=x: no number\n"),
        (ServerUnreachableError("nobody answers"), 3, "newsmill: nobody answers\n"),
        (OSError(errno.EIO, os.strerror(errno.EIO), "a.json"), 1, "newsmill: a.json: Input/output error\n"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "newsmill: No space left on device\n"),
    ],
)
def test_an_error_is_a_line_on_standard_error_and_a_status(
    error: Exception, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(**_: object) -> None:
        raise error

    # A disk that fails cannot be had; what is done with its error can.
    monkeypatch.setattr(cli, "cli", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr()) == (status, ("", said))
