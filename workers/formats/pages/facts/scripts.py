"""The scripts of an HTML page: those of JSON-LD, and those that can hold the data of its application.

The page is tokenised in one pass (HTML standard, 13.2.5): comments and elements with text content are skipped, and a
script ends at the next `</script`. The rest of the page is not parsed, so its depth and its faults do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from workers.formats.schema_org.terms import JSON_LD

_TEXT_ELEMENTS = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
# What a page with JSON-LD has in it. The "+" of its type may be escaped.
_MARKS = ("ld+json", "ld&#", "LD+JSON")
_OPENING = re.compile(rf"<(?:(?P<comment>!--)|(?P<element>{'|'.join(_TEXT_ELEMENTS)})(?=[\s/>]))", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _TEXT_ELEMENTS}
_ATTRIBUTES = re.compile(r"""(?:[^>"']|"[^"]*+"|'[^']*+')*+>""")
_TYPE = re.compile(r"""(?:\s|/)type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ID = re.compile(r"""(?:\s|/)id\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def find_scripts(page: str) -> Iterator[tuple[int, str]]:
    """Yield the line where each script of JSON-LD begins, and its text."""
    # No script behind the last mark is JSON-LD. Most pages have theirs in the head.
    last = max(map(page.rfind, _MARKS))
    line, counted = 1, 0
    for attributes, start, end in _scripts(page, last):
        if _type_in(attributes) == JSON_LD:
            line += page.count("\n", counted, start)
            counted = start
            yield line, page[start:end]


def find_data_scripts(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield the type, the id and the text of each script that is no JSON-LD and has no address."""
    for attributes, start, end in _scripts(page, len(page)):
        type_ = _type_in(attributes)
        if type_ != JSON_LD and end - start > 1:
            id_ = _ID.search(f" {attributes}")
            yield type_, (id_[1] or id_[2] or id_[3] or "") if id_ else "", page[start:end]


def _scripts(page: str, last: int) -> Iterator[tuple[str, int, int]]:
    """Yield the attributes of each script that begins before a place, and where its text begins and ends."""
    at = 0
    while last >= 0 and (match := _OPENING.search(page, at, last)):
        if match["comment"]:
            end = page.find("-->", match.end() - 2)
            if end < 0:
                return
            at = end + 3
            continue
        attributes = _ATTRIBUTES.match(page, match.end())
        end_tag = attributes and _ENDS[match["element"].lower()].search(page, attributes.end())
        if not attributes or not end_tag:
            return
        if match["element"].lower() == "script":
            yield attributes[0], attributes.end(), end_tag.start()
        at = end_tag.end()


def _type_in(attributes: str) -> str:
    said = _TYPE.search(f" {attributes}")
    type_ = unescape((said[1] or said[2] or said[3] or "") if said else "")
    return type_.partition(";")[0].strip().lower()
