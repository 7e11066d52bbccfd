"""The check of documents of JSON-LD of any origin, part by part: files, and the scripts of pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, BinaryIO

import orjson

from schemas.article import count_words
from schemas.article.dates import is_after
from schemas.article.values import shorten
from schemas.errors import FileFault, Severity
from workers.formats.json.stream import JsonStreamError, Part, PartScanner
from workers.formats.schema_org.nodes import is_item
from workers.formats.schema_org.recommendations import recommend
from workers.formats.schema_org.terms import ARTICLE_TYPES, types_of
from workers.formats.schema_org.vocabulary import CONTEXTS, check_node


class Report:
    """The faults of one part. The line of a fault is the first line that has its key."""

    def __init__(self, name: str, line: int, text: bytes) -> None:
        self.faults: list[FileFault] = []
        self._name = name
        self._line = line
        self._text = text

    def __call__(self, key: str, rule: str, detail: str, severity: Severity = "error") -> None:
        """Report a fault."""
        at = max(self._text.find(f'"{key}"'.encode(errors="replace")), 0)
        line = self._line + self._text.count(b"\n", 0, at)
        self.faults.append(FileFault(self._name, line, rule, detail, severity))

    def parse(self) -> dict[str, Any] | None:
        """Return the part as an object; None, with a fault, if it is not one."""
        try:
            node = orjson.loads(self._text)
        except orjson.JSONDecodeError as error:
            is_surrogate = "surrogate" in error.msg and "UTF-8" not in error.msg
            rule = "ld-surrogate" if is_surrogate else "ld-json"
            detail = "a character is cut in half; write both surrogates" if is_surrogate else "the text is not JSON"
            line = self._line + error.lineno - 1
            self.faults.append(FileFault(self._name, line, rule, f"{detail}: {error.msg}, column {error.colno}"))
            return None
        if isinstance(node, dict):
            return node
        self.faults.append(FileFault(self._name, self._line, "ld-json", "a list stands here; write an object"))
        return None

    def find_duplicates(self) -> None:
        """Report each key that an object has twice. Most software reads only the last."""

        def check(pairs: list[tuple[str, Any]]) -> None:
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self(key, "ld-duplicate-key", f"an object has the key {shorten(key)!r} twice; keep one")
                seen.add(key)

        json.loads(self._text, object_pairs_hook=check)


class DocumentCheck:
    """The check of a document, part by part."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._articles = 0
        self.is_broken = False
        # The digest of each article's id and version, in 16 bytes.
        self._seen: set[bytes] = set()
        self._blank: set[str] = set()
        self._wanted: dict[str, int] = {}

    def check(self, stream: BinaryIO, line: int = 1) -> Iterator[FileFault]:
        """Yield the faults of each part of a stream, whose first line has this number."""
        try:
            for part in PartScanner(stream, line).parts():
                yield from self._check_part(part)
        except JsonStreamError as error:
            self.is_broken = True
            yield FileFault(self._name, error.line, "ld-json", error.detail)

    def _check_part(self, part: Part) -> Iterator[FileFault]:
        report = Report(self._name, part.line, part.text)
        node = report.parse()
        if node is not None:
            if orjson.dumps(node) != part.text:
                report.find_duplicates()
            if not part.member:
                _check_context(node, report)
            if "@graph" in node and not part.member and len(node) <= 2:
                # The shell of a graph, whose members came before it.
                for member in node["@graph"] if isinstance(node["@graph"], list) else []:
                    if isinstance(member, dict):
                        self._check(member, report, part.line)
            else:
                self._check(node, report, part.line)
        yield from report.faults

    def finish(self) -> Iterator[FileFault]:
        """Yield the faults of the document as a whole."""
        for id_, line in self._wanted.items():
            if id_ not in self._blank:
                detail = f"the document has no node {id_}; state the node, or refer to an absolute IRI"
                yield FileFault(self._name, line, "ld-reference", detail)
        if not self._articles:
            yield FileFault(
                self._name, 0, "ld-article", "the document has no article; state an object of type NewsArticle"
            )

    def _check(self, node: dict[str, Any], report: Report, line: int) -> None:
        check_node(node, report)
        self._note_blank(node, line)
        if ARTICLE_TYPES.intersection(types_of(node)):
            _check_article(node, report)
        elif not is_item(node):
            return
        self._articles += 1
        id_, version = node.get("@id"), node.get("version")
        if isinstance(id_, str):
            digest = blake2b(f"{version} {id_}".encode(), digest_size=16).digest()
            if digest in self._seen:
                report("@id", "ld-unique", f"version {version} of {id_} is in the document twice; keep one")
            self._seen.add(digest)

    def _note_blank(self, value: Any, line: int) -> None:
        """Note which blank nodes (_:b0) the document has, and which it refers to."""
        if isinstance(value, list):
            for item in value:
                self._note_blank(item, line)
        elif isinstance(value, dict):
            id_ = value.get("@id")
            if isinstance(id_, str) and id_.startswith("_:"):
                if len(value) == 1:
                    self._wanted.setdefault(id_, line)
                else:
                    self._blank.add(id_)
            for inner in value.values():
                if isinstance(inner, dict | list):
                    self._note_blank(inner, line)


def _check_context(node: Mapping[str, Any], report: Report) -> None:
    stated = node.get("@context")
    for context in stated if isinstance(stated, list) else [stated]:
        if isinstance(context, str) and context in CONTEXTS:
            return
        if isinstance(context, dict) and str(context.get("@vocab")).rstrip("/") in CONTEXTS:
            return
    report("@context", "ld-context", f"@context is {shorten(repr(stated))}; it has to be https://schema.org")


def _check_article(node: Mapping[str, Any], report: Report) -> None:
    """Check the properties of an article that depend on each other."""
    body, words = node.get("articleBody"), node.get("wordCount")
    # A dash by itself may count as a word or not.
    if isinstance(body, str) and isinstance(words, int) and words != count_words(body) and words != len(body.split()):
        report("wordCount", "ld-count", f"wordCount is {words}; articleBody has {count_words(body)} words")
    published, modified = node.get("datePublished"), node.get("dateModified")
    if isinstance(published, str) and isinstance(modified, str) and is_after(published, modified):
        detail = f"dateModified, {modified}, is before datePublished, {published}"
        report("dateModified", "ld-order", detail, "advice")
    for key, rule, advised in recommend(node):
        report(key, rule, advised, "advice")
