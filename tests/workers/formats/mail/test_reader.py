"""Mail is read as articles: no header is text, and what is not held is named."""

from __future__ import annotations

import json
from email.message import EmailMessage
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import AlternativeId, Article, Byline, Heading, Media, Paragraph, Party, Rendition
from schemas.bounds import LARGEST_DOCUMENT
from schemas.conversion import ReadArticle
from tests.cases import export_case
from tests.workers.formats.documents import document, read_all, read_one, refusal, unread
from workers.formats.detection import detect
from workers.formats.mail.reader import MOST_PARTS, read_mail

HEAD = "From: Ada Reed <ada@harbour.example>\nTo: desk@harbour.example\nSubject: Ferry back\n"


def message(text: str = "It is back.\n\nCrowds came.\n", subject: str = "Ferry back") -> EmailMessage:
    """A mail with this text."""
    mail = EmailMessage()
    mail["From"] = "Ada Reed <ada@harbour.example>"
    mail["To"] = "desk@harbour.example"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 06 May 2024 08:00:00 +0200"
    if text:
        mail.set_content(text)
    return mail


def article(raw: bytes | str) -> Article:
    """The only article of a mail."""
    return read_one(read_mail, raw)


def unheld(raw: bytes) -> dict[str, str]:
    """The values of the first article that are not held, by their paths."""
    found = next(read_mail(document(raw, whole_ledger=True)))
    assert isinstance(found, ReadArticle)
    return {entry.path: entry.value for entry in found.ledger.entries if entry.outcome == "not-held"}


def test_a_mail_with_quoted_printable() -> None:
    found = export_case("text-and-foreign/mail.eml")
    read = found.article
    assert (read.headline, read.published) == ("Fähre back", "2024-05-06T08:00:00+02:00")
    assert read.bylines == (Byline(name="Ada Reed"),)
    assert read.paragraphs == ("The fähre is back. Yes.", "Crowds came.")
    assert found.failed == ()
    assert found.is_named("From/address", "ada@harbour.example")
    assert found.is_named("To", "desk@harbour.example")


def test_headers_become_fields() -> None:
    raw = f"Message-ID: <1@x>\nOrganization: Harbour News\nKeywords: ferry, port\n{HEAD}Content-Language: en\n\nA"
    read = article(raw)
    assert (read.provider, read.keywords, read.language) == (Party(name="Harbour News"), ("ferry", "port"), "en")
    assert read.alternative_ids == (AlternativeId(id="<1@x>", type="Message-ID"),)


def test_an_address_alone_is_no_byline() -> None:
    raw = b"From: desk@harbour.example\nTo: a@b.example\n\nIt is back."
    assert article(raw).byline is None
    assert unheld(raw)["From[1]/address"] == "desk@harbour.example"


def test_html_goes_before_plain_text_which_is_named() -> None:
    mail = message()
    mail.add_alternative("<h1>Ferry</h1><p>It is <b>back</b>.</p><img src='cid:1@x'>", subtype="html")
    read = article(bytes(mail))
    assert [type(block) for block in read.blocks] == [Heading, Paragraph]
    assert read.paragraphs == ("Ferry", "It is back.")
    named = unheld(bytes(mail))
    assert named["body/part[1]"] == "It is back.\n\nCrowds came."
    assert "cid:1@x" in named["body/part[2]/img"]


def test_attached_files() -> None:
    mail = message()
    mail.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="ferry.jpg")
    mail.add_attachment("The swan came.\n\nIt left.", filename="swan.txt")
    first, second = read_all(read_mail, bytes(mail))
    assert first.paragraphs == ("It is back.", "Crowds came.")
    assert (second.headline, second.paragraphs) == (None, ("The swan came.", "It left."))
    assert unheld(bytes(mail))["body/part[2]"] == "ferry.jpg"


def test_a_picture_with_an_address_is_media() -> None:
    mail = message()
    mail.add_attachment(
        b"\xff\xd8", maintype="image", subtype="jpeg", headers=["Content-Location: https://x.example/f"]
    )
    [media] = article(bytes(mail)).media
    assert media == Media(kind="picture", renditions=(Rendition(href="https://x.example/f", media_type="image/jpeg"),))


