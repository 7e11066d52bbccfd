"""The entry point of the command."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

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


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b]0;title\x07", "a\nerror: forged", "\u202egnp.exe", "\x9b31m"])
def test_control_characters_of_a_document_are_shown_escaped(hostile: str, tmp_path: Path) -> None:
    runner = CliRunner()
    file = tmp_path / "a.jsonld"
    file.write_text(json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", hostile: 1, "url": hostile}))
    article = tmp_path / "a.json"
    article.write_text(json.dumps({"paragraphs": ["One."], "language": hostile, hostile: 1}))
    failing = tmp_path / "b.json"
    failing.write_text(json.dumps({"paragraphs": hostile, "id": hostile}))
    export = ["export", str(article), str(failing), "--to", "csv", "--out", str(tmp_path / "out")]
    for command in (["validate", str(file)], ["validate", "--all", str(file)], export):
        result = runner.invoke(cli.cli, command, color=True)
        assert result.stdout + result.stderr != ""
        assert set(result.stdout + result.stderr) & set("\x1b\x07\u202e\x9b") == set()
        assert not [line for line in (result.stdout + result.stderr).splitlines() if line.startswith("error: forged")]
