"""Reading NewsML-G2, compared with a bare XML parse of the same bytes and with the IPTC's own parser.

python -m benchmarks.newsml_reader
"""

from __future__ import annotations

import io
from collections.abc import Callable
from time import process_time
from typing import Final

from lxml import etree
from NewsMLG2 import NewsMLG2Document

from schemas.article import Article, Byline, Party, Source, Subject
from schemas.conversion import Conversion, Document
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.reader import read_newsml_g2
from workers.formats.newsml_g2.writer import NAME, NewsmlG2Writer

_SENTENCE = (
    "The minister’s office said on Friday that “every one of the 14 proposals” would be answered, in writing – soon. "
)

# A plain article: ten paragraphs and a few fields, as from a text file.
PLAIN: Final = Article(
    paragraphs=tuple((_SENTENCE * 2).strip() for _ in range(10)),
    id="urn:uuid:00000000-0000-0000-0000-000000000000",
    headline="Every one of the proposals is answered",
    published="2024-11-08",
    language="en",
    bylines=(Byline(name="Jane Doe"),),
    provider=Party(name="Example News Agency", uri="https://www.example.com/about"),
    source=Source(sha256="ab" * 32, name="20241108-0017.txt", media_type="text/plain", size=2234),
)
# One with as much about it as an agency states.
RICH: Final = Article(
    paragraphs=PLAIN.paragraphs,
    id=PLAIN.id,
    headline=PLAIN.headline,
    description=_SENTENCE.strip(),
    slugline="Norland-Proposals",
    published="2024-11-08",
    modified="2024-11-08T16:30:00Z",
    status="usable",
    language="en",
    genre="Current",
    keywords=("proposals", "answers"),
    subjects=tuple(Subject(name=f"subject {n}", qcode=f"medtop:2000{n:04}", type="abstract") for n in range(11)),
    provider=PLAIN.provider,
    copyright_holder=PLAIN.provider,
    copyright_notice="Copyright 2024 Example News Agency. All rights reserved.",
    usage_terms="For use by licensed subscribers of Example News Agency only.",
    ed_note=_SENTENCE.strip(),
    urgency=4,
    source=PLAIN.source,
)
_MANY = 100


def measure() -> dict[str, float]:
    """Return the rate of reading as a fraction of that of `etree.fromstring`, and as a multiple of newsmlg2's."""
    ratios = {}
    for name, article in (("plain", PLAIN), ("rich", RICH)):
        item, message = _written(article, 1), _written(article, _MANY)
        ratios[f"{name} item / parse"] = _ratio(_read, etree.fromstring, item, 100)
        ratios[f"{name} message / parse"] = _ratio(_read, etree.fromstring, message, 2)
        ratios[f"{name} item / newsmlg2"] = _ratio(_read, NewsMLG2Document, item, 5)
    return ratios


def _written(article: Article, count: int) -> bytes:
    writer = NewsmlG2Writer(Conversion(at="2024-11-08T16:30:00Z"), NewsmlG2Options())
    frame = writer.frame(NAME, count)
    return frame.head + writer.pieces(article)[0] * count + frame.tail


def _read(raw: bytes) -> list[object]:
    return list(read_newsml_g2(Document(name=None, open=lambda: io.BytesIO(raw))))


def _ratio(measured: Callable[[bytes], object], other: Callable[[bytes], object], raw: bytes, times: int) -> float:
    """Return the other's best processor time divided by ours, both measured in turns."""
    rounds = [(_time(measured, raw, times), _time(other, raw, times)) for _ in range(20)]
    return min(of_other for _, of_other in rounds) / min(of_measured for of_measured, _ in rounds)


def _time(function: Callable[[bytes], object], raw: bytes, times: int) -> float:
    started = process_time()
    for _ in range(times):
        function(raw)
    return process_time() - started


if __name__ == "__main__":
    for name, ratio in measure().items():
        print(f"{name:24} {ratio:8.2f}")
