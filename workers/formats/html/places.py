"""The places of an article's fields in a page: its object of schema.org, and elements of the page."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final
from zipfile import ZipFile

import orjson
from lxml import etree

from schemas.formats import Places
from workers.formats.html.pages import INDEX
from workers.formats.json.places import walk_values
from workers.formats.pages.facts.scripts import find_scripts
from workers.formats.pages.own import INFERRED, find_own_body
from workers.formats.pages.tree import parse_page
from workers.formats.schema_org.places import OF, find_lost

_BODY: Final = "div.body"
_BYLINE: Final = "p.byline"
_OBJECT: Final = "json-ld"


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        for page in _pages(raw):
            for _, script in find_scripts(page):
                for place, value in walk_values(orjson.loads(script)):
                    yield f"{_OBJECT}: {place}", value
            body = find_own_body(parse_page("page", page))
            yield _BODY, etree.tostring(body, encoding="unicode")
            header: Any = body.getparent().find("header")
            for one in header.iterfind("p[@data-printed]"):
                yield _BYLINE, one.text or ""
            for one in header.iterfind(f".//*[@{INFERRED}]"):
                yield f"{one.tag}/@{INFERRED}", one.tag


def _pages(raw: bytes) -> Iterator[str]:
    """Yield the pages of a zip, without the list of links; or the only page."""
    if not raw.startswith(b"PK"):
        yield raw.decode()
        return
    with ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            if name != INDEX:
                yield archive.read(name).decode()


PLACES: Final = Places(
    {leaf: tuple(f"{_OBJECT}: {place}" for place in places) for leaf, places in OF.items()}
    | {
        "paragraphs": (_BODY, f"{_OBJECT}: articleBody", f"{_OBJECT}: wordCount"),
        "blocks": (_BODY,),
        "byline": (_BYLINE,),
        "inferred": (f"h1/@{INFERRED}", f"p/@{INFERRED}", f"time/@{INFERRED}"),
    },
    _walk,
    find_lost,
)
