"""Feeds as they are: with prefixes that nothing declares, lone ampersands, and control characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, BinaryIO, Final, cast

from schemas.conversion import Document
from workers.formats.streams import PieceStream
from workers.formats.xml.entities import BEFORE_MARKUP, unfinished, without_dtd
from workers.formats.xml.feeds.names import ATOM, PREFIXES

_CHUNK: Final = 2**16
# The start tag of the root element, behind what may stand before it.
_ROOT = re.compile(
    BEFORE_MARKUP + rb"<(?P<name>[A-Za-z_][\w.:-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*?)(?P<end>/?>)",
    re.DOTALL,
)
_DEFAULT = re.compile(rb"xmlns\s*=")
_DECLARED = re.compile(rb"xmlns:([\w.-]+)\s*=")
# The search skips to the next of the first characters quickly, since they are a set at the beginning.
_MARKS = re.compile(
    rb"[&<\]](?:(?<=&)(?P<forbidden>#(?:0*(?:[0-8]|1[1245-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9A-Fa-f]));)"
    rb"|(?<=&)(?P<lone>(?!#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);))"
    rb"|(?<=<)!\[CDATA\[|(?<=\])\]>)"
)
# Whether any ampersand begins something else than a reference of XML to a usual character: of most feeds, none does.
_UNUSUAL = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|[1-9]\d{2,6})|#[xX][2-9A-Fa-f][0-9A-Fa-f]{1,5});)"
)
_CDATA: Final = (b"<![CDATA[", b"]]>")
# Characters that XML 1.0 forbids: they have no place in any encoding that has ASCII in it.
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")


class Mended:
    """The places that were mended since the last call."""

    def __init__(self) -> None:
        self.ampersands = 0
        self.controls: set[str] = set()

    def take(self) -> list[tuple[str, str]]:
        """Return each kind of fault that was mended, with how, and forget it."""
        found = [
            (character, "without the character, which XML forbids; it stands in or near this item")
            for character in sorted(self.controls)
        ]
        if self.ampersands:
            found.append(("&", "an ampersand that begins no reference is read as itself; it is in or near this item"))
        self.ampersands, self.controls = 0, set()
        return found


def mended(document: Document, said: Mended) -> Document:
    """Return a document that parses as XML, where a feed is not well-formed in one of the usual ways."""
    without = without_dtd(document)

    def opened() -> BinaryIO:
        stream = without.open()
        return cast("BinaryIO", PieceStream(_mend(stream, said), stream))

    return replace(document, open=opened)


def _mend(stream: IO[bytes], said: Mended) -> Iterator[bytes]:
    piece = _declared(_first(stream))
    in_cdata = False
    while piece:
        following = stream.read(_CHUNK)
        left = b""
        if following:
            keep = unfinished(piece)
            piece, left = piece[: len(piece) - keep], piece[len(piece) - keep :]
        plain = piece.translate(None, _CONTROLS)
        if len(plain) != len(piece):
            said.controls |= {f"U+{byte:04X}" for byte in set(piece) if byte in _CONTROLS}
        whole, in_cdata = _with_references(plain, said, in_cdata=in_cdata)
        if whole:
            yield whole
        piece = left + following


def _first(stream: IO[bytes]) -> bytes:
    """Return the first piece of a document, with the start tag of its root element."""
    first = stream.read(_CHUNK)
    while len(first) < _CHUNK and (more := stream.read(_CHUNK)):
        first += more
    return first


def _declared(first: bytes) -> bytes:
    """Return the beginning of a document, in which the root element declares every usual prefix."""
    root = _ROOT.match(first)
    if root is None:
        return first
    stated = {prefix.decode() for prefix in _DECLARED.findall(root["attributes"])}
    missing = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items() if prefix not in stated).encode()
    if root["name"] in (b"feed", b"entry") and not _DEFAULT.search(root["attributes"]):
        missing += f' xmlns="{ATOM}"'.encode()
    at = root.start("end")
    return first[:at] + missing + first[at:]


def _with_references(piece: bytes, said: Mended, *, in_cdata: bool) -> tuple[bytes, bool]:
    """Return a piece in which each ampersand outside of CDATA begins a reference, and whether it ends within CDATA."""
    if not _UNUSUAL.search(piece):
        last, end = map(piece.rfind, _CDATA)
        return piece, in_cdata if last == end else last > end
    inside = in_cdata

    def mend(match: re.Match[bytes]) -> bytes:
        nonlocal inside
        found = match[0]
        if found.startswith(b"&"):
            if inside:
                return found
            if match["lone"] is not None:
                said.ampersands += 1
                return b"&amp;"
            digits = found[2:-1].decode()
            number = int(digits[1:], 16) if digits[0] in "xX" else int(digits.lstrip("0")[:8] or "0")
            said.controls.add(f"U+{number:04X}")
            return b""
        inside = found != b"]]>"
        return found

    return _MARKS.sub(mend, piece), inside
