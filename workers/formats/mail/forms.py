"""The answers of a form that software sends as the text of a mail: a JSON object with names and their values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from schemas.article import split_paragraphs
from schemas.article.values import make_line
from schemas.columns.names import NAMES, TEXT, plain_name
from schemas.ledger import Ledger

_LINES: Final = ("headline", "slugline", "dateline", "description", "genre")
_LINE_BREAKS: Final = re.compile(r"(?:(?<![ \t])[ \t]+)?\n\s*")
_FIELDS: Final = {name: field for field in (*_LINES, TEXT) for name in NAMES[field]}
_STATED: Final = "the form in the mail states it"


def read_form(text: str, path: str, ledger: Ledger, fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the paragraphs of a form, and add its fields; () if the text is no form with a headline and a text.

    Args:
        text: the text of the mail.
        path: its path.
        ledger: the ledger of the article.
        fields: the fields that the header of the mail states. Those of the form go before them.
    """
    answers = tuple(_answers(text))
    stated: dict[str, str] = {}
    for name, value in answers:
        if field := _FIELDS.get(plain_name(name)):
            stated.setdefault(field, value)
    if "headline" not in stated or TEXT not in stated:
        return ()
    if subject := fields.get("headline"):
        ledger.entries[:] = [one for one in ledger.entries if one.outcome != "kept" or one.field != "headline"]
        ledger.not_held("Subject", subject, _STATED)
    for name, value in answers:
        field = _FIELDS.get(plain_name(name))
        if field is None or stated[field] != value:
            ledger.not_held(f"{path}/{name}", value)
        else:
            ledger.kept(f"{path}/{name}", value, field)
    fields |= {field: make_line(stated[field]) for field in _LINES if field in stated}
    text = stated[TEXT]
    # In the field of a form, a line break ends a paragraph.
    return split_paragraphs(text if "\n\n" in text else _LINE_BREAKS.sub("\n\n", text))


def _answers(text: str) -> Iterator[tuple[str, str]]:
    """Yield each answer that is not blank, with the name of its question."""
    if not text.strip().startswith("{"):
        return
    try:
        # The mail may have broken the line of a string.
        form = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    for name, answer in form.items():
        for value in answer if isinstance(answer, list) else [answer]:
            if isinstance(value, str) and value.strip():
                yield name, value.strip()
