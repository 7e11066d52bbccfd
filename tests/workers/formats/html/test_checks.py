"""The checks of a page: its JSON-LD, and what else it lacks."""

from __future__ import annotations

import json
from pathlib import Path

from tests.workers.formats.news_article.test_checks import GOOD
from workers.formats.detection import check_file

PAGE = """<!DOCTYPE html>
<html><head><title>A story</title>
<script type="application/ld+json">
{"@context": "https://schema.org", "@type": "BreadcrumbList", "name": "Trail"}
</script>
<script>let x = {"a": 1</script>
%s</head></html>"""


def page_faults(folder: Path, *scripts: str) -> list[tuple[str, int]]:
    path = folder / "story.html"
    made = "".join(f'<script type="application/ld+json">{script}</script>\n' for script in scripts)
    path.write_text(PAGE % made)
    return [(fault.rule, fault.line) for fault in check_file(path) if fault.severity == "error"]


def test_json_ld_scripts_of_a_page_are_checked(tmp_path: Path) -> None:
    assert page_faults(tmp_path, json.dumps(GOOD)) == []
    wrong = json.dumps(GOOD | {"datePublished": "yesterday"}, indent=1)
    assert page_faults(tmp_path, json.dumps(GOOD | {"@id": "urn:x:2"}), wrong) == [
        ("ld-date", 8 + wrong.splitlines().index(' "datePublished": "yesterday",'))
    ]
    assert page_faults(tmp_path, "\n{broken}") == [("ld-json", 8), ("ld-article", 0)]


def test_page_without_an_article_is_a_fault(tmp_path: Path) -> None:
    assert page_faults(tmp_path) == [("ld-article", 0)]
    path = tmp_path / "plain.html"
    path.write_text("<!DOCTYPE html><html><body><p>Text.</p></body></html>")
    named = {fault.rule: fault.detail for fault in check_file(path)}
    assert "no JSON-LD" in named["ld-article"]
    assert named.keys() == {
        "ld-article",
        "html-title",
        "html-charset",
        "html-language",
        "html-canonical",
        "html-open-graph",
        "html-image-preview",
    }


def test_a_language_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "story.html"
    path.write_text("<!DOCTYPE html><html lang='english'><title>A story</title><p>Text.</p></html>")
    [detail] = [fault.detail for fault in check_file(path) if fault.rule == "html-language"]
    assert "'english'" in detail


def test_a_page_that_nests_too_deep_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "story.html"
    path.write_text("<!DOCTYPE html><html><body>" + "<div>" * 10_000)
    assert "html-size" in {fault.rule for fault in check_file(path)}
