"""Detection of a file's format by its first bytes, or by its name if the bytes do not decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from schemas.article.values import shorten
from schemas.errors import FileFault, InputError
from schemas.formats import Evidence, Format, Head
from workers.formats import FORMATS
from workers.formats.foreign import find_foreign
from workers.formats.foreign.zips import find_in_zip
from workers.formats.xml.prolog import read_prolog

HEAD: Final = 65_536
"""The number of first bytes that detection needs."""


def detect(head: bytes, name: str | None) -> str:
    """Return the id of the format with the strongest evidence; of equal ones, the first in the list of formats.

    Args:
        head: the first bytes of the file, up to `HEAD`.
        name: the file's name, if it has one.

    Raises:
        InputError: the file is of a kind that is not read (see `workers.formats.foreign`), or it is XML with a root
            element that no format has.
    """
    return _detect(head, name).id


def reader_of_columns(reader: str, columns: Mapping[str, str]) -> str:
    """Return the reader of a document whose columns a request maps. A text has no columns: it is read as a table."""
    return "csv" if columns and reader == "text" else reader


def is_document_in_zip(head: bytes) -> bool:
    """Return whether a zip that begins with these bytes is one document, such as an office file, and no archive."""
    return find_in_zip(head, "") is not None


def check_file(path: Path, schema: str | None = None) -> Iterator[FileFault]:
    """Yield every fault of a file, in file order, as a stream.

    Args:
        path: the file.
        schema: the id of an official schema, such as "newsml-g2-2.28": check against this schema only. Without it,
            detect the format of the file, and check all rules of the format.

    Raises:
        UnknownNameError: no format has this schema.
        OSError: the file cannot be read. It is raised while the faults are iterated.
    """
    return FORMATS.schema_checker(schema)(path) if schema else _check_detected(path)


def _check_detected(path: Path) -> Iterator[FileFault]:
    checked = ", ".join(FORMATS.checkable.ids)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    try:
        found = _detect(head, path.name)
    except InputError as error:
        yield FileFault(path.name, 0, "kind", f"{error.reason}; formats that are checked: {checked}")
        return
    if found.file_checker is None:
        yield FileFault(
            path.name,
            0,
            "kind",
            f"the content is of the format {found.id}, which is not checked; formats that are checked: {checked}",
        )
        return
    yield from found.file_checker(path)


def _detect(raw: bytes, name: str | None) -> Format:
    head = Head.of(raw)
    evidence, found = max(((one.sniff(head, name), one) for one in FORMATS), key=lambda pair: pair[0])
    foreign = find_foreign(head, name)
    if foreign is not None and foreign.evidence > evidence:
        raise InputError(name or "document", "", foreign.reason)
    prolog = read_prolog(head.text)
    if evidence < Evidence.LIKELY and prolog is not None and prolog.root is not None:
        known = ", ".join(f"{' and '.join(one.xml_roots)} ({one.id})" for one in FORMATS if one.xml_roots)
        said = f"it is XML whose root element is {shorten(prolog.root)!r}, which is not read"
        raise InputError(name or "document", "", f"{said}; of XML, these are: {known}")
    return found
