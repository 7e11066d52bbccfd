"""Reservations of data mining in the metas of a page: no article of the page is without them."""

from __future__ import annotations

from io import BytesIO

import pytest

from schemas.conversion import Document, ReadArticle
from workers.formats.html.reader import read_html_page
from workers.formats.pages.facts.mining import NO_TRAINING, RESERVED

TEXT = "The ferry line across the sound reopened on Monday after a long winter of repairs to both of its piers."


def mined(head: str, *, scripts: int = 1, depth: int = 0) -> list[str | None]:
    story = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%d","articleBody":"%s","url":"%d"}'
    stated = "".join(story % (number, TEXT, number) + "</script>" for number in range(scripts))
    raw = f"<html><head>{head}{stated}</head><body>{'<div>' * depth}<article><p>{TEXT}</p></article></body></html>"
    found = read_html_page(Document(name="page.html", open=lambda: BytesIO(raw.encode())))
    return [one.article.data_mining for one in found if isinstance(one, ReadArticle)]


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ('<meta name="tdm-reservation" content="1">', RESERVED),
        ('<META HTTP-EQUIV="TDM-Reservation" CONTENT="1">', RESERVED),
        ('<meta name="robots" content="index, noai, noimageai">', NO_TRAINING),
        ('<meta name="CCBot" content="nofollow">', NO_TRAINING),
        ('<meta name="robots" content="noai"><meta name="tdm-reservation" content="1">', RESERVED),
        ('<meta name="tdm-reservation" content="0">', None),
        ('<meta name="robots" content="index, follow">', None),
    ],
)
def test_metas_reserve_data_mining(head: str, value: str | None) -> None:
    assert mined(head) == mined(head, scripts=0) == [value]


def test_a_reservation_holds_for_each_article_of_a_page_and_for_one_that_nests_too_deep() -> None:
    head = '<meta name="tdm-reservation" content="1">'
    assert mined(head, scripts=3) == [RESERVED] * 3
    assert mined(head, depth=400) == [RESERVED]
