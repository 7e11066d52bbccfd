"""The structure of NITF 3.6: elements, order, counts, attributes and value types.

`structure.json` holds the facts, one definition a line. To make it again from the IPTC's schema, run
`python -m workers.formats.nitf.structure FOLDER`: the folder holds `nitf-3-6.xsd` and `nitf-3-6-ruby-include.xsd`.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Final

from workers.formats.xml.schema_table import compile_schemas, table_text
from workers.formats.xml.structure import Structure

VERSION: Final = "3.6"
NITF: Final = "http://iptc.org/std/NITF/2006-10-18/"
TABLE: Final = Path(__file__).with_name("structure.json")


@cache
def structure() -> Structure:
    """Return the structure of NITF 3.6. It is read when it is needed first."""
    return Structure(json.loads(TABLE.read_bytes()), VERSION)


def make_table(folder: Path) -> str:
    """Return the text of `structure.json` for the schema in a folder."""
    return table_text(compile_schemas({VERSION: folder / "nitf-3-6.xsd"}, [folder / "nitf-3-6-ruby-include.xsd"]))


if __name__ == "__main__":
    TABLE.write_text(make_table(Path(sys.argv[1])))
