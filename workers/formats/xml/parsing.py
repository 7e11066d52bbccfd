"""Parse untrusted XML as a stream, without access to other files and in bounded memory.

A DOCTYPE is refused: its entities may expand without end, or name files and addresses. lxml does no XInclude unless it
is called. Elements nest at most 256 levels deep (the limit of libxml2 while `huge_tree` is off). Memory holds at most
one chunk and one unfinished item.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final, NoReturn

from lxml import etree

from schemas.article.values import shorten
from schemas.bounds import LARGEST_ITEM, MOST_MARKS
from schemas.conversion import Document
from schemas.errors import InputError

_CHUNK = 2**16
# Documents that declare Latin-1 or ASCII mean windows-1252 (WHATWG Encoding). Its five unused bytes stay as they are.
_DECLARED_LATIN_1 = re.compile(
    rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["'](?:iso_?-?8859-?1|latin-?1|l1|us-ascii|ascii)["']""", re.IGNORECASE
)
# Documents that declare UTF-8, or no encoding; a byte-order mark is of another encoding.
_DECLARED_UTF_8 = re.compile(
    rb"""\s*(?:<\?xml\s(?:(?!encoding)[^>]){0,200}(?:encoding\s*=\s*["']utf-?8["'][^>]{0,200})?>|<(?!\?xml\s)[^\0])""",
    re.IGNORECASE,
)
# White space before the XML declaration, which scripts that print XML send, is no XML. It stands after it as well.
_LATE_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?([ \t\r\n]{1,1000})(<\?xml\s[^>]{0,200}\?>)")
_WINDOWS_1252: Final = {
    byte: bytes((byte,)).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
_NO_DOCTYPE = "it has a DOCTYPE, which is refused because it can hide entities and addresses; take it out"
# Parts of the messages of libxml2 and lxml that are left out: advice for programmers, and the place, stated elsewhere.
_ADDED = re.compile(r"(, use XML_PARSE_HUGE option|, see xmlCtxtSetMaxAmplification\.)?(, line \d+, column \d+)?\Z")


def read_elements(document: Document, tags: Sequence[str], *, outermost: bool = False) -> Iterator[etree._Element]:
    """Yield every element of these names when it ends. It is freed when the next chunk is read.

    Args:
        document: the document.
        tags: the tags, in the form that lxml's parsers take: "{*}nitf" for any namespace.
        outermost: whether an element inside of another one of these names is a part of that one only.

    Raises:
        InputError: the document is empty, is not well-formed, has a DOCTYPE, or exceeds a limit. The whole elements
            before the fault are yielded first.
    """
    name = document.name or "document"
    size = unfinished = marks = 0
    element: etree._Element | None = None
    fault: InputError | None = None
    with document.open() as stream:
        chunk = stream.read(_CHUNK)
        if late := _LATE_DECLARATION.match(chunk):
            chunk = late[2] + late[1] + chunk[late.end() :]
        declared = bool(_DECLARED_LATIN_1.match(chunk))
        is_utf_8 = _is_utf_8(chunk)
        # A wrong declaration, or none, is common. Bytes beyond ASCII that are UTF-8 are nothing else.
        # All others are those of windows-1252.
        latin_1 = not is_utf_8 and (declared or bool(_DECLARED_UTF_8.match(chunk)))
        parser = _pull_parser(tags, encoding="utf-8" if latin_1 or declared else None)
        while fault is None and chunk:
            if element is not None and not unfinished:
                _forget(element)
            fault = _feed(name, parser, _from_latin_1(chunk) if latin_1 else chunk)
            size += len(chunk)
            unfinished += len(chunk)
            marks += chunk.count(b"<") + chunk.count(b"=")
            for _, ended in parser.read_events():
                if element is None:
                    _refuse_doctype(name, ended)
                if outermost and next(ended.iterancestors(*tags), None) is not None:
                    continue
                element = ended
                unfinished = marks = 0
                yield element
            if unfinished > LARGEST_ITEM:
                raise InputError(name, f"byte {size}", f"an item has more than {LARGEST_ITEM} bytes")
            if marks > MOST_MARKS:
                raise InputError(name, f"byte {size}", f"an item has more than {MOST_MARKS} tags and attributes")
            chunk = stream.read(_CHUNK) if fault is None else b""
    if fault:
        raise fault
    if not size:
        raise InputError(name, "", "it is empty")
    try:
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _unreadable(name, error.position, error.msg) from None
    if root is None:
        # lxml reports nothing for a long first element with undeclared entities in an attribute that does not end.
        raise _unreadable(
            name, (None, None), "the attributes of its first element do not end, or have unknown entities"
        )
    _refuse_doctype(name, root)


def _pull_parser(tags: Sequence[str], encoding: str | None) -> etree.XMLPullParser[Any]:
    """Return a parser of the elements of these names. An encoding overrides that of the XML declaration."""
    parser: etree.XMLPullParser[Any] = etree.XMLPullParser(events=("end",), tag=tags, encoding=encoding, **_SAFE)
    parser.resolvers.add(_NothingElse())
    return parser


def _is_utf_8(chunk: bytes) -> bool:
    """Return whether the first bytes of a document are UTF-8; a character may end in the next chunk."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _from_latin_1(chunk: bytes) -> bytes:
    """Return bytes of windows-1252 as UTF-8."""
    return chunk.decode("latin-1").translate(_WINDOWS_1252).encode()


def piece_parser() -> etree.XMLParser:
    """Return a parser of pieces that newsmill wrote. Use one parser for many pieces."""
    parser: etree.XMLParser = etree.XMLParser(**_SAFE)
    return parser


def parse_events(stream: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    """Yield the start and the end of each element of a document, as it is read.

    Raises (while it is iterated):
        etree.XMLSyntaxError: it is not well-formed, or exceeds a limit.
    """
    yield from etree.iterparse(stream, events=("start", "end"), **_SAFE)


def has_doctype(element: etree._Element) -> bool:
    """Return whether the document of an element has a document type declaration."""
    return element.getroottree().docinfo.internalDTD is not None


def _feed(name: str, parser: etree.XMLPullParser[Any], chunk: bytes) -> InputError | None:
    """Parse a chunk and return its fault. The caller yields the elements before the fault, then raises it."""
    try:
        parser.feed(chunk)
    except _ReachedOutError:
        return InputError(name, "", _NO_DOCTYPE)
    except etree.XMLSyntaxError as error:
        return _unreadable(name, error.position, error.msg)
    # lxml continues after an undeclared entity, and reports it only in the log.
    for entry in parser.feed_error_log.filter_from_errors():
        return _unreadable(name, (entry.line, entry.column), entry.message)
    return None


class _ReachedOutError(Exception):
    """A document type or an entity refers to another file. lxml's feed parsers request it even without `load_dtd`."""


class _NothingElse(etree.Resolver):
    """A resolver that refuses every file and address, including local ones."""

    def resolve(self, system_url: str | None, public_id: str | None, context: object) -> NoReturn:
        raise _ReachedOutError


def _refuse_doctype(name: str, element: etree._Element) -> None:
    if has_doctype(element):
        raise InputError(name, "", _NO_DOCTYPE)


def _forget(element: etree._Element) -> None:
    """Free the content of an element and all nodes before it. The element stays: libxml2 may be writing its tail."""
    element.clear(keep_tail=True)
    node: etree._Element | None = element
    while node is not None:
        parent = node.getparent()
        if parent is not None:
            while parent[0] is not node:
                del parent[0]
        node = parent


def _unreadable(name: str, position: tuple[int | None, int | None], message: str | None) -> InputError:
    line, column = position
    # The message may quote a long name or address, and end in many blanks.
    said = _ADDED.sub("", (message or "").strip()).strip()
    place = f"line {line}, column {column}" if line else ""
    return InputError(name, place, f"it is not XML that can be read: {shorten(said, 300)}")
