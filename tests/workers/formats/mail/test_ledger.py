"""Each word of a mail is in the ledger of its articles: kept, changed or not held."""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from schemas.conversion import ReadArticle
from tests.cases import CASES
from tests.workers.formats.documents import document
from workers.formats.mail.reader import read_mail

_WORD = re.compile(r"[^\W_]+")
_TEXTS = ("The ferry is back.\n\nCrowds came.\n", "<p>The <b>ferry</b> is back.</p><style>p {left: 0}</style>", "")


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def words_of(mail: EmailMessage) -> Counter[str]:
    """The words of the headers and texts of a mail, by the standard library and lxml."""
    found: Counter[str] = Counter()
    for name, value in mail.items():
        if not name.lower().startswith(("content-", "mime-")):
            found += words(str(value))
    for part in mail.iter_parts() if mail.is_multipart() else ():
        assert isinstance(part, EmailMessage)
        found += words_of(part)
    if mail.get_content_type() == "text/html":
        found += words(" ".join(html.fromstring(mail.get_content() or "<p/>").xpath("//text() | //@*")))
    elif mail.get_content_type() == "text/plain":
        found += words(mail.get_content())
    return found + words(mail.get_filename() or "")


def missing(mail: EmailMessage) -> Counter[str]:
    """The words of a mail that no entry of its ledgers has."""
    found: Counter[str] = Counter()
    for read in read_mail(document(mail.as_bytes(), whole_ledger=True)):
        assert isinstance(read, ReadArticle), read
        for entry in read.ledger.entries:
            found += words(entry.value)
    return words_of(mail) - found


def test_each_word_of_a_case_is_in_its_ledger() -> None:
    raw = (CASES / "text-and-foreign" / "mail.eml").read_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    assert missing(mail) == Counter()


def message(subject: str, text: str, alternative: str, attached: list[str]) -> EmailMessage:
    """A mail with a text, another form of it, and attached texts."""
    mail = EmailMessage()
    mail["From"] = "Ada Reed <ada@harbour.example>, Bo Lim <bo@harbour.example>"
    mail["To"] = "desk@harbour.example"
    mail["Date"] = "Mon, 06 May 2024 08:00:00 +0200"
    mail["X-Priority"] = "3 (Normal)"
    mail["Keywords"] = "ferry, port"
    mail["Subject"] = subject
    mail.set_content(text or "None.")
    if alternative:
        mail.add_alternative(alternative, subtype="html")
    for number, one in enumerate(attached):
        mail.add_attachment(one, filename=f"part{number}.txt")
    return mail


@given(
    st.sampled_from(("Ferry back", "F\u00e4hre zur\u00fcck", "")),
    st.sampled_from(_TEXTS),
    st.sampled_from(_TEXTS[1:]),
    st.lists(st.sampled_from(("A story of its own.\n\nIt ends.", "Another one.")), max_size=2),
)
def test_no_word_of_any_mail_is_lost(subject: str, text: str, alternative: str, attached: list[str]) -> None:
    assert missing(message(subject, text, alternative, attached)) == Counter()


@pytest.mark.parametrize("subtype", ["png", "pdf"])
def test_a_file_that_is_no_text_is_named(subtype: str) -> None:
    mail = message("Ferry back", "It is back.", "", [])
    mail.add_attachment(b"1234", maintype="application", subtype=subtype, filename=f"boat.{subtype}")
    assert missing(mail) == Counter()
