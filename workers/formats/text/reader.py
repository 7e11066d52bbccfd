"""Plain text: an optional marker ` date YYYY-MM-DD `, then paragraphs separated by blank lines.

Lines such as `Title: Ferry back` before the first blank line state fields (`header_lines`); without them, a text has no
headline and no byline. It is kept verbatim, without the marker and the white space around paragraphs, and with LF for
CRLF; a line break within a paragraph is one of the article. The encoding is UTF-8, UTF-16 with a byte-order mark, or
the one that the request states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from schemas.article import Block, LineBreak, Paragraph, split_paragraphs
from schemas.article.values import check_day_or_moment, find_forbidden, without_forbidden
from schemas.bounds import LARGEST_RECORD, read_piece
from schemas.conversion import Document, ReadArticle
from schemas.errors import InputError
from schemas.ledger import Ledger
from workers.formats.opening import take_opening
from workers.formats.text.header_lines import find_header, read_header

MEDIA_TYPE = "text/plain"

_BOM = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
# The form of a marker. Whether its date exists is checked later.
_MARKER = re.compile(r"\s*date (\d{4}-\d{2}-\d{2})(?:\s|\Z)", re.ASCII)


def read_text(document: Document) -> Iterator[ReadArticle]:
    """Yield the one article of a text.

    Raises:
        InputError: the bytes are not in their encoding, or the text is empty. The error names the document and the
            byte.
    """
    name = document.name or "text"
    with document.open() as stream:
        raw = read_piece(stream, name, "give each article as a text of its own", most=LARGEST_RECORD)
    if not raw:
        raise InputError(name, "", "it is empty; write the text of the article")
    ledger = document.ledger()
    text = decode_text(name, raw, document.reading.encoding, ledger)
    stated: dict[str, Any] = {}
    if marker := _MARKER.match(text):
        text = text[marker.end(1) :]
        if detail := check_day_or_moment(marker[1]):
            ledger.not_held("date", marker[1], detail)
        else:
            ledger.kept("date", marker[1], "published")
            stated["published"] = marker[1]
    else:
        header, text = find_header(text)
        stated |= read_header(header, ledger, document.reading.zone, document.reading.dates)
    opening = take_opening(split_paragraphs(text), document.reading, ledger, stated)
    paragraphs = [block for block in opening.rest if isinstance(block, str)]
    stated |= opening.fields
    if not paragraphs:
        raise InputError(name, f"byte {len(raw)}", "there is no text in it; write the text of the article")
    stated |= {"source": document.source(raw, MEDIA_TYPE)}
    if any("\n" in paragraph for paragraph in paragraphs):
        stated["blocks"] = tuple(map(_with_line_breaks, paragraphs))
    else:
        stated["paragraphs"] = tuple(paragraphs)
    if ledger.whole:
        for number, paragraph in enumerate(paragraphs, 1):
            ledger.kept(f"paragraph[{number}]", paragraph, "paragraphs")
    yield ReadArticle(document.article(stated, ledger), ledger)


def _with_line_breaks(paragraph: str) -> Block:
    """Return a paragraph whose line breaks are those of the article. Without any, it is its text."""
    first, *others = paragraph.split("\n")
    if not others:
        return paragraph
    return Paragraph((first, *(part for line in others for part in (LineBreak(), line))))


def decode_text(name: str, raw: bytes, stated: str | None, ledger: Ledger) -> str:
    """Decode by the encoding that the request states, else by the byte-order mark, else as UTF-8.

    Characters that no format can hold are taken out, except U+0000, which shows that the encoding is another one.
    """
    encoding = stated or ("utf-16" if raw.startswith(_WIDE_MARKS) else "utf-8")
    try:
        text = raw.removeprefix(_BOM).decode() if encoding == "utf-8" else raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        offset = error.start + (len(_BOM) if encoding == "utf-8" and raw.startswith(_BOM) else 0)
        said = f"it is not {encoding.upper()} (byte 0x{raw[offset]:02x}: {error.reason})"
        raise InputError(
            name, f"byte {offset}", f"{said}; convert it to UTF-8 first, or state its encoding (--read encoding=cp1252)"
        ) from None
    at = find_forbidden(text)
    if at is not None:
        if "\0" in text:
            place = f"byte {_byte_offset(raw, text, text.index(chr(0)))}"
            reason = "it has U+0000, which XML forbids; take it out, or state the encoding (--read encoding=utf-16-le)"
            raise InputError(name, place, reason)
        for character in sorted({character for character in text if find_forbidden(character) is not None}):
            ledger.not_held("text", f"U+{ord(character):04X}", "no format can hold this character")
        text = without_forbidden(text)
    return text.replace("\r\n", "\n")


def _byte_offset(raw: bytes, text: str, character: int) -> int:
    return len(text[:character].encode()) + (len(_BOM) if raw.startswith(_BOM) else 0)
