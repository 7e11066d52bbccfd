"""The reference data of the formats: official schemas, catalogs and examples. Third-party, and not copied in here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "reference"

REFERENCE = Path(os.environ.get("NEWSMILL_REFERENCE") or _BESIDE)

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(),
    reason="needs the reference data of the formats; set NEWSMILL_REFERENCE to the folder that has it",
)
