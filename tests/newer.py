"""A copy of newsmill whose records are those of a newer version."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.running import ROOT

# What a newer version may change in its records: a field in each request and record, and another way to pack fields,
# beside which it reads the earlier one. Each change is a file, a text in it, and the text that takes its place.
_RAISED: Final = (
    ("schemas/jobs/record.py", '    owner: str = ""\n', '    owner: str = ""\n    urgency: str = "high"\n'),
    ("schemas/jobs/packed_fields.py", 'Final = b"\\x01"\n', 'Final = b"\\x02"\n'),
    ("schemas/jobs/packed_fields.py", "content[:1] != _WITH_WORDS", 'content[:1] not in (b"\\x01", b"\\x02")'),
    (
        "workers/redis/lua/finish_job.lua",
        "redis.call('ZREM', ACTIVE, record)\n",
        "redis.call('ZREM', ACTIVE, record)\nredis.call('HSET', record, 'a newer field', '1')\n",
    ),
)


def make_newer(house: Path) -> Path:
    """Make the copy in a new folder, and return the folder."""
    for name in ("newsmill", "schemas", "workers", "service"):
        # With the compiled modules, and without what is about to become one.
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    for path, text, changed in _RAISED:
        content = (house / path).read_text()
        assert content.count(text) == 1, path
        (house / path).write_text(content.replace(text, changed))
    return house
