"""Read mail: each mail of a mailbox is an article, and so is each mail and each text that is attached to one.

The text is the part with the most structure, HTML before plain text. The header gives headline, date and byline, and is
never text. A file that is no text is named; a picture with an address is media.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any, Final

from schemas.article import Block, Source, split_paragraphs
from schemas.article.body import plain_blocks
from schemas.bounds import MOST_LINES, read_piece
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from schemas.ledger import Ledger
from workers.formats.mail.decoding import decode_text, decode_words
from workers.formats.mail.forms import read_form
from workers.formats.mail.headers import LONGEST, read_headers
from workers.formats.mail.parts import AnyMessage, Parts, parts_of
from workers.formats.mail.shape import mails_in
from workers.formats.markup import read_html

MEDIA_TYPE: Final = "message/rfc822"

MOST_PARTS: Final = 100
"""The highest number of parts of a mail that have parts."""

_OTHER_FORM: Final = "it is another form of the text that is read"
_HAS_PARTS: Final = re.compile(rb"boundary[*0]{0,3}\s?=|message/rfc822", re.IGNORECASE)
_IMAGE: Final = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_SPACED: Final = re.compile(r"\r\n?")


class _Bounded(Compat32):
    """The standard library's policy, with an end to the length of a header."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST]


class _Message(Message):
    """A message in which a parameter is absent if the standard library fails on it, as on wrong numbers of RFC 2231."""

    def get_param(self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True) -> Any:  # noqa: FBT001, FBT002 - as in the library
        try:
            return super().get_param(param, failobj, header, unquote)
        except (TypeError, ValueError):
            return failobj


_PARSER: Final = BytesParser(_Message, policy=_Bounded())


