"""deploy/systemd: a unit that systemd accepts, with settings that newsmill reads."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from schemas.settings import load_settings
from tests.running import NEWSMILL, ROOT

UNIT = ROOT / "deploy" / "systemd" / "newsmill.service"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze: apt-get install systemd")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/newsmill/bin/newsmill", str(NEWSMILL)))
    told = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


def test_settings_of_the_unit_are_read() -> None:
    settings = dict(re.findall(r"^Environment=(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE))
    assert load_settings(settings).data == Path("/var/lib/newsmill")
