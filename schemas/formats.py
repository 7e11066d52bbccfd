"""The declaration of a format, and the registry of formats. The formats themselves are in `workers.formats`."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, get_args, get_type_hints

from marshmallow import Schema, ValidationError

from schemas.article import Article
from schemas.article.values import shorten
from schemas.columns.head import TableHead
from schemas.conversion import Checker, Conversion, Divider, Document, Reader, Writer
from schemas.errors import Fault, FileFault, RequestError, UnknownNameError
from schemas.nearest import nearest
from schemas.option_schemas import options_schema
from schemas.options import NoOptions
from schemas.rules import Rule
from schemas.validation import escape_pointer, faults_of


class Evidence(IntEnum):
    """The strength of the evidence, from first bytes and file name, that a file is of a format."""

    NONE = 0
    FALLBACK = 1
    """The last resort: plain text."""
    NAME = 2
    """Only the extension of the name is evidence."""
    LIKELY = 3
    """The content begins like a file of the format."""
    CERTAIN = 4
    """The content states the format: a root element, a context, a signature."""


_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0, appendix F.1: UTF-16 without a byte-order mark begins with one of these.
_UNMARKED: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Head:
    """The first bytes of a file.

    Args:
        raw: the bytes.
        text: the same decoded, without a byte-order mark; a byte that cannot be decoded becomes U+FFFD.
    """

    raw: bytes
    text: str

    @classmethod
    def of(cls, raw: bytes) -> Head:
        """Decode by the byte-order mark, or as UTF-8 if there is none."""
        for mark, encoding in _MARKS:
            if raw.startswith(mark):
                return cls(raw, raw[len(mark) :].decode(encoding, errors="replace"))
        encoding = next((name for start, name in _UNMARKED if raw.startswith(start)), "utf-8")
        return cls(raw, raw.decode(encoding, errors="replace"))


def extension_of(name: str | None) -> str:
    """Return the last extension of a file's name in lower case, without its dot; "" if there is none."""
    return name.rpartition(".")[2].lower() if name and "." in name else ""


def article_leaves() -> Iterator[str]:
    """Yield every field of an Article, in order. A field with parts is yielded as its parts: "bylines.name"."""
    types = get_type_hints(Article)
    for one in fields(Article):
        if not one.init:
            continue
        parts = next(filter(is_dataclass, get_args(types[one.name])), None)
        yield from (f"{one.name}.{part.name}" for part in fields(parts)) if parts else (one.name,)


