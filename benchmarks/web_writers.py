"""Writing CSV and NewsArticle, compared with the standard library's writers of the same values.

The goal is twice their throughput. Our writers make the values from an Article, check, guard and write them; the
standard library gets ready values.
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

from schemas.article import Article, Byline, Party, Place, Subject, identify, with_id
from schemas.conversion import Conversion, Document
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.writer import CsvWriter
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.writer import NewsArticleWriter
from workers.formats.text.reader import read_text

BAR = 2.0

_SEED = Path(__file__).resolve().parents[1] / "seeds" / "000_b852588d87c0f767.txt"
_CONVERSION = Conversion(at="2024-11-08T16:30:00Z")


def seed_article() -> Article:
    """The seed: a text and a date."""
    document = Document(name=_SEED.name, open=lambda: BytesIO(_SEED.read_bytes()))
    article = next(read_text(document)).article
    return with_id(article, identify(article))


def full_article() -> Article:
    """The seed's text with every field there is."""
    seed = seed_article()
    return Article(
        paragraphs=seed.paragraphs,
        id="https://www.example.com/2024/11/08/call",
        version=2,
        signal="update",
        headline="New minister speaks to Washington",
        description='The first call, "a good one", came within hours.',
        slugline="MINISTER-CALL",
        bylines=(
            Byline(name="Jane Doe", uri="https://www.example.com/jane-doe", job_title="Political editor"),
            Byline(name="John Roe"),
        ),
        dateline="TEL AVIV",
        located=Place(name="Tel Aviv", qcode="iso3166-1a2:IL"),
        published="2024-11-08T16:30:00+02:00",
        modified="2024-11-08T17:30:00+02:00",
        embargoed="2024-11-08T18:00:00+02:00",
        status="usable",
        language="en",
        section="World",
        genre="Current",
        keywords=("defence", "diplomacy"),
        subjects=(Subject(name="defence", qcode="medtop:20000065"), Subject(name="Lloyd Austin", type="person")),
        provider=Party(name="Example News", uri="https://www.example.com/"),
        copyright_holder=Party(name="Example News"),
        copyright_notice="© 2024 Example News",
        usage_terms="https://www.example.com/terms",
        url="https://www.example.com/2024/11/08/call",
        urgency=3,
        ed_note="- replaces the first version",
        source=seed.source,
    )


def csv_ratio(article: Article) -> float:
    """How many times the throughput of `csv.writer` ours has: the same rows of both tables, guarded."""
    writer = CsvWriter(_CONVERSION, CsvOptions())
    rows = [row for piece in writer.pieces(article)[:2] for row in csv.reader(StringIO(piece.decode(), newline=""))]

    def theirs() -> bytes:
        text = StringIO(newline="")
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    return _times_as_fast(lambda: writer.pieces(article), theirs)


def news_article_ratio(article: Article) -> float:
    """How many times the throughput of `json.dumps` ours has: the same object."""
    writer = NewsArticleWriter(_CONVERSION, NewsArticleOptions())
    made = json.loads(b"{" + writer.pieces(article)[0])
    return _times_as_fast(lambda: writer.pieces(article), lambda: json.dumps(made, ensure_ascii=False).encode())


def _times_as_fast(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 15) -> float:
    """Return the ratio of the best times, measured in turns, so that other load affects both."""
    best = {ours: 1e9, theirs: 1e9}
    for _ in range(rounds):
        for run in (ours, theirs):
            begin = time.perf_counter()
            for _ in range(400):
                run()
            best[run] = min(best[run], time.perf_counter() - begin)
    return best[theirs] / best[ours]


def main() -> None:
    """Prints each ratio."""
    for name, article in (("seed", seed_article()), ("all fields", full_article())):
        print(f"csv, {name}: {csv_ratio(article):.1f} × csv.writer (bar {BAR})")
        print(f"news-article, {name}: {news_article_ratio(article):.1f} × json.dumps (bar {BAR})")


if __name__ == "__main__":
    main()
