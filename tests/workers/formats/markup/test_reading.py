"""Body markup as blocks: what comes out, and what the ledger has about the rest."""

from __future__ import annotations

import pytest
from lxml import etree

from schemas.article.body import (
    Block,
    Break,
    Cell,
    Embed,
    Figure,
    Heading,
    ItemList,
    LineBreak,
    Link,
    Paragraph,
    Preformatted,
    Quotation,
    Ruby,
    Span,
    Table,
    plain_blocks,
)
from schemas.article.parts import Media, Rendition
from schemas.ledger import Ledger
from workers.formats.markup import read_blocks

PIER = "https://harbour.example/pier"


def read(markup: str, ledger: Ledger | None = None, base: str | None = None) -> tuple[Block, ...]:
    root = etree.fromstring(f"<body>{markup}</body>")
    return read_blocks(root, Ledger() if ledger is None else ledger, "body", base=base)


def text(markup: str) -> tuple[str, ...]:
    return plain_blocks(read(markup))


def named(markup: str) -> list[tuple[str, str, str]]:
    ledger = Ledger()
    read(markup, ledger)
    return [(entry.path, entry.outcome, entry.value) for entry in ledger.entries]


def picture(**stated: str) -> Figure:
    return Figure(Media(kind="picture", renditions=(Rendition(href=PIER),), **stated))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p>One</p><p>Two</p>", ("One", "Two")),
        (
            "<p>One <b>two <i>three</i></b></p>",
            (Paragraph(("One ", strong := Span("strong", ("two ", Span("emphasis", ("three",)))))),),
        ),
        ("<h1>One</h1><h3>Two</h3>", (Heading(("One",), 1), Heading(("Two",), 3))),
        ("<p>One</p><hr/><p>Two</p>", ("One", Break(), "Two")),
        ("<pre>\n a\n  b\n\nc </pre>", (Preformatted(" a\n  b\n\nc"),)),
        ("<p>One<br/>two</p>", (Paragraph(("One", LineBreak(), "two")),)),
        ("<p>One<br/> <br/>two</p>", ("One", "two")),
        ("<p><br/>One<br/></p>", ("One",)),
        (f"<p><a href='{PIER}'>The pier</a></p>", (Paragraph((Link(PIER, ("The pier",)),)),)),
        (f"<a href='{PIER}'><h2>The pier</h2></a>", (Heading((Link(PIER, ("The pier",)),)),)),
        ("<b><p>One</p>two</b>", (Paragraph((Span("strong", ("One",)),)), Paragraph((Span("strong", ("two",)),)))),
    ],
)
def test_each_element_is_its_block(markup: str, blocks: tuple[Block, ...]) -> None:
    assert read(markup) == blocks


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        (
            "<ol><li>North<ul><li>pier</li><li>quay</li></ul></li><li>South</li></ol>",
            (ItemList((("North", ItemList((("pier",), ("quay",)))), ("South",)), ordered=True),),
        ),
        ("<ul><li>North</li><ul><li>pier</li></ul></ul>", (ItemList((("North", ItemList((("pier",),))),)),)),
        ("<ul>\n<li><p>One</p><p>Two</p></li>\n<li/>\n</ul>", (ItemList((("One", "Two"),)),)),
        ("<dl><dt>Ferry</dt><dd>A boat</dd><dd>A service</dd></dl>", (ItemList((("Ferry", "A boat", "A service"),)),)),
        ("<ul></ul><p>One</p>", ("One",)),
        ("<li>One</li><li>Two</li>", ("One", "Two")),
    ],
)
def test_lists_keep_their_items(markup: str, blocks: tuple[Block, ...]) -> None:
    assert read(markup) == blocks


@pytest.mark.parametrize(
    "markup",
    [
        "<blockquote cite='{}'><p>We are glad.</p><footer>Nora</footer></blockquote>",
        "<blockquote cite='{}'><p>We are glad.</p><p>— <cite>Nora</cite></p></blockquote>",
        "<blockquote cite='{}'>We are glad.<cite>Nora</cite></blockquote>",
        "<figure><blockquote cite='{}'>We are glad.</blockquote><figcaption>Nora</figcaption></figure>",
        "<bq quote-source='{}'><block><p>We are glad.</p></block><credit>Nora</credit></bq>",
    ],
)
def test_a_quotation_has_its_attribution(markup: str) -> None:
    assert read(markup.format(PIER)) == (Quotation(("We are glad.",), "Nora", PIER),)


