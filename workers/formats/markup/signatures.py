"""The signature below the text of an agency: its name, and the initials of those who wrote and edited it."""

from __future__ import annotations

import re
from typing import Final

from schemas.article.body import Block
from schemas.ledger import Ledger

SIGNATURE: Final = re.compile(
    r"(?i:aap|afp|ansa|anp|apa?|ats|belga|cp|dpa|efe|kyodo|ntb|pa|reuters|ritzau|sda|stt|tass|tt|upi)"
    r"(?:[ /-](?:[a-z]{1,4}|[A-Z]{2,8})){0,6}"
    r"|\([A-Z]{2,8}(?:[\\/ ,-]{1,2}[A-Za-z]{1,4}){0,6}\)|/\w{2,12}/|={1,2}\w{2,12}"
    r"|[a-z]{1,4}(?:/[a-z]{1,5}){1,5}"
    # Codes of routing.
    r"|\d\d \d\d \d\d [A-Z0-9]{2,8}(?: [A-Z0-9]{2,8}){3,15}"
)
"""A line or a paragraph that is the signature of an agency."""
IS_SIGNATURE: Final = "it is the signature of the agency and its editors"


def without_signature(blocks: tuple[Block, ...], ledger: Ledger, path: str) -> tuple[Block, ...]:
    """Return the blocks of a text without the signature that is the last one, and name it in the ledger.

    Args:
        blocks: the blocks, whose leaves the ledger has as kept.
        ledger: the ledger of the article.
        path: the path of the paragraphs, for a ledger that has no entries of what is kept.
    """
    last = blocks[-1] if len(blocks) > 1 else None
    if not isinstance(last, str) or not SIGNATURE.fullmatch(last):
        return blocks
    for number in range(len(ledger.entries) - 1, -1, -1) if ledger.whole else ():
        entry = ledger.entries[number]
        if entry.outcome == "kept" and " ".join(entry.value.split()) == last:
            ledger.entries[number] = entry._replace(outcome="not-held", field=None, reason=IS_SIGNATURE)
            return blocks[:-1]
    ledger.not_held(path, last, IS_SIGNATURE)
    return blocks[:-1]
