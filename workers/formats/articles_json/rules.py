"""The rules of articles in newsmill's own JSON."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule

_OWN: Final = "newsmill's own"

RULES: Final = (
    Rule(
        "aj-json",
        "The file is JSON in UTF-8: an object, a list, or an object on each line",
        "RFC 8259, sections 2 and 8.1",
    ),
    Rule(
        "aj-article", "Each object has the fields of an Article, with values that fit", f"{_OWN}: the Article's fields"
    ),
    Rule("aj-unique", "A file has each version of an article once", _OWN),
    Rule("aj-line", "Each article is on one line", f"{_OWN}, of what it writes"),
    Rule("aj-same", "The line states what the article states", f"{_OWN}, of what it writes"),
)
