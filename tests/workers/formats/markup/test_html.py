"""HTML in strings: told from plain text, and read as blocks."""

from __future__ import annotations

import pytest

from schemas.article.body import Figure, Heading, ItemList, LineBreak, Paragraph, Span, plain_blocks
from schemas.ledger import Ledger
from workers.formats.markup import find_html, plain_text, read_html


@pytest.mark.parametrize(
    "text",
    [
        "Write to Ada Reed <a.reed@ferry.example> or Ian <i@ferry.example>.",
        "Tickets < 5 euros are gone, those > 6 are not.",
        "a <b> c",
        "if a<b and c>d",
        "<unknown>x</unknown>",
        "Tom &lt;tom@harbour.example&gt;",
        "AT&T, R&D; x & y",
        "",
    ],
)
def test_angle_brackets_without_elements_are_plain_text(text: str) -> None:
    assert find_html(text) is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>One</p>", "<p>One</p>"),
        ("One<br>two", "One<br>two"),
        ("One <b>two</b>", "One <b>two</b>"),
        ("One<p>two<p>three", "One<p>two<p>three"),
        ("&lt;p&gt;5 &lt; 6.&lt;/p&gt;", "<p>5 < 6.</p>"),
        ("&lt;p&gt;R &amp;amp; D&lt;/p&gt;", "<p>R &amp; D</p>"),
    ],
)
def test_elements_of_html_are_html_escaped_or_not(text: str, html: str) -> None:
    assert find_html(text) == html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Rock &amp; roll ferry &#8211; it&#039;s back", "Rock & roll ferry – it's back"),
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("&lt;p&gt;One&lt;/p&gt;", "One"),
        ("<p>Write to <i@ferry.example>, 5 < 6</p>", "Write to <i@ferry.example>, 5 < 6"),
        ("One <b>two</b>\n\nthree", "One two\n\nthree"),
        ("One\n<b>two</b>", "One\ntwo"),
        ("<h2>One</h2>\ntwo\nthree\n\nfour", "One\n\ntwo three\n\nfour"),
        ("https://harbour.example/?a=1&copy=2 &copy; AT&T", "https://harbour.example/?a=1&copy=2 © AT&T"),
        ("a <b> c", "a <b> c"),
    ],
)
def test_plain_text_has_no_markup_and_no_references(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_html_is_read_as_blocks() -> None:
    ledger = Ledger(whole=True)
    html = (
        "<h2>Start</h2><p>One <b>bold</b> word.<br>Second line</p><ul><li>a<li>b</ul><!-- ad -->"
        "<figure><img src='https://harbour.example/x.jpg'><figcaption>A ferry</figcaption></figure><p>End &amp; done."
    )
    heading, paragraph, items, figure, end = read_html(html, ledger, "articleBody")
    assert heading == Heading(("Start",))
    assert paragraph == Paragraph(("One ", Span("strong", ("bold",)), " word.", LineBreak(), "Second line"))
    assert items == ItemList((("a",), ("b",)))
    assert isinstance(figure, Figure)
    assert figure.media.caption == "A ferry"
    assert end == "End & done."
    assert [entry[:4] for entry in ledger.entries] == [("articleBody", "kept", html, "paragraphs")]


def test_what_html_has_beside_its_blocks_is_named_below_the_string() -> None:
    ledger = Ledger()
    read_html("<p class='a'>One</p><script>x()</script>", ledger, "articleBody")
    assert [entry[:3] for entry in ledger.entries] == [
        ("articleBody/p/@class", "not-held", "a"),
        ("articleBody/script", "not-held", "x()"),
    ]


def test_characters_that_no_format_holds_are_left_out_and_named() -> None:
    ledger = Ledger()
    assert read_html("<p>a\x0bb&#3;c&#150;d&#xFFFE;</p>", ledger, "b") == ("abc–d",)
    assert {entry.value for entry in ledger.entries} == {"U+000B", "U+0003", "U+FFFE"}


def test_a_no_break_space_between_letters_is_a_blank() -> None:
    html = "<p>The ferry&nbsp;left, 10&nbsp;000 «&nbsp;mots&nbsp;»</p>"
    assert read_html(html, Ledger(), "b") == ("The ferry left, 10\u00a0000 «\u00a0mots\u00a0»",)


def test_html_that_nests_too_deep_is_read_without_its_structure() -> None:
    ledger = Ledger()
    read = read_html("<div>" * 300 + "One<script>x()</script></div><div>two", ledger, "body")
    assert plain_blocks(read) == ("One", "two")
    [entry] = ledger.entries
    assert entry.outcome == "changed"
    assert "256" in entry.reason
