"""Plain text: its marker, its paragraphs, its bytes."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.article import Article, LineBreak, Paragraph, Party, Source
from schemas.article.values import without_forbidden
from schemas.conversion import Document
from schemas.errors import InputError
from schemas.reading import ReadingOptions
from tests.exports import SEED
from workers.formats.text.reader import read_text

BOM = b"\xef\xbb\xbf"


def read(raw: bytes, name: str | None = "a.txt", **defaults: Any) -> Article:
    """The article of a text."""
    [read] = read_text(Document(name=name, open=lambda: io.BytesIO(raw), defaults=defaults))
    return read.article


def test_the_seed() -> None:
    raw = SEED.read_bytes()
    article = read(raw, SEED.name)
    assert article.published == "2024-11-08"
    assert len(article.paragraphs) == 10
    assert article.word_count == 367
    assert article.paragraphs[0].startswith("Defense Minister Israel Katz on Friday spoke")
    assert article.paragraphs[0].endswith("several hours after Katz took office .")
    assert article.paragraphs[1].startswith("“I thanked him for the US steadfast support")
    assert "Hamas’ October 7, 2023" in article.paragraphs[5]
    assert article.paragraphs[8].startswith('"Thank you to Secretary Austin')
    assert article.paragraphs[8].endswith("our nations,” added Gallant.")
    assert article.source == Source(
        sha256=hashlib.sha256(raw).hexdigest(), name=SEED.name, media_type="text/plain", size=len(raw)
    )


def test_the_seed_is_verbatim() -> None:
    article = read(SEED.read_bytes())
    assert f" date 2024-11-08 {article.body}\n\n" == SEED.read_text(encoding="utf-8").replace("\n\n\n", "\n\n")


def test_the_seed_states_nothing_else() -> None:
    article = read(SEED.read_bytes())
    assert article == Article(paragraphs=article.paragraphs, published="2024-11-08", source=article.source)


@pytest.mark.parametrize(
    ("raw", "published", "paragraphs"),
    [
        (b" date 2024-11-08 A\n\nB\n", "2024-11-08", ("A", "B")),
        (b"date 2024-11-08\nA", "2024-11-08", ("A",)),
        (b"\r\n date 2024-11-08\r\n\r\nA", "2024-11-08", ("A",)),
        (b"A\n\nB", None, ("A", "B")),
        (b"A date 2024-11-08 B", None, ("A date 2024-11-08 B",)),
        (b"date 2024-11-08: the day", None, ("date 2024-11-08: the day",)),
        (b"date 2024-11-081 A", None, ("date 2024-11-081 A",)),
        (b"Date 2024-11-08 A", None, ("Date 2024-11-08 A",)),
        (b"date of birth", None, ("date of birth",)),
        (b" date 2024-11-08 date 2024-11-09 A", "2024-11-08", ("date 2024-11-09 A",)),
        (b"A\r\nB\r\n\r\nC", None, ("A\nB", "C")),
        (b"A\rB", None, ("A\rB",)),
        (b"A\n \t\nB", None, ("A", "B")),
        (b"  took office .  ", None, ("took office .",)),
        (b"<p>&amp;</p>", None, ("<p>&amp;</p>",)),
        ("“é”\u00a0–\u2028x".encode(), None, ("“é”\u00a0–\u2028x",)),
    ],
)
def test_a_text(raw: bytes, published: str | None, paragraphs: tuple[str, ...]) -> None:
    article = read(raw)
    assert (article.published, article.paragraphs) == (published, paragraphs)


def test_line_breaks_of_a_paragraph_are_those_of_the_article() -> None:
    article = read(b"A\r\nB \nC\n\nD")
    assert article.blocks == (Paragraph(("A", LineBreak(), "B ", LineBreak(), "C")), "D")
    assert article.paragraphs == ("A\nB \nC", "D")


@pytest.mark.parametrize("raw", [b" date 2024-11-08 A\n\nB", "é\nü\n\n日本".encode()])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", BOM])
def test_byte_order_mark_and_crlf_leave_the_text_the_same(raw: bytes, line_end: bytes, mark: bytes) -> None:
    encoded = mark + raw.replace(b"\n", line_end)
    plain, same = read(raw), read(encoded)
    assert (same.published, same.paragraphs) == (plain.published, plain.paragraphs)
    assert same.source == Source(
        sha256=hashlib.sha256(encoded).hexdigest(), name="a.txt", media_type="text/plain", size=len(encoded)
    )


@pytest.mark.parametrize(
    ("raw", "place", "reason"),
    [
        (b"", "", "it is empty"),
        (b" \n\t\n", "byte 4", "there is no text in it"),
        (BOM, "byte 3", "there is no text in it"),
        ("\u00a0\u2003".encode(), "byte 5", "there is no text in it"),
        (b" date 2024-11-08 \n", "byte 18", "there is no text in it"),
        (b"caf\xe9 au lait", "byte 3", "it is not UTF-8 (byte 0xe9: invalid continuation byte); convert it to UTF-8"),
        (BOM + b"caf\xe9 au lait", "byte 6", "it is not UTF-8 (byte 0xe9"),
        ("é".encode() + b"\xff", "byte 2", "it is not UTF-8 (byte 0xff: invalid start byte)"),
        (b"A\xe2\x80", "byte 1", "it is not UTF-8 (byte 0xe2: unexpected end of data)"),
        (b"A\xed\xa0\x80", "byte 1", "it is not UTF-8 (byte 0xed"),
        (b"A\xc0\x80", "byte 1", "it is not UTF-8 (byte 0xc0"),
        ("Text".encode("utf-16-le"), "byte 1", "it has U+0000, which XML forbids; take it out"),
    ],
)
def test_unreadable_text_names_document_and_byte(raw: bytes, place: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read(raw)
    assert (caught.value.document, caught.value.place) == ("a.txt", place)
    assert caught.value.reason.startswith(reason)
    assert str(caught.value).startswith(f"a.txt, {place}: {reason}" if place else f"a.txt: {reason}")


@pytest.mark.parametrize(
    ("raw", "body", "named"),
    [
        ("é\r\n\x1b[1m".encode(), "é\n[1m", ("text", "U+001B")),
        (BOM + "é\ufffe".encode(), "é", ("text", "U+FFFE")),
        (b"One\x0cTwo\x1a", "One Two", ("text", "U+000C")),
        (b" date 2024-02-30 A", "A", ("date", "2024-02-30")),
        (BOM + b"date 0000-00-00 A", "A", ("date", "0000-00-00")),
    ],
)
def test_one_bad_value_does_not_cost_the_text(raw: bytes, body: str, named: tuple[str, str]) -> None:
    [found] = read_text(Document(name="a.txt", open=lambda: io.BytesIO(raw)))
    assert (found.article.body, found.article.published) == (body, None)
    entry = found.ledger.entries[0]
    assert (entry.path, entry.value, entry.outcome) == (*named, "not-held")


def test_a_text_without_a_name_is_called_by_what_it_is() -> None:
    with pytest.raises(InputError, match="text: it is empty"):
        read(b"", None)
    source = read(b"A", None).source
    assert source is not None
    assert source.name is None


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("a\nb\t.txt", "a b .txt"),
        (" ", None),
        ("", None),
        ("\x1b.txt", None),
        ("\udce9.txt", None),
        ("=1.txt", "=1.txt"),
    ],
)
def test_the_name_of_the_source_is_stated_where_it_can_be(name: str, stated: str | None) -> None:
    source = read(b"A", name).source
    assert source is not None
    assert source.name == stated


def test_defaults_fill_what_the_text_does_not_state() -> None:
    article = read(b" date 2024-11-08 A", published="2020-01-01", language="en", provider=Party(name="Example News"))
    assert (article.published, article.language, article.provider) == ("2024-11-08", "en", Party(name="Example News"))
    assert read(b"A", published="2020-01-01").published == "2020-01-01"


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.builds(bytes.__add__, st.sampled_from((BOM, b" date 2024-11-08 ", b" date 9999-99-99 ")), st.binary())
)
@example(b"\n" * 5000 + b"x" + b"\n" * 5000)
def test_any_bytes_are_an_article_or_an_error_at_a_byte(raw: bytes) -> None:
    found: Article | InputError
    try:
        found = read(raw)
    except InputError as error:
        found = error
    if isinstance(found, InputError):
        assert found.document == "a.txt"
        assert not raw or 0 <= int(found.place.removeprefix("byte ")) <= len(raw)
        assert found.reason
    else:
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        decoded = raw.decode("utf-16") if wide else raw.removeprefix(BOM).decode()
        text = without_forbidden(decoded.replace("\r\n", "\n"))
        assert all(paragraph in text for paragraph in found.paragraphs)


def test_default_that_fits_no_article_is_left_out_and_named() -> None:
    [found] = read_text(Document(name=None, open=lambda: io.BytesIO(b"A"), defaults={"signal": "update"}))
    assert found.article.signal is None
    assert [(entry.path, entry.outcome, entry.value) for entry in found.ledger.entries] == [
        ("signal", "not-held", "update")
    ]


def test_each_part_of_the_text_is_in_the_ledger() -> None:
    raw = b"date 2024-11-08 First.\r\n\r\nSecond."
    [found] = read_text(Document(name=None, open=lambda: io.BytesIO(raw), whole_ledger=True))
    assert [(entry.path, entry.outcome, entry.value, entry.field) for entry in found.ledger.entries] == [
        ("date", "kept", "2024-11-08", "published"),
        ("paragraph[1]", "kept", "First.", "paragraphs"),
        ("paragraph[2]", "kept", "Second.", "paragraphs"),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "cp1252"])
def test_a_text_is_decoded_by_its_mark_or_as_the_request_states(encoding: str) -> None:
    raw = "Die Fähre.".encode(encoding)
    stated = None if encoding == "utf-16" else encoding
    read_as = ReadingOptions(encoding=stated)
    [found] = read_text(Document(name="a.txt", open=lambda: io.BytesIO(raw), reading=read_as))
    assert found.article.body == "Die Fähre."


HEADER = (
    b"Title: Ferry back\r\nDate: 2024-05-06 08:00\r\nBy-line: By Ada Reed; Bo Lim\r\n"
    b"Edition: 5\r\nTitle: B\r\n\r\nA\r\n\r\nB"
)


def test_header_lines_state_fields() -> None:
    options = ReadingOptions(zone="Europe/Paris")
    document = Document(name="a.txt", open=lambda: io.BytesIO(HEADER), reading=options, whole_ledger=True)
    [found] = read_text(document)
    article = found.article
    assert (article.headline, article.paragraphs) == ("Ferry back", ("A", "B"))
    assert article.published == "2024-05-06T08:00:00+02:00"
    assert [one.name for one in article.bylines] == ["Ada Reed", "Bo Lim"]
    assert [one[:3] for one in found.ledger.entries if one.outcome == "not-held"] == [
        ("Edition", "not-held", "5"),
        ("Title", "not-held", "B"),
    ]


@pytest.mark.parametrize(
    ("raw", "headline", "published", "status"),
    [
        (b"Headline: A: B\n\nC", "A: B", None, None),
        (b"Title: A\nDate: soon\n\nC", "A", None, None),
        (b"Title: A\nEmbargo: 2024-05-06\n\nC", "A", None, "withheld"),
    ],
)
def test_header_lines_with_values_of_all_kinds(
    raw: bytes, headline: str, published: str | None, status: str | None
) -> None:
    article = read(raw)
    assert (article.headline, article.published, article.status, article.body) == (headline, published, status, "C")


@pytest.mark.parametrize(
    "text",
    [
        "Anna: It is back.\nBob: Is it?\n\nThe play goes on.",
        "Note: it is back.\n\nThe ferry sails.",
        "Title: Ferry back",
        "Title: Ferry back\nand so on\n\nA",
        "Vienna: Title, Date and Byline\n\nA",
        "Title:\n\nA",
    ],
)
def test_prose_with_colons_has_no_header(text: str) -> None:
    article = read(text.encode())
    assert (article.headline, article.body) == (None, text)