@dataclass(frozen=True, slots=True)
class Places:
    """The places of an article's fields in the files of a format.

    Args:
        of: the places of each field that `article_leaves` yields. A field without a place can be left out; it gets an
            empty tuple.
        walk: takes the files written for one article, by name, and yields each value with its place.
        lost: takes an article, and yields the fields in `of` that have no place in this article: the place depends on
            other fields.
        lost_with: the same for what has no place with the options of a conversion, such as another vocabulary of the
            body. It takes the article and the options.
        why: why a field that `lost` yields has no place, as the detail of a warning; {format} is the format.
        unstated: takes a conversion and the options, and returns what the file itself has a placeholder for and how to
            state it, as the detail of a warning; "" if it has none.
    """

    of: Mapping[str, tuple[str, ...]]
    walk: Callable[[Mapping[str, bytes]], Iterator[tuple[str, str]]]
    lost: Callable[[Article], Iterable[str]] = lambda _: ()
    lost_with: Callable[[Article, Any], Iterable[str]] | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    unstated: Callable[[Conversion, Any], str] = lambda *_: ""

    def __post_init__(self) -> None:
        """Give every field of the Article its places: a field that a format does not name has none."""
        leaves = tuple(article_leaves())
        if unknown := self.of.keys() - set(leaves):
            raise AssertionError(f"no fields of the Article: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "of", {leaf: self.of.get(leaf, ()) for leaf in leaves})

    @property
    def unheld(self) -> tuple[str, ...]:
        """The fields of the Article of which no part has a place."""
        held = {leaf.partition(".")[0] for leaf, places in self.of.items() if places}
        return tuple(dict.fromkeys(name for leaf in self.of if (name := leaf.partition(".")[0]) not in held))


class FileChecker(Protocol):
    """The check of a file of one format, of any origin.

    Raises (while it is iterated):
        OSError: the file cannot be read.
    """

    def __call__(self, path: Path, /) -> Iterator[FileFault]:
        """Yield every fault of the file, in its order."""
        ...


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format: its names, how it is detected, its reader, writer and checks.

    Args:
        id: the id in requests, options and file names of zips.
        name: the short name, for headings.
        title: the name with its version or syntax, for lists.
        media_types: the media types of written files.
        extensions: the extensions of readable files, without the dot.
        files: the possible names of written files.
        sniff: takes the first bytes and the name of a file; returns the evidence for this format.
        xml_roots: the root elements of readable documents, if the format is XML.
        mapped: whether a request can name the column, or the member of an object, that states a field.
        table_head: reads the beginning of a table; None if documents are no tables.
        one_article: whether each document is one article.
        divide: divides documents into records without reading them; None if that is not possible.
        reader: reads the articles of a document.
        writer: makes the writer of one conversion.
        checker: makes the checker of the pieces of one conversion; required if there is a writer.
        file_checker: checks a whole file of any origin.
        schemas: the check against only one version of the format's official schema, by an id such as
            "newsml-g2-2.28".
        rules: the rules that both checkers report, each with its section of the standard.
        options: a frozen dataclass, declared with `schemas.options.option`.
        places: the place of each field in the written files.
    """

    id: str
    name: str
    title: str
    media_types: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    sniff: Callable[[Head, str | None], Evidence]
    xml_roots: tuple[str, ...] = ()
    mapped: bool = False
    table_head: Callable[[Document], TableHead] | None = None
    one_article: bool = False
    divide: Divider | None = None
    reader: Reader | None = None
    writer: Callable[[Conversion, Any], Writer] | None = None
    checker: Callable[[Conversion, Any], Checker] | None = None
    file_checker: FileChecker | None = None
    schemas: Mapping[str, FileChecker] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    options: type[Any] = NoOptions
    places: Places = Places({}, lambda _: iter(()))

    @cached_property
    def schema(self) -> Schema:
        """The schema of the options."""
        return options_schema(self.options)

    @cached_property
    def default_options(self) -> Any:
        """The options of a request that states none."""
        return self.schema.load({})


class Formats:
    """The registry: formats by id, in a fixed order.

    Args:
        formats: called on first use; returns the formats.
    """

    def __init__(self, formats: Callable[[], Iterable[Format]]) -> None:
        self._import = formats

    @cached_property
    def _formats(self) -> Mapping[str, Format]:
        return {format_.id: format_ for format_ in self._import()}

    def __iter__(self) -> Iterator[Format]:
        return iter(self._formats.values())

    def __len__(self) -> int:
        return len(self._formats)

    def __contains__(self, format_id: object) -> bool:
        return format_id in self._formats

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The id of each format."""
        return tuple(self._formats)

    @cached_property
    def readable(self) -> Formats:
        """The formats with a reader."""
        return Formats(lambda: (format_ for format_ in self if format_.reader))

    @cached_property
    def writable(self) -> Formats:
        """The formats with a writer."""
        return Formats(lambda: (format_ for format_ in self if format_.writer))

    @cached_property
    def checkable(self) -> Formats:
        """The formats whose files can be checked."""
        return Formats(lambda: (format_ for format_ in self if format_.file_checker))

    def get(self, format_id: str) -> Format:
        """Return the format of this id.

        Raises:
            UnknownNameError: there is none.
        """
        if format_id not in self._formats:
            raise UnknownNameError("format", format_id, self.ids)
        return self._formats[format_id]

    def reader(self, format_id: str) -> Reader:
        """Return the reader of a format.

        Raises:
            UnknownNameError: there is no such format, or it cannot be read.
        """
        found = self._formats.get(format_id)
        if found is None or found.reader is None:
            raise UnknownNameError("input format", format_id, self.readable.ids)
        return found.reader

    def writer(self, format_id: str) -> Callable[[Conversion, Any], Writer]:
        """Return the factory of a format's writer.

        Raises:
            UnknownNameError: there is no such format, or it cannot be written.
        """
        found = self._formats.get(format_id)
        if found is None or found.writer is None:
            raise UnknownNameError("format", format_id, self.writable.ids)
        return found.writer

    def checker(self, format_id: str) -> Callable[[Conversion, Any], Checker]:
        """Return the factory of the checker of a format's pieces.

        Raises:
            UnknownNameError: there is no such format, or it cannot be written.
        """
        found = self._formats.get(format_id)
        if found is None or found.checker is None:
            raise UnknownNameError("format", format_id, self.writable.ids)
        return found.checker

    def schema_checker(self, schema_id: str) -> FileChecker:
        """Return the check against only one official schema.

        Raises:
            UnknownNameError: no format has a schema of this id.
        """
        found = {name: check for format_ in self for name, check in format_.schemas.items()}
        if schema_id not in found:
            raise UnknownNameError("schema", schema_id, tuple(found))
        return found[schema_id]

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule with this id, of any format; None if there is none."""
        return self._rules.get(rule_id)

    @cached_property
    def _rules(self) -> Mapping[str, Rule]:
        return {rule.id: rule for format_ in self for rule in format_.rules}

    def load_options(self, given: Mapping[str, Any], formats: tuple[str, ...]) -> dict[str, Any]:
        """Return the options of each requested format, as an instance of its dataclass.

        Args:
            given: the request's `options`: an object for each format id.
            formats: the requested formats.

        Raises:
            RequestError: an option is unknown, wrong, or of a format that is not requested.
            UnknownNameError: a requested format cannot be written.
        """
        ids = self.writable.ids
        faults: list[Fault] = []
        for format_id in given:
            if format_id not in ids:
                near = nearest(format_id, ids)
                hint = f"did you mean {near!r}?" if near else f"the formats are {', '.join(ids)}"
                faults.append(
                    Fault(f"/options/{escape_pointer(format_id)}", f"there is no format {shorten(format_id)!r}; {hint}")
                )
            elif format_id not in formats:
                faults.append(Fault(f"/options/{format_id}", f"options for {format_id}, which is not in `formats`"))
        loaded: dict[str, Any] = {}
        for format_id in formats:
            format_ = self.writable.get(format_id)
            try:
                stated = given.get(format_id, {})
                loaded[format_id] = format_.default_options if stated == {} else format_.schema.load(stated)
            except ValidationError as error:
                faults += faults_of(error, format_.schema, f"/options/{format_id}")
        if faults:
            raise RequestError(tuple(faults))
        return loaded
