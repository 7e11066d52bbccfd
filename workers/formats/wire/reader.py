"""Read wire text: each story of a transmission is an article.

The header and the trailer state fields: source, priority, category, keyword, date-time group. What they state and the
Article does not hold is named. The text gives headline, byline, dateline and paragraphs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from schemas.article import Preformatted, Source
from schemas.article.values import check_line, make_line
from schemas.bounds import check_text, read_piece
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from workers.formats.markup.reading.broken_lines import blocks_of, is_rule
from workers.formats.wire.frames import Frame, frames_in
from workers.formats.wire.headers import Header, divide_trailer
from workers.formats.wire.heads import Heads
from workers.formats.wire.typography import clean, name_controls, read_lines

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# In ANPA 1312, "<" ends a line and "^" begins one.
_NEXT_LINE: Final = re.compile(r"< {0,4}\^")
_NO_TEXT: Final = "the story has no text; ask its sender to send it again"
_NO_END: Final = "the story has no end mark; its end may be missing"


def read_wire(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the stories of a transmission; an UnreadArticle for a story without a text.

    Raises:
        InputError: the transmission is too large, is not in the encoding that the request states, or has no story.
    """
    name = document.name or "wire"
    with document.open() as stream:
        raw = read_piece(stream, name, "give each transmission as a file of its own")
    source = _source(document.name, raw)
    found = False
    for number, frame in enumerate(frames_in(_decode(name, raw, document.reading.encoding)), 1):
        found = True
        place = f"article {number}"
        try:
            yield _story(document, frame, place, source)
        except Exception as error:
            yield UnreadArticle.of(error, place)
    if not found:
        raise InputError(name, "", "there is no story in it; a story stands between ZCZC and NNNN, or SOH and EOT")


def _story(document: Document, frame: Frame, place: str, source: Source) -> ReadArticle | UnreadArticle:
    """Return a story; an UnreadArticle without a text.

    Raises:
        ArticleError: its values are no article.
    """
    check_text(frame.text)
    ledger = document.ledger()
    header = Header(ledger, document.reading.zone)
    text = frame.text
    if frame.header is None:
        sent = text.split("\n")
        text = "\n".join(sent[header.take_from(sent, is_first_line=bool(clean(sent[0]))) :])
    else:
        header.read(frame.header)
        sent = text.split("\n")
        text = "\n".join(sent[header.take_keyword(sent) :])
    text, last = divide_trailer(text)
    header.read_trailer(f"{frame.trailer}\n{last}")
    name_controls(text, ledger)
    is_anpa = header.is_anpa or any(line.startswith("^") for line in text.split("\n", 3)[:3])
    if is_anpa:
        text = _NEXT_LINE.sub("<\n^", text)
    heads = Heads(ledger, header.fields)
    body = []
    lines = heads.take_from(
        read_lines(text, is_anpa=is_anpa), has_headline=not header.is_result, tabular=header.tabular
    )
    for line in lines:
        if line.text and is_rule(line.text) and not header.tabular:
            ledger.not_held("rule", line.text, "it divides parts of the text, and has no words")
            body.append(line._replace(text="", raw=""))
        else:
            body.append(line)
    lines = body if header.tabular else heads.take_signature(body)
    blocks = heads.take_notes(heads.take_dateline(blocks_of(lines, tabular=header.tabular)))
    if not blocks:
        return UnreadArticle(place=place, reason=_NO_TEXT)
    if ledger.whole:
        for number, block in enumerate(blocks, 1):
            ledger.kept(
                f"paragraph[{number}]", block.text if isinstance(block, Preformatted) else str(block), "paragraphs"
            )
    if after := clean(frame.after):
        ledger.not_held("after", after, "it stands after the end mark of the story")
    if not frame.is_whole and not header.is_release:
        ledger.changed("end", "", None, _NO_END)
    only_text = all(isinstance(block, str) for block in blocks)
    stated = header.fields | {"paragraphs" if only_text else "blocks": blocks, "source": source}
    return ReadArticle(document.article(stated, ledger), ledger, place)


def _decode(name: str, raw: bytes, stated: str | None) -> str:
    """Decode by the encoding that the request states, by the byte-order mark, as UTF-8, or else as Windows-1252."""
    marked = next((encoding for mark, encoding in _BOMS if raw.startswith(mark)), None)
    encoding = stated or marked or "utf-8"
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        if stated or marked:
            said = f"it is not {encoding.upper()} (byte 0x{raw[error.start]:02x}: {error.reason})"
            advice = "state its encoding (--read encoding=cp1252)"
            raise InputError(name, f"byte {error.start}", f"{said}; {advice}") from None
    # Bytes that Windows-1252 leaves open are the characters of their numbers, as in Latin-1.
    return raw.decode("cp1252", errors="surrogateescape").translate(_OPEN)


_OPEN: Final = {0xDC00 + byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def _source(name: str | None, raw: bytes) -> Source:
    line = make_line(name) if name else None
    return Source(
        name=line if line and not check_line(line) else None,
        media_type="text/plain",
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
    )
