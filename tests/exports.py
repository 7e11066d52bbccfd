"""Files as writers make them: their pieces, joined within their frames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from schemas.article import Article, Byline, Party, Place, Source, Subject
from schemas.conversion import Conversion, Document, Writer
from workers.formats.text.reader import read_text

SEED = Path(__file__).resolve().parents[1] / "seeds" / "000_b852588d87c0f767.txt"

NEWS_FORMATS: Final = ("newsml-g2", "news-article", "csv")
"""The formats that tests of the pipe write. Each other format has tests of its own."""

CONVERSION = Conversion(at="2024-11-09T08:00:00Z")

FULL = Article(
    paragraphs=("VIENNA (EN) – Rates fell.", 'They said "so" <today> & left.\nAt once.'),
    id="tag:example.com,2024:17",
    version=2,
    signal="correction",
    headline="Bank <cuts> rates & more",
    description="A summary.",
    slugline="BANK-RATES",
    bylines=(
        Byline(name="Jane Doe", uri="https://example.com/jane?a=b&c=d", job_title="Editor"),
        Byline(name="John Roe"),
    ),
    dateline="VIENNA (EN)",
    located=Place(name="Austria", qcode="iso3166-1a2:AT"),
    published="2024-11-08",
    modified="2024-11-08T16:30:00+01:00",
    embargoed="2024-11-10T06:00:00Z",
    status="withheld",
    language="en-GB",
    section="Business",
    genre="Analysis",
    keywords=("rates", "a;b"),
    subjects=(
        Subject(name="central bank", qcode="medtop:20000350", type="abstract"),
        Subject(name="Jane Bull", type="person"),
        Subject(name="Norland Bank", uri="https://example.com/norland", type="organisation"),
        Subject(name="Rates Day", type="event"),
        Subject(qcode="medtop:04000000"),
    ),
    provider=Party(name="Example News", uri="https://example.com/"),
    copyright_holder=Party(name="Example Holdings"),
    copyright_notice="(c) 2024",
    usage_terms="For subscribers.",
    url="https://example.com/17?a=b&c=d",
    urgency=4,
    ed_note="Corrects the name.",
    source=Source(sha256="ab" * 32, name="17.txt", media_type="text/plain", size=17),
)
"""An article that states every field there is."""


def small(**stated: Any) -> Article:
    """An article of one paragraph."""
    return Article(**{"paragraphs": ("Text.",), "id": "urn:x:1", **stated})


def the_seed() -> Article:
    """The seed, with an id."""
    [read] = read_text(Document(name=SEED.name, open=lambda: SEED.open("rb")))
    return replace(read.article, id="urn:x:seed")


def joined(writer: Writer, *articles: Article) -> dict[str, bytes]:
    """The files that a writer makes of articles."""
    pieces = [writer.pieces(article) for article in articles]
    files = {}
    for index, name in enumerate(writer.files):
        frame = writer.frame(name, len(articles))
        files[name] = frame.file_of(*(piece[index] for piece in pieces))
    return files
