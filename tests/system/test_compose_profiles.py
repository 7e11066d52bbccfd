"""docker-compose.yml as text: checks that need no Docker engine."""

from __future__ import annotations

from typing import Any

import yaml

from tests.running import ROOT

COMPOSED: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_a_named_volume_is_one_of_the_composition() -> None:
    for name, service in COMPOSED["services"].items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source.startswith((".", "/")) or source in COMPOSED["volumes"], name
