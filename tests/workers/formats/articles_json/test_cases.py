"""The cases of tests/cases/json: each row of their README."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.article import AlternativeId, Byline, Heading
from schemas.reading import ReadingOptions
from tests.cases import CASES, Case, export_case

JSON = sorted(path.name for path in (CASES / "json").iterdir() if not path.name.startswith("ninjs"))


def case(name: str, **more: Any) -> Case:
    return export_case(f"json/{name}", **more)


def comes_out(found: Case, articles: int = 1) -> None:
    """All articles are in all three outputs."""
    assert (found.done, found.failed) == (articles, ())
    rows = list(csv.DictReader(io.StringIO(found.files["articles.csv"].decode())))
    stories = json.loads(found.files["articles.jsonld"])
    assert len(rows) == len(stories.get("@graph", [stories])) == articles
    assert found.files["articles.newsml.xml"].count(b"<newsItem") == articles


def test_posts_of_wordpress() -> None:
    found = case("wordpress-posts.json")
    comes_out(found)
    article = found.article
    assert (article.headline, article.description) == ("Ferry ‘Swan’ back", "Back.")
    assert article.blocks == ("It is back.", Heading(level=2, content=("Crowds",)), "They came & went.")
    assert (article.published, article.modified) == ("2024-05-06T06:00:00Z", "2024-05-06T07:00:00Z")
    assert (article.url, article.status) == ("https://harbour.example/ferry-back/", "usable")
    assert (article.id, article.alternative_ids) == ("https://harbour.example/?p=12", (AlternativeId(id="12"),))
    for path, value in (("author", "3"), ("featured_media", "7"), ("categories", "1"), ("tags", "4")):
        assert found.is_named(path, value)
    assert found.is_named("slug", "ferry-back")


def test_posts_of_ghost() -> None:
    found = case("ghost-posts.json")
    comes_out(found)
    article = found.article
    assert (article.headline, article.paragraphs) == ("Ferry back", ("It is back.", "Crowds came."))
    assert article.bylines == (Byline(name="Ada Reed", uri="https://harbour.example/author/ada/"),)
    assert (article.keywords, article.url) == (("Travel",), "https://harbour.example/ferry/")
    assert article.published == "2024-05-06T08:00:00.000+00:00"
    assert article.media[0].renditions[0].href == "https://harbour.example/i.jpg"
    assert found.is_named("meta.pagination.page", "1")


def test_lines_with_the_names_that_tables_have() -> None:
    found = case("lines-title-text-author.ndjson")
    comes_out(found, 3)
    for number, article in enumerate(found.articles, 1):
        assert (article.headline, article.body) == (f"Ferry {number}", f"Boat {number} is back.")
        assert (article.published, article.bylines) == ("2024-05-06", (Byline(name="Ada Reed"),))
        assert article.url == f"https://harbour.example/{number}"


def test_an_article_of_a_crawler() -> None:
    found = case("crawler-article.json")
    comes_out(found)
    article = found.article
    assert (article.headline, article.paragraphs) == ("Rain", ("It rained.", "All day."))
    assert article.bylines == (Byline(name="Ada Reed"), Byline(name="Bo Lim"))
    assert (article.language, article.description) == ("en", "Wet")
    assert (article.url, article.published) == ("https://harbour.example/2", "2024-05-06T08:00:00")
    assert found.is_named("date_publish", "2024-05-06 08:00:00")
    assert article.media[0].renditions[0].href == "https://harbour.example/i.jpg"
    for path in ("date_download", "filename", "source_domain"):
        assert found.is_named(path)
    assert not any(found.is_named(path) for path in ("localpath", "title_page", "title_rss", "date_modify"))


def test_a_date_without_a_zone_keeps_day_and_time() -> None:
    found = case("date-without-zone.json")
    comes_out(found)
    assert found.article.published == "2024-05-06T08:00:00"
    assert found.is_named("published", "2024-05-06T08:00:00")


def test_a_date_gets_the_zone_that_is_stated_for_it() -> None:
    found = case("date-without-zone.json", reading=ReadingOptions(zone="Europe/Paris"))
    assert found.article.published == "2024-05-06T08:00:00+02:00"
    assert not found.is_named("published")


def test_an_id_that_is_a_number_is_an_alternative_id() -> None:
    found = case("id-number.json")
    comes_out(found)
    assert (found.article.id, found.article.alternative_ids) == (None, (AlternativeId(id="17"),))


def test_tags_in_texts_stay_as_they_are() -> None:
    found = case("script-end-in-text.json")
    comes_out(found)
    assert found.article.headline == "Use </script><script>alert(1)</script>"
    assert found.article.body == "a </script> b <!-- <script> c"


def walked(value: Any, path: str = "") -> Iterator[str]:
    """The path of each leaf, by a walk of the test's own."""
    if isinstance(value, dict):
        for name in value:
            yield from walked(value[name], f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from walked(value[index], f"{path}[{index + 1}]")
    elif value not in (None, ""):
        yield path


def articles_in(path: Path) -> list[Any]:
    text = path.read_bytes()
    values = [orjson.loads(line) for line in text.splitlines()] if path.suffix == ".ndjson" else [orjson.loads(text)]
    return values[0] if isinstance(values[0], list) else values


@pytest.mark.parametrize("name", JSON)
def test_each_leaf_is_accounted_for_once(name: str) -> None:
    values = articles_in(CASES / "json" / name)
    expected = [Counter(walked(value)) for value in values]
    if name == "ghost-posts.json":
        [value] = values
        [post] = value.pop("posts")
        expected = [Counter(walked(post)) + Counter(walked(value))]
    ledgers = case(name).ledgers
    # What HTML in a string loses has paths below that of the string, after a slash.
    assert [Counter(one.path for one in ledger if "/" not in one.path) for ledger in ledgers] == expected
