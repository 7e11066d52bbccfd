"""The text of real news pages, compared with trafilatura's in the same run."""

from __future__ import annotations

import pytest

from benchmarks import pages
from tests.reference import REFERENCE, needs_reference


@needs_reference
def test_the_text_of_news_pages_is_at_least_as_right_as_trafilatura_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "REFERENCE", REFERENCE / "pages")
    sample = pages.pages(every=6)
    truths = [page.text for page in sample]
    ours = [pages.read_page(page.raw) for page in sample]
    theirs = [pages.extract_page(page.raw) for page in sample]
    assert all(ours)
    assert pages.score(ours, truths) >= pages.score(theirs, truths)
    assert pages.score_paragraphs(ours, truths) >= max(0.85, pages.score_paragraphs(theirs, truths))
