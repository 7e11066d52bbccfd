from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest

from workers.formats.markup import plain_text
from workers.formats.pages.facts.scripts import find_scripts
from workers.formats.schema_org import script_json
from workers.formats.schema_org.script_json import parse_script


@pytest.mark.parametrize(
    ("page", "scripts"),
    [
        ("<script type='application/ld+json'>1</script>", [(1, "1")]),
        ("\n<p>\n<script type='application/ld+json'\n>\n2</script>", [(4, "\n2")]),
        ("<script>1</script><script type=text/javascript>2</script>", []),
        ("<script data-type='application/ld+json'>1</script>", []),
        ("<scripts type='application/ld+json'>1</scripts>", []),
        ("<script type='application/ld+json'>1", []),
        ("<script type='application/ld+json", []),
        ("<!-- <script type='application/ld+json'>1</script>", []),
        ("<!--><script type='application/ld+json'>1</script>", [(1, "1")]),
        ("<textarea><script type='application/ld+json'>1</script></textarea>", []),
        ("<script type='application/ld+json'>'</scripts>'</script>", [(1, "'</scripts>'")]),
        (
            "<script type='application/ld+json'>1</script><script type='application/ld+json'>2</script>",
            [(1, "1"), (1, "2")],
        ),
    ],
)
def test_scripts_are_found_where_a_browser_finds_them(page: str, scripts: list[tuple[int, str]]) -> None:
    assert list(find_scripts(page)) == scripts


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (' <!--\n{"a": 1}\n--> ', {"a": 1}),
        ('// <![CDATA[\n{"a": 1}\n// ]]>', {"a": 1}),
        ('<![CDATA[{"a": 1}]]>;', {"a": 1}),
        ('{"a": "one\n\ttwo"}', {"a": "one\n\ttwo"}),
        ("{&quot;a&quot;: 1}", {"a": 1}),
        ('{"a": "&quot;"}', {"a": "&quot;"}),
    ],
)
def test_scripts_are_read_without_their_wrapping(script: str, value: Any) -> None:
    assert parse_script(script).value == value


@pytest.mark.parametrize(
    ("script", "value", "note"),
    [
        ('{"a": 1,}', {"a": 1}, script_json.COMMAS),
        ('{"a": [1, 2, ], "b": ",}" ,\n}', {"a": [1, 2], "b": ",}"}, script_json.COMMAS),
        ('// main\n{"a": "//b" /* c */}', {"a": "//b"}, script_json.COMMENTS),
        ('{"a": "http://b/*c*/",\n// "x": 1\n"d": 2}', {"a": "http://b/*c*/", "d": 2}, script_json.COMMENTS),
        ('<!-- made -->\n{"a": "<!-- b -->"}', {"a": "<!-- b -->"}, script_json.COMMENTS),
        ('//<![CDATA[\n{"a": 1}\n//]]&gt;', {"a": 1}, script_json.WRAPPER),
        ('{"a": "b\tc\x0bd\ne"}', {"a": "b\tc\x0bd\ne"}, script_json.CONTROLS),
        ("{&quot;a&quot;: 1}", {"a": 1}, script_json.ESCAPED),
    ],
)
def test_forms_that_are_not_json_are_noted(script: str, value: Any, note: str) -> None:
    read = parse_script(script)
    assert read.value == value
    assert note in read.notes


def test_json_has_no_note() -> None:
    assert parse_script(' {"a": "// no comment, <!-- none --> ,}"} ').notes == ()


@pytest.mark.parametrize("script", ["", "alert(1)", '{"a": ', "[" * 5000, "[" * 500 + "]" * 500])
def test_script_without_json_is_an_error(script: str) -> None:
    with pytest.raises(ValueError, match=r"it (is not JSON|nests more than 100 deep)"):
        parse_script(script)


@pytest.mark.parametrize(
    "page",
    [
        "<!--" * 250_000,
        "<script " * 150_000,
        "<title>" * 150_000,
        "<script type='application/ld+json'>" * 30_000,
        "<script " + "type " * 200_000 + ">",
        '<script type="application/ld+json">"' + '\\"' * 500_000 + "</script>",
        '<script type="application/ld+json">' + '"' * 1_000_001 + "</script>",
        '<script type="application/ld+json">' + "&" * 500_000 + "</script>",
        '<script type="application/ld+json">' + "<!--" * 250_000 + "</script>",
        '<script type="application/ld+json">' + "/*" * 500_000 + "</script>",
        '<script type="application/ld+json">[' + "1, " * 250_000 + "]</script>",
        '<script type="application/ld+json">[' + "," + " " * 500_000 + "1]</script>",
        '<script type="application/ld+json">' + ", " * 250_000 + "</script>",
    ],
)
def test_slow_input_is_handled_in_linear_time(page: str) -> None:
    before = time.process_time()
    for _, script in find_scripts(page):
        with suppress(ValueError):
            parse_script(script)
    plain_text(page)
    assert time.process_time() - before < 1.5
