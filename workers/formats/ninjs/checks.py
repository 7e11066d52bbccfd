"""The checks of ninjs: of the items that are written, and of whole files in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from schemas.article import Article
from schemas.article.dates import is_after
from schemas.article.languages import find_language_fault
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import FileFault, Severity
from schemas.formats import FileChecker
from workers.formats.json.stream import JsonStreamError, PartScanner
from workers.formats.json.structure import Shape, StructureFault
from workers.formats.json.templates import JsonItems, string
from workers.formats.ninjs.names import Names
from workers.formats.ninjs.options import NinjsOptions
from workers.formats.ninjs.structure import NEWEST, VERSIONS, structure_of
from workers.formats.ninjs.writer import DOCUMENT, LINES, PLAIN
from workers.formats.ninjs.writing.bodies import html_body
from workers.formats.templates import TemplateCache, keywords, slots

# Members that only one generation has.
_FIRST: Final = frozenset(("headline", "byline", "mimetype", "$standard", "person", "subject", "place", "infosource"))
_THIRD: Final = frozenset(("versionCreated", "firstCreated", "contentCreated", "pubStatus", "altIds", "infoSources"))
_STRUCTURE: Final = {
    "type": "ninjs-type",
    "value": "ninjs-value",
    "member": "ninjs-member",
    "missing": "ninjs-missing",
    "form": "ninjs-form",
}
_LISTS: Final = ("associations", "renditions", "altids")
ITEMS: Final = JsonItems(
    slots(
        (rb'"uri"', string(attrgetter("id"))),
        (rb'"version"', string(lambda article: str(article.version))),
        (rb'"content[cC]reated"', string(attrgetter("published"))),
        (rb'"embargoed(?:Until)?"', string(attrgetter("embargoed"))),
        (rb'"slugline"', string(attrgetter("slugline"))),
        (rb'"by(?:line)?"', string(lambda article: ", ".join([one.name for one in article.bylines]))),
        (rb'"headline"|"value"', string(attrgetter("headline"))),
        (rb'"description_text"|"value"', string(attrgetter("description"))),
        (rb'"ed[nN]ote"', string(attrgetter("ed_note"))),
        (rb'"url"|"value"', string(attrgetter("url"))),
        (rb'"name"', map(string, keywords())),
        (rb'"body_html"|"value"', html_body),
        # By orjson, not by the function of the writer: so a text that this escapes wrongly is found.
        (rb'"body_text"|"value"', string(attrgetter("body"))),
    )
)


class NinjsChecker:
    """A checker of the item of each article: its structure, its forms, and that it states what the article states."""

    def __init__(self, conversion: Conversion, options: NinjsOptions) -> None:
        """Prepare to check items of one version."""
        self._name = LINES if options.lines else DOCUMENT
        self._structure = structure_of(options.version)
        names = Names(options.version[0])
        self._same = tuple((field, names[name]) for field, name in PLAIN)
        self._is_first = options.version[0] == "1"
        self._templates = TemplateCache(ITEMS.template)

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the item."""
        (piece,) = pieces
        if self._templates.has(article, piece):
            return ()
        report = _Report(self._name, 1, piece)
        item = report.parse()
        if isinstance(item, dict):
            _check_item(item, self._structure, report)
            for member, expected in self._expected(article):
                if item.get(member) != expected:
                    stated = f"{member} is {shorten(repr(item.get(member)))}"
                    report(member, "ninjs-same", f"{stated}; the article states {shorten(repr(expected))}")
            if article.body and article.body not in self._bodies(item):
                report("bodies", "ninjs-same", "no body is the plain text of the article")
        if not report.faults:
            self._templates.add(article, piece)
        return tuple(report.faults)

    def _expected(self, article: Article) -> Iterator[tuple[str, Any]]:
        yield "uri", article.id
        yield "type", article.kind
        yield "version", str(article.version)
        for field, member in self._same:
            yield member, getattr(article, field)

    def _bodies(self, item: dict[str, Any]) -> list[Any]:
        if self._is_first:
            return [item.get("body_text")]
        return [one.get("value") for one in item.get("bodies", ())]


