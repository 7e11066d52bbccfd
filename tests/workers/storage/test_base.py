"""Opening the store that NEWSMILL_STORE names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from schemas.errors import SettingsError
from workers.storage.base import open_store, try_store
from workers.storage.local_store import LocalStore
from workers.storage.s3_store import S3Store


def test_a_folder_is_a_store(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    assert isinstance(store, LocalStore)
    with store.create("a") as stream:
        stream.write(b"x")
    assert (tmp_path / "a").read_bytes() == b"x"


def test_s3_location_opens_a_store_without_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:9")
    assert isinstance(open_store("s3://news/x"), S3Store)


def test_unknown_kind_of_store_is_refused() -> None:
    with pytest.raises(SettingsError, match="NEWSMILL_STORE=ftp://here: unknown kind of store"):
        open_store("ftp://here")


def test_unwritable_folder_does_not_stop_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_bytes(b"")
    try_store(str(tmp_path / "file"))
    assert "the artifact store is not ready: check/" in caplog.text


def test_local_store_does_not_import_the_s3_client() -> None:
    code = "import sys; from workers.storage.base import open_store; open_store('x'); print('obstore' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "False"
