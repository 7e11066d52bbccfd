"""How mails and mailboxes begin, and the mails of a mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_HEADER: Final = re.compile(r"\s*((?:[A-Za-z][A-Za-z0-9-]*:[^\n]*(?:\n[ \t]+[^\n]*)*(?:\n|\Z)){2,200})")
_NAME: Final = re.compile(r"^([A-Za-z][A-Za-z0-9-]*):", re.MULTILINE)
_OF_MAIL: Final = frozenset(("mime-version", "message-id", "received", "return-path", "delivered-to", "dkim-signature"))
_ADDRESSED: Final = frozenset(("to", "subject", "cc", "reply-to"))
_SAVED_PAGE: Final = re.compile(r"^(?:Snapshot-Content-Location:|From:[ \t]*<Saved by )", re.MULTILINE | re.IGNORECASE)
_RELATED: Final = re.compile(r"^Content-Type:\s*multipart/related", re.MULTILINE | re.IGNORECASE)
_MAILBOX: Final = r"From \S+ +[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [^\n]*\d{4}[ \t]*\r?\n"
_FIRST_LINE: Final = re.compile(_MAILBOX)
# The line that begins a mail in a mailbox follows a blank line (RFC 4155).
_FROM_LINE: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))" + _MAILBOX.encode())
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_mail(text: str) -> bool:
    """Return whether a text begins as a mail or a mailbox. A web page that was saved as a mail (MHTML) is none."""
    if _FIRST_LINE.match(text):
        return True
    header = _HEADER.match(text)
    if header is None or _SAVED_PAGE.search(header[1]):
        return False
    names = {name.casefold() for name in _NAME.findall(header[1])}
    addressed = "from" in names and bool(names & _ADDRESSED)
    if _RELATED.search(header[1]):
        # A saved page has a subject and a sender too, but no recipient.
        return "to" in names or "received" in names or "message-id" in names
    return addressed or bool(names & _OF_MAIL)


def mails_in(raw: bytes) -> Iterator[bytes]:
    """Yield the mails of a mailbox; the only one if it is no mailbox."""
    if not _FROM_LINE.match(raw):
        yield raw
        return
    begin = 0
    for found in _FROM_LINE.finditer(raw):
        if found.start():
            yield _ESCAPED.sub(rb"\1", raw[begin : found.start()])
        begin = found.end()
    yield _ESCAPED.sub(rb"\1", raw[begin:])
