"""An unexpected exception at one article costs that article only, in every format that holds several."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import pytest

from schemas.article import Article
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.ledger import Ledger
from tests.exports import CONVERSION, FULL, joined
from tests.workers.formats.newsml_1.documents import RICH
from tests.workers.formats.warc.documents import Archive, page
from tests.workers.formats.xlsx.test_reader import xlsx
from workers.formats import FORMATS
from workers.pipeline.pipe import read_documents

THREE: Final = tuple(replace(FULL, id=f"urn:x:{number}", headline=f"H{number}") for number in range(3))


def written(format_id: str) -> bytes:
    writer = FORMATS.writer(format_id)(CONVERSION, FORMATS.load_options({}, (format_id,))[format_id])
    return next(iter(joined(writer, *THREE).values()))


def times(part: str, before: str = "", after: str = "") -> bytes:
    return (before + "".join(part.replace("#", str(number)) for number in range(3)) + after).encode()


def newsml_1() -> bytes:
    start, end = RICH.index("<NewsItem"), RICH.rindex("</NewsItem>") + len("</NewsItem>")
    return times(RICH[start:end], RICH[:start], RICH[end:])


def warc() -> bytes:
    archive = Archive()
    for number in range(3):
        archive.add(f"https://harbour.example/{number}", page("Ferry back"))
    return archive.content


LD: Final = '{"@context":"https://schema.org","@type":"NewsArticle","headline":"H#","articleBody":"B"}'
# A format that is not here holds several articles in the form of its writer.
OTHER: Final[dict[str, Callable[[], bytes]]] = {
    "csv": lambda: times("Ferry,It is back.\n", "headline,body\n"),
    "html": lambda: times(f'<script type="application/ld+json">{LD}</script>'),
    "newsml-1": newsml_1,
    "wxr": lambda: times(
        "<item><title>A#</title><content:encoded>B</content:encoded></item>",
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>',
        "</channel></rss>",
    ),
    "wire": lambda: times("ZCZC HBN012# 4 P 0042\n^Ferry back\nPORT LYME - It is back.\nNNNN\n"),
    "mail": lambda: times("From a@b Thu Jan  1 00:00:00 2024\nFrom: a@b.example\nSubject: S#\n\nIt is back.\n\n"),
    "xlsx": lambda: xlsx([["headline", "body"], *(["Ferry", "It is back."] for _ in range(3))]),
    "warc": warc,
}
SEVERAL: Final = tuple(name for name in FORMATS.readable.ids if not FORMATS.get(name).one_article)


class _FaultError(Exception):
    """An exception that no reader expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty(Document):
    """A document that raises an exception once, when an article begins or is complete."""

    at: Literal["beginning", "end"]
    faults: list[_FaultError] = field(default_factory=list)

    def ledger(self) -> Ledger:
        self._fail("beginning")
        return Document.ledger(self)

    def article(self, stated: Any, ledger: Ledger, *, needs_content: bool = True) -> Article:
        self._fail("end")
        return Document.article(self, stated, ledger, needs_content=needs_content)

    def _fail(self, at: str) -> None:
        if self.faults and at == self.at:
            raise self.faults.pop()


# The rows of a table are completed by its own reader, without `Document.article`.
@pytest.mark.parametrize(
    ("name", "at"),
    [(name, at) for name in SEVERAL for at in ("beginning", "end") if at == "beginning" or name not in ("csv", "xlsx")],
)
def test_unexpected_exception_costs_one_article(name: str, at: Literal["beginning", "end"]) -> None:
    raw = OTHER[name]() if name in OTHER else written(name)
    document = Faulty(name="doc", open=lambda: io.BytesIO(raw), at=at)
    articles = read_documents([(name, document)])
    found = [next(articles).found]
    fault = _FaultError()
    document.faults.append(fault)
    found += [one.found for one in articles]
    [failed] = [one for one in found if isinstance(one, UnreadArticle)]
    assert (failed.kind, failed.cause) == ("internal", fault)
    assert sum(isinstance(one, ReadArticle) for one in found) == 2
