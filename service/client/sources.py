"""The sources of a client's request: documents, texts and articles as uploads, and statements about them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self, TypedDict

import orjson

from schemas.article import Article
from schemas.article.json_form import dump_article
from schemas.article.metadata import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document to upload: its name, and a function that opens it for each attempt."""

    name: str
    open: Callable[[], BinaryIO]

    @classmethod
    def of_path(cls, path: str | os.PathLike[str]) -> Self:
        """Return the upload of a file."""
        file = Path(path)
        return cls(name=file.name, open=lambda: file.open("rb"))

    @classmethod
    def of_text(cls, text: str, name: str = "text.txt") -> Self:
        """Return the upload of a text."""
        return cls.of_bytes(text.encode(), name)

    @classmethod
    def of_bytes(cls, content: bytes, name: str = "document") -> Self:
        """Return the upload of a document. Its name helps to detect its format."""
        return cls(name=name, open=lambda: BytesIO(content))


Source = str | os.PathLike[str] | bytes | Article | Mapping[str, object] | Upload
"""A path of a file or a folder, the bytes of a document, an article, an article as JSON, or an upload."""


class Stated(TypedDict, total=False):
    """The options of a request beside its documents and formats.

    Args:
        metadata: Article fields for every article that does not state them.
        options: the options of each format, by its id.
        read: how to read the documents: `{"format": "csv", "options": {"zone": "Europe/Paris"}}`, each optional.
        split: the largest number of articles in a file.
        on_error: "skip" leaves a failed article out of the files; "fail" fails the job.
        names: "source" names the files after the document, if there is one; "articles" is the default.
        callback: the URL of a signed POST when the job ends.
        callback_headers: the headers of this POST beside newsmill's own, such as a key of its receiver.
        name: your name for the job. Default: the name of the first document.
        tags: your tags of the job.
        idempotency_key: the name of this request. The same name with the same documents gives the same job.
            Default: a new name.
    """

    metadata: Metadata | Mapping[str, object] | None
    options: Mapping[str, Mapping[str, object]] | None
    read: Mapping[str, object] | None
    split: int | None
    on_error: Literal["skip", "fail"]
    names: Literal["articles", "source"]
    callback: str | None
    callback_headers: Mapping[str, str]
    name: str | None
    tags: Sequence[str]
    idempotency_key: str | None


def uploads_of(sources: Source | Iterable[Source]) -> tuple[Upload, ...]:
    """Return the uploads of one or more sources. Articles that follow each other are one document.

    Raises:
        ValueError: there is no source, or a folder has no file.
    """
    one = isinstance(sources, str | os.PathLike | bytes | Article | Mapping | Upload)
    uploads: list[Upload] = []
    lines: list[bytes] = []
    for source in [sources] if one else sources:  # type: ignore[union-attr]
        if isinstance(source, Article | Mapping):
            article = dump_article(source) if isinstance(source, Article) else dict(source)
            lines.append(orjson.dumps(article) + b"\n")
            continue
        uploads += _of_articles(lines)
        uploads += _of_one(source)
    uploads += _of_articles(lines)
    if not uploads:
        raise ValueError("there is nothing to convert: give a path, the bytes of a document, or an article")
    return tuple(uploads)


def _of_articles(lines: list[bytes]) -> Iterator[Upload]:
    if lines:
        yield Upload.of_bytes(b"".join(lines), "articles.ndjson")
        lines.clear()


def _of_one(source: Any) -> Iterator[Upload]:
    if isinstance(source, Upload):
        yield source
    elif isinstance(source, bytes):
        yield Upload.of_bytes(source)
    elif (path := Path(source)).is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(".")]
        if not files:
            raise ValueError(f"{path}: the folder has no file in it")
        yield from map(Upload.of_path, files)
    else:
        yield Upload.of_path(path)


def request_body(formats: Sequence[str] | str, stated: Stated) -> dict[str, object]:
    """Return the request in the form of the API, without its source."""
    body: dict[str, object] = {"formats": [formats] if isinstance(formats, str) else list(formats)}
    for name in ("metadata", "options", "read", "split", "on_error", "name"):
        if (value := stated.get(name)) is not None:
            body[name] = value
    # A server of an older version does not know it.
    if stated.get("names") == "source":
        body["names"] = "source"
    if tags := stated.get("tags"):
        body["tags"] = list(tags)
    if url := stated.get("callback"):
        headers = stated.get("callback_headers")
        body["callback"] = {"url": url, **({"headers": dict(headers)} if headers else {})}
    return body