def test_a_table_keeps_its_columns_spans_and_sections() -> None:
    markup = (
        "<table><caption>Sailings</caption><tfoot><tr><td>All</td><td>8</td></tr></tfoot>"
        "<thead><tr><th rowspan='2'/><th>Mon</th></tr></thead><tr><td>North</td><td colspan='2'/></tr></table>"
    )
    head = (Cell((), header=True, rows=2), Cell(("Mon",), header=True))
    north = (Cell(("North",)), Cell((), columns=2))
    assert read(markup) == (Table((head, north, (Cell(("All",)), Cell(("8",)))), "Sailings"),)


def test_blocks_in_a_cell_are_lines_of_it() -> None:
    markup = f"<table><tr><td><p>One</p><ul><li>two</li></ul></td><td><img src='{PIER}'/></td></tr></table>"
    assert read(markup) == (Table(((Cell(("One", LineBreak(), "two")), Cell()),)), picture())


def test_a_table_of_one_column_that_holds_blocks_is_a_layout() -> None:
    assert read("<table><tr><td><h2>One</h2><p>two</p></td></tr></table>") == (Heading(("One",)), "two")


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><img src='{}' alt='A pier'/><figcaption>The pier. <small>Tom Lens</small></figcaption></figure>",
        "<figure><img src='{}' alt='A pier'/><figcaption>The pier.</figcaption>"
        "<span class='credit'>Tom Lens</span></figure>",
        "<div class='figure'><img src='{}' alt='A pier'/><p class='caption'>The pier.</p>"
        "<p class='credit'>Tom Lens</p></div>",
        "<media media-type='image'><media-reference source='{}' alternate-text='A pier'/>"
        "<media-caption><p>The pier.</p></media-caption><media-producer>Tom Lens</media-producer></media>",
    ],
)
def test_a_figure_has_its_caption_credit_and_alternative_text(markup: str) -> None:
    assert read(markup.format(PIER)) == (picture(caption="The pier.", credit="Tom Lens", alt="A pier"),)


def test_a_picture_has_its_renditions() -> None:
    markup = (
        f"<picture><source srcset='{PIER}/a.webp 480w, {PIER}/b.webp 960w' type='image/webp'/>"
        f"<img src='{PIER}' width='640' height='360px' srcset='{PIER} 640w,{PIER}/c,d.jpg 1280w'/></picture>"
    )
    assert read(markup) == (
        Figure(
            Media(
                kind="picture",
                renditions=(
                    Rendition(href=PIER, width=640, height=360),
                    Rendition(href=f"{PIER}/c,d.jpg", width=1280),
                    Rendition(href=f"{PIER}/a.webp", media_type="image/webp", width=480),
                    Rendition(href=f"{PIER}/b.webp", media_type="image/webp", width=960),
                ),
            )
        ),
    )


def test_a_picture_that_is_loaded_late_has_its_address() -> None:
    late = f"<img src='data:image/gif;base64,R0lG' data-src='{PIER}'/>"
    placeholder = f"<img src='data:image/gif;base64,R0lG' alt='A'/><noscript><img src='{PIER}' alt='A'/></noscript>"
    assert read(late) == (picture(),)
    assert read(placeholder) == (picture(alt="A"),)
    assert read(f"<img src='{PIER}'/><noscript><img src='{PIER}'/></noscript>") == (picture(),)


def test_a_picture_within_a_paragraph_follows_it() -> None:
    assert read(f"<p>The boat <img src='{PIER}'/>left.</p>") == ("The boat left.", picture())


def test_video_sound_and_embeds_are_no_text() -> None:
    markup = (
        f"<video src='{PIER}' poster='{PIER}/p'>Get a browser</video>"
        f"<audio><source src='{PIER}' type='audio/mpeg'/></audio>"
    )
    video = Figure(Media(kind="video", renditions=(Rendition(href=PIER), Rendition(href=f"{PIER}/p", role="poster"))))
    audio = Figure(Media(kind="audio", renditions=(Rendition(href=PIER, media_type="audio/mpeg"),)))
    assert read(markup) == (video, audio)
    assert read(f"<iframe src='{PIER}'>Get frames</iframe>") == (Embed(PIER),)


def test_a_link_in_a_division_for_embeds_keeps_its_text() -> None:
    link = f"<div class='embed'><a href='{PIER}'>{{}}</a></div>"
    assert read(link.format(PIER)) == (Embed(PIER),)
    assert read(link.format("The pier")) == (Paragraph((Link(PIER, ("The pier",)),)),)


