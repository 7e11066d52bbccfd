"""Read web archives: each page that was fetched is its article.

A record that is no page (a picture, a request, a redirect, an error) and a page without an article are passed over and
counted. The page is the body of its HTTP response, without its transfer and content encodings. Its address is the URL
of the article if the page states none, and its place in messages.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from schemas.article.values import check_iri
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError, NoArticleError
from workers.formats.pages.facts.mining import find_reservation, reserve
from workers.formats.pages.reader import read_page
from workers.formats.pages.tree import LARGEST
from workers.formats.warc.records import WarcRecord, read_records

_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# The head of a response whose body stands as it is. Most crawls decode what they keep.
_HEAD: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t][^\n]{0,1000}\n(?:[^\r\n][^\n]{0,16384}\n){0,200}\r?\n")
_CODED: Final = re.compile(rb"^(?:content|transfer)-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_warc(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of the pages of an archive, in the order of its records.

    Raises (while it is iterated):
        InputError: a record is damaged, and the next one is not found.
    """
    name = document.name or "archive"
    with document.open() as stream:
        for number, record in enumerate(read_records(stream, name, document.first), document.first):
            place = record.address or f"record {number}"
            if what := record.what:
                yield UnreadArticle(place=place, reason=what, passed_over=True)
                continue
            try:
                for found in _page(document, record):
                    yield found._replace(place=place) if isinstance(found, ReadArticle) else replace(found, place=place)
            except NoArticleError:
                yield UnreadArticle(place=place, reason="a page without an article", passed_over=True)
            except InputError as error:
                yield UnreadArticle(place=place, reason=error.reason)
            except Exception as error:
                yield UnreadArticle.of(error, place)


def _page(document: Document, record: WarcRecord) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of one page.

    Raises:
        InputError: the page cannot be unpacked, is too large, or has no article.
    """
    body, headers = _unpacked(record)
    if not body.strip():
        raise NoArticleError(record.address, "", "the page is empty")
    defaults: dict[str, Any] = dict(document.defaults)
    if record.address and not check_iri(record.address):
        defaults.setdefault("url", record.address)
    reading = document.reading
    if reading.encoding is None and (charset := _charset(headers.get("content-type", ""), body)):
        reading = replace(reading, encoding=charset)
    page = replace(document, name=record.address or document.name, defaults=defaults, reading=reading, first=1)
    reservation = find_reservation(headers.items(), "header")
    for found in read_page(page, body):
        yield reserve(found, reservation)


def _unpacked(record: WarcRecord) -> tuple[bytes, dict[str, str]]:
    """Return the body of a page, decoded, and the fields of its HTTP header by their names in lower case.

    Raises:
        InputError: the body cannot be decoded, or is too large.
    """
    if record.kind == "resource":
        return record.content[record.block :], {"content-type": record.header.get("content-type", "")}
    if plain := _HEAD.match(record.content, record.block):
        fields = plain[0].decode("latin-1").split("\n")[1:]
        if not _CODED.search(plain[0]) and not any(field[:1] in (" ", "\t") for field in fields):
            named = (field.partition(":") for field in fields if ":" in field)
            return record.content[plain.end() :], _joined((name, value) for name, _, value in named)
    # It takes long to import, and few documents are web archives.
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    try:
        response = next(ArchiveIterator(BytesIO(record.content.lstrip(b"\r\n"))))
        body: bytes = response.content_stream().read(LARGEST + 1)
        headers = _joined(response.http_headers.headers)
    except (ArchiveLoadFailed, StopIteration, ValueError, OSError, EOFError, AttributeError, zlib.error) as error:
        raise InputError(record.address, "", f"its HTTP response cannot be unpacked: {error}") from None
    if len(body) > LARGEST:
        raise InputError(record.address, "", f"the page has more than {LARGEST:,} bytes; no news page does")
    return body, headers


def _joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the fields of a header by their names in lower case; one that is repeated has all its values."""
    found: dict[str, str] = {}
    for name, value in fields:
        name = name.strip().lower()
        found[name] = f"{found[name]}, {value.strip()}" if name in found else value.strip()
    return found


def _charset(content_type: str, body: bytes) -> str | None:
    """Return the encoding that the header states; None if it states none, or if the bytes say otherwise."""
    stated = _CHARSET.search(content_type)
    if stated is None or body.startswith(_MARKS):
        return None
    try:
        encoding = codecs.lookup(stated[1]).name
        if encoding != "utf-8":
            body.decode()
            return None  # It is UTF-8: no text in another encoding is by accident.
        body.decode(encoding)
    except LookupError:
        return None
    except UnicodeDecodeError:
        return None if encoding == "utf-8" else encoding
    return encoding
