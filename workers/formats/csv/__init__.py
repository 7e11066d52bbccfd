"""CSV with its CSVW description: read, written, checked."""

from __future__ import annotations

import re
from typing import Final

from schemas.column_names import count_known
from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.csv.checks import CsvChecker
from workers.formats.csv.division import divide_rows
from workers.formats.csv.file_checks import check_csv
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.places import PLACES
from workers.formats.csv.reader import DELIMITERS, heading, read_csv
from workers.formats.csv.rules import RULES
from workers.formats.csv.tables import ARTICLES, METADATA, METADATA_TYPE, PARAGRAPHS, TABLE_TYPE
from workers.formats.csv.writer import CsvWriter
from workers.formats.json.sniffing import starts_as_json

_EXTENSIONS: Final = ("csv", "tsv")
# Extensions that are stronger evidence than a first line that looks like a heading.
_PROSE: Final = ("txt", "text", "md")
_CSVW: Final = re.compile(r'"@context"\s*:\s*\[?\s*"http://www\.w3\.org/ns/csvw"')


def sniff(head: Head, name: str | None) -> Evidence:
    """Recognise a table by its heading (two known names, or only known ones), a description by its context."""
    if starts_as_json(head.text):
        return Evidence.CERTAIN if _CSVW.search(head.text) else Evidence.NONE
    extension = extension_of(name)
    if extension not in _PROSE and _is_table(head.text):
        return Evidence.LIKELY
    return Evidence.NAME if extension in _EXTENSIONS else Evidence.NONE


def _is_table(text: str) -> bool:
    line = next((line for line in text.splitlines() if line.strip()), "")
    if re.fullmatch(r"sep=[,;\t]", line.strip(), re.IGNORECASE):
        return True
    if not any(delimiter in line for delimiter in DELIMITERS):
        return False
    names = heading(line)
    known = count_known(names)
    return known >= 2 or known == len(names)


FORMAT: Final = Format(
    id="csv",
    name="CSV",
    title="CSV, with its CSVW description",
    media_types=(TABLE_TYPE, METADATA_TYPE),
    extensions=_EXTENSIONS,
    files=(ARTICLES, PARAGRAPHS, METADATA),
    sniff=sniff,
    mapped=True,
    divide=divide_rows,
    reader=read_csv,
    writer=CsvWriter,
    checker=CsvChecker,
    file_checker=check_csv,
    rules=RULES,
    options=CsvOptions,
    places=PLACES,
)
