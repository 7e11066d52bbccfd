"""The parts of a mail: the text that is read, the files beside it, and the mails in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Final, TypeAlias

from schemas.article import Media, Rendition
from schemas.article.values import check_iri
from schemas.ledger import Ledger
from workers.formats.mail.decoding import decode_words

AnyMessage: TypeAlias = "Message[Any, Any]"

_TEXTS: Final = ("text/plain", "text/html")
_NOT_READ: Final = "a file of this kind is not read with its mail; give it as a file of its own"


@dataclass(slots=True)
class Parts:
    """The contents of a mail.

    Args:
        texts: the parts of its text, in their order, each with its path.
        others: other forms of its text, each with its path.
        files: attached texts, each with its path.
        mails: mails in it.
        media: attached pictures, videos and sound that have an address.
    """

    texts: list[tuple[str, AnyMessage]] = field(default_factory=list)
    others: list[tuple[str, AnyMessage]] = field(default_factory=list)
    files: list[tuple[str, AnyMessage]] = field(default_factory=list)
    mails: list[AnyMessage] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)


def parts_of(mail: AnyMessage, ledger: Ledger) -> Parts:
    """Return the parts of a mail. What is not read is named."""
    parts = Parts()
    _add(mail, "body", parts, ledger)
    return parts


def _add(part: AnyMessage, path: str, parts: Parts, ledger: Ledger) -> None:
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        parts.mails += _inner(part)
    elif part.is_multipart():
        inner = [(f"{path}/part[{number}]", one) for number, one in enumerate(_inner(part), 1)]
        if kind == "multipart/alternative":
            _add_richest(inner, parts, ledger)
        else:
            for inner_path, one in inner:
                _add(one, inner_path, parts, ledger)
    elif kind in _TEXTS and path != "body" and (part.get_content_disposition() == "attachment" or part.get_filename()):
        parts.files.append((path, part))
    elif kind in _TEXTS:
        parts.texts.append((path, part))
    else:
        _add_file(part, path, kind, parts, ledger)


def _add_richest(inner: list[tuple[str, AnyMessage]], parts: Parts, ledger: Ledger) -> None:
    """Add the form of a text with the most structure: one with HTML, else the first."""
    forms: list[Parts] = []
    for path, one in inner:
        form = Parts()
        _add(one, path, form, ledger)
        forms.append(form)
    stated = [form for form in forms if form.texts]
    html = (form for form in stated if any(_has_html(part) for _, part in form.texts))
    chosen = next(html, stated[0] if stated else None)
    for form in forms:
        parts.files += form.files
        parts.mails += form.mails
        parts.media += form.media
        if form is chosen:
            parts.texts += form.texts
        else:
            parts.others += form.texts
        parts.others += form.others


def _has_html(part: AnyMessage) -> bool:
    return part.get_content_type() == "text/html" and bool(str(part.get_payload()).strip())


def _add_file(part: AnyMessage, path: str, kind: str, parts: Parts, ledger: Ledger) -> None:
    name = decode_words(str(part.get_filename() or "")) or kind
    address = "".join(str(part.get("Content-Location", "")).split())
    media_kind = {"image": "picture", "video": "video", "audio": "audio"}.get(part.get_content_maintype())
    if media_kind and address.startswith(("http://", "https://")) and not check_iri(address):
        ledger.kept(f"{path}/Content-Location", address, "media.renditions.href")
        parts.media.append(Media(kind=media_kind, renditions=(Rendition(href=address, media_type=kind),)))  # type: ignore[arg-type]
    else:
        ledger.not_held(path, name, _NOT_READ)


def _inner(part: AnyMessage) -> Iterator[AnyMessage]:
    payload = part.get_payload()
    yield from (one for one in payload if isinstance(one, Message)) if isinstance(payload, list) else ()
