"""Reading news pages: the text and the speed, compared with trafilatura alone in the same run."""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from statistics import mean
from typing import Final, NamedTuple

from benchmarks.page_facts import compare_facts
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from schemas.conversion import Document, ReadArticle
from schemas.errors import InputError
from workers.formats.html.reader import read_html_page

REFERENCE: Final = Path(os.environ.get("NEWSMILL_REFERENCE") or "reference") / "pages"
"""The folder of the article extraction benchmark: ground-truth.json, and html/*.html.gz."""

_WORD: Final = re.compile(r"\w+")
_SHINGLE: Final = 4


class Page(NamedTuple):
    """A page, and the text of its article."""

    raw: bytes
    text: str


def pages(every: int = 1) -> list[Page]:
    """Return the pages of the reference, or a sample of them."""
    truth = json.loads((REFERENCE / "ground-truth.json").read_text())
    return [
        Page(gzip.decompress((REFERENCE / "html" / f"{name}.html.gz").read_bytes()), truth[name]["articleBody"])
        for name in sorted(truth)[::every]
    ]


def read_page(raw: bytes) -> str:
    """Return the text of a page as newsmill reads it."""
    try:
        found = list(read_html_page(Document(name="page.html", open=lambda: BytesIO(raw))))
    except InputError:
        return ""
    return next(("\n".join(one.article.paragraphs) for one in found if isinstance(one, ReadArticle)), "")


def extract_page(raw: bytes) -> str:
    """Return the text of a page as trafilatura's fast mode finds it."""
    import trafilatura  # noqa: PLC0415

    found = trafilatura.bare_extraction(raw, fast=True, include_comments=False)
    return getattr(found, "text", "") or ""


def score(texts: Iterable[str], truths: Iterable[str]) -> float:
    """Return F1 of the means of precision and recall, by the bags of four-word shingles of each page."""
    precisions, recalls = [], []
    for text, truth in zip(texts, truths, strict=True):
        found, wanted = _shingles(text), _shingles(truth)
        common = (found & wanted).total()
        precisions.append(common / found.total() if found else 1.0)
        recalls.append(common / wanted.total() if wanted else 1.0)
    precision, recall = mean(precisions), mean(recalls)
    return 2 * precision * recall / (precision + recall)


def score_paragraphs(texts: Iterable[str], truths: Iterable[str]) -> float:
    """Return the mean F1 of the paragraphs of each page, which are its lines."""
    scores = []
    for text, truth in zip(texts, truths, strict=True):
        found, wanted = _lines(text), _lines(truth)
        scores.append(2 * (found & wanted).total() / ((found.total() + wanted.total()) or 1))
    return mean(scores)


def measure(_: Sizes) -> list[Row]:
    """Measure the text, the speed and the facts of both."""
    pages_read = pages()
    truths = [page.text for page in pages_read]
    # The first pass imports what few pages need, such as the parser of dates.
    theirs, ours = [[read(page.raw) for page in pages_read] for read in (extract_page, read_page)]
    alone, whole = _timed((extract_page, read_page), pages_read)
    return [
        Row("pages: F1 of the text, trafilatura", "", score(theirs, truths)),
        Row("pages: F1 of the text, newsmill", "", score(ours, truths), "≥ trafilatura"),
        Row("pages: F1 of the paragraphs, trafilatura", "", score_paragraphs(theirs, truths)),
        Row("pages: F1 of the paragraphs, newsmill", "", score_paragraphs(ours, truths), "≥ 0.85"),
        Row("pages: rate of newsmill, compared with trafilatura", "", alone / whole, "≥ 0.9"),
        *compare_facts(page.raw for page in pages_read),
    ]


def _timed(readers: Sequence[Callable[[bytes], str]], of: Iterable[Page]) -> list[float]:
    """Return the seconds of processor time of each reader. They take turns, so that a load of the machine meets all."""
    seconds = [0.0] * len(readers)
    for page in of:
        for number, read in enumerate(readers):
            before = time.process_time()
            read(page.raw)
            seconds[number] += time.process_time() - before
    return seconds


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def _lines(text: str) -> Counter[str]:
    return Counter(line for one in text.splitlines() if (line := " ".join(one.split())))
