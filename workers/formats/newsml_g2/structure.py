"""The structure of NewsML-G2, from version 2.9: elements, order, counts, attributes and value types of each version.

`structure.json` holds the facts, one definition a line. To make it again from the IPTC's schemas when a new version
is published, run `python -m workers.formats.newsml_g2.structure FOLDER`: the folder holds
`NewsML-G2_VERSION-spec-All-Power.xsd` for each version, and `xml.xsd`.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.errors import UnknownNameError
from workers.formats.xml.schema_table import compile_schemas, table_text
from workers.formats.xml.structure import Structure

TABLE: Final = Path(__file__).with_name("structure.json")
VERSIONS: Final = tuple(f"2.{minor}" for minor in range(9, 36))
"""The versions in the table, oldest first. Listed here, because the table is read only when it is needed."""

_VERSION: Final = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
_FILE: Final = re.compile(r"NewsML-G2_(\d+\.\d+)-spec-All-Power\.xsd")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(TABLE.read_bytes())
    return table


def nearest_version(stated: str) -> tuple[str, bool]:
    """Return the known version whose structure is used for a stated version, and whether both are the same.

    This is the oldest known version that is not older than the stated one. For anything else, it is the newest.
    """
    if stated in VERSIONS:
        return stated, True
    number = _number(stated) if _VERSION.fullmatch(stated) else _number(VERSIONS[-1])
    return next((version for version in VERSIONS if _number(version) >= number), VERSIONS[-1]), False


@cache
def structure_of(version: str) -> Structure:
    """Return the structure of one version.

    Raises:
        UnknownNameError: the structure of this version is not known.
    """
    if version not in VERSIONS:
        raise UnknownNameError("version of NewsML-G2", version, VERSIONS)
    return Structure(_table(), version)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def make_table(folder: Path) -> str:
    """Return the text of `structure.json` for the schemas in a folder."""
    found = {match[1]: path for path in folder.iterdir() if (match := _FILE.fullmatch(path.name))}
    in_order = dict(sorted(found.items(), key=lambda one: _number(one[0])))
    return table_text(compile_schemas(in_order, [folder / "xml.xsd"]))


if __name__ == "__main__":
    TABLE.write_text(make_table(Path(sys.argv[1])))
