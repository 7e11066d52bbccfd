"""The rules of tables in Parquet."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule

_OWN: Final = "newsmill's own"

RULES: Final = (
    Rule("pq-file", "The file is a Parquet table that can be read to its end", "Apache Parquet, “File format”"),
    Rule("pq-article", "Each row has the fields of an Article, with values that fit", f"{_OWN}: the Article's fields"),
    Rule("pq-unique", "A file has each version of an article once", _OWN),
    Rule("pq-same", "The row states what the article states", f"{_OWN}, of what it writes"),
)
