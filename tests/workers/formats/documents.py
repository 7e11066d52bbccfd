"""Documents of literal bytes, and the results of their readers."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from schemas.article import Article
from schemas.conversion import Document, ReadArticle, Reader, UnreadArticle
from schemas.errors import InputError


def document(content: bytes | str, name: str | None = "doc", **more: Any) -> Document:
    """A document of these bytes, or of this text in UTF-8."""
    data = content.encode() if isinstance(content, str) else content
    return Document(name=name, open=lambda: BytesIO(data), **more)


def found_by(reader: Reader, read: Document) -> Iterator[Article | UnreadArticle]:
    """The articles that a reader finds in a document, without their ledgers."""
    return (one.article if isinstance(one, ReadArticle) else one for one in reader(read))


def read_all(reader: Reader, content: bytes | str, **more: Any) -> list[Article]:
    """Every article of a document in which nothing is wrong."""
    found = list(found_by(reader, document(content, **more)))
    assert not [one.reason for one in found if isinstance(one, UnreadArticle)]
    return [one for one in found if isinstance(one, Article)]


def read_one(reader: Reader, content: bytes | str, **more: Any) -> Article:
    """The one article of a document."""
    (article,) = read_all(reader, content, **more)
    return article


def unread(reader: Reader, content: bytes | str, **more: Any) -> UnreadArticle:
    """The one article of a document that could not be read."""
    (found,) = [one for one in reader(document(content, **more)) if isinstance(one, UnreadArticle)]
    return found


def refusal(reader: Reader, content: bytes | str, **more: Any) -> InputError:
    """Why a document could not be read (any further)."""
    with pytest.raises(InputError) as caught:
        _exhaust(reader(document(content, **more)))
    return caught.value


def _exhaust(found: Iterator[object]) -> None:
    for _ in found:
        pass
