"""A Word document is one article: its headings, lists and tables stay, and its pictures are named."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from schemas.article import Byline, Heading, ItemList, Paragraph, Quotation, Table
from schemas.conversion import ReadArticle
from tests.workers.formats.documents import document, read_one, refusal
from tests.workers.formats.docx.documents import saved, story
from workers.formats.detection import detect, is_document_in_zip
from workers.formats.docx.reader import LARGEST_TEXT, read_docx


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    """A document with one part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return stream.getvalue()


def test_text_and_properties_become_fields() -> None:
    article = read_one(read_docx, saved(story()))
    assert article.headline == "Ferry back in service"
    assert article.bylines == (Byline(name="Ada Reed"),)
    assert (article.language, article.keywords) == ("en-GB", ("ferry", "harbour"))
    assert article.first_created == "2024-05-06T08:00:00Z"
    kinds = [type(block) for block in article.blocks]
    assert kinds == [Paragraph, Heading, ItemList, ItemList, Table, Quotation]
    assert article.paragraphs[0] == "The ferry returned on Monday."


def test_what_is_not_held_is_named() -> None:
    found = next(read_docx(document(saved(story()), whole_ledger=True)))
    assert isinstance(found, ReadArticle)
    named = {entry.path: entry.value for entry in found.ledger.entries if entry.outcome == "not-held"}
    assert named["properties/title"] == "A draft"
    assert "properties/description" in named


def test_a_title_in_the_properties_alone_is_the_headline() -> None:
    word = docx.Document()
    word.core_properties.title = "Ferry back"
    word.core_properties.author = "python-docx"
    word.add_paragraph("It is back.")
    article = read_one(read_docx, saved(word))
    assert (article.headline, article.bylines) == ("Ferry back", ())
    assert article.paragraphs == ("It is back.",)


def test_it_is_recognised_and_not_unpacked() -> None:
    raw = saved(story())
    assert detect(raw[:65_536], "story.bin") == "docx"
    assert is_document_in_zip(raw[:65_536])


def test_a_document_without_text_is_refused() -> None:
    assert "no text in it" in refusal(read_docx, saved(docx.Document())).reason


def test_a_damaged_document_is_refused() -> None:
    raw = saved(story())
    assert "damaged" in refusal(read_docx, raw[: len(raw) // 2]).reason
    assert "not XML" in refusal(read_docx, with_part(raw, "word/document.xml", b"<a><b>")).reason
    assert (
        "DOCTYPE"
        in refusal(read_docx, with_part(raw, "word/document.xml", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>')).reason
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b" " * (LARGEST_TEXT + 1), id="a part that unpacks to very much"),
        pytest.param(b"<a>" * 10_000 + b"</a>" * 10_000, id="elements that nest very deep"),
    ],
)
def test_a_bomb_is_refused(content: bytes) -> None:
    assert refusal(read_docx, with_part(saved(story()), "word/document.xml", content))
