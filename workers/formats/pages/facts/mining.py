"""Reservations of data mining: what a page or its HTTP header says against mining it, or training with it.

TDM Reservation Protocol (W3C Community Group), sections 4.2 and 4.3: `tdm-reservation`. `noai`, `noimageai` and `noml`
are values of robots metas in wide use. Crawlers of AI services also read metas of their own names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from schemas.conversion import ReadArticle, UnreadArticle

RESERVED: Final = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
NO_TRAINING: Final = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"
"""Values of the PLUS Coalition's property Data Mining."""

_PROHIBITED: Final = "PROHIBITED"
_ROBOTS: Final = frozenset(("robots", "x-robots-tag", "googlebot", "bingbot"))
_NO_AI: Final = re.compile(r"\bno(?:image)?ai\b|\bnoml\b", re.IGNORECASE)
_AI_CRAWLERS: Final = frozenset(
    "ccbot gptbot chatgpt-user oai-searchbot google-extended anthropic-ai claudebot claude-web applebot-extended "
    "bytespider cohere-ai perplexitybot meta-externalagent facebookbot diffbot omgili amazonbot".split()
)
_KEEPS_OUT: Final = re.compile(r"\b(?:noindex|nofollow|none|noarchive)\b", re.IGNORECASE)
# A page that cannot be parsed is asked too.
_META: Final = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class Reservation(NamedTuple):
    """A reservation of data mining.

    Args:
        path: its place.
        stated: what it says.
        value: the value of the Article's field.
    """

    path: str
    stated: str
    value: str


def find_reservation(stated: Iterable[tuple[str, str]], part: str) -> Reservation | None:
    """Return the first reservation among some metas or fields of a header; None if there is none.

    Args:
        stated: the name and the content of each.
        part: where they stand, as the beginning of their path.
    """
    training: Reservation | None = None
    for name, content in stated:
        name = name.strip().lower()
        if name == "tdm-reservation" and content.strip() == "1":
            return Reservation(f"{part}.{name}", content, RESERVED)
        if (name in _ROBOTS and _NO_AI.search(content)) or (name in _AI_CRAWLERS and _KEEPS_OUT.search(content)):
            training = training or Reservation(f"{part}.{name}", content, NO_TRAINING)
    return training


def find_metas(page: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the content of each `meta` in the text of a page."""
    for meta in _META.findall(page):
        attributes = {name.lower(): one or other or bare for name, one, other, bare in _ATTRIBUTE.findall(meta)}
        name = attributes.get("name") or attributes.get("http-equiv") or attributes.get("property")
        if name and "content" in attributes:
            yield name, attributes["content"]


def reserve(found: ReadArticle | UnreadArticle, reservation: Reservation | None) -> ReadArticle | UnreadArticle:
    """Return an article with a reservation of its page. A prohibition stands against any permission."""
    if reservation is None or not isinstance(found, ReadArticle):
        return found
    stated = found.article.data_mining
    if stated and _PROHIBITED in stated.upper():
        return found
    if stated:
        found.ledger.not_held("data_mining", stated, f"{reservation.path} prohibits data mining")
    found.ledger.changed(reservation.path, reservation.stated, "data_mining", "the page reserves data mining")
    return found._replace(article=replace(found.article, data_mining=reservation.value))
