"""Mail (RFC 5322, MIME) and mailboxes (mbox). It is read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.mail.reader import MEDIA_TYPE, read_mail
from workers.formats.mail.shape import is_mail


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise a mail by its header, and a mailbox by its first line."""
    return Evidence.CERTAIN if is_mail(head.text) else Evidence.NONE


FORMAT: Final = Format(
    id="mail",
    name="Mail",
    title="Mail (RFC 5322, MIME, mbox)",
    media_types=(MEDIA_TYPE,),
    extensions=("eml", "mbox"),
    sniff=sniff,
    reader=read_mail,
)
