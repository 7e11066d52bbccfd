"""Arguments of the command line: SOURCE (a file, a folder, or - for standard input), --set and --option."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import orjson

from schemas.article.json_form import metadata_fields
from schemas.column_names import take_columns
from schemas.errors import ArticleError, Fault, InputError, RequestError
from schemas.nearest import nearest
from workers.formats import FORMATS


class SourceError(InputError):
    """A SOURCE does not exist or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A document: its name, how to open it, and its path if it is a file."""

    name: str
    open: Callable[[], BinaryIO]
    path: Path | None = None


def find_sources(sources: Sequence[str]) -> tuple[SourceFile, ...]:
    """Return the documents of SOURCEs. Those of a folder are sorted by name, without hidden files.

    Raises:
        SourceError: a file or folder does not exist, a folder is empty, or a file cannot be read.
    """
    return tuple(found for source in sources for found in _find(source))


def _find(source: str) -> Iterator[SourceFile]:
    if source == "-":
        data = sys.stdin.buffer.read()
        yield SourceFile(name="stdin", open=lambda: BytesIO(data))
        return
    path = Path(source)
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and not _hidden(file.relative_to(path))]
        if not files:
            raise SourceError(source, "", "the folder has no file in it")
    elif path.exists():
        files = [path]
    else:
        raise SourceError(source, "", "there is no such file or folder")
    for file in files:
        _check_readable(file)
        yield SourceFile(name=file.name, open=_opener(file), path=file)


def _check_readable(path: Path) -> None:
    """Check a file before any is converted, unless it can be read only once, as a pipe."""
    if not path.is_file():
        return
    try:
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        raise SourceError(str(path), "", f"it cannot be read: {error.strerror or error}") from None


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def parse_metadata(settings: Sequence[str]) -> dict[str, object]:
    """Parse `--set field=value`: `provider.uri=…` sets a part, and a field given twice is a list.

    `field=@Column` names the column of a table that states the field.

    Raises:
        RequestError: it has another form, or a field does not exist or cannot have the value.
    """
    metadata: dict[str, object] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise RequestError((Fault("", f"--set {setting}: give a field and its value, --set field=value"),))
        _put(metadata, name.strip().split("."), _value(value))
    try:
        values, _ = take_columns(metadata)
        metadata_fields(values)
    except ArticleError as error:
        raise RequestError(tuple(Fault(f"--set {f.pointer.lstrip('/')}", f.detail) for f in error.faults)) from None
    return metadata


def parse_options(options: Sequence[str]) -> dict[str, dict[str, object]]:
    """Parse `--option FORMAT.NAME=VALUE`.

    Raises:
        RequestError: it has another form, or there is no such format.
    """
    parsed: dict[str, dict[str, object]] = {}
    for option in options:
        name, equals, value = option.partition("=")
        format_id, dot, key = name.partition(".")
        if not equals or not dot:
            raise RequestError((Fault("", f"--option {option}: write FORMAT.NAME=VALUE, such as csv.profile=excel"),))
        if format_id not in (ids := FORMATS.writable.ids):
            near = nearest(format_id, ids)
            hint = f"did you mean {near}?" if near else f"the formats are {', '.join(ids)}"
            raise RequestError((Fault("", f"--option {option}: there is no format {format_id!r}; {hint}"),))
        parsed.setdefault(format_id, {})[key] = _value(value)
    return parsed


def _put(into: dict[str, object], path: list[str], value: object) -> None:
    name, *rest = path
    if rest:
        inner = into.setdefault(name, {})
        if isinstance(inner, str):
            inner = into[name] = {"name": inner}
        if isinstance(inner, dict):
            _put(inner, rest, value)
        return
    before = into.get(name)
    if before is None:
        into[name] = value
    elif isinstance(before, dict) and isinstance(value, str):
        before["name"] = value
    else:
        into[name] = [*before, value] if isinstance(before, list) else [before, value]


def _value(text: str) -> object:
    """JSON if the text is an object, a list or a boolean, else the text itself."""
    if text[:1] in ("{", "[") or text in ("true", "false"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text
