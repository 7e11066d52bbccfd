"""The article of a page: where each field comes from, its text with its structure, and what is refused."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.article import Article, Byline, Heading, ItemList, Paragraph, Party, Table
from schemas.article.body import Figure, Link, plain_block
from schemas.conversion import Document, ReadArticle
from schemas.errors import InputError
from schemas.reading import ReadingOptions
from workers.formats.html.reader import read_html_page

FIRST = "The ferry line across the sound reopened on Monday after a long winter of repairs to both of its piers."
SECOND = "Crowds came to see the first boat leave, and the mayor of Port Lyme spoke of a new beginning for the town."
THIRD = "Tickets cost five euros, as before. The boats leave on the hour between six in the morning and ten at night."

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Ferry line reopens | Harbour News</title>
<meta property="og:site_name" content="Harbour News">
<link rel="canonical" href="https://harbour.example/ferry">
%(head)s</head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<div id="cookie-banner"><p>We use cookies to make this site better. <button>Accept</button></p></div>
<div class="content"><article>
<h1>Ferry line reopens</h1>
%(above)s
<div class="body">
<p>%(first)s</p>
<figure><img src="/boat.jpg" alt="A boat" width="800"><figcaption>The first boat. <span class="credit">Tom Lens</span>
</figcaption></figure>
<p>%(second)s</p>
<h2>The price</h2>
<p><a href="/news/1">Read more: The old ferry that was sold to a museum</a></p>
<p>%(third)s See the <a href="/plan">timetable</a>.</p>
<ul><li>Adults pay five euros for a ride</li><li>Children under six ride for nothing</li></ul>
<table><tr><th>Day</th><th>Boats</th></tr><tr><td>Monday</td><td>16</td></tr></table>
</div>
</article>
<aside><h3>Most read</h3><ul><li><a href="/a">A story of another day that many read</a></li></ul></aside></div>
<footer>All rights reserved.</footer></body></html>"""

SHOWN = '<p>By <span class="author-name">Ada Reed</span></p><time datetime="2024-05-06T08:00Z">6 May</time>'


def page(head: str = "", above: str = "") -> bytes:
    return (PAGE % {"head": head, "above": above, "first": FIRST, "second": SECOND, "third": THIRD}).encode()


def json_ld(members: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle",{members}}}</script>'


def read(raw: bytes, **more: Any) -> ReadArticle:
    document = Document(name="page.html", open=lambda: BytesIO(raw), whole_ledger=True, **more)
    [found] = read_html_page(document)
    assert isinstance(found, ReadArticle), found
    return found


def refusal(raw: bytes) -> str:
    with pytest.raises(InputError) as error:
        list(read_html_page(Document(name="page.html", open=lambda: BytesIO(raw))))
    return error.value.reason


def origins(found: ReadArticle) -> dict[str, str]:
    """The origin of each field, by the first of its leaves that is held."""
    made: dict[str, str] = {}
    for entry in found.ledger.entries:
        if entry.field and entry.outcome != "not-held":
            made.setdefault(entry.field.partition(".")[0], entry.origin)
    return made


# The text


def test_the_text_keeps_its_structure_and_nothing_of_the_page_around_it() -> None:
    article = read(page()).article
    first, figure, second, heading, third, items, table = article.blocks
    assert (first, second) == (FIRST, SECOND)
    assert isinstance(figure, Figure)
    assert (figure.media.caption, figure.media.credit, figure.media.alt) == ("The first boat.", "Tom Lens", "A boat")
    assert figure.media.renditions[0].href == "https://harbour.example/boat.jpg"
    assert isinstance(heading, Heading)
    assert isinstance(third, Paragraph)
    assert Link("https://harbour.example/plan", ("timetable",)) in third.content
    assert isinstance(items, ItemList)
    assert plain_block(items) == "Adults pay five euros for a ride\nChildren under six ride for nothing"
    assert isinstance(table, Table)
    assert plain_block(table) == "Day\tBoats\nMonday\t16"


@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD]), min_size=1, max_size=3, unique=True))
@settings(max_examples=15, deadline=None)
def test_paragraphs_come_out_whole_and_in_their_order(paragraphs: list[str]) -> None:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    raw = f"<!DOCTYPE html><title>T</title><article><h1>A ferry</h1>{body}</article><footer>F</footer>".encode()
    assert read(raw).article.paragraphs == tuple(paragraphs)


