"""Writing, checking and reading each format on one core, compared with the straightforward way."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import orjson

from benchmarks import checked_writers, newsml_reader, web_writers, wire_formats
from benchmarks.corpus import articles
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from schemas.conversion import Document
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.text.reader import read_text

_ROUNDS = 15
_READ = 300


def measure_writing(_: Sizes) -> list[Row]:
    """Measure the rate of writing as a multiple of that of the straightforward way."""
    seed, full = web_writers.seed_article(), web_writers.full_article()
    checked = (
        (
            "NewsML-G2, checked, compared with lxml: build, serialise, validate",
            checked_writers.checked_newsml_g2,
            "≥ 2.5",
        ),
        ("NewsArticle, checked, compared with json.dumps, unchecked", checked_writers.checked_news_article, "≥ 2"),
        ("CSV, rows of both tables, guarded, compared with csv.writer", checked_writers.unchecked_csv, "≥ 2"),
        ("the same, checked", checked_writers.checked_csv, ""),
    )
    rows = [Row(what, "", measure(), bar) for what, measure, bar in checked if _can(measure)]
    for name, article in (("the seed", seed), ("an article with every field", full)):
        rows += [
            Row(f"CSV, {name}, beside csv.writer given the cells", "", web_writers.csv_ratio(article)),
            Row(
                f"NewsArticle, {name}, beside json.dumps given the object", "", web_writers.news_article_ratio(article)
            ),
        ]
    return rows + wire_formats.measure_writing()


def _can(measure: Callable[[], float]) -> bool:
    """Return whether what a measurement needs is here. The IPTC's schema is no part of the project."""
    return measure is not checked_writers.checked_newsml_g2 or checked_writers.SCHEMA.is_file()


def measure_reading(_: Sizes) -> list[Row]:
    """Measure the rate of reading as a fraction of that of parsing alone."""
    bars = {"parse": "≥ 0.3", "newsmlg2": "≥ 5"}
    rows = [
        Row(f"NewsML-G2 → Article, {what.replace(' / ', ' beside ')}", "", ratio, bars[what.rpartition(" ")[2]])
        for what, ratio in newsml_reader.measure().items()
    ]
    stated = list(articles(_READ))
    lines = b"".join(orjson.dumps(article) + b"\n" for article in stated)
    texts = ["\n\n".join(article["paragraphs"]).encode() for article in stated]
    return [
        *rows,
        *wire_formats.measure_reading(),
        _reading("NDJSON → Article, validated, beside orjson.loads", lambda: _json(lines), lambda: _loads(lines)),
        _reading("text → Article, beside str.split", lambda: _texts(texts), lambda: _split(texts)),
    ]


def _reading(what: str, ours: Callable[[], None], plain: Callable[[], None]) -> Row:
    best = {ours: float("inf"), plain: float("inf")}
    for _ in range(_ROUNDS):
        for run in (ours, plain):
            began = time.process_time()
            run()
            best[run] = min(best[run], time.process_time() - began)
    return Row(what, f"{best[ours] / _READ * 1e6:.0f} µs an article", best[plain] / best[ours])


def _json(lines: bytes) -> None:
    for _ in read_json_articles(Document(name="a.ndjson", open=lambda: io.BytesIO(lines))):
        pass


def _loads(lines: bytes) -> None:
    for line in lines.splitlines():
        orjson.loads(line)


def _texts(texts: list[bytes]) -> None:
    for text in texts:
        for _ in read_text(Document(name="a.txt", open=lambda text=text: io.BytesIO(text))):  # type: ignore[misc]
            pass


def _split(texts: list[bytes]) -> None:
    for text in texts:
        text.decode().split("\n\n")
