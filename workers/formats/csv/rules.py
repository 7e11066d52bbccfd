"""The rules of CSV and of its description."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule

_RFC: Final = "RFC 4180, section 2"
_MODEL: Final = "W3C, Model for Tabular Data and Metadata on the Web"
_METADATA: Final = "W3C, Metadata Vocabulary for Tabular Data"

RULES: Final = (
    Rule("csv-utf8", "A table is encoded in UTF-8", f'{_MODEL}, "Best Practice CSV"'),
    Rule("csv-bom", "A table begins without a byte-order mark", "newsmill's own", "advice"),
    Rule("csv-nul", "No cell has a NUL character", "RFC 4180, section 2, grammar of TEXTDATA"),
    Rule("csv-line-end", "Each row ends in CRLF, the last one too", f"{_RFC}, item 1; of the last row, newsmill's own"),
    Rule("csv-quote", "A cell with a quote is in quotes, and each quote in it is doubled", f"{_RFC}, items 5 to 7"),
    Rule("csv-ragged", "Each row has as many cells as the heading", f"{_RFC}, item 4"),
    Rule(
        "csv-heading",
        "The first row names each column once, as the description does",
        f'{_RFC}, item 3; {_METADATA}, "Columns"',
    ),
    Rule("csv-required", "A column that is required has a value in each row", f"{_METADATA}, the property required"),
    Rule("csv-datatype", "A cell is of the datatype of its column", f"{_METADATA}, the property datatype"),
    Rule("csv-key", "No two rows have the same primary key", f"{_METADATA}, the property primaryKey"),
    Rule("csv-foreign-key", "A foreign key is the key of a row of the other table", f'{_METADATA}, "Foreign Keys"'),
    Rule("csv-formula", "A cell that a spreadsheet would run has an apostrophe before it", "OWASP, CSV Injection"),
    Rule("csv-count", "word_count is the number of words of body", "newsmill's own"),
    Rule("csv-text", "The rows state what the article states", "newsmill's own, of what it writes"),
    Rule("csvw", "A description is JSON that names each table and its columns", f'{_METADATA}, "Tables"'),
    Rule("csvw-table", "Each table of a description is beside it", f"{_METADATA}, the property url of a table"),
)
