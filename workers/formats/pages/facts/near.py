"""The line under the headline of a page: its author and its date, where no class or element says what they are.

Von Anna Müller | 1. März 2024      2024年3月1日　記者　山田太郎      김민수 기자      作者：李明
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from schemas.article.calendars import find_solar_day
from workers.formats.pages.facts.names import is_person, is_uncased_name, read_names, says_author

_FOLLOWING: Final = etree.XPath("following::*[position() <= 30]")
_LONGEST: Final = 120
_HAN: Final = "\u3400-\u9fff々"
# Authors in writing without blanks: 作者：李明, 記者　山田太郎, 記者陳美玲／港口報導, 김민수 기자.
_DENSE_NAMES: Final = (
    re.compile(rf"(?:作者|撰文|记者|記者|文)\s*[:：]\s*([{_HAN}·]{{2,5}})(?=$|[\s|/／,，)）])"),
    re.compile(rf"(?:^|[\s(（【])(?:本[报報])?[记記]者\s*([{_HAN}]{{2,5}})(?=$|[\s/／)）】])"),
    re.compile(r"(?:^|[\s(\[])([가-힣]{2,4})\s?기자(?=$|[\s=(\[])"),
)
_DATE_OF_HAN: Final = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
# A day, the name of a month with its letters and marks, and a year.
_NAMED_DATE: Final = re.compile(r"\b\d{1,2}\.?\s+(?:de\s+)?[^\s\d.,|]{2,16}\.?\s+(?:de\s+)?\d{4}\b")
_THAI: Final = re.compile("[\u0e00-\u0e7f]")
# Years of the Buddhist era, by which Thailand counts.
_BUDDHIST: Final = re.compile(r"2[45]\d\d")
_ERAS_APART: Final = 543


def lines_near_headline(root: Any) -> list[str]:
    """Return the short texts between the headline of a page and its text."""
    heading = root.find(".//h1")
    if heading is None:
        heading = next(root.iter("h2", "h3"), None)
    if heading is None:
        return []
    lines: dict[str, None] = {}
    for element in _FOLLOWING(heading):
        line = read_short(element, _LONGEST)
        if line:
            lines[line] = None
        elif line is None and element.tag == "p":
            break
    return [*lines]


def read_short(element: Any, longest: int) -> str | None:
    """Return the text of an element on one line; None if it is longer than a number of characters."""
    texts: list[str] = []
    size = 0
    for text in element.itertext():
        if bare := text.strip():
            texts.append(text)
            size += len(bare)
            # Some of it may be white space.
            if size > 4 * longest:
                return None
    line = " ".join(" ".join(texts).split())
    return line if len(line) <= longest else None


def find_names(lines: Iterable[str]) -> list[str]:
    """Return the authors that the first of some lines names."""
    for line in lines:
        for pattern in _DENSE_NAMES:
            if found := pattern.findall(line):
                return list(dict.fromkeys(found))
        if says_author(line):
            found = read_names(_NAMED_DATE.sub("", line).strip(" ,|"))
            if names := [name for name in found if is_person(name) or is_uncased_name(name)]:
                return names
    return []


def find_dates(lines: Iterable[str]) -> Iterator[str]:
    """Yield the days (YYYY-MM-DD) and the dates in words that some lines have."""
    for line in lines:
        if solar := find_solar_day(line):
            yield solar
        if found := _DATE_OF_HAN.search(line):
            year, month, day = map(int, found.groups())
            yield f"{year}-{month:02}-{day:02}"
        for date in _NAMED_DATE.findall(line):
            yield _BUDDHIST.sub(_common_year, date) if _THAI.search(date) else date


def _common_year(year: re.Match[str]) -> str:
    return str(int(year[0]) - _ERAS_APART)
