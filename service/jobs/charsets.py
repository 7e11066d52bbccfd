"""The charsets that media types state: of the part `request`, and of uploaded documents."""

from __future__ import annotations

import codecs
from typing import Final

from werkzeug.http import parse_options_header

from schemas.reading import is_encoding
from service.core.bodies import UTF_8, check_charset
from service.core.problems import ProblemError
from workers.formats.pages.encoding import python_codec

_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_clearly_unicode(head: bytes) -> bool:
    """Return whether the beginning of a document shows that it is Unicode, so that another charset is wrong.

    A byte-order mark does, and bytes beyond ASCII that are UTF-8: these are no accident.
    """
    if head.startswith(_MARKS):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not head.isascii()


def charset_of(content_type: str | None) -> str | None:
    """Return the charset that a Content-Type states, if it states one."""
    return parse_options_header(content_type)[1].get("charset")


def in_utf_8(text: bytes, charset: str | None) -> bytes:
    """Return a text of the API's own in UTF-8. Apache's client for Java sends text parts in Latin-1, and says so.

    Raises:
        ProblemError: it has another charset.
    """
    if charset and charset.lower() == "iso-8859-1":
        return text.decode("latin-1").encode()
    check_charset(charset)
    return text


def stated_encoding(content_type: str | None) -> str | None:
    """Return the encoding that a Content-Type states for a text or a table; None for UTF-8, and for other documents.

    XML and mail state their encoding themselves.

    Raises:
        ProblemError: there is no such encoding; or the document is JSON, which is in UTF-8 (RFC 8259, section 8.1).
    """
    media_type, parameters = parse_options_header(content_type)
    charset = parameters.get("charset")
    if not charset or charset.lower() in UTF_8:
        return None
    if media_type.endswith("json"):
        check_charset(charset)
    codec = python_codec(charset)
    if codec is None or not is_encoding(codec):
        raise ProblemError("unsupported-media-type", f"There is no charset {charset}. Send UTF-8.")
    return None if media_type.endswith(("xml", "rfc822")) else codec