def test_json_ld_without_paragraphs_gives_way_to_the_same_text_in_paragraphs() -> None:
    found = read(page(json_ld(f'"headline":"Ferry","articleBody":"{FIRST} {SECOND} {THIRD}"')))
    assert found.article.headline == "Ferry"
    assert found.article.blocks[0] == FIRST
    assert ("articleBody", "changed") in {(entry.path, entry.outcome) for entry in found.ledger.entries}


def test_a_shortened_text_gives_way_to_the_whole_one() -> None:
    assert read(page(json_ld('"articleBody":"The ferry line across…"'))).article.blocks[0] == FIRST


def test_json_ld_with_paragraphs_stays() -> None:
    assert read(page(json_ld('"articleBody":"One.\\n\\nTwo."'))).article.paragraphs == ("One.", "Two.")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        (
            "ar",
            "أعيد فتح خط العبارة عبر المضيق يوم الاثنين بعد شتاء طويل من الإصلاحات في كلا الرصيفين.",
            "وحضرت الحشود لمشاهدة القارب الأول وهو يغادر الميناء، وتحدث رئيس البلدية عن بداية جديدة للمدينة.",
        ),
        (
            "ja",
            "海峡を渡るフェリー航路は、両方の桟橋の修理に長い冬を費やした後、月曜日に再開した。",
            "最初の船の出航を見ようと大勢の人が集まり、市長は町の新しい始まりについて語った。",
        ),
        (
            "zh",
            "经过一个漫长的冬天对两个码头的维修，横跨海峡的渡轮航线于星期一重新开放。",
            "人群前来观看第一艘船离港，市长谈到了小镇的新开端。居民们对此表示欢迎。",
        ),
        (
            "hi",
            "दोनों घाटों की मरम्मत की लंबी सर्दी के बाद सोमवार को जलडमरूमध्य के पार नौका सेवा फिर से शुरू हुई।",
            "पहली नाव को रवाना होते देखने के लिए भीड़ उमड़ी और महापौर ने शहर के लिए एक नई शुरुआत की बात कही।",
        ),
        (
            "ru",
            "Паромная линия через пролив вновь открылась в понедельник после долгой зимы ремонта обоих причалов.",
            "Толпы пришли посмотреть на отплытие первого парома, а мэр говорил о новом начале для города.",
        ),
    ],
)
def test_pages_of_any_script_give_their_paragraphs(language: str, first: str, second: str) -> None:
    raw = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>T</title></head><body>'
        "<ul><li><a href='/'>1</a></li></ul>"
        f"<div class='story'><h1>{first[:12]}</h1><p>{first}</p><p>{second}</p></div>"
    ).encode()
    article = read(raw).article
    assert article.paragraphs == (first, second)
    assert article.language == language


@pytest.mark.parametrize(
    "layout",
    [
        "<td class='menu'><a href='/a'>Sport</a><br><a href='/b'>Money</a></td><td><p>%s</p><p>%s</p><p>%s</p></td>",
        "<td><font size=2>%s<br><br>%s<br><br>%s</font></td>",
        "<td><table><tr><td>%s<br><br>%s<br><br>%s</td></tr></table></td>",
    ],
)
def test_a_table_that_lays_the_page_out_is_no_table(layout: str) -> None:
    menu = "<div><a href='/1'>News</a> <a href='/2'>Sport</a></div>"
    story = f"<table><tr>{layout % (FIRST, SECOND, THIRD)}</tr></table>"
    raw = f"<html><title>Ferry</title><body>{menu}{story}<div>© Harbour News</div></body></html>"
    assert read(raw.encode()).article.paragraphs == (FIRST, SECOND, THIRD)