def read_mail(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a mail or a mailbox; an UnreadArticle for a mail without a text.

    Raises:
        InputError: the file is too large, or is empty.
    """
    name = document.name or "mail"
    with document.open() as stream:
        raw = read_piece(stream, name, "give each mail as a file of its own")
    if not raw.strip():
        raise InputError(name, "", "there is no mail in it; give a mail with its header")
    source = document.source(raw, MEDIA_TYPE)
    number = 0
    for mail in mails_in(raw):
        for found in _each(document, mail, source):
            number += 1
            place = f"article {number}"
            yield found._replace(place=place) if isinstance(found, ReadArticle) else replace(found, place=place)


def _each(document: Document, raw: bytes, source: Source) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a mail. An exception costs this mail only."""
    try:
        yield from _read(document, raw, source)
    except Exception as error:
        yield UnreadArticle.of(error, "")


def _read(document: Document, raw: bytes, source: Source) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a mail, or why there is none."""
    if len(_HAS_PARTS.findall(raw)) > MOST_PARTS:
        reason = f"more than {MOST_PARTS} of its parts have parts; give the mails in it as files of their own"
        yield UnreadArticle(place="", reason=reason)
        return
    if raw.count(b"\n") > MOST_LINES:
        yield UnreadArticle(place="", reason=f"it has more than {MOST_LINES:,} lines; take out what is no text")
        return
    mail = _PARSER.parsebytes(raw.lstrip())
    waiting: list[tuple[AnyMessage, Ledger]] = [(mail, document.ledger())]
    while waiting:
        one, ledger = waiting.pop(0)
        parts = parts_of(one, ledger)
        fields = read_headers(one, ledger, document.reading.zone)
        fields["media"] = tuple(parts.media)
        fields["source"] = source
        blocks = _blocks(parts, ledger, fields)
        if not blocks and parts.files:
            # The text of a mail without another is the first that is attached.
            parts.texts = [parts.files.pop(0)]
            blocks = _blocks(parts, ledger, fields)
        _name_others(parts, blocks, ledger)
        if blocks or parts.media:
            yield _article(document, fields, blocks, ledger)
        elif parts.mails:
            waiting[:0] = [(parts.mails.pop(0), _outer(fields, ledger))]
        else:
            yield UnreadArticle(place="", reason="it has no text; give a mail with a text")
        for path, part in parts.files:
            inner = document.ledger()
            name = decode_words(str(part.get_filename() or ""))
            inner.kept(f"{path}/filename", name, "source.name")
            attached = _blocks(Parts(texts=[(path, part)]), inner, {})
            if attached:
                yield _article(document, {"source": source}, attached, inner)
        waiting += [(inner_mail, document.ledger()) for inner_mail in parts.mails]


def _article(
    document: Document, fields: dict[str, Any], blocks: tuple[Block, ...], ledger: Ledger
) -> ReadArticle | UnreadArticle:
    name = "paragraphs" if all(isinstance(block, str) for block in blocks) else "blocks"
    try:
        return ReadArticle(document.article(fields | {name: blocks}, ledger), ledger)
    except Exception as error:
        return UnreadArticle.of(error, "")


def _outer(fields: dict[str, Any], ledger: Ledger) -> Ledger:
    """Return the ledger for the only text of a mail, which is a mail in it: nothing of the outer header is held."""
    inner = Ledger(whole=ledger.whole)
    for entry in ledger.entries:
        inner.not_held(f"outer/{entry.path}", entry.value, "it is of the mail around this one")
    if not ledger.whole and "headline" in fields:
        inner.not_held("outer/Subject", fields["headline"], "it is of the mail around this one")
    return inner


def _blocks(parts: Parts, ledger: Ledger, fields: dict[str, Any]) -> tuple[Block, ...]:
    """Return the text of some parts, one after the other. A form adds to the fields."""
    blocks: list[Block] = []
    for path, part in parts.texts:
        text = _text_of(part, path, ledger)
        if part.get_content_type() == "text/html":
            blocks += read_html(_without_attached(text, path, ledger), ledger, path)
            continue
        if str(part.get_param("format", "")).lower() == "flowed":
            text = _unflowed(text, joined=str(part.get_param("delsp", "")).lower() == "yes")
        if answers := read_form(text, path, ledger, fields):
            blocks += answers
            continue
        paragraphs = split_paragraphs(text)
        if ledger.whole:
            for number, paragraph in enumerate(paragraphs, 1):
                ledger.kept(f"{path}/paragraph[{number}]", paragraph, "paragraphs")
        blocks += paragraphs
    return tuple(blocks)


def _text_of(part: AnyMessage, path: str, ledger: Ledger) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    text, reason = decode_text(raw, charset)
    if reason:
        ledger.changed(f"{path}/charset", charset or "", "paragraphs", reason)
    return _SPACED.sub("\n", text)


def _name_others(parts: Parts, blocks: tuple[Block, ...], ledger: Ledger) -> None:
    """Name the other forms of the text that say something else than the text."""
    words = "".join("".join(plain_blocks(blocks)).split()) if parts.others else ""
    for path, part in parts.others:
        text = _text_of(part, path, ledger)
        if "".join(text.split()) == words:
            ledger.kept(path, text.strip(), "paragraphs")
        else:
            ledger.not_held(path, text.strip(), _OTHER_FORM)


def _without_attached(html: str, path: str, ledger: Ledger) -> str:
    """Take out the pictures that are attached to the mail: they have no address."""

    def take(found: re.Match[str]) -> str:
        if "cid:" not in found[0].lower():
            return found[0]
        ledger.not_held(f"{path}/img", found[0][:200], "the picture is attached, and has no address")
        return ""

    return _IMAGE.sub(take, html)


def _unflowed(text: str, *, joined: bool) -> str:
    """Return a text of flowed lines (RFC 3676): a line that ends with a blank goes on in the next."""
    lines: list[str] = []
    flows = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        line = line if quoted else line.removeprefix(" ")
        if flows and not quoted and line != "-- ":
            lines.append(line)
        else:
            lines.append(f"\n{line}" if lines else line)
        flows = line.endswith(" ") and line != "-- " and not quoted
        if flows and joined:
            lines[-1] = lines[-1][:-1]
    return "".join(lines)
