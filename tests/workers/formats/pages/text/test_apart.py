"""What stands behind an article is left out where the markup tells it; the article's own end stays."""

from __future__ import annotations

from io import BytesIO

import pytest

from schemas.conversion import Document, ReadArticle
from workers.formats.html.reader import read_html_page

TEXTS = (
    "The ferry line across the sound reopened on Monday after a long winter of repairs to both of its piers.",
    "Crowds came to see the first boat leave, and the mayor of Port Lyme spoke of a new beginning for the town.",
    "Tickets cost five euros, as before. The boats leave on the hour between six in the morning and ten at night.",
    "The town paid for the piers from what it earned with the museum of ships, which has more visitors each year.",
    "Ada Reed, who wrote the first timetable by hand forty years ago, stood on the pier with her two children.",
)
LONG = "Ada Reed is a reporter for Harbour News. She has written about boats, piers and the sea for twenty years."
SIGN_UP = "Our best stories of the week come to you on each Friday morning at eight, for nothing, in one short letter."


def read(end: str, start: str = "", class_: str = "body") -> tuple[str, ...]:
    text = "".join(f"<p>{one}</p>" for one in TEXTS)
    raw = (
        "<html><head><title>Ferry line reopens</title></head><body><article><h1>Ferry line reopens</h1>"
        f'<div class="{class_}">{start}{text}{end}</div></article></body></html>'
    ).encode()
    [found] = read_html_page(Document(name="page.html", open=lambda: BytesIO(raw)))
    assert isinstance(found, ReadArticle), found
    return found.article.paragraphs


@pytest.mark.parametrize(
    "end",
    [
        f'<div class="author-bio"><p>{LONG}</p></div>',
        f'<div class="entry-author__bio"><div><p>{LONG}</p></div></div>',
        f'<section class="aboutAuthor"><h3>About the author</h3><p>{LONG}</p></section>',
        f'<div itemprop="author"><p>{LONG}</p></div>',
        f'<div class="autorenbox"><p>{LONG}</p></div>',
        f'<div id="newsletter-signup"><p>{SIGN_UP}</p></div>',
        f'<div class="c-cta"><p>{SIGN_UP}</p></div>',
        f"<form><p>{SIGN_UP}</p><p>{LONG}</p></form>",
        f'<p>{SIGN_UP} <a href="/n">Sign up for the newsletter.</a></p>',
        '<p>Filed under: <a href="/t/ferry">Ferries</a>, <a href="/t/town">Town</a> |</p>',
        '<p class="postinfo">Ferries, piers and what else is there to say of the town by the sea and its boats</p>',
        f'<div class="social-share"><p>{SIGN_UP}</p></div>',
        f'<div class="comment-respond"><h3>Leave a reply</h3><p>{SIGN_UP}</p></div>',
        '<p>Have a tip? Ada may be reached at <a href="mailto:a@h.example">a@h.example</a>. Follow her.</p>',
        '<p class="print-footer">This copy is for your personal use only, and is governed by our terms.</p>',
        f'<div class="related-stories"><p>{SIGN_UP}</p></div><div class="author-box"><p>{LONG}</p></div>',
    ],
)
def test_what_its_markup_says_to_be_no_text_is_left_out(end: str) -> None:
    assert read(end) == TEXTS


@pytest.mark.parametrize(
    "end",
    [
        f"<p>{LONG}</p>",
        f'<div class="subscriber-only"><p>{LONG}</p></div>',
        f'<div class="paywall"><p>{LONG}</p></div>',
        f'<div class="commentary"><p>{LONG}</p></div>',
        f"<p>{SIGN_UP.replace('stories', 'newsletter stories')}</p>",
        '<p>The museum, which many like, asks its friends to <a href="/m">support</a> it with ten euros each.</p>',
    ],
)
def test_the_end_of_an_article_stays(end: str) -> None:
    found = read(end)
    assert found[:-1] == TEXTS
    assert found[-1][:20] in end


@pytest.mark.parametrize("class_", ["author-page", "post tag-ferry", "newsletter", "topic"])
def test_a_name_of_the_whole_article_says_nothing(class_: str) -> None:
    assert read("", class_=class_) == TEXTS
