"""The small inputs of tests/cases/news-article: what comes out of each, and what is named."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from lxml import etree

from schemas.article import Byline, ItemList, Media, Paragraph, Span, Table
from schemas.article.parts import Rendition
from schemas.reading import ReadingOptions
from tests.cases import CASES, Case, export_case

HEADLINE = "Ferry line reopens"
TEXT = ("The ferry line reopened on Monday.", "Crowds came.")
PUBLISHED = "2024-05-06T08:00:00+02:00"


def case(name: str, **more: Any) -> Case:
    return export_case(f"news-article/{name}", **more)


def written(found: Case) -> dict[str, Any]:
    """The article in JSON-LD."""
    node: dict[str, Any] = json.loads(found.files["articles.jsonld"])
    return node


def row(found: Case) -> dict[str, str]:
    """The article in CSV."""
    [one] = csv.DictReader(io.StringIO(found.files["articles.csv"].decode("utf-8-sig")))
    return one


def item(found: Case) -> str:
    """The article in NewsML-G2, which is well-formed."""
    raw = found.files["articles.newsml.xml"]
    etree.fromstring(raw)
    return raw.decode()


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (CASES / "news-article").iterdir() if not path.name.startswith("several"))
)
def test_every_input_is_one_article_in_all_formats(name: str) -> None:
    found = case(name)
    assert (found.done, found.failed) == (1, ())
    for raw in found.files.values():
        text = raw.decode()
        assert "\ufffd" not in text
        assert not any(ord(one) < 32 and one not in "\t\r\n" for one in text)
    assert "<" not in found.files["articles.jsonld"].decode()
    assert written(found)["articleBody"] == found.article.body
    assert row(found)["body"].lstrip("'") == found.article.body


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("cdata-end-as-entity.html", "the wrapper around the JSON is left out"),
        ("js-comments.html", "comments are left out"),
        ("trailing-commas.html", "commas after the last member are left out"),
        ("html-comment-first.html", "comments are left out"),
        ("control-characters.html", "control characters in strings are read as they stand"),
    ],
)
def test_what_other_extractors_tolerate_is_read_with_a_note(name: str, note: str) -> None:
    found = case(name)
    assert found.article.headline == HEADLINE
    assert found.article.paragraphs == TEXT
    assert found.is_named("script", note)


def test_slashes_in_an_address_are_no_comment() -> None:
    assert case("js-comments.html").article.url == "https://harbour.example/a"


def test_forbidden_characters_are_named() -> None:
    assert case("control-characters.html").is_named("articleBody", "U+000B")


def test_entities_in_addresses_and_names_are_resolved() -> None:
    article = case("entities-in-urls.html").article
    assert article.url == "https://harbour.example/?a=1&b=2"
    assert article.bylines == (Byline(name="O'Hara", uri="https://harbour.example/?x=1&y=2", type="person"),)


def test_escaped_markup_is_markup() -> None:
    found = case("escaped-markup-in-body.html")
    assert found.article.headline == "Rock & roll ferry – it's back"
    assert found.article.paragraphs == ('The ferry "Swan" is back.', "5 < 6.")


def test_markup_becomes_blocks() -> None:
    found = case("html-in-body.html")
    paragraph, listed, table = found.article.blocks[1:4]
    assert isinstance(paragraph, Paragraph)
    assert Span("strong", ("bold",)) in paragraph.content
    assert isinstance(listed, ItemList)
    assert isinstance(table, Table)
    assert found.article.paragraphs == (
        "Start",
        "One bold word.\nSecond line",
        "a\nb",
        "\tMon\nNorth\t3",
        "End & done.",
    )
    image = {"@type": "ImageObject", "contentUrl": "https://harbour.example/x.jpg"}
    assert written(found)["image"] == [{**image, "caption": "A ferry at dawn", "description": "A ferry"}]
    xhtml = item(found)
    assert all(f"<{tag}>" in xhtml or f"<{tag} " in xhtml for tag in ("h2", "strong", "ul", "table"))
    assert "ad -->" not in xhtml


def test_text_in_angle_brackets_that_is_no_markup_stays() -> None:
    found = case("addresses-in-angle-brackets.html")
    assert found.article.paragraphs == (
        "Write to Ada Reed <a.reed@ferry.example> or Ian <i@ferry.example>.",
        "Tickets < 5 euros are gone.",
    )
    assert written(found)["author"] == [{"@type": "Person", "name": "Ada Reed"}]
    assert found.is_named("author", "mail address")


def test_page_without_json_ld_is_read_from_its_article_element() -> None:
    article = case("page-without-json-ld.html").article
    assert article.headline == "Ferry back"
    assert article.paragraphs == ("The ferry is back at the pier since Monday.", "Crowds came to see it sail.")
    assert article.bylines == (Byline(name="Ada Reed"),)
    assert (article.published, article.language) == (PUBLISHED, "en")


def test_json_ld_without_a_text_takes_that_of_the_page() -> None:
    found = case("json-ld-without-body.html")
    article = found.article
    assert article.headline == HEADLINE
    assert article.paragraphs == (
        "The ferry line reopened on Monday after a long winter.",
        "Crowds came to see the first boat.",
    )
    assert (article.published, article.language) == ("2024-05-06T06:00:00+00:00", "en-GB")
    assert article.provider is not None
    assert (article.provider.name, article.section, article.bylines) == ("Harbour News", "News", ())
    assert written(found)["image"][0]["contentUrl"] == "https://harbour.example/i.jpg"


def test_one_story_in_two_scripts_is_one_article() -> None:
    article = case("same-story-in-two-scripts.html").article
    assert article.paragraphs == TEXT
    assert article.bylines == (Byline(name="Ada Reed", type="person"),)


def test_authors_are_people_or_organisations_as_stated() -> None:
    found = case("authors-mixed.jsonld")
    assert written(found)["author"] == [
        {"@type": "Person", "name": "Ada Reed"},
        {
            "@type": "Organization",
            "@id": "https://harbour.example/desk",
            "name": "Harbour Desk",
            "url": "https://harbour.example/desk",
        },
        {"@type": "Person", "name": "Bo Lim"},
    ]
    assert found.is_named("author.url", "/authors/bo")


def test_subtype_of_organization_is_an_organization() -> None:
    found = case("author-news-media-organization.jsonld")
    [author] = written(found)["author"]
    assert (author["@type"], author["name"]) == ("Organization", "Harbour News")
    assert found.is_named("author.@type", "NewsMediaOrganization")


def test_lists_in_lists_have_no_meaning() -> None:
    found = case("authors-nested-list.jsonld")
    assert [author["name"] for author in written(found)["author"]] == ["Ada Reed", "Bo Lim"]


def test_role_of_an_author_is_the_job_title() -> None:
    assert case("author-in-role.jsonld").article.bylines == (
        Byline(name="Ada Reed", job_title="Reporter", type="person"),
    )


def test_images_and_paid_parts_are_kept() -> None:
    found = case("image-and-paywall.jsonld")
    made = written(found)
    assert made["image"] == [
        {
            "@type": "ImageObject",
            "contentUrl": "https://harbour.example/16x9.jpg",
            "width": 1200,
            "height": 675,
            "caption": "The Swan at dawn",
            "creditText": "Ada Reed",
        },
        {"@type": "ImageObject", "contentUrl": "https://harbour.example/1x1.jpg"},
    ]
    assert made["thumbnailUrl"] == ["https://harbour.example/t.jpg"]
    assert made["isAccessibleForFree"] is False
    assert made["hasPart"] == [{"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paywall"}]


def test_corrections_and_second_sections_are_kept_or_named() -> None:
    found = case("correction-and-second-section.jsonld")
    made = written(found)
    assert made["articleSection"] == "News"
    assert made["alternativeHeadline"] == ["Swan sails again"]
    assert made["correction"] == [{"@type": "CorrectionComment", "text": "An earlier version gave a wrong day."}]
    assert made["editor"] == [{"@type": "Person", "name": "Ed Itor"}]
    assert made["isBasedOn"] == [{"@type": "CreativeWork", "url": "https://agency.example/1"}]
    assert made["usageInfo"] == "https://harbour.example/licence"
    assert made["creditText"] == "Coast Press"
    assert made["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert "digsrctype:trainedAlgorithmicMedia" in item(found)
    assert found.is_named("articleSection", "Travel")
    assert found.is_named("backstory", "We rode it.")


def test_live_blog_without_a_text_has_that_of_its_updates() -> None:
    found = case("live-blog-without-body.jsonld")
    assert found.article.paragraphs == ("First boat", "The first boat left.", "Second boat", "The second boat left.")
    assert written(found)["@type"] == ["NewsArticle", "LiveBlogPosting"]
    assert [one["datePublished"] for one in written(found)["liveBlogUpdate"]] == [
        "2024-05-06T08:05:00+02:00",
        "2024-05-06T08:15:00+02:00",
    ]
    assert found.is_named("coverageStartTime", PUBLISHED)


def test_live_blog_with_a_text_keeps_it_and_its_updates() -> None:
    found = case("live-blog-with-body.jsonld")
    assert found.article.paragraphs == ("Summary of the day.",)
    [update] = written(found)["liveBlogUpdate"]
    assert update["articleBody"] == "The first boat left."


UPDATES = {
    "Pier closed": (
        "The north pier is closed after a wave broke the railing at its end this morning.",
        "Nobody was hurt, the harbour master says, but the pier stays closed until the storm has passed.",
    ),
    "Ferries stop": (
        "The ferries stay in port until noon, and all sailings of the morning are off.",
        "A replacement bus runs every hour from the station.",
    ),
    "Good morning": (
        "Wind of ten is forecast for the coast, and the harbour is preparing for the worst storm of the winter.",
    ),
}
TIMES = ["2024-03-01T08:55:00Z", "2024-03-01T07:30:00Z", "2024-03-01T06:05:00Z"]


def test_live_blog_of_a_page_has_the_updates_of_its_script_in_their_order() -> None:
    found = case("live-blog-in-script.html")
    assert found.article.headline == "Storm live: ferries stop"
    assert found.article.paragraphs == (
        "Pier closed",
        "The north pier is closed.",
        "Nobody was hurt, the harbour master says.",
        "Ferries stop",
        "The ferries stay in port until noon.\nA replacement bus runs every hour.",
        "Good morning. Wind of ten is forecast for the coast.",
    )
    assert [one.published for one in found.article.live_updates] == TIMES
    assert found.is_named("liveBlogUpdate.author", "Ada Reed")


@pytest.mark.parametrize(
    "name", ["live-blog-headlines-in-script", "live-blog-of-article-elements", "live-blog-microdata"]
)
def test_text_of_each_update_stands_under_its_headline(name: str) -> None:
    article = case(f"{name}.html").article
    assert article.headline == "Storm live: ferries stop"
    assert article.paragraphs == tuple(line for one, texts in UPDATES.items() for line in (one, *texts))


def test_updates_in_microdata_have_their_texts_and_times() -> None:
    updates = case("live-blog-microdata.html").article.live_updates
    assert {one.headline: tuple((one.text or "").split("\n\n")) for one in updates} == UPDATES
    assert [one.published for one in updates] == TIMES


def test_page_of_several_articles_in_microdata_has_each_of_them() -> None:
    articles = case("several-articles-microdata.html").articles
    assert {one.headline: one.paragraphs for one in articles} == UPDATES
    assert [one.published for one in articles] == TIMES
    assert {one.language for one in articles} == {"en"}


def test_date_without_zone_keeps_day_and_time() -> None:
    found = case("date-without-zone.jsonld")
    assert found.article.published == "2024-05-06T08:00:00"
    assert found.is_named("datePublished", "the time has no zone")
    zoned = case("date-without-zone.jsonld", reading=ReadingOptions(zone="Europe/Paris"))
    assert zoned.article.published == PUBLISHED
    assert not zoned.is_named("datePublished")


def test_date_as_javascript_writes_it() -> None:
    assert case("date-as-javascript-writes-it.jsonld").article.published == PUBLISHED


def test_relative_address_is_resolved_against_that_of_the_page() -> None:
    assert case("relative-urls.html").article.url == "https://harbour.example/a/b"


def test_media_are_those_of_the_case() -> None:
    media = case("image-and-paywall.jsonld").article.media
    assert media[-1] == Media(
        kind="picture", renditions=(Rendition(href="https://harbour.example/t.jpg", role="rnd:thumbnail"),)
    )