def test_a_post_of_another_site_is_a_quotation_and_an_embed() -> None:
    markup = f"<blockquote class='twitter-tweet'><p>Back!</p>— Ferry <a href='{PIER}'>May 6</a></blockquote>"
    quotation, embed = read(markup)
    assert plain_blocks((quotation,)) == ("Back!\n— Ferry May 6",)
    assert embed == Embed(PIER, "Twitter")


def test_ruby_keeps_base_and_reading_apart() -> None:
    assert read("<p><ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>が</p>") == (
        Paragraph((Ruby("港", "みなと"), "が")),
    )
    assert text("<p><ruby><rbc><rb>10</rb></rbc><rtc><rt>Month</rt></rtc></ruby></p>") == ("10(Month)",)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>2<frac><numer>1</numer><frac-sep>/</frac-sep><denom>2</denom></frac> hours</p>", "2 1/2 hours"),
        ("<p>1<frac><frac-num>3</frac-num><frac-den>4</frac-den></frac>litres</p>", "1 3/4 litres"),
        ("<p>10<sup>3</sup> kg, H<sub>2</sub>O</p>", "10³ kg, H₂O"),
        ("<p>The toll is <del>5</del><ins>7</ins> euros</p>", "The toll is 7 euros"),
        ("<p><q>Fair</q>, said Nora</p>", "“Fair”, said Nora"),
        ("<p>3<endash/>4 per cent</p>", "3 4 per cent"),
        ("<p>Shares of <org>Acme</org> rose</p>", "Shares of Acme rose"),
        ("<p>un<wbr/>believ<span>able</span></p>", "unbelievable"),
        ("<p>One <x>two</x><x>three</x></p>", "One two three"),
        ("<p>x <math><msup><mn>10</mn><mn>3</mn></msup></math></p>", "x 10 3"),
    ],
)
def test_words_and_figures_never_fuse(markup: str, plain: str) -> None:
    assert text(markup) == (plain,)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>\n One\n two\n</p>", "One two"),
        ("<p>One\n<b>two</b>\nthree</p>", "One two three"),
        ("<p>One <b> two </b> three</p>", "One two three"),
        ("<p>One\u00a0\n\u00a0two</p>", "One\u00a0 \u00a0two"),
        ("<p> <b> One </b> </p>", "One"),
        ("<p>One <br/>\n   two</p>", "One\ntwo"),
    ],
)
def test_indentation_is_not_of_the_text(markup: str, plain: str) -> None:
    assert text(markup) == (plain,)


def test_elements_of_an_unknown_vocabulary_are_blocks_where_blocks_stand() -> None:
    markup = (
        "<TEXT><RUBRIK>Ferry returns</RUBRIK><ORT>PORT LYME</ORT>"
        "<BROD><CITAT>We are glad.</CITAT><P>It came.</P></BROD></TEXT>"
    )
    assert read(markup) == ("Ferry returns", "PORT LYME", "We are glad.", "It came.")
    assert [path for path, outcome, _ in named(markup) if outcome == "changed"] == [
        "body/TEXT/RUBRIK",
        "body/TEXT/ORT",
        "body/TEXT/BROD/CITAT",
    ]


@pytest.mark.parametrize("element", ["script", "style", "noscript", "svg", "iframe", "template", "body.head", "button"])
def test_what_is_no_text_is_named(element: str) -> None:
    markup = f"<p>One</p><{element}>two</{element}><p>Three</p>"
    assert text(markup) == ("One", "Three")
    assert named(markup) == [(f"body/{element}", "not-held", "two")]


def test_what_blocks_do_not_hold_is_named_by_its_place() -> None:
    markup = (
        "<p class='a'>One</p><p xml:lang='fr'>Two <a href='/x' title='t'>three</a></p>"
        "<p><a href='javascript:x()'>four</a><img src='x.jpg'/></p><table><tr><td colspan='x'>5</td></tr></table>"
    )
    assert named(markup) == [
        ("body/p/@class", "not-held", "a"),
        ("body/p[2]/a/@href", "not-held", "/x"),
        ("body/p[2]/a/@title", "not-held", "t"),
        ("body/p[2]/@xml:lang", "not-held", "fr"),
        ("body/p[3]/a/@href", "not-held", "javascript:x()"),
        ("body/p[3]/img/@src", "not-held", "x.jpg"),
        ("body/table/tr/td/@colspan", "not-held", "x"),
    ]


