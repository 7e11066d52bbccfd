"""Warnings about converted articles: how many, and the remedy."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, LineBreak, Link, Paragraph, Party, stated_fields
from schemas.conversion import Conversion
from schemas.jobs.job import JobWarning
from schemas.ledger import Entry, Ledger
from tests.exports import FULL, small
from tests.field_table import EVERYTHING
from workers.formats import FORMATS
from workers.formats.xml.feeds.options import FeedOptions
from workers.pipeline.warnings import NoteCounts, Notes
from workers.pipeline.warnings import lost_leaves as lost

GOOD = {"headline": "A headline", "language": "en", "provider": Party(name="P")}


def notes_of(formats: tuple[str, ...], article: Article) -> tuple[str, ...]:
    return Notes(formats).of(article, stated_fields(article))


@pytest.mark.parametrize(
    ("options", "operator", "told"),
    [
        (FeedOptions(), Party(name="newsmill"), {"rss": "`rss.title` and `rss.link`", "atom": "option `atom.title`"}),
        (FeedOptions(title="Desk"), Party(name="newsmill"), {"rss": "option `rss.link`"}),
        (FeedOptions(), Party(name="Example News"), {"rss": "option `rss.link`"}),
        (FeedOptions(link="https://a.example/"), Party(name="Example News"), {}),
        (FeedOptions(), Party(name="Example News", uri="https://a.example/"), {}),
    ],
)
def test_placeholder_in_a_feed_is_a_warning(options: FeedOptions, operator: Party, told: dict[str, str]) -> None:
    conversion = Conversion(at="2024-11-08T16:30:00Z", operator=operator)
    article = small(**GOOD)
    counts = NoteCounts()
    notes = Notes(("rss", "atom"), {"rss": options, "atom": options}, conversion)
    counts.add(notes.of(article, stated_fields(article)))
    said = {warning.format: warning.detail for warning in counts.warnings() if warning.type == "placeholder"}
    assert said.keys() == told.keys()
    assert all(told[name] in detail for name, detail in said.items() if name)


def test_line_breaks_are_in_plain_text_too() -> None:
    lines = small(**GOOD, paragraphs=(), blocks=(Paragraph(("A", LineBreak(), "B")), "C"))
    assert notes_of(("csv", "news-article", "newsml-g2"), lines) == ()
    linked = small(**GOOD, paragraphs=(), blocks=(Paragraph(("A ", Link("https://a.example/", ("B",)))),))
    assert notes_of(("csv", "newsml-g2"), linked) == ("csv:blocks",)


def test_day_without_a_place_is_told_with_the_reason() -> None:
    counts = NoteCounts()
    counts.add(notes_of(("ninjs",), small(**GOOD, published="2024-11-08")))
    [warning] = counts.warnings()
    assert (warning.type, warning.format, warning.field) == ("not-held-published", "ninjs", "published")
    assert warning.detail == (
        "ninjs has `contentCreated` as a time with its zone; a day, or a time without a zone, is not in the file. "
        "State `published` so, as in 2024-11-08T16:30:00+01:00."
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (GOOD, ()),
        ({}, ("absent:headline", "absent:language", "absent:provider")),
        ({"language": "en"}, ("absent:headline", "absent:provider")),
        (GOOD | {"version": 2}, ("absent:signal",)),
        (GOOD | {"version": 2, "signal": "update"}, ()),
    ],
)
def test_absent_fields_are_warnings(stated: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert notes_of(("csv",), small(**stated)) == expected


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_stated_unsupported_field_is_a_warning(format_id: str) -> None:
    places = FORMATS.get(format_id).places
    without = [leaf for leaf, held in places.of.items() if not held and not leaf.startswith("source.")]
    names = {name if (name := leaf.partition(".")[0]) in places.unheld else leaf for leaf in without}
    names.update(places.lost(EVERYTHING))
    assert set(notes_of((format_id,), EVERYTHING)) == {f"{format_id}:{name}" for name in names}
    assert set(notes_of((format_id,), small(**GOOD))) == set()


def test_at_least_one_format_lacks_a_field() -> None:
    assert any(FORMATS.get(format_id).places.unheld for format_id in FORMATS.writable.ids)


def test_each_format_is_counted_by_itself() -> None:
    together = notes_of(FORMATS.writable.ids, FULL)
    assert sorted(together) == sorted(
        note for format_id in FORMATS.writable.ids for note in notes_of((format_id,), FULL)
    )


def test_counts_become_sentences_in_one_order() -> None:
    counts = NoteCounts()
    counts.add(notes_of(("csv",), small()))
    counts.add(notes_of(("csv",), small(language="en", provider=Party(name="P"))))
    for _ in range(3):
        counts.add(["news-article:urgency"])
    assert counts.warnings() == (
        JobWarning(
            type="no-headline",
            detail="No headline is stated; newsrooms and search engines look for one. Give it in the source, or in "
            "`metadata.headline`.",
            articles=2,
            field="headline",
        ),
        JobWarning(
            type="no-language",
            detail="No language is stated; software that indexes or reads the text aloud has to guess it. Give it in "
            "the source, or in `metadata.language`.",
            articles=1,
            field="language",
        ),
        JobWarning(
            type="no-provider",
            detail="No provider is stated; where a format demands one, it is the operator of newsmill. Give it in the "
            "source, or in `metadata.provider`.",
            articles=1,
            field="provider",
        ),
        JobWarning(
            type="not-held-urgency",
            detail="news-article has no place for `urgency`; it is not in the file.",
            articles=3,
            format="news-article",
            field="urgency",
        ),
    )


def test_complete_article_has_no_warning() -> None:
    assert NoteCounts().warnings() == ()


CREDIT = Entry("contentMeta/creditline", "not-held", "Photo: T. Lens")


class TestSources:
    """Warnings about what the articles do not hold of their sources."""

    def test_one_warning_stands_for_many_articles_with_examples(self) -> None:
        counts = NoteCounts()
        counts.add(
            (), lost([Entry("subject[1]/@qcode", "not-held", "subj:1", reason="not a code")]), "a.xml", "article 1"
        )
        counts.add(
            (), lost([Entry("subject[3]/@qcode", "not-held", "subj:2", reason="not a code")]), "a.xml", "article 2"
        )
        [warning] = counts.warnings()
        assert (warning.type, warning.articles, warning.path) == ("source-not-held", 2, "subject/@qcode")
        assert warning.values == ("'subj:1' (a.xml, article 1)", "'subj:2' (a.xml, article 2)")
        assert "subject/@qcode" in warning.detail
        assert "not a code" in warning.detail
        assert "'subj:1' (a.xml, article 1)" in warning.detail

    def test_an_article_counts_once_for_a_path(self) -> None:
        counts = NoteCounts()
        counts.add((), lost([CREDIT, CREDIT]), "a.xml", "article 1")
        assert [one.articles for one in counts.warnings()] == [1]

    def test_doubtful_leaf_is_a_warning_though_it_is_kept(self) -> None:
        counts, ledger = NoteCounts(), Ledger()
        ledger.doubted("html.lang", "en", "language", "the text has the frequent words of de")
        counts.add((), lost(ledger.entries), "a.xml", "article 1")
        [warning] = counts.warnings()
        assert (warning.type, warning.path, warning.field) == ("source-doubtful", "html.lang", "language")

    def test_thing_that_is_not_held_is_one_warning(self) -> None:
        counts, ledger = NoteCounts(), Ledger()
        for number in (1, 2):
            ledger.not_held(f"publisher.logo[{number}].@type", "ImageObject", thing=f"publisher.logo[{number}]")
            ledger.not_held(f"publisher.logo[{number}].url", f"/{number}.png", thing=f"publisher.logo[{number}]")
            ledger.not_held(f"publisher.logo[{number}].size.width", "60", thing=f"publisher.logo[{number}]")
        ledger.not_held("publisher.slogan", "News first", thing="publisher.slogan")
        ledger.changed("publisher.@type", "NewsMediaOrganization", "provider.type", "it is held as Organization")
        ledger.changed("@type", "OpinionNewsArticle", None, "the article is held as a NewsArticle")
        counts.add((), lost(ledger.entries), "a.xml", "article 1")
        assert [(one.path, one.values) for one in counts.warnings()] == [
            ("@type", ("'OpinionNewsArticle' (a.xml, article 1)",)),
            ("publisher.@type", ("'NewsMediaOrganization' (a.xml, article 1)",)),
            ("publisher.logo", ("'url: /1.png; size.width: 60; url: /2.png' (a.xml, article 1)",)),
            ("publisher.slogan", ("'News first' (a.xml, article 1)",)),
        ]

    def test_kept_leaf_is_no_warning(self) -> None:
        counts = NoteCounts()
        counts.add((), lost([Entry("headline", "kept", "A headline", "headline")]), "a.xml", "article 1")
        assert counts.warnings() == ()

    def test_a_change_is_told_with_its_reason(self) -> None:
        counts = NoteCounts()
        counts.add((), lost([Entry("date", "changed", "2024-05-06T08:00", "published", "it states no zone")]), "line 2")
        [warning] = counts.warnings()
        assert (warning.type, warning.field, warning.path) == ("source-changed", "published", "date")
        assert "it states no zone" in warning.detail

    def test_number_of_different_warnings_is_bounded(self) -> None:
        counts = NoteCounts()
        counts.add(
            (), lost([Entry(f"element{number}", "not-held", "x") for number in range(10_000)]), "a.xml", "article 1"
        )
        warnings = counts.warnings()
        assert len(warnings) == 201
        assert warnings[0].type == "source-further"

    @given(st.lists(st.lists(st.sampled_from([CREDIT, *(Entry(f"a[{n}]", "not-held", str(n)) for n in range(3))]))))
    def test_chunks_add_up_to_the_whole(self, articles: list[list[Entry]]) -> None:
        whole, merged = NoteCounts(), NoteCounts()
        for number, entries in enumerate(articles):
            whole.add(("absent:headline",), lost(entries), f"article {number}")
            chunk = NoteCounts()
            chunk.add(("absent:headline",), lost(entries), f"article {number}")
            merged.merge(NoteCounts.from_json(orjson.loads(orjson.dumps(chunk.to_json()))))
        assert merged.warnings() == whole.warnings()
