"""A first line is the headline, and a line such as "By Jane Doe" the byline, where the request says so."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from schemas.article import Byline
from schemas.conversion import Document, ReadArticle
from schemas.reading import ReadingOptions
from tests.workers.formats.docx.documents import saved
from workers.formats.docx.reader import read_docx
from workers.formats.text.reader import read_text

BOTH = ReadingOptions(headline="first-line", byline="by-line")


def read(reader: Any, raw: bytes, reading: ReadingOptions = BOTH) -> ReadArticle:
    [found] = reader(Document(name="a", open=lambda: io.BytesIO(raw), reading=reading, whole_ledger=True))
    assert isinstance(found, ReadArticle)
    return found


@pytest.mark.parametrize(
    ("text", "headline", "byline", "paragraphs"),
    [
        ("Rates fall\n\nBy Jane Doe\n\nThe text.", "Rates fall", "By Jane Doe", ("The text.",)),
        ("Rates fall\nBy Jane Doe\nThe text.", "Rates fall", "By Jane Doe", ("The text.",)),
        ("date 2024-11-08 Rates fall\n\nThe text.", "Rates fall", None, ("The text.",)),
        ("Zins fällt\n\nVorspann.\n\nVon Jörg Maier\n\nText.", "Zins fällt", "Von Jörg Maier", ("Vorspann.", "Text.")),
        ("Rates fall\n\nBy noon it was over.\n\nMore.", "Rates fall", None, ("By noon it was over.", "More.")),
        ("Title: Stated\nLanguage: en\n\nA line\n\nBy Jane Doe\n\nMore.", "Stated", "By Jane Doe", ("A line", "More.")),
        ("Only one line", None, None, ("Only one line",)),
        ("x" * 400 + "\n\nMore.", None, None, ("x" * 400, "More.")),
    ],
)  # fmt: skip
def test_first_lines_of_a_text(
    text: str, headline: str | None, byline: str | None, paragraphs: tuple[str, ...]
) -> None:
    article = read(read_text, text.encode()).article
    assert (article.headline, article.byline, article.paragraphs) == (headline, byline, paragraphs)
    plain = read(read_text, text.encode(), ReadingOptions()).article
    assert (plain.headline, plain.byline) == ("Stated" if headline == "Stated" else None, None)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("BY JANE DOE AND JOHN ROE", ("JANE DOE", "JOHN ROE")),
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("Por Ana María López y Luis O'Neil", ("Ana María López", "Luis O'Neil")),
        ("By Jane Doe, economics editor", ()),
    ],
)
def test_names_of_a_byline_are_authors(line: str, names: tuple[str, ...]) -> None:
    article = read(read_text, f"Rates fall\n\n{line}\n\nThe text.".encode()).article
    assert article.byline == line
    assert article.bylines == tuple(Byline(name=name) for name in names)


def test_lines_of_a_word_file_come_before_its_properties() -> None:
    word = docx.Document()
    word.core_properties.title, word.core_properties.author = "Document1", "desk-pc-4"
    word.add_paragraph().add_run("Rates fall").bold = True
    for text in ("By Jane Doe", "The bank lowered its rate."):
        word.add_paragraph(text)
    found = read(read_docx, saved(word))
    assert (found.article.headline, found.article.bylines) == ("Rates fall", (Byline(name="Jane Doe"),))
    assert found.article.paragraphs == ("The bank lowered its rate.",)
    # The date is that of the template of python-docx.
    assert found.article.modified is None
    said = {entry.value: entry.reason for entry in found.ledger.entries}
    kept = {(one.value, one.field) for one in found.ledger.entries if (one.outcome, one.origin) == ("kept", "request")}
    assert kept == {("Rates fall", "headline"), ("By Jane Doe", "byline")}
    assert said["Document1"] == "the text begins with a headline of its own"
    assert said["desk-pc-4"] == "the text has a byline of its own"
