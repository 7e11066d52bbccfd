"""Read the pages that newsmill wrote: the object of the article, and the body, which the page has verbatim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from schemas.article import Media
from schemas.article.values import make_line
from workers.formats.markup import read_blocks
from workers.formats.markup.writing.html5 import LISTED
from workers.formats.schema_org.reading.reading import Reading
from workers.formats.schema_org.terms import MEDIA_TYPES
from workers.formats.schema_org.works import figures_of

GENERATOR: Final = "newsmill"
BODY: Final = "body"
BYLINE: Final = "byline"
PUBLISHED: Final = "published"
"""The classes of the elements that are read."""

INFERRED: Final = "data-inferred"
"""The attribute of an element whose value is inferred."""

LIST_SAID: Final = "it is the list of the pages of an export; each page is read by itself"


def is_own_page(root: Any) -> bool:
    """Return whether newsmill wrote a page."""
    return any(
        one.get("name") == "generator" and (one.get("content") or "").split()[:1] == [GENERATOR]
        for one in root.iter("meta")
    )


def is_own_list(root: Any) -> bool:
    """Return whether a page is the list of links of an export."""
    return is_own_page(root) and root.find("./body/ol[@class='articles']") is not None


def find_own_body(root: Any) -> Any:
    """Return the element of the body in a page that newsmill wrote; None if it is no such page."""
    return root.find(f"./body/article/div[@class='{BODY}']") if is_own_page(root) else None


def restore_preformatted(body: Any) -> None:
    """Take the line feed from the beginning of each `pre`: it is none of the text (HTML standard, 13.1.2.5)."""
    for element in body.iter("pre"):
        element.text = (element.text or "").removeprefix("\n")


def complete_own(body: Any, reading: Reading, of: dict[str, Any]) -> None:
    """Add to the fields of an article what the page has and its object does not: blocks, byline, inferred fields."""
    ledger = reading.ledger
    article = body.getparent()
    restore_preformatted(body)
    # This comes first, because the attributes are taken below.
    listed = [LISTED in (one.get("class") or "").split() for one in body.iter("figure")]
    blocks = read_blocks(body, ledger, "article", verbatim=True)
    if any(not isinstance(block, str) for block in blocks):
        of["blocks"] = blocks
        figures = list(figures_of(blocks))
        if "media" in of and len(figures) == len(listed):
            own = [_as_stated(one) for one, is_listed in zip(figures, listed, strict=True) if not is_listed]
            of["media"] = tuple(one for one in of["media"] if one not in own)
    byline = article.find(f"./header/p[@class='{BYLINE}']")
    if byline is not None and byline.get("data-printed") is not None and (printed := make_line(byline.text or "")):
        ledger.kept("article/header/p.byline", printed, "byline")
        of["byline"] = printed
    places = {
        "headline": article.find("./header/h1"),
        "bylines": byline,
        "published": article.find(f"./header/p/time[@class='{PUBLISHED}']"),
    }
    inferred = tuple(
        field for field, element in places.items() if element is not None and element.get(INFERRED) is not None
    )
    if inferred:
        ledger.kept(f"article/@{INFERRED}", ", ".join(inferred), "inferred")
        of["inferred"] = inferred


def _as_stated(media: Media) -> Media:
    """Return a media object as the object of the article has it."""
    return media if MEDIA_TYPES[media.kind] == "ImageObject" else replace(media, main=None)