def test_the_attached_text_of_a_mail_without_text_is_its_text() -> None:
    mail = message("")
    mail.add_attachment("It is back.", filename="ferry.txt")
    read = article(bytes(mail))
    assert (read.headline, read.paragraphs) == ("Ferry back", ("It is back.",))


def test_a_forwarded_mail_is_an_article_of_its_own() -> None:
    outer = message("See below.", "Fwd: Swan")
    outer.add_attachment(message("A swan came.", "Swan"))
    first, second = read_all(read_mail, bytes(outer))
    assert (first.headline, first.paragraphs) == ("Fwd: Swan", ("See below.",))
    assert (second.headline, second.paragraphs) == ("Swan", ("A swan came.",))


def test_a_mail_that_is_only_around_another_is_named() -> None:
    outer = message("", "Fwd: Swan")
    outer.add_attachment(message("A swan came.", "Swan"))
    assert article(bytes(outer)).headline == "Swan"
    assert unheld(bytes(outer))["outer/Subject"] == "Fwd: Swan"


def test_each_mail_of_a_mailbox_is_an_article() -> None:
    raw = dedent("""\
        From ada@x.example Mon May  6 08:00:00 2024
        From: Ada Reed <ada@x.example>
        Subject: One

        It is back.

        >From here on it sails.
        From there, too.

        From ada@x.example Mon May  6 09:00:00 2024
        From: Ada Reed <ada@x.example>
        Subject: Two

        Crowds came.
        """)
    assert detect(raw.encode(), None) == "mail"
    first, second = read_all(read_mail, raw)
    assert first.paragraphs == ("It is back.", "From here on it sails.\nFrom there, too.")
    assert (second.headline, second.paragraphs) == ("Two", ("Crowds came.",))


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        ("iso-8859-1", "Fähre – “so”".encode("cp1252")),
        ("utf-8", "Fähre – “so”".encode()),
        ("us-ascii", "Fähre – “so”".encode()),
        ("utf-8", "Fähre – “so”".encode("cp1252")),
        ("x-unknown", "Fähre – “so”".encode()),
        ("punycode", "Fähre – “so”".encode()),
        ("base64", "Fähre – “so”".encode("cp1252")),
    ],
)
def test_charsets(declared: str, raw: bytes) -> None:
    content = f"{HEAD}Content-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: 8bit\n\n".encode() + raw
    assert article(content).paragraphs == ("Fähre – “so”",)


@pytest.mark.parametrize("subject", ["=?x?q?F?=", "=?utf-8?b?!!!?=", "=?utf-8?q?=FF?=", "F\xe4hre"])
def test_a_wrong_header_costs_no_article(subject: str) -> None:
    assert article(HEAD.replace("Ferry back", subject).encode("latin-1") + b"\nA").paragraphs == ("A",)


def test_flowed_lines_are_joined() -> None:
    raw = f"{HEAD}Content-Type: text/plain; format=flowed\n\nIt is \nback.\n\n-- \nAda\n"
    assert article(raw).paragraphs == ("It is back.", "-- \nAda")


@pytest.mark.parametrize(
    ("raw", "reader"),
    [
        (HEAD.encode() + b"\nA", "mail"),
        (b"Received: from a\n by b;\n Mon\nDate: Mon\n\nA", "mail"),
        (HEAD.encode() + b"Content-Type: multipart/related; boundary=a\n\n--a", "mail"),
        (b"From London, at 10:00 on 3 May 2024, it sailed.\nNote: it is back.", "text"),
    ],
)
def test_a_mail_is_recognised_by_its_header(raw: bytes, reader: str) -> None:
    assert detect(raw, None) == reader


@pytest.mark.parametrize("depth", [MOST_PARTS + 1, 1000])
def test_parts_that_nest_too_deep_are_refused(depth: int) -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    assert "of its parts have parts" in unread(read_mail, f"{HEAD}{nested}\n\nA").reason