# The fields


def test_json_ld_comes_before_meta_and_each_origin_is_in_the_ledger() -> None:
    metas = '<meta property="og:title" content="The ferry"><meta name="author" content="Ada Reed">'
    found = read(page(json_ld('"headline":"Ferry is back"') + metas))
    article = found.article
    assert (article.headline, article.bylines) == ("Ferry is back", (Byline(name="Ada Reed"),))
    assert (article.provider, article.language) == (Party(name="Harbour News"), "en-GB")
    made = origins(found)
    assert (made["headline"], made["bylines"], made["paragraphs"]) == ("json-ld", "meta", "markup")
    assert all(entry.origin for entry in found.ledger.entries)


@pytest.mark.parametrize(
    ("stated", "name"), [("By Ada Reed", "Ada Reed"), ("Von Anna Berg", "Anna Berg"), ("De Niro", "De Niro")]
)
def test_the_word_that_introduces_a_byline_is_no_part_of_the_name(stated: str, name: str) -> None:
    assert read(page(json_ld(f'"author":"{stated}"'))).article.bylines == (Byline(name=name),)


def test_a_type_with_an_escaped_plus_is_json_ld() -> None:
    raw = page(json_ld('"headline":"Ferry is back"').replace("ld+json", "ld&#x2B;json"))
    assert read(raw).article.headline == "Ferry is back"


def test_microdata_is_read_as_json_ld_is() -> None:
    raw = page().replace(b"<article>", b'<article itemscope itemtype="https://schema.org/NewsArticle">')
    raw = raw.replace(
        b"<h1>",
        b'<meta itemprop="datePublished" content="2024-05-06T08:00:00+02:00"><span itemprop="author" itemscope '
        b'itemtype="https://schema.org/Person"><span itemprop="name">Ada Reed</span></span><h1 itemprop="headline">',
    )
    found = read(raw)
    assert found.article.published == "2024-05-06T08:00:00+02:00"
    assert found.article.bylines == (Byline(name="Ada Reed", type="person"),)
    assert found.article.inferred == ()
    assert origins(found)["published"] == "markup"


def test_rdfa_is_read_as_microdata_is() -> None:
    raw = page().replace(b"<article>", b'<article vocab="https://schema.org/" typeof="NewsArticle">')
    raw = raw.replace(b"<h1>", b'<time property="datePublished" datetime="2024-05-06">6 May</time><h1>')
    assert read(raw).article.published == "2024-05-06"


def test_the_title_of_a_page_is_the_headline_without_the_name_of_the_site() -> None:
    assert read(page()).article.headline == "Ferry line reopens"


@pytest.mark.parametrize(
    "stated",
    [
        "Ferry line reopens | Harbour News",
        "Harbour News: Ferry line reopens",
        "Ferry line reopens - harbour.example",
        "Ferry line reopens - Harbour News Politics",
        "Ferry line reopens | HarbourSport",
    ],
)
def test_a_stated_headline_is_without_the_name_of_the_site(stated: str) -> None:
    found = read(page(json_ld(f'"headline":"{stated}"')))
    assert found.article.headline == "Ferry line reopens"
    assert any(entry.value == stated and entry.outcome == "changed" for entry in found.ledger.entries)


def test_the_site_of_a_page_without_address_and_name_is_the_text_of_its_logo() -> None:
    logo = '<a href="/index.html"><img src="/logo.gif" width="300" alt="The Harbour Review"></a>'
    raw = page(above=logo).replace(b"Ferry line reopens | Harbour News", b"The Harbour Review: Ferry line reopens")
    raw = raw.replace(b'<meta property="og:site_name" content="Harbour News">', b"")
    raw = raw.replace(b'<link rel="canonical" href="https://harbour.example/ferry">', b"")
    assert read(raw).article.headline == "Ferry line reopens"


