"""Facts of an article that its page shows to readers and states nowhere: inferred from the look of the page.

The rules are those of trafilatura and htmldate. They work on the tree that they are given, and fetch nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final
from unicodedata import category

from lxml import etree

from schemas.article.calendars import find_other_date, is_other_year
from schemas.article.dates import read_moment
from schemas.article.values import check_day_or_moment
from workers.formats.pages.facts.names import (
    is_label,
    is_no_name,
    is_person,
    is_site,
    read_names,
    without_date,
    without_label,
)
from workers.formats.pages.facts.near import find_dates, find_names, lines_near_headline, read_short

_FIRST_DAY: Final = re.compile(r"\d{4}-01-01")
_LONGEST_NAME: Final = 80
_LONGEST_BYLINE: Final = 120

# The rules of `trafilatura.xpaths.AUTHOR_XPATHS`, from sure to vague, without its regular expressions in XPath.
_WORDS: Final = re.compile(
    "uthor|yline|writer|autor|auteur|muhabir|yazar|screenname|zuozhe|bianji|xiaobian|channel-name|submitted-by|posted-by|journalist|BBL"
)
_EXACT_TAGS: Final = frozenset("a address div link p span strong".split())
_LIKELY_TAGS: Final = frozenset("a div h3 h4 p section span".split())
_LINE_TAGS: Final = frozenset("br div p ul ol h1 h2 h3 h4 h5 h6 section header address time".split())
_NAMED: Final = re.compile("author-?name|AuthorName|authorName")
_LIKELY_IDS: Final = re.compile("author|zuozhe|bianji|xiaobian")
_LIKELY_CLASSES: Final = re.compile("author|channel-name|zuozhe|bianji|xiaobian|submitted-by|posted-by|journalist-name")
_POSSIBLE: Final = re.compile("[Aa]uthor|screenname|writer|[Bb]yline")
_TRANSLATED: Final = re.compile(
    r"(?:^|[\s_-])(?:autor(?:[ae]|es|in)?|auteurs?|muhabir|yazar)(?:$|[\s_-])", re.IGNORECASE
)
_APART_IDS: Final = re.compile("^comment|comment-?list|ProductReviews")
_APART_CLASSES: Final = re.compile(
    "^(?:title|date)$|^[Cc]omment|comment-?list|comments-list|sidebar|is-hidden|quote|embedly-instagram|"
    "article-(?:share|support)|print|category|meta-date|meta-reviewer"
)


def infer_headline(root: Any) -> str | None:
    """Return the headline that a page shows."""
    from trafilatura.metadata import extract_title  # noqa: PLC0415

    found = _safely(lambda: extract_title(root))
    return found.strip() or None if found else None


def infer_names(root: Any, site: str | None) -> list[str]:
    """Return the names of the authors that a page shows.

    Args:
        root: the root element of the page.
        site: the name of the site, which is no author.
    """
    try:
        lines = _byline(root)
    except Exception:
        return []
    for line in lines:
        names = [name for one in line.split(";") for name in read_names(one.strip())]
        names = [name for name in names if 1 < len(name) <= _LONGEST_NAME and not _names_no_author(name, site)]
        # A line behind that of the names has the role, the newsroom or the place. Its form can be that of a name.
        if names:
            return list(filter(is_person, names)) or names
    return [name for name in find_names(lines_near_headline(root)) if not _names_no_author(name, site)]


def _names_no_author(name: str, site: str | None) -> bool:
    return is_site(name, site, "") or is_no_name(name) or is_label(name)


def infer_date(root: Any, url: str | None, zone: str | None) -> str | None:
    """Return the date of publication that a page shows: of its first `time` element, else of its text or address."""
    for element in root.iter("time"):
        moment = read_moment(element.get("datetime") or "", zone)[0]
        if moment and not is_other_year(moment):
            return moment
    found = _find_date(root, url)
    dates = () if found else find_dates(lines_near_headline(root))
    for date in dates:
        found = date if check_day_or_moment(date) is None else _find_date(_alone(date), None)
        if found:
            break
    return found


def find_unread_date(root: Any) -> tuple[str, str] | None:
    """Return the date that a page shows and whose day is not certain, and why; None if it shows none."""
    shown = (element.get("datetime") or "" for element in root.iter("time"))
    return next(filter(None, map(find_other_date, chain(shown, lines_near_headline(root)))), None)


def _find_date(root: Any, url: str | None) -> str | None:
    """Return the date that htmldate finds; None for the first day of a year.

    A copyright notice has a year only. The day is then made up.
    """
    from htmldate import find_date  # noqa: PLC0415

    found = _safely(lambda: find_date(root, original_date=True, extensive_search=True, url=url))
    return None if not found or _FIRST_DAY.fullmatch(found) else found


def _alone(date: str) -> Any:
    """Return a page that has nothing but a date."""
    import lxml.html  # noqa: PLC0415 - an idle service reads no pages

    page = lxml.html.Element("body")
    etree.SubElement(page, "p", {"class": "date"}).text = date
    return page


def _safely(infer: Callable[[], str | None]) -> str | None:
    """Return what a function infers; None if it fails: what is inferred is never needed."""
    try:
        return infer()
    except Exception:
        return None


def _byline(root: Any) -> list[str]:
    """Return the lines of the element that looks most like a byline, with semicolons between the names in a line."""
    from trafilatura.json_metadata import normalize_authors  # noqa: PLC0415

    found = _like_authors(root)
    for kind in (_is_exact, _is_likely, _is_possible, _is_translated):
        for element in found:
            if not kind(element) or any(map(_is_apart, (element, *element.iterancestors()))):
                continue
            text = read_short(element, _LONGEST_BYLINE - 1) or ""
            if len(text) > 2 and " commented on" not in text:
                lines = (_named(without_date(line), normalize_authors) for line in _lines(element))
                names = [names for names in lines if names]
                return [";".join((*names[:1], *_beside(element, found, kind, normalize_authors))), *names[1:]]
    return []


def _beside(element: Any, found: list[Any], kind: Callable[[Any], bool], normalize: Any) -> Iterator[str]:
    """Yield the names of further authors, each in an element of its own beside that of the first one."""
    for one in found:
        if one is not element and one.tag == element.tag and one.getparent() is element.getparent() and kind(one):
            text = read_short(one, _LONGEST_BYLINE - 1) or ""
            if len(text) > 2 and (names := _named(without_date(text), normalize)):
                yield names


def _named(line: str, normalize: Callable[[None, str], str | None]) -> str | None:
    """Return the names in a line. trafilatura cuts off the vowel signs at the end of a name in Hindi or Thai."""
    marks = any(map(_is_mark, line))
    return without_label(line) if marks else normalize(None, line)


def _is_mark(character: str) -> bool:
    return category(character).startswith("M")


def _lines(element: Any) -> list[str]:
    """Return the texts of an element between line breaks and the edges of blocks."""
    lines: list[list[str]] = [[]]
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if one.tag in _LINE_TAGS:
            lines.append([])
        if event == "start":
            lines[-1] += (";" if one.tag == "li" else "", one.text or "")
        elif one is not element:
            lines[-1].append(one.tail or "")
    return [line for texts in lines if (line := " ".join(" ".join(texts).split()))]


def _like_authors(root: Any) -> list[Any]:
    """Return the elements of a page whose attributes speak of an author."""
    found: list[Any] = []
    # The elements of a page share few classes.
    known: dict[tuple[str | None, str | None], bool] = {(None, None): False}
    for element in root.iter():
        get = element.get
        names = get("class"), get("id")
        if (is_like := known.get(names)) is None:
            is_like = bool(_WORDS.search(f"{names[0] or ''} {names[1] or ''}")) or names[0] in ("byl", "username")
            known[names] = is_like
        if (
            is_like
            or get("rel") in ("author", "me")
            or "author" in get("itemprop", "")
            or get("data-testid") in ("AuthorCard", "AuthorURL")
            or "Byline" in get("data-component", "")
        ):
            found.append(element)
    return found


def _is_exact(element: Any) -> bool:
    class_ = element.get("class", "")
    return element.tag in _EXACT_TAGS and (
        "author" in (element.get("rel"), element.get("id"), class_)
        or element.get("rel") == "me"
        or element.get("data-testid") in ("AuthorCard", "AuthorURL")
        or bool(_NAMED.search(class_))
    )


def _is_likely(element: Any) -> bool:
    class_ = element.get("class", "")
    return element.tag in _LIKELY_TAGS and (
        class_ in ("byline", "username", "byl", "BBL")
        or "author" in element.get("itemprop", "")
        or bool(_LIKELY_IDS.search(element.get("id", "")) or _LIKELY_CLASSES.search(class_))
    )


def _is_possible(element: Any) -> bool:
    return (
        "Byline" in element.get("data-component", "")
        or "author" in element.get("itemprop", "")
        or bool(_POSSIBLE.search(f"{element.get('id', '')} {element.get('class', '')}"))
    )


def _is_translated(element: Any) -> bool:
    """Return whether the class of an element says "author" in another language, and its text is a person."""
    said = f"{element.get('id', '')} {element.get('class', '')}"
    return bool(_TRANSLATED.search(said)) and any(
        map(is_person, read_names(read_short(element, _LONGEST_BYLINE) or ""))
    )


def _is_apart(element: Any) -> bool:
    """Return whether an element is that of comments and the like, whose authors are others."""
    return element.tag in _LIKELY_TAGS and bool(
        _APART_IDS.search(element.get("id", "")) or _APART_CLASSES.search(element.get("class", ""))
    )
