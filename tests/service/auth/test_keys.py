"""The key ring, and a key file that changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.settings.api_keys import ApiKeys, hashed_entry, new_key, parse_api_keys
from service.auth.keys import KeyRing
from service.cli.main import cli

OLD, NEW, DESK = new_key(), new_key(), new_key()


def write(path: Path, text: str) -> Path:
    """Replace the file, as an editor or an orchestrator does."""
    whole = path.with_suffix(".new")
    whole.write_text(text)
    return whole.replace(path)


def test_a_key_is_accepted_with_and_without_its_name() -> None:
    ring = KeyRing(parse_api_keys(f"newsroom:{OLD},{hashed_entry('desk', DESK)},{NEW}"))
    assert ring.caller_of(OLD) == ring.caller_of(f"newsroom:{OLD}") == "newsroom"
    assert ring.caller_of(DESK) == ring.caller_of(f"desk:{DESK}") == "desk"
    unnamed = ring.caller_of(NEW)
    assert unnamed
    assert unnamed.startswith("key-")


@given(st.text())
def test_an_unknown_key_has_no_caller(token: str) -> None:
    ring = KeyRing(parse_api_keys(f"newsroom:{OLD},desk:{DESK}"))
    for wrong in (
        token,
        f"newsroom:{token}",
        f"newsroom:{DESK}",
        OLD[:-1],
        OLD + " ",
        OLD.lower(),
        f":{OLD}",
        "newsroom",
    ):
        assert ring.caller_of(wrong) is None


def test_keys_are_added_and_removed_at_run_time(tmp_path: Path) -> None:
    file = write(tmp_path / "keys", f"newsroom:{OLD}\n")
    ring = KeyRing(ApiKeys(path=file))
    assert (ring.caller_of(OLD), ring.caller_of(NEW)) == ("newsroom", None)
    write(file, f"newsroom:{OLD}\n{hashed_entry('newsroom', NEW)}\n")
    assert ring.caller_of(OLD) == ring.caller_of(NEW) == "newsroom"
    write(file, f"{hashed_entry('newsroom', NEW)}\n")
    assert (ring.caller_of(OLD), ring.caller_of(NEW)) == (None, "newsroom")


def test_a_file_written_in_place_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"newsroom:{OLD}\n")
    ring = KeyRing(ApiKeys(path=file))
    assert ring.caller_of(OLD)
    file.write_text(f"newsroom:{NEW}\n")
    os.utime(file, ns=(1, 1))
    assert (ring.caller_of(OLD), ring.caller_of(NEW)) == (None, "newsroom")


@pytest.mark.parametrize("broken", ["newsroom:sha256:123", "é:x"])
def test_a_file_with_an_error_keeps_the_old_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    file = write(tmp_path / "keys", f"newsroom:{OLD}\n")
    ring = KeyRing(ApiKeys(path=file))
    write(file, f"{broken}\nnewsroom:{NEW}x y")
    assert [ring.caller_of(OLD) for _ in range(3)] == ["newsroom"] * 3
    [line] = capsys.readouterr().err.splitlines()
    assert "the keys before stay valid" in line
    assert NEW not in line
    write(file, f"newsroom:{NEW}\n")
    assert (ring.caller_of(OLD), ring.caller_of(NEW)) == (None, "newsroom")


@pytest.mark.parametrize("emptied", ["", "# no keys\n\n", None])
def test_a_file_without_keys_lets_no_caller_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], emptied: str | None
) -> None:
    file = write(tmp_path / "keys", f"newsroom:{OLD}\n")
    ring = KeyRing(ApiKeys(path=file))
    assert ring.caller_of(OLD) == "newsroom"
    file.unlink() if emptied is None else write(file, emptied)
    assert [ring.caller_of(OLD) for _ in range(3)] == [None] * 3
    [line] = capsys.readouterr().err.splitlines()
    assert "the key file has no keys; every request is refused" in line
    write(file, f"newsroom:{NEW}\n")
    assert (ring.caller_of(OLD), ring.caller_of(NEW)) == (None, "newsroom")


def test_a_file_with_an_error_stops_the_start(tmp_path: Path) -> None:
    file = write(tmp_path / "keys", "desk:short\n")
    with pytest.raises(SettingsError, match=rf"^NEWSMILL_API_KEYS={file}: expected keys of at least 16 characters"):
        KeyRing(ApiKeys(path=file))
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SettingsError, match="expected a text in UTF-8"):
        KeyRing(ApiKeys(path=file))
    with pytest.raises(SettingsError, match="No such file"):
        KeyRing(ApiKeys(path=tmp_path / "none"))


class TestTheCommand:
    def test_the_command_makes_a_key_and_its_entry(self) -> None:
        ran = CliRunner().invoke(cli, ["key", "newsroom"])
        assert ran.exit_code == 0
        key, entry = ran.stdout.splitlines()
        assert KeyRing(parse_api_keys(entry)).caller_of(key) == "newsroom"
        assert key not in entry

    def test_the_command_needs_a_name(self) -> None:
        ran = CliRunner().invoke(cli, ["key", "two words"])
        assert ran.exit_code == 2
        assert "'two words' is not a valid name" in ran.stderr
