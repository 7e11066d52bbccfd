"""CSV with its CSVW description: read, written, checked."""

from __future__ import annotations

import re
from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.csv.checks.export import CsvChecker
from workers.formats.csv.checks.files import check_csv
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.places import PLACES
from workers.formats.csv.reading.division import divide_rows
from workers.formats.csv.reading.head import read_table_head
from workers.formats.csv.reading.heading import is_table
from workers.formats.csv.reading.reader import read_csv
from workers.formats.csv.rules import RULES
from workers.formats.csv.tables import ARTICLES, MEDIA, METADATA, METADATA_TYPE, PARAGRAPHS, TABLE_TYPE
from workers.formats.csv.writer import CsvWriter
from workers.formats.json.sniffing import starts_as_json

_EXTENSIONS: Final = ("csv", "tsv")
# Extensions of texts. Under such a name the rows of a table must agree, and not only its heading have known names.
_PROSE: Final = ("txt", "text", "md")
_CSVW: Final = re.compile(r'"@context"\s*:\s*\[?\s*"http://www\.w3\.org/ns/csvw"')


def sniff(head: Head, name: str | None) -> Evidence:
    """Recognise a table by its heading and its rows, a description by its context."""
    if starts_as_json(head.text):
        return Evidence.CERTAIN if _CSVW.search(head.text) else Evidence.NONE
    extension = extension_of(name)
    if is_table(head.text, prose=extension in _PROSE):
        return Evidence.LIKELY
    return Evidence.NAME if extension in _EXTENSIONS else Evidence.NONE


FORMAT: Final = Format(
    id="csv",
    name="CSV",
    title="CSV, with its CSVW description",
    media_types=(TABLE_TYPE, METADATA_TYPE),
    extensions=_EXTENSIONS,
    files=(ARTICLES, PARAGRAPHS, MEDIA, METADATA),
    sniff=sniff,
    mapped=True,
    table_head=read_table_head,
    divide=divide_rows,
    reader=read_csv,
    writer=CsvWriter,
    checker=CsvChecker,
    file_checker=check_csv,
    rules=RULES,
    options=CsvOptions,
    places=PLACES,
)
