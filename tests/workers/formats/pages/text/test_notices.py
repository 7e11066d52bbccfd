"""Texts of players, comments and sites are told from those of articles."""

from __future__ import annotations

import lxml.html
import pytest

from workers.formats.pages.text.notices import drop_notices, is_closing, is_notice


@pytest.mark.parametrize(
    "text",
    [
        "Media playback is unsupported on your device",
        "Media playback is not supported on this device",
        "Your browser does not support the video tag.",
        "Your browser doesn't support HTML5 audio",
        "This video is not available in your region.",
        "Please enable JavaScript to view the comments.",
        "Advertisement",
        "Story continues below advertisement",
        "Loading…",
    ],
)
def test_notices_of_players_and_advertising(text: str) -> None:
    assert is_notice(text)


@pytest.mark.parametrize(
    "text",
    [
        "Comments",
        "12 comments",
        "Note: we are temporarily moderating all comments submitted to deal with a surge in spam.",
        "Comentários com ofensas não serão aprovados pelo moderador.",
        "Follow Harbour News on Instagram, Facebook and YouTube.",
        "Follow @harbour on Twitter to keep up with the ferries.",
        "Email Ada Reed at ada@harbour.example or follow her @adareed.",
        "Reach the reporters on Twitter at http://twitter.example/ada and http://twitter.example/bo",
        "More on ferries: https://harbour.example/ferries",
        "https://harbour.example/news/ferry",
        "ada@harbour.example",
        "Copyright Harbour News 2024",
        "Comments are closed.",
        "You must be logged in to post a comment.",
        "Already a subscriber? Log in",
        "Subscribe to read on",
        "Bereits Abonnent? Hier anmelden.",
        "（责任编辑：王芳）",
        "김민수 기자 minsu@harbour.example",
        "Get the top headlines in your inbox by subscribing to our newsletter.",
        "Top stories",
    ],
)
def test_texts_behind_an_article(text: str) -> None:
    assert is_closing(text)


@pytest.mark.parametrize(
    "text",
    [
        "The mayor said that his comments were removed from the minutes of the meeting by mistake.",
        "Ada Reed contributed to this report.",
        "Advertisement revenue fell by half in the first months of the year, the newspaper said.",
        "Your browser is the next thing that the company wants to change, according to two people.",
        "He asked readers to follow him.",
        "More than 300 people came to the harbour.",
        "Follow the boats: they know the way.",
    ],
)
def test_sentences_of_articles_are_neither(text: str) -> None:
    assert not is_notice(text)
    assert not is_closing(text)


def test_notices_are_dropped_and_the_text_around_them_stays() -> None:
    root = lxml.html.document_fromstring(
        "<body><p>First.</p><figure><video><source src='a.mp4'>Get a new <a href='/b'>browser</a></video>"
        "<div class='player__caption'>Media playback is unsupported on your device</div>"
        "<figcaption><span class='off-screen'>Media caption</span>Who is Ada Reed?</figcaption></figure>"
        "<p>A <span class='sr-only'>(opens in a new tab)</span>link.</p></body>"
    )
    drop_notices(root)
    assert " ".join(root.text_content().split()) == "First.Who is Ada Reed?A link."
