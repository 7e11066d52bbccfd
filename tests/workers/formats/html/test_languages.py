"""Pages in many languages that state nothing of their article: headline, author, date and text all the same."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import pytest

from schemas.article import Article, Byline
from schemas.conversion import Document, ReadArticle
from workers.formats.html.reader import read_html_page

DAY = "2024-03-01"


class Page(NamedTuple):
    """A page: what it shows, and how it is written."""

    language: str
    encoding: str
    headline: str
    site: str
    line: str
    author: str
    text: tuple[str, ...]


PAGES = [
    Page(
        "ja",
        "cp932",
        "連絡船の運航再開",
        "　港新聞",
        "2024年3月1日 9時30分　記者　山田太郎",
        "山田太郎",
        (
            "港町と対岸を結ぶ連絡船が一日朝、四カ月ぶりに運航を再開した。両岸の桟橋の修理のため、昨年から休んでいた。",
            "港長によると、船は朝六時から夜十時まで一時間おきに出る。運賃はこれまでと同じ五百円。",
        ),
    ),
    Page(
        "zh-CN",
        "gb18030",
        "轮渡恢复通航",
        "_港口新闻网",
        "2024年03月01日 09:30 来源：港口日报 作者：李明",
        "李明",
        (
            "港口两岸之间的轮渡三月一日上午恢复通航。因码头维修，航线自去年十一月起停航四个月。",
            "港口负责人介绍，渡轮每天早六点至晚十点每小时一班，票价仍为五元。",
        ),
    ),
    Page(
        "ko",
        "cp949",
        "여객선 운항 재개",
        " - 항구일보",
        "2024년 3월 1일 오전 9:30 김민수 기자",
        "김민수",
        (
            "항구와 맞은편 마을을 잇는 여객선이 1일 오전 넉 달 만에 운항을 재개했다. 부두의 수리 때문에 중단됐다.",
            "항만 관리소장은 여객선이 오전 6시부터 오후 10시까지 한 시간마다 출발한다고 밝혔다.",
        ),
    ),
    Page(
        "el",
        "cp1253",
        "Επιστρέφει το φέρι μποτ",
        " | Νέα του λιμανιού",
        "Του Γιώργου Παπαδόπουλου | 1 Μαρτίου 2024, 09:30",
        "Γιώργου Παπαδόπουλου",
        (
            "Το φέρι μποτ επέστρεψε το πρωί της Παρασκευής έπειτα από τέσσερις μήνες επισκευών στις δύο προβλήτες.",
            "Ο λιμενάρχης είπε ότι τα δρομολόγια θα γίνονται κάθε ώρα, από τις έξι το πρωί ως τις δέκα το βράδυ.",
        ),
    ),
    Page(
        "de",
        "cp1252",
        "Fähre fährt wieder",
        " | Hafenbote",
        "Von Anna Müller, 01.03.2024",
        "Anna Müller",
        (
            "Die Fähre zwischen Hafen und Dorf fährt seit Freitagmorgen wieder. Beide Anleger wurden repariert.",
            "Der Hafenmeister sagte, die Schiffe fahren jede Stunde von sechs Uhr morgens bis zehn Uhr abends.",
        ),
    ),
    Page(
        "hi",
        "utf-8",
        "नौका सेवा फिर शुरू",
        " | बंदरगाह समाचार",
        "लेखक: अमित शर्मा, 1 मार्च 2024",
        "अमित शर्मा",
        (
            "बंदरगाह और सामने के गांव के बीच नौका सेवा शुक्रवार सुबह चार महीने बाद फिर शुरू हो गई। यह नवंबर से बंद थी।",
            "बंदरगाह प्रमुख ने बताया कि नाव सुबह छह बजे से रात दस बजे तक हर घंटे चलेगी।",
        ),
    ),
]


def read(raw: bytes) -> Article:
    [found] = read_html_page(Document(name="page.html", open=lambda: BytesIO(raw)))
    assert isinstance(found, ReadArticle)
    return found.article


@pytest.mark.parametrize("page", PAGES, ids=[page.language for page in PAGES])
def test_a_page_that_states_nothing_has_what_it_shows(page: Page) -> None:
    paragraphs = "".join(f"<p>{one}</p>" for one in page.text)
    article = read(
        f"<html lang={page.language}><head><title>{page.headline}{page.site}</title></head><body>"
        f"<div class=nav><a href=/>{page.site}</a></div><div class=main><h1>{page.headline}</h1><div>{page.line}</div>"
        f"<div class=text>{paragraphs}</div></div></body></html>".encode(page.encoding)
    )
    assert (article.headline, article.published, article.paragraphs) == (page.headline, DAY, page.text)
    assert article.bylines == (Byline(name=page.author),)
    assert set(article.inferred) == {"bylines", "published"}


def test_years_of_the_buddhist_era_are_those_of_the_common_one() -> None:
    article = read(
        "<html lang=th><title>เรือข้ามฟาก</title><h1>เรือข้ามฟากกลับมาให้บริการ</h1><div>1 มีนาคม 2567 เวลา 09:30 น.</div>"
        "<p>เรือข้ามฟากระหว่างท่าเรือกับหมู่บ้านฝั่งตรงข้ามกลับมาให้บริการเช้าวันศุกร์ หลังหยุดไปสี่เดือนเพราะซ่อมท่าเรือทั้งสองฝั่ง".encode()
    )
    assert article.published == DAY


FARSI = (
    "<html lang=fa>%s<title>کشتی</title><h1>کشتی دوباره به راه افتاد</h1><div>%s</div>"
    "<p>کشتی مسافربری میان بندر و روستای روبه‌رو صبح جمعه پس از چهار ماه دوباره به راه افتاد و مردم شادی کردند."
    "<p>رئیس بندر گفت کشتی‌ها از شش صبح تا ده شب هر ساعت حرکت می‌کنند و بهای بلیت مانند گذشته است."
)


@pytest.mark.parametrize("line", ["جمعه ۱۱ اسفند ۱۴۰۲ - ۰۹:۳۰", "تاریخ انتشار: 11 اسفند 1402"])
def test_a_solar_hijri_date_is_that_of_the_gregorian_calendar(line: str) -> None:
    article = read((FARSI % ("", line)).encode())
    assert (article.published, article.inferred) == (DAY, ("published",))


@pytest.mark.parametrize(
    ("head", "line", "why"),
    [
        ("", "الجمعة 20 شعبان 1445 هـ", "Hijri"),
        ('<meta property="article:published_time" content="1402-12-11T09:30:00+03:30">', "", "another calendar"),
        ("", "۱۴۰۲/۱۲/۱۱ ۰۹:۳۰", "another calendar"),
        ("", '<time datetime="1402-12-11">x</time>', "another calendar"),
    ],
)
def test_a_date_whose_calendar_is_not_certain_is_left_out(head: str, line: str, why: str) -> None:
    raw = (FARSI % (head, line)).encode()
    [found] = read_html_page(Document(name="page.html", open=lambda: BytesIO(raw), whole_ledger=True))
    assert isinstance(found, ReadArticle)
    assert found.article.published is None
    assert any(why in entry.reason for entry in found.ledger.entries if entry.outcome == "not-held")


def test_the_gregorian_date_beside_a_hijri_one_is_taken() -> None:
    assert read((FARSI % ("", "الجمعة 20 شعبان 1445 هـ - 1 مارس 2024 م")).encode()).published == DAY


def test_vowel_signs_at_the_end_of_a_name_stay() -> None:
    article = read(
        "<html lang=hi><title>x</title><h1>नौका सेवा फिर शुरू</h1><span class=author-name>अमित शर्मा</span>"
        "<p>बंदरगाह और सामने के गांव के बीच नौका सेवा शुक्रवार सुबह चार महीने बाद फिर शुरू हो गई। यह नवंबर से बंद थी।"
        "<p>बंदरगाह प्रमुख ने बताया कि नाव सुबह छह बजे से रात दस बजे तक हर घंटे चलेगी।".encode()
    )
    assert article.bylines == (Byline(name="अमित शर्मा"),)


def test_two_authors_in_elements_of_their_own_are_both_authors() -> None:
    article = read(
        b"<title>x</title><h1>Ferry line reopens</h1><div class=byline>By <a rel=author href=/a>Nora Field</a> and "
        b"<a rel=author href=/b>Tom Lens</a></div><p>The ferry line across the sound reopened after the winter."
        b"<p>Crowds came to see the first boat leave, and the mayor of Port Lyme spoke of a new beginning for all."
    )
    assert [one.name for one in article.bylines] == ["Nora Field", "Tom Lens"]


def test_headline_author_and_date_as_lines_before_the_text_are_no_text() -> None:
    text = "The ferry line across the sound reopened on Monday after a long winter of repairs to both of its piers."
    more = "Crowds came to see the first boat leave, and the mayor of Port Lyme spoke of a new beginning for all."
    article = read(
        "<title>Ferry returns - Harbour News</title><table><tr><td><font size=5><b>Ferry returns</b></font><br>"
        f"By Nora Field<br>March 1, 2024<p>{text}<br><br>{more}</td></tr></table>".encode()
    )
    assert article.paragraphs == (text, more)
