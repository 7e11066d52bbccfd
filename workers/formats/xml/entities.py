"""Documents of the XML of the years before 2005: with the DOCTYPE of a public DTD, and the character entities of HTML.

`parsing` refuses each DOCTYPE. One that only names DTDs declares nothing while they are not read, so it is taken out
here. One that declares entities of the text stays, and is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from html.entities import name2codepoint
from typing import IO, BinaryIO, Final, cast

from schemas.conversion import Document
from workers.formats.streams import PieceStream

_CHUNK: Final = 2**16
_LONGEST_NAME: Final = 12
# The DTD of NewsML 1 takes in that of NITF, a file beside it: `<!ENTITY % nitf SYSTEM "nitf.dtd"> %nitf;`.
_OTHER_DTDS: Final = (
    rb"(?:\s++|<!--.*?-->|%[\w.-]++;|<!ENTITY\s++%\s++[\w.-]++\s++"
    rb"(?:SYSTEM|PUBLIC\s++(?:\"[^\"<>]*+\"|'[^'<>]*+'))\s++(?:\"[^\"<>:]*\.dtd\"|'[^'<>:]*\.dtd')\s*+>)*+"
)
BEFORE_MARKUP: Final = rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+"
"""A pattern, for `re.DOTALL`, of what may stand before the DOCTYPE or the root element of a document."""

_PROLOG = re.compile(
    BEFORE_MARKUP + rb"(?P<doctype><!DOCTYPE(?:[^\[<>\"']|\"[^\"]*+\"|'[^']*+')*+(?:\[" + _OTHER_DTDS + rb"\]\s*+)?+>)",
    re.DOTALL | re.IGNORECASE,
)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_NOT_BLANK = re.compile(rb"[^\r\n]")
# The content of a CDATA section has no references.
# The search skips to the next of the first characters quickly, since they are a set at the beginning.
_REFERENCE = re.compile(rb"[&<](?:(?<=&)([A-Za-z][A-Za-z0-9]{1,9});|(?<=<)!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
# Whether any reference has another name than the five of XML. The search skips to the next "&".
_OTHER_NAME = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]")
_CDATA: Final = (b"<![CDATA[", b"]]>")
_NUMBERS: Final = {
    name.encode(): b"&#%d;" % code
    for name, code in name2codepoint.items()
    if name not in ("amp", "lt", "gt", "quot", "apos")
}
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def without_dtd(document: Document) -> Document:
    """Return a document without the DOCTYPE that names its DTD, and with HTML's character entities as numbers."""

    def opened() -> BinaryIO:
        stream = document.open()
        return cast("BinaryIO", PieceStream(_mended(stream), stream))

    return replace(document, open=opened)


def _mended(stream: IO[bytes]) -> Iterator[bytes]:
    pieces = _in_utf_8(stream)
    first = next(pieces, b"")
    if prolog := _PROLOG.match(first):
        start, end = prolog.span("doctype")
        # Lines and columns stay what they are.
        first = first[:start] + _NOT_BLANK.sub(b" ", first[start:end]) + first[end:]
    in_cdata = False
    left = first
    while left:
        following = next(pieces, b"")
        if following:
            keep = unfinished(left)
            whole, left = left[: len(left) - keep], left[len(left) - keep :] + following
        else:
            whole, left = left, b""
        mended, in_cdata = _numbered(whole, in_cdata=in_cdata)
        if mended:
            yield mended


def _in_utf_8(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a document in an encoding that has ASCII in it. UTF-16 becomes UTF-8."""
    first = stream.read(_CHUNK)
    encoding = _UTF_16.get(first[:2])
    if encoding is None:
        while first:
            yield first
            first = stream.read(_CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(first[2:])
    if declaration := _DECLARATION.match(text):
        text = " " * declaration.end() + text[declaration.end() :]
    while first:
        yield text.encode("utf-8", "replace")
        first = stream.read(_CHUNK)
        text = decoder.decode(first, final=not first)
    if text:
        yield text.encode()


def unfinished(piece: bytes) -> int:
    """Return the number of last bytes that may be the beginning of a reference or of a mark of CDATA."""
    tail = piece[-_LONGEST_NAME:]
    starts = [at for mark in (b"&", b"<", b"]") if (at := tail.find(mark)) >= 0]
    return len(tail) - min(starts) if starts else 0


def _numbered(piece: bytes, *, in_cdata: bool) -> tuple[bytes, bool]:
    """Return a piece with its references as numbers, and whether it ends within CDATA."""
    begin, end = _CDATA
    before = b""
    if in_cdata:
        inside, found, piece = piece.partition(end)
        before = inside + found
        if not found:
            return before, True
    if b"&" not in piece and begin not in piece:
        return before + piece, False
    mended = piece
    if _OTHER_NAME.search(piece):
        mended = _REFERENCE.sub(lambda match: _NUMBERS.get(match[1], match[0]) if match[1] else match[0], piece)
    last = piece.rfind(begin)
    return before + mended, last >= 0 and end not in piece[last:]
