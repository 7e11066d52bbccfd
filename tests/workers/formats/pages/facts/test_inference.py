"""Authors that a page shows and states nowhere."""

from __future__ import annotations

import lxml.html
import pytest

from workers.formats.pages.facts.inference import infer_names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("by Nora Field<br><span class='datetime'>Monday, November 18, 2019</span>", ["Nora Field"]),
        ("<div>By NORA FIELD and TOM LENS</div><div>Coast Press</div>", ["NORA FIELD", "TOM LENS"]),
        ("<p>Nora Field</p><p>Santa Lyme</p><p>18 May 2024</p>", ["Nora Field"]),
        ("<ul><li>Nora Field</li><li>Tom Lens</li></ul>", ["Nora Field", "Tom Lens"]),
        ("<span>By</span> <span>Nora</span><span>Field</span>", ["Nora Field"]),
        ("<div>Author:</div><div>Nora Field</div><time>May 6</time>", ["Nora Field"]),
        ("Nora Field, CNN", ["Nora Field"]),
        ("By HARBOUR POST STAFF November 20, 2019 12:43", ["HARBOUR POST STAFF"]),
    ],
)
def test_a_byline_ends_at_its_line_and_at_a_date(byline: str, names: list[str]) -> None:
    root = lxml.html.document_fromstring(f"<h1>Ferry line reopens</h1><div class='byline'>{byline}</div><p>Text.</p>")
    assert infer_names(root, None) == names