def test_a_header_of_a_megabyte_is_named() -> None:
    long = ";" * 2**20
    raw = f'{HEAD}X-Long: {long}\nContent-Type: text/plain; a="{long}"\n\nIt is back.'
    assert article(raw).paragraphs == ("It is back.",)
    assert len(unheld(raw.encode())["X-Long"]) == 200


def test_comments_that_nest_too_deep_cost_their_header() -> None:
    raw = f"To: a@b.example\nSubject: Ferry back\nFrom: {'(' * 16_000}\n\nIt is back."
    assert article(raw).byline is None
    assert "From" in unheld(raw.encode())


@pytest.mark.parametrize(
    "sender",
    ["()", "(" * 100, "<>", ";", '=?utf-8?q?x?=.() "["@', "a@b.example <c@d.example>", "Ann <a@b.example", "((a)"],
)
def test_no_sender_is_lost_without_a_word(sender: str) -> None:
    raw = f"To: a@b.example\nSubject: Ferry back\nFrom: {sender}\n\nIt is back."
    stated = [place for place in unheld(raw.encode()) if place.startswith("From")]
    assert stated or article(raw).byline, sender


def test_a_header_that_is_wrong_in_part_has_the_other_sender() -> None:
    raw = "From: Ann Reed <a@b.example>, Bob (x <c@d.example>\nSubject: Ferry back\n\nIt is back."
    assert (article(raw).byline or "").startswith("Ann Reed")


def test_a_mail_without_a_text_is_named() -> None:
    assert unread(read_mail, HEAD + "\n\n").reason == "it has no text; give a mail with a text"


@pytest.mark.parametrize("raw", [b"", b" \n", b" " * (LARGEST_DOCUMENT + 1)])
def test_a_file_without_a_mail_is_refused(raw: bytes) -> None:
    assert refusal(read_mail, raw).reason


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=80), st.booleans())
def test_any_words_come_out(word: str, quoted: bool) -> None:
    mail = message("")
    mail.set_content(f"{word}\n", cte="quoted-printable" if quoted else "base64")
    assert article(bytes(mail)).paragraphs == (word,)


@given(
    st.lists(
        st.sampled_from(["From: a\n", "Content-Type: multipart/mixed; boundary=a\n", "\n", "--a\n", "--a--\n", "x"])
    )
)
def test_any_structure(lines: list[str]) -> None:
    for found in read_mail(document(HEAD + "".join(lines))):
        assert isinstance(found, ReadArticle) or found.reason


def test_a_form_in_a_mail_states_fields_and_the_text() -> None:
    form = {
        "Dateline": ["LYME", ""],
        "Priority": [""],
        "Headline": ["Ferry back"],
        "Desk": ["NEWS"],
        "Body": ["It is back.\n\nCrowds came. "],
    }
    raw = message(json.dumps(form), "Formatted story").as_bytes()
    read = article(raw)
    assert (read.headline, read.dateline, read.paragraphs) == ("Ferry back", "LYME", ("It is back.", "Crowds came."))
    assert (unheld(raw)["Subject"], unheld(raw)["body/Desk"]) == ("Formatted story", "NEWS")


def test_a_form_may_have_a_broken_line() -> None:
    read = article(f'{HEAD}\n{{"Time":["5/6/2024\n08:00"],"Headline":["Swan back"],"Body":["It is back."]}}\n')
    assert (read.headline, read.paragraphs) == ("Swan back", ("It is back.",))


@pytest.mark.parametrize("text", ['{"Body": ["It is back."]}', "{Headline}", "[1]", '{"a": ' * 9999])
def test_other_text_in_braces_is_text(text: str) -> None:
    assert article(message(text).as_bytes()).headline == "Ferry back"


def test_a_line_break_in_the_field_of_a_form_ends_a_paragraph() -> None:
    form = {"Headline": ["Ferry back"], "Genre": ["Feature"], "Body": ["It is back. \nCrowds came."]}
    read = article(message(json.dumps(form)).as_bytes())
    assert (read.paragraphs, read.genre) == (("It is back.", "Crowds came."), "Feature")