@pytest.mark.parametrize("stated", ["Hosted", "Home", "https://harbour.example", "My Site"])
def test_what_software_has_for_the_name_of_a_site_is_no_provider(stated: str) -> None:
    found = read(page().replace(b'content="Harbour News"', f'content="{stated}"'.encode()))
    assert found.article.provider is None
    assert any(entry.value == stated and entry.outcome == "not-held" for entry in found.ledger.entries)


def test_two_descriptions_of_one_story_are_one_with_the_address_of_the_page_and_its_id() -> None:
    address = "https://harbour.example/ferry"
    stated = (
        f'{{"@type":"Article","headline":"H of the ferry","mainEntityOfPage":{{"@id":"{address}/#webpage"}}}}',
        f'{{"@type":"NewsArticle","headline":"H of the ferry","mainEntityOfPage":"{address}"}}',
    )
    head = "".join(f'<script type="application/ld+json">{one}</script>' for one in stated)
    assert read(page(head)).article.paragraphs[0] == FIRST


def test_a_headline_that_is_cut_off_is_that_of_the_page() -> None:
    whole = "Ferry line reopens after a long winter of repairs to both of its piers"
    raw = page(json_ld(f'"headline":"{whole[:50]}…"')).replace(b"<h1>Ferry line reopens", f"<h1>{whole}".encode())
    assert read(raw).article.headline == whole


GERMAN = """<p>Die Fähre über den Sund fährt seit Montag wieder. Sie war nach den Stürmen des Winters für drei Monate
nicht zu benutzen, und die Bewohner der Insel mussten mit dem Bus um die Bucht fahren. Das ist nun vorbei.</p>
<p>Viele Menschen standen am Hafen, als das erste Schiff die Anlegestelle verließ. Die Bürgermeisterin sprach von einem
neuen Anfang für die Stadt und dankte den Arbeitern, die auch in den Nächten bei Eis und Schnee auf der Brücke
waren.</p>"""


def german(head: str = "") -> ReadArticle:
    raw = page(head).replace(f"<p>{FIRST}</p>".encode(), GERMAN.encode())
    return read(
        raw.replace(SECOND.encode(), b"").replace(THIRD.encode(), b"Die Karten kosten so viel wie vor dem Bau.")
    )


def test_of_two_stated_languages_the_one_of_the_text_is_taken() -> None:
    found = german('<meta property="og:locale" content="de_AT">')
    assert found.article.language == "de-AT"
    assert ("html.lang", "en-GB", "changed") in {(one.path, one.value, one.outcome) for one in found.ledger.entries}


def test_a_stated_language_that_the_text_speaks_against_stays_and_is_doubted() -> None:
    found = german()
    assert found.article.language == "en-GB"
    [doubted] = [one for one in found.ledger.entries if one.outcome == "kept" and one.reason]
    assert (doubted.path, doubted.value) == ("html.lang", "en-GB")
    assert "of de" in doubted.reason


def test_a_second_language_is_named_where_the_text_is_in_the_first() -> None:
    found = read(page('<meta property="og:locale" content="de_DE">'))
    assert found.article.language == "en-GB"
    assert ("og:locale", "not-held") in {(one.path[5:], one.outcome) for one in found.ledger.entries}


def test_the_year_one_is_no_date_and_gives_way_to_what_the_page_states() -> None:
    stated = '<meta property="article:published_time" content="2024-05-06T08:00:00Z">'
    found = read(page(json_ld('"datePublished":"0001-01-01T00:00:00Z"') + stated))
    assert found.article.published == "2024-05-06T08:00:00Z"
    assert any("year 1" in entry.reason for entry in found.ledger.entries)


def test_people_that_a_page_shows_are_its_authors_rather_than_its_site() -> None:
    stated = json_ld('"author":{"@type":"Organization","name":"Harbour News"}')
    assert read(page(stated, SHOWN)).article.bylines == (Byline(name="Ada Reed"),)
    assert read(page(stated)).article.bylines == (Byline(name="Harbour News", type="organisation"),)


