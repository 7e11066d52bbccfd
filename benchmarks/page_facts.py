"""Titles, authors and dates of news pages, compared with what the JSON-LD of the same page states.

The reference has no truth for these. The statement of a page is the nearest to one, though it is no neutral one:
newsmill reads it first, and takes from it what belongs to the site ("By ADA REED, AP Writer", "Ferry back | Harbour").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from io import BytesIO
from typing import Any, Final, NamedTuple

from benchmarks.report import Row
from schemas.conversion import Document, ReadArticle
from schemas.errors import InputError
from workers.formats.html.reader import read_html_page
from workers.formats.pages.encoding import decode_page
from workers.formats.pages.facts.scripts import find_scripts
from workers.formats.schema_org.merging import merge_stories
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.script_json import parse_script

_NO_WORD: Final = re.compile(r"\W+")
_DAY: Final = re.compile(r"[12]\d{3}-\d\d-\d\d")


class Facts(NamedTuple):
    """A title, the authors and a day, in small letters and digits alone; empty where there is none."""

    title: str = ""
    authors: tuple[str, ...] = ()
    day: str = ""


def compare_facts(pages: Iterable[bytes]) -> list[Row]:
    """Count the pages whose title, authors and day are those of their JSON-LD, by newsmill and by trafilatura."""
    stated = [(raw, facts) for raw in pages if (facts := state_facts(raw)) != Facts()]
    readers: dict[str, Callable[[bytes], Facts]] = {"newsmill": read_facts, "trafilatura": extract_facts}
    found = {name: [(facts, read(raw)) for raw, facts in stated] for name, read in readers.items()}
    rows = []
    for index, field in enumerate(Facts._fields):
        for name, pairs in found.items():
            agree = sum(theirs[index] == facts[index] for facts, theirs in pairs if facts[index])
            of = sum(1 for facts, _ in pairs if facts[index])
            rows.append(Row(f"pages: {field} as in the JSON-LD, {name}", f"{agree} of {of}"))
    return rows


def state_facts(raw: bytes) -> Facts:
    """Return what the JSON-LD of a page states about its first article."""
    values = []
    for _, script in find_scripts(decode_page(raw)):
        try:
            values.append(parse_script(script).value)
        except ValueError:
            continue
    story = next(iter(merge_stories(Nodes(values, items=False).stories())), None)
    if story is None:
        return Facts()
    title, date = story.node.get("headline"), story.node.get("datePublished")
    return _facts(
        title if isinstance(title, str) else "", _names(story.node.get("author")), date if isinstance(date, str) else ""
    )


def read_facts(raw: bytes) -> Facts:
    """Return what newsmill reads."""
    try:
        found = list(read_html_page(Document(name="page.html", open=lambda: BytesIO(raw))))
    except InputError:
        return Facts()
    article = next((one.article for one in found if isinstance(one, ReadArticle)), None)
    if article is None:
        return Facts()
    return _facts(article.headline or "", (one.name for one in article.bylines), article.published or "")


def extract_facts(raw: bytes) -> Facts:
    """Return what trafilatura extracts."""
    import trafilatura  # noqa: PLC0415

    found: Any = trafilatura.bare_extraction(raw, fast=True, include_comments=False, with_metadata=True)
    if found is None:
        return Facts()
    return _facts(found.title or "", (found.author or "").split(";"), found.date or "")


def _facts(title: str, authors: Iterable[str], date: str) -> Facts:
    day = _DAY.match(date)
    return Facts(_bare(title), tuple(sorted(filter(None, map(_bare, authors)))), day[0] if day else "")


def _bare(text: str) -> str:
    return _NO_WORD.sub("", unescape(text)).casefold()


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield name
