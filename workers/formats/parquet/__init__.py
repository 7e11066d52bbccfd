"""Tables in Parquet: one row for each article, with lists and structs. Read, written, checked."""

from __future__ import annotations

import re
from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.parquet.checks import ParquetChecker, check_parquet
from workers.formats.parquet.places import PLACES
from workers.formats.parquet.reader import read_columns, read_parquet
from workers.formats.parquet.rules import RULES
from workers.formats.parquet.writer import NAME, PARQUET_TYPE, ParquetWriter

# The first bytes, and those of the header of a page or, in a table without rows, of the footer.
_SIGNATURE: Final = re.compile(rb"PAR1[\x00-\x1f]")


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise a table by its signature (the Parquet format, "File format")."""
    return Evidence.CERTAIN if _SIGNATURE.match(head.raw) else Evidence.NONE


FORMAT: Final = Format(
    id="parquet",
    name="Parquet",
    title="Parquet, a table with lists and structs",
    media_types=(PARQUET_TYPE,),
    extensions=("parquet",),
    files=(NAME,),
    sniff=sniff,
    mapped=True,
    table_head=read_columns,
    reader=read_parquet,
    writer=ParquetWriter,
    checker=ParquetChecker,
    file_checker=check_parquet,
    rules=RULES,
    places=PLACES,
)