def test_the_object_of_a_page_without_an_article_states_its_author_and_date() -> None:
    stated = '{"@type":"WebPage","datePublished":"2024-05-06","author":{"@type":"Person","name":"Ada Reed"}}'
    article = read(page(f'<script type="application/ld+json">{stated}</script>')).article
    assert (article.published, article.bylines) == ("2024-05-06", (Byline(name="Ada Reed", type="person"),))


def test_what_a_page_only_shows_is_marked_as_inferred() -> None:
    found = read(page(above=SHOWN))
    article = found.article
    assert (article.bylines, article.published) == ((Byline(name="Ada Reed"),), "2024-05-06T08:00:00Z")
    assert article.inferred == ("bylines", "published")
    assert {entry.field for entry in found.ledger.entries if "inferred" in entry.reason} == {"bylines", "published"}


def test_the_heading_of_a_page_without_a_title_is_an_inferred_headline() -> None:
    body = "<h1>Ferry returns to the harbour</h1><p>The ferry came back on Monday, a year after the storm.</p>"
    article = read(f"<!DOCTYPE html><html lang=en><body><article>{body}</article>".encode()).article
    assert (article.headline, article.inferred) == ("Ferry returns to the harbour", ("headline",))
    assert article.paragraphs == ("The ferry came back on Monday, a year after the storm.",)


def test_what_is_inferred_is_left_out_by_an_option() -> None:
    article = read(page(above=SHOWN), reading=ReadingOptions(inferred=False)).article
    assert (article.bylines, article.published, article.inferred) == ((), None, ())
    assert article.blocks[0] == FIRST


# What is refused, in bounded time


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            b"<html><title>404 Not Found</title><h1>Not Found</h1><p>The page was not found on this server.",
            "error page",
        ),
        (b"<html><title>News</title><form>Log in<input type=password></form><p>To read, log in.", "login"),
        (b"<html><title>Home</title><ul><li><a href=/a>One</a><li><a href=/b>Two</a></ul>", "no text of an article"),
        (b"<html><title>T</title>", "no text of an article"),
        (b" \n", "it is empty"),
        (b"<html><body>" + b"<table><tr><td>" * 10_000, "nest deeper"),
        (b"<html><body>" + b"<i></i>" * 60_000, "more than 50,000 elements"),
        (b"<html><p " + b" ".join(b"a%d=b" % one for one in range(20_000)) + b">Text", "10,000 attributes"),
        (b"<html>" + b" " * (8 * 2**20), "more than 8,388,608 bytes"),
    ],
)
def test_a_page_without_an_article_is_refused_by_name(raw: bytes, reason: str) -> None:
    assert reason in refusal(raw)


def test_json_ld_is_read_of_a_page_that_nests_too_deep() -> None:
    script = json_ld('"articleBody":"One.\\n\\nTwo."').encode()
    assert read(b"<html><body>" + script + b"<div>" * 10_000).article == Article(paragraphs=("One.", "Two."))


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    here, lookup, connect = threading.current_thread(), socket.getaddrinfo, socket.socket.connect

    def refused(allowed: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(*arguments: Any, **named: Any) -> Any:
            # Threads of other tests may connect.
            assert threading.current_thread() is not here, "a page was about to be fetched"
            return allowed(*arguments, **named)

        return refuse

    monkeypatch.setattr(socket, "getaddrinfo", refused(lookup))
    monkeypatch.setattr(socket.socket, "connect", refused(connect))
    raw = page('<link rel="stylesheet" href="https://far.example/a.css"><base href="https://far.example/">')
    raw = raw.replace(b"<!DOCTYPE html>", b'<!DOCTYPE html SYSTEM "http://far.example/a.dtd">')
    assert read(raw).article.blocks[0] == FIRST
