"""What agencies put around a text: the headline and the byline once more, and a signature below it.

A signature is the name of the agency, the initials of those who wrote and edited the text, codes of routing, or a mark
of the end.
"""

from __future__ import annotations

import re
from typing import Final

from schemas.article.body import Block, Heading, plain_inlines
from schemas.article.values import make_line
from schemas.ledger import Ledger

SIGNATURE: Final = re.compile(
    r"(?i:aap|afp|ansa|anp|apa?|ats|belga|cp|dpa|efe|kyodo|ntb|pa|reuters|ritzau|sda|stt|tass|tt|upi)"
    r"(?:[ /-](?:[a-z]{1,4}|[A-Z]{2,8})){0,6}"
    r"|\([A-Z]{2,8}(?:[\\/ ,-]{1,2}[A-Za-z]{1,4}){0,6}\)|\([A-Z]\w{2,20}\)|/\w{2,12}/|={1,2}\w{2,12}"
    r"|[a-z]{1,4}(?:/[a-z]{1,5}){1,5}|[A-Z]{1,4}(?: ?// ?[A-Z]{1,4}){1,3}|\w{2,12}/(?:[Ee]nde?|[Ff]im|[Ff]in)"
    r"|[\u0621-\u064a ]{1,7}(?:/[\u0621-\u064a ]{1,7}){1,5}"  # initials of Arabic
    r"|[-–]{0,3} ?(?i:ends?) ?[-–]{0,3}|[-–]{1,3} ?(?:0|30) ?[-–]{1,3}|#{2,5}|# # #|[-_*=]{5,200}"
    # Codes of routing.
    r"|\d\d \d\d \d\d [A-Z0-9]{2,8}(?: [A-Z0-9]{2,8}){3,15}"
)
"""A line or a paragraph that is the signature of an agency."""
_MOST: Final = 3
IS_SIGNATURE: Final = "it is the signature of the agency and its editors"


def without_signature(blocks: tuple[Block, ...], ledger: Ledger, path: str) -> tuple[Block, ...]:
    """Return the blocks of a text without the signature that ends it, of up to three, and name it in the ledger.

    Args:
        blocks: the blocks, whose leaves the ledger has as kept.
        ledger: the ledger of the article.
        path: the path of the paragraphs, for a ledger that has no entries of what is kept.
    """
    for _ in range(_MOST):
        last = blocks[-1] if len(blocks) > 1 else None
        if not isinstance(last, str) or not SIGNATURE.fullmatch(last):
            break
        blocks = blocks[:-1]
        _name(last, ledger, path)
    return blocks


def _name(signature: str, ledger: Ledger, path: str) -> None:
    for number in range(len(ledger.entries) - 1, -1, -1) if ledger.whole else ():
        entry = ledger.entries[number]
        if entry.outcome == "kept" and " ".join(entry.value.split()) == signature:
            ledger.entries[number] = entry._replace(outcome="not-held", field=None, reason=IS_SIGNATURE)
            return
    ledger.not_held(path, signature, IS_SIGNATURE)


def without_headline(
    blocks: tuple[Block, ...], headline: str | None, ledger: Ledger, *, unknown: bool = False
) -> tuple[Block, ...]:
    """Return the blocks of a text without the heading that is the first one and repeats the headline.

    Args:
        blocks: the blocks, whose leaves the ledger has as kept.
        headline: the headline that the source states apart from the text, on one line.
        ledger: the ledger of the article.
        unknown: whether the markup is of an unknown vocabulary, whose headings are read as paragraphs.
    """
    first = blocks[0] if len(blocks) > 1 else None
    line = plain_inlines(first.content) if isinstance(first, Heading) else first if unknown else None
    if not headline or not isinstance(line, str) or make_line(line) != headline:
        return blocks
    _keep_as("headline", headline, ledger)
    return blocks[1:]


def without_byline(blocks: tuple[Block, ...], byline: str | None, ledger: Ledger) -> tuple[Block, ...]:
    """Return the blocks of a text without the paragraphs that are the byline, which may name the agency behind it.

    Args:
        blocks: the blocks, whose leaves the ledger has as kept.
        byline: the byline that the source states apart from the text, such as Nora Field/HBN.
        ledger: the ledger of the article.
    """
    repeated = {byline, byline.partition("/")[0]} if byline else ()
    found = tuple(block for block in blocks if block not in repeated)
    for block in {block for block in blocks if isinstance(block, str) and block in repeated} if found else ():
        _keep_as("byline", block, ledger)
    return found or blocks


def _keep_as(field: str, value: str, ledger: Ledger) -> None:
    """Let the ledger say that a paragraph is held as a field."""
    for number, entry in enumerate(ledger.entries if ledger.whole else ()):
        if entry.outcome in ("kept", "changed") and entry.field != field and make_line(entry.value) == value:
            ledger.entries[number] = entry._replace(outcome="kept", field=field, reason="")
            return
