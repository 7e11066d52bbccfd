"""Each word of a transmission is in the ledger of its story: kept, changed or not held."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversion import ReadArticle
from tests.cases import CASES
from tests.workers.formats.documents import document
from tests.workers.formats.wire.test_reader import ANPA, IPTC
from workers.formats.wire.reader import read_wire

# The marks of the frame, and the letters that say what a header line is.
_MARKS = re.compile(r"\b(?:ZCZC|zczc|NNNN)\b|^[A-Z]{2}#|\ASource:|^MEDIA RELEASE", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+|\d+")

STORIES = (
    IPTC.decode(),
    ANPA.decode(),
    (CASES / "text-and-foreign" / "wire-zczc.txt").read_text(),
    "ZCZC HBN\n%A\n#Ferry\n$Ferry back in Lyme\n:(LYME)\n*07000000\n@VIC\nThe ferry is back.\n\nAAP RTV\nNNNN\n",
    "zczc\nAN#42\nKN#Harbour Press\nPD#06 June 2024 14:00:00Z\nTI#Ferry back\nTX#\nIt came.\nCrowds came.\n",
    "Source: Harbour Inc.\nMEDIA RELEASE PR421\nFerry Returns\n\nLYME, Feb. 1 /Wire/ --\n\nIt is back.\n",
    "\x01LYME\x1f1-1\x1fY\x1fMonday\n\nTRACK GOOD\n   1-SWAN CUP: 5.50 CROWN HIM 61.\n   AAP RESULTS\n",
    "hbn00042 3 p 120    hbn 1003\n\n/harbour/ferry/\n2ND LEAD\nFerry back\nBy Ada Reed, hbn =\n\nLyme (hbn) - It came."
    "\n\n# Notebook\n\n## Note to editors\n- Adds a quote\n\nhbn ar\n\n061200 GMT Mai 24\n",
)


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_MARKS.sub(" ", text.replace("\x1f", " "))))


def missing(raw: str) -> Counter[str]:
    """The words of a transmission that no entry of its ledgers has."""
    found: Counter[str] = Counter()
    for read in read_wire(document(raw.encode(), whole_ledger=True)):
        assert isinstance(read, ReadArticle), read
        for entry in read.ledger.entries:
            found.update(words(entry.value))
    return words(raw) - found


@pytest.mark.parametrize("raw", STORIES)
def test_each_word_of_a_story_is_in_its_ledger(raw: str) -> None:
    assert missing(raw) == Counter()


_HEADERS = st.sampled_from(
    ("", "HBN0123 4 P 0042 1st lead\n", "%A\n#Ferry\n$Ferry back\n:(LYME)\n", "YY NLB\n:POTTED :Ferry times\n", "042\n")
)
_LINES = st.sampled_from(
    (
        *("Ferry back after repair", "By Ada Reed", "Eds: Adds a quote.", "", "LYME, May 6 (HBN) - The ferry is back."),
        *(
            "  The ferry came to the harbour, where crowds waited for it",
            "and sang.",
            "North      3",
            "\tSouth\t4",
            "=Kyodo",
        ),
        *(
            "dpa ar bs",
            "-----",
            "061200 GMT MAY 24",
            "#me15:#fu",
            "/harbour/ferry/",
            "1ST LEAD",
            "ends",
            "(HBN)",
            "Ferry =",
            "A0042bc",
        ),
    )
)


@given(_HEADERS, st.lists(_LINES, max_size=12))
def test_no_word_of_any_lines_is_lost(header: str, lines: list[str]) -> None:
    body = "\n".join(lines)
    assert missing(f"ZCZC {header}{body}\nThe ferry is back in the harbour of Lyme.\nNNNN\n") == Counter()