def check_ninjs_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file: an item, a list of items, or an item on each line."""
    with path.open("rb") as stream:
        yield from check_ninjs(stream, path.name)


def check_ninjs(stream: BinaryIO, name: str, version: str | None = None) -> Iterator[FileFault]:
    """Yield every fault of a document.

    Args:
        stream: its bytes.
        name: its name, for the faults.
        version: check only against the schema of this version. Without it, check each item against the version that it
            states or is most like, and check all other rules too.
    """
    seen: set[bytes] = set()
    found = False
    try:
        for part in PartScanner(stream).parts():
            found = True
            report = _Report(name, part.line, part.text)
            item = report.parse()
            if item is not None and version is not None:
                report.structure(structure_of(version).faults(item, forms=False))
            elif isinstance(item, dict):
                _check_item(item, structure_of(_version_of(item, report)), report)
                _check_unique(item, seen, report)
            yield from report.faults
    except JsonStreamError as error:
        yield FileFault(name, error.line, "ninjs-json", error.detail)
        return
    if not found:
        yield FileFault(name, 0, "ninjs-json", "the file has no item; write one, a list of them, or one on each line")


def _check_schema(version: str, path: Path) -> Iterator[FileFault]:
    with path.open("rb") as stream:
        yield from check_ninjs(stream, path.name, version)


SCHEMAS: Final[dict[str, FileChecker]] = {f"ninjs-{version}": partial(_check_schema, version) for version in VERSIONS}
"""The check against only the schema of a version, by the id of the schema."""


class _Report:
    """The faults of one item. The line of a fault is the first line that has its member."""

    def __init__(self, name: str, line: int, text: bytes) -> None:
        self.faults: list[FileFault] = []
        self._name = name
        self._line = line
        self._text = text

    def __call__(self, path: str, rule: str, detail: str, severity: Severity = "error") -> None:
        member = path.rpartition(".")[2].partition("[")[0]
        at = max(self._text.find(f'"{member}"'.encode(errors="replace")), 0)
        line = self._line + self._text.count(b"\n", 0, at)
        self.faults.append(FileFault(self._name, line, rule, detail, severity))

    def parse(self) -> Any:
        """Return the item; None, with a fault, if it is not JSON."""
        try:
            return orjson.loads(self._text)
        except orjson.JSONDecodeError as error:
            detail = f"the text is not JSON: {error.msg}, column {error.colno}; write JSON in UTF-8"
            self.faults.append(FileFault(self._name, self._line + error.lineno - 1, "ninjs-json", detail))
            return None

    def structure(self, faults: tuple[StructureFault, ...]) -> None:
        """Report faults of the structure."""
        for path, rule, detail in faults:
            self(path, _STRUCTURE[rule], f"{path}: {detail}" if path else detail)


def _check_item(item: dict[str, Any], structure: Shape, report: _Report) -> None:
    report.structure(structure.faults(item, forms=True))
    language = item.get("language")
    if isinstance(language, str) and (fault := find_language_fault(language)):
        detail, is_error = fault
        report("language", "ninjs-language", f"{shorten(language)!r}: {detail}", "error" if is_error else "advice")
    by_name = {name.lower(): value for name, value in item.items()}
    first, later = by_name.get("firstcreated"), by_name.get("versioncreated")
    if isinstance(first, str) and isinstance(later, str) and is_after(first, later):
        report("versioncreated", "ninjs-order", f"{later} is before the item was first created, {first}", "advice")


def _check_unique(item: dict[str, Any], seen: set[bytes], report: _Report) -> None:
    uri, version = item.get("uri"), item.get("version")
    if not isinstance(uri, str):
        return
    digest = blake2b(f"{version} {uri}".encode(errors="replace"), digest_size=16).digest()
    if digest in seen:
        report("uri", "ninjs-unique", f"version {version} of {shorten(uri)} stands a second time; keep one")
    seen.add(digest)


def _version_of(item: dict[str, Any], report: _Report) -> str:
    """Return the version that an item states, or the newest of the generation that its members are of."""
    standard = item.get("$standard", item.get("standard"))
    stated = standard.get("version") if isinstance(standard, dict) else None
    if isinstance(stated, str) and stated in VERSIONS:
        return stated
    if not _THIRD.isdisjoint(item):
        version = NEWEST["3"]
    elif (
        not _FIRST.isdisjoint(item)
        or any(isinstance(item.get(name), dict) for name in _LISTS)
        or any(name.startswith(("body_", "description_", "headline_")) for name in item)
    ):
        version = NEWEST["1"]
    else:
        version = NEWEST["2"]
    if stated is not None:
        detail = f"the structure of version {shorten(repr(stated))} is not known here; that of {version} was checked"
        report("version", "ninjs-version", detail, "advice")
    return version
