"""The parts of a page that are its article's text: what an extractor selects, without what is no part of the story.

An extractor selects too much at the edges: the headline, the standfirst, links to related stories. And it selects too
little where a text stands in several containers. A part is the selected text of one block-level element.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from workers.formats.pages.facts.names import is_line_of_author
from workers.formats.pages.text.alignment import PageText
from workers.formats.pages.text.apart import is_in_box, is_invitation
from workers.formats.pages.text.extraction import weigh
from workers.formats.pages.text.notices import is_closing

_BLOCKS: Final = frozenset(
    "p h1 h2 h3 h4 h5 h6 li td th div blockquote section article figcaption dd dt pre main aside header footer ul ol "
    "table tr body center address caption figure summary details form fieldset".split()
)
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
_LINKS_IN: Final = frozenset("p h2 h3 h4 h5 h6 li div blockquote".split())
# The number of parts that may stand before the text: headline, standfirst, date.
_AT_HEAD: Final = 6
# The number of parts that may stand behind it: the author's biography, tags, invitations.
_AT_END: Final = 12
# "Related:", "Read more:", "Leggi anche:", "続きを読む：" before the link to another story.
_LABEL: Final = re.compile(r"\W*[^:：]{2,24}[:：]")
_LONGEST_BYLINE: Final = 80
_LONGEST_HEADING: Final = 200
_OF_BYLINE: Final = re.compile(r"\b(?:(?:article|post|entry)-?)?(?:by-?line|author|(?:pub-?)?date|timestamp)")
_FULL_DATE: Final = re.compile(
    r"(?:19|20)\d\d\s?[./年년-]\s?\d{1,2}\s?[./月월-]\s?\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d"
    r"|[^\W\d]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,\s\d{4}\b|\d{1,2}\.?\s[^\s\d.,|]{2,16}\.?,?\s\d{4}\b"
)
_LONGEST_BESIDE_DATE: Final = 60
_NO_WORD: Final = re.compile(r"\W+")
_APART: Final = re.compile(
    "related|promo|teaser|newsletter|comment|share|social|footer|sidebar|advert|subscribe|recommend|trending|popular|"
    "widget|caption|author|byline|copyright|paywall|signup|disclaimer",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Part:
    """The selected text of a block-level element.

    Args:
        element: the element.
        nodes: the indexes of its selected text nodes.
        size: the number of characters.
        linked: the number of those in links.
        text: the text.
    """

    element: Any
    nodes: list[int] = field(default_factory=list)
    size: int = 0
    linked: int = 0
    text: str = ""


def refine_selection(page: PageText, headlines: Iterable[str], descriptions: Iterable[str]) -> None:
    """Take out of the selected text of a page what is no part of the story, and add what belongs to it.

    Args:
        page: the text of the page.
        headlines: the headlines and titles that the page states.
        descriptions: the descriptions that the page states.
    """
    parts = _parts(page)
    sizes: Counter[Any] = Counter()
    for part in parts:
        sizes[part.element.getparent()] += part.size
    if not sizes:
        return
    main = sizes.most_common(1)[0][0]
    if main is not None and _add_kin(page, main):
        parts = _parts(page)
    titles, summaries = set(map(_bare, headlines)), set(map(_bare, descriptions))
    lists = {part.element.getparent() for part in parts if part.element.tag == "li"}
    lists -= {part.element.getparent() for part in parts if not _is_linked(part)}
    left = [part for part in parts if not _is_link(part) and part.element.getparent() not in lists]
    for part in left[:_AT_HEAD]:
        bare = _bare(part.text)
        is_apart = part.element.getparent() is not main
        if part.element.tag == "h1" or bare in titles or (is_apart and bare in summaries) or _is_byline(part):
            left.remove(part)
    # Where all of it is links, it may be a list of documents.
    if not left:
        left = parts
    while len(left) > 1 and _is_menu(left[0]):
        left.pop(0)
    _drop_behind(left)
    kept = {id(part) for part in left}
    for part in parts:
        if id(part) not in kept:
            page.unselect(part.nodes)
    _add_headings(page, left)


def _drop_behind(parts: list[Part]) -> None:
    """Take out of the parts of a text those at its end that are no part of the article."""
    sizes: Counter[Any] = Counter()
    around: Counter[Any] = Counter()
    for part in parts:
        sizes[part.element] += part.size
        around[part.element.getparent()] += part.size
    for parent, size in around.items():
        for element in () if parent is None else (parent, *parent.iterancestors()):
            sizes[element] += size
    total = sum(part.size for part in parts)
    behind = 0
    for number in range(len(parts) - 1, max(0, len(parts) - 1 - _AT_END), -1):
        behind += parts[number].size
        if 2 * behind > total:
            break
        if is_in_box(parts[number].element, sizes, total):
            del parts[number]
    while len(parts) > 1 and (_is_menu(parts[-1]) or _is_behind(parts[-1])):
        parts.pop()


def _add_headings(page: PageText, parts: Iterable[Part]) -> None:
    """Select the heading of each article on a page of several: extractors leave out what stands in a `header`."""
    articles: dict[Any, Part] = {}
    for part in parts:
        around = next(part.element.iterancestors("article"), None)
        if around is not None and around not in articles:
            articles[around] = part
    if len(articles) < 2:
        return
    for article, part in articles.items():
        heading = next(article.iter("h2", "h3", "h4"), None)
        if heading is not None and len("".join(heading.itertext())) <= _LONGEST_HEADING:
            page.add_before(heading, part.nodes[0])


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()


def _parts(page: PageText) -> list[Part]:
    parts: list[Part] = []
    known: dict[Any, tuple[Any, bool]] = {}
    for index in page.selected:
        node = page.nodes[index]
        holder = page.holder(index)
        if holder not in known:
            known[holder] = _block_of(holder)
        block, linked = known[holder]
        if not parts or parts[-1].element is not block:
            parts.append(Part(block))
        part = parts[-1]
        size = len(node.strip())
        part.nodes.append(index)
        part.size += size
        part.linked += size if linked else 0
        part.text += node
    return parts


def _block_of(holder: Any) -> tuple[Any, bool]:
    """Return the block-level element that a text is in, and whether the text is in a link."""
    linked, element = False, holder
    while element.tag not in _BLOCKS:
        linked = linked or element.tag == "a"
        above = element.getparent()
        if above is None:
            break
        element = above
    around, levels = element.getparent(), 0
    # A link may stand around a block.
    while not linked and around is not None and levels < 3:
        linked = around.tag == "a"
        around, levels = around.getparent(), levels + 1
    return element, linked


def _is_byline(part: Part) -> bool:
    """Return whether a part has the author or the date of the article."""
    if part.size > _LONGEST_BYLINE or part.element.tag in ("li", "td", "th"):
        return False
    if is_line_of_author(part.text.strip()) or is_line_of_date(part.text):
        return True
    return any(
        one.tag == "time" or bool(_OF_BYLINE.search(f"{one.get('class', '')} {one.get('itemprop', '')}"))
        for one in part.element.iter()
    )


def is_line_of_date(text: str) -> bool:
    """Return whether a text is a full date with few words: "Autor: Jan Kowalski - pt., 01/03/2024 - 09:30"."""
    text = text.strip()
    if not (found := _FULL_DATE.search(text)) or text.endswith((".", "。", "!", "?", "।")):
        return False
    return weigh([text[: found.start()], text[found.end() :]]) <= _LONGEST_BESIDE_DATE


def _is_behind(part: Part) -> bool:
    """Return whether the last part is no part of the article: a heading without a text, or what follows it."""
    return part.element.tag in _HEADINGS or is_closing(part.text) or is_invitation(part.text, part.linked)


def _is_linked(part: Part) -> bool:
    return 10 * part.linked >= 9 * part.size


def _is_menu(part: Part) -> bool:
    """Return whether a part at an end of the text has nothing but links."""
    return part.linked == part.size and part.element.tag not in ("p", "h2", "h3", "blockquote")


def _is_link(part: Part) -> bool:
    """Return whether a part is a link to another story, with a label before it at most."""
    if part.element.tag not in _LINKS_IN or 10 * part.linked < 6 * part.size:
        return False
    if _is_linked(part):
        return part.size > 20 or len(part.text.split()) > 3
    return part.size - part.linked <= 25 and part.size > 40 and bool(_LABEL.match(part.text))


def _add_kin(page: PageText, main: Any) -> bool:
    """Select the paragraphs of elements that are like the main one: a text with breaks stands in several."""
    name = main.get("class")
    if not name or main.tag in ("ul", "ol", "tr", "table", "tbody") or _APART.search(name):
        return False
    around = main.getparent()
    kin: list[Any] = []
    for _ in range(2):
        if around is None:
            break
        kin = [one for one in around.iter(main.tag) if one is not main and one.get("class") == name]
        if kin:
            break
        around = around.getparent()
    added = False
    for one in kin:
        above = " ".join(f"{up.get('class', '')} {up.get('id', '')}" for up in (one, *list(one.iterancestors())[:3]))
        if _APART.search(above):
            continue
        for paragraph in one.iterchildren("p"):
            added = page.add(paragraph) or added
    return added
