"""Word documents, made by another program."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
from docx.document import Document as Word


def story() -> Word:
    """A story as a reporter writes it."""
    word = docx.Document()
    word.core_properties.author = "Ada Reed"
    word.core_properties.title = "A draft"
    word.core_properties.language = "en-GB"
    word.core_properties.keywords = "ferry, harbour"
    word.core_properties.created = datetime(2024, 5, 6, 8, tzinfo=UTC)
    word.add_heading("Ferry back in service", 0)
    text = word.add_paragraph("The ferry ")
    text.add_run("returned").bold = True
    text.add_run(" on Monday.")
    word.add_heading("What happened", 2)
    word.add_paragraph("one", style="List Bullet")
    word.add_paragraph("first", style="List Number")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "a", "b"
    word.add_paragraph("It is back.", style="Quote")
    return word


def saved(word: Word) -> bytes:
    """The bytes of a document."""
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()