def test_deleted_text_alone_is_no_paragraph_and_is_named() -> None:
    assert read("<p>One</p><p><del>two</del> <del>three</del></p>") == ("One",)
    assert named("<p>One</p><p><del>two</del> <del>three</del></p>") == [("body/p[2]", "not-held", "twothree")]


def test_what_a_picture_does_not_hold_of_its_files_is_named() -> None:
    assert named(f"<img src='x' width='5'/><p><img srcset='{PIER} 2x, y 3x'/></p>") == [
        ("body/img/@src", "not-held", "x"),
        ("body/img/@width", "not-held", "5"),
        ("body/p/img/@srcset", "changed", f"{PIER} 2x, y 3x"),
    ]


def test_relative_addresses_are_resolved_against_that_of_the_document() -> None:
    ledger = Ledger()
    read("<p><a href='/x'>One</a></p>", ledger, PIER)
    assert [entry[:3] for entry in ledger.entries] == [("body/p/a/@href", "changed", "/x")]
    assert read("<p><a href='/x'>One</a></p>", base=PIER) == (
        Paragraph((Link("https://harbour.example/x", ("One",)),)),
    )


def test_an_address_in_an_unknown_element_is_no_text() -> None:
    markup = "<TEXT><P>One.</P><FILE>https://x.example/a</FILE><ODD>Two.</ODD></TEXT>"
    assert text(markup) == ("One.", "Two.")
    assert ("body/TEXT/FILE", "not-held", "https://x.example/a") in named(markup)


def test_character_references_that_were_escaped_twice_are_characters() -> None:
    markup = "<p>Four o&amp;#39;clock &amp;ndash; R&amp;amp;D.</p><p>A&amp;B; <code>&amp;amp;</code></p>"
    assert text(markup) == ("Four o'clock \u2013 R&D.", "A&B; &amp;")
    assert [outcome for _, outcome, _ in named(markup)] == ["changed"]
    assert text("<p>Four o&amp;#39;clock</p>") == ("Four o'clock",)


def test_labels_side_by_side_are_words_of_their_own() -> None:
    labels = '<span class="place">Lyme</span><span class="agency">HBN</span>'
    assert text(f"<div>{labels}</div>") == ("Lyme HBN",)
    assert text(f"<p>{labels}</p><div><span>Ly</span><span>me</span></div>") == ("LymeHBN", "Lyme")


def test_words_do_not_fuse_with_a_dateline() -> None:
    dateline = '<span class="dateline">PORT LYME <span>(HBN)</span></span>'
    assert text(f"<p>{dateline}The ferry.</p><p>{dateline}, May 6</p>") == (
        "PORT LYME (HBN) The ferry.",
        "PORT LYME (HBN), May 6",
    )


BROKEN = """<div class="body"><p>(Adds a quote)
    * The fare is 3

    By Ada Reed
    PORT LYME, May 6 (HBN) - The ferry is back in the harbour
after a repair that took two weeks.
    "It runs," said the
master.

Boat          Trips
North         3
----------------
South         12</p></div>"""


def test_broken_lines_in_the_only_paragraph_are_paragraphs_and_tables() -> None:
    expected = (
        *("(Adds a quote)", "* The fare is 3", "By Ada Reed"),
        "PORT LYME, May 6 (HBN) - The ferry is back in the harbour after a repair that took two weeks.",
        '"It runs," said the master.',
        Preformatted("Boat          Trips\nNorth         3\n----------------\nSouth         12"),
    )
    ledger = Ledger(whole=True)
    assert read(BROKEN) == read(BROKEN, ledger) == expected
    assert [(entry.path, entry.outcome) for entry in ledger.entries] == [
        ("body/div/@class", "not-held"),
        ("body/div/p", "kept"),
    ]


@pytest.mark.parametrize(
    "markup",
    [
        # Indented markup, lines without a sign of paragraphs, and several paragraphs.
        "<p>The ferry is\n      back in the\n      Harbour of\n      Lyme.</p>",
        "<p>The ferry is\nback in the\nHarbour of\nLyme.</p>",
        f"<p>{BROKEN[23:90]}</p><p>\n    The ferry\nis back\n    In Lyme\nit stays</p>",
    ],
)
def test_line_breaks_of_markup_are_blanks(markup: str) -> None:
    assert all("\n" not in one for one in text(markup))
    assert len(text(markup)) == markup.count("<p>")
