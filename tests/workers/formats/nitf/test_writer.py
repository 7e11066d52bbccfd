"""Articles are written as NITF 3.6, are valid by its schema, and are read back as they were."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from lxml import etree

from schemas.article import Article, Byline, Correction, Media, Place, Rendition, RoleText, Subject
from schemas.article.values import make_line
from schemas.conversion import Conversion, Document, ReadArticle
from schemas.options import NoOptions
from tests.reference import REFERENCE, needs_reference
from tests.strategies import rich_articles
from tests.workers.formats.markup.blocks import normal_form
from tests.workers.formats.markup.test_writing import nitf_schema
from workers.formats import FORMATS
from workers.formats.detection import detect
from workers.formats.markup import reduce_for_nitf
from workers.formats.nitf.checks import NitfChecker, check_nitf_file
from workers.formats.nitf.head import has_embargo, subject_code
from workers.formats.nitf.reader import read_nitf
from workers.formats.nitf.structure import TABLE, make_table, structure
from workers.formats.nitf.writer import NAME, NitfWriter, place

CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
WRITER = NitfWriter(CONVERSION, NoOptions())
SAME: Final = (
    *("id", "version", "headline", "description", "slugline", "dateline", "modified"),
    *("expires", "status", "language", "section", "genre", "copyright_notice", "usage_terms", "url", "urgency"),
)


def write(article: Article) -> bytes:
    (piece,) = WRITER.pieces(article)
    return piece


def read_back(raw: bytes) -> list[ReadArticle]:
    found = list(read_nitf(Document(name="a.xml", open=lambda: io.BytesIO(raw))))
    assert all(isinstance(one, ReadArticle) for one in found), found
    return found  # type: ignore[return-value]


@given(article=rich_articles())
def test_an_article_comes_back_with_all_that_nitf_holds(article: Article) -> None:
    piece = write(article)
    root = etree.fromstring(piece)
    assert list(structure().validate(root)) == []
    if REFERENCE.is_dir():
        nitf_schema().assertValid(root)
    assert NitfChecker(CONVERSION, NoOptions()).check(article, (piece,)) == ()
    assert detect(piece, "a.xml") == "nitf"
    if article.paragraphs or article.media or article.headline or article.blocks:
        [found] = read_back(piece)
        assert found.article == held(article)


def held(article: Article) -> Article:
    """What a document holds of an article."""
    stated: dict[str, Any] = {name: getattr(article, name) for name in SAME}
    printed, authors = article.byline, list(article.bylines)
    if printed:
        authors = in_order(printed, [one.name for one in authors if one.type == "person"])
    else:
        authors = [replace(one, uri=None, role=None) for one in authors]
    published, embargoed = article.published, article.embargoed if has_embargo(article) else None
    if embargoed and not published:
        published = embargoed
    name = place(article)
    is_correction = article.version > 1 and (article.signal == "correction" or article.corrections)
    return Article(
        **stated,
        blocks=normal_form(reduce_for_nitf(article.blocks or article.paragraphs)[0]),
        media=tuple(map(reduced, article.media)),
        headlines=tuple(replace(one, text=make_line(one.text), role=one.role or "hl2") for one in article.headlines),
        byline=printed,
        bylines=tuple(authors),
        located=Place(name=name) if name else None,
        published=published,
        embargoed=embargoed,
        alternative_ids=tuple(dict.fromkeys(article.alternative_ids)),
        keywords=tuple(dict.fromkeys(article.keywords)),
        audience=tuple(dict.fromkeys(article.audience)),
        subjects=tuple(dict.fromkeys(subjects(article))),
        provider=article.provider and replace(article.provider, uri=None),
        copyright_holder=article.copyright_holder and replace(article.copyright_holder, uri=None),
        ed_note=article.ed_note,
        signal="correction" if is_correction else None,
        corrections=tuple(dict.fromkeys(Correction(text=make_line(one.text)) for one in article.corrections)),
    )


def in_order(line: str, names: list[str]) -> list[Byline]:
    """The persons whose names a printed byline has, in its order; the longest first where one name begins another."""
    found, at = [], 0
    while at < len(line):
        name = max((one for one in names if line.startswith(one, at)), key=len, default=None)
        if name:
            found.append(Byline(name=name, type="person"))
        at += len(name) if name else 1
    return found


def reduced(media: Media) -> Media:
    return replace(media, renditions=tuple(replace(one, size=None, role=None) for one in media.renditions))


def subjects(article: Article) -> list[Subject]:
    """Those of identified-content first, then those of the IPTC's subject codes."""
    identified = [
        Subject(
            name=one.name,
            uri=one.uri,
            qcode=None if one.uri else one.qcode,
            type=None if one.type == "abstract" else one.type,
        )
        for one in article.subjects
        if not subject_code(one)
    ]
    return identified + [Subject(name=one.name, qcode=one.qcode) for one in article.subjects if subject_code(one)]


def test_newsmill_loses_nothing_of_its_own_document() -> None:
    article = Article(
        id="urn:x:1",
        version=2,
        signal="correction",
        paragraphs=("It  is back.", "Crowds\ncame."),
        headline="Ferry  back",
        headlines=(RoleText(text="Boats hourly", role="sub", language="en"),),
        description="It is.\n\nAgain.",
        byline="By Nora Field in Port Lyme",
        bylines=(Byline(name="Nora Field", type="person"),),
        dateline="PORT LYME (HN)",
        located=Place(name="PORT LYME"),
        published="2024-11-08T16:30:00.5+01:00",
        embargoed="2024-11-09T16:30:00Z",
        status="usable",
        subjects=(Subject(name="transport", qcode="subj:04015000"), Subject(name="Ann", type="person")),
        media=(
            Media(kind="picture", alt="A boat", renditions=(Rendition(href="https://example.com/p.jpg"),), main=False),
        ),
    )
    [found] = read_back(write(article))
    assert found.article == replace(article, subjects=article.subjects[::-1])
    assert [one for one in found.ledger.entries if one.outcome != "kept"] == []


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_kills_and_embargoes_pass_through(status: Any) -> None:
    article = Article(
        id="urn:x:1",
        version=3,
        headline="Kill",
        status=status,
        ed_note="Wrong.",
        published="2024-11-08",
        embargoed="2024-11-09T16:30:00+05:45",
    )
    assert [one.article for one in read_back(write(article))] == [article]


def test_several_documents_stand_in_a_wrapper(tmp_path: Path) -> None:
    articles = [Article(id=f"urn:x:{n}", paragraphs=(f"Text {n}.",)) for n in (1, 2)]
    path = tmp_path / NAME
    for count in (1, 2):
        frame = WRITER.frame(NAME, count)
        path.write_bytes(frame.head + b"".join(map(write, articles[:count])) + frame.tail)
        assert list(check_nitf_file(path)) == []
        assert [one.article for one in read_back(path.read_bytes())] == articles[:count]
        assert bool(list(FORMATS.schema_checker("nitf-3.6")(path))) == (count == 2)


@needs_reference
def test_the_table_is_that_of_the_schema() -> None:
    assert TABLE.read_text() == make_table(REFERENCE / "nitf")


def document(head: str = "", content: str = "<p>x</p>", attributes: str = "") -> str:
    opening = f'<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"{attributes}>'
    return f"{opening}<head>{head}</head><body><body.content>{content}</body.content></body></nitf>"


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ("<nitf", "xml-well-formed"),
        ("<nitf><body/></nitf>", "nitf-root"),
        (document(content="<para>x</para>"), "nitf-element"),
        (document("<docdata/><title>x</title>"), "nitf-order"),
        (document(content="<note/>"), "nitf-missing"),
        (document('<meta name="a"/>'), "nitf-attribute"),
        (document('<docdata><urgency ed-urg="a b"/></docdata>'), "nitf-value"),
        (document(content="x"), "nitf-text"),
        (document('<title id="a"/><meta id="a" content=""/>'), "nitf-id"),
    ],
)
def test_a_fault_is_named_by_its_rule(stated: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(stated)
    assert [fault.rule for fault in check_nitf_file(path)] == [rule]
    if REFERENCE.is_dir() and rule not in ("xml-well-formed", "nitf-root"):
        assert not nitf_schema().validate(etree.fromstring(stated))


def test_a_version_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    stated = document('<docdata><doc-id id-string="urn:x:1"/></docdata>')
    path.write_text(f"<all>{stated}{stated}</all>")
    assert [fault.rule for fault in check_nitf_file(path)] == ["nitf-unique"]


def test_a_document_that_states_something_else_is_a_fault() -> None:
    article = Article(id="urn:x:1", paragraphs=("Text.",), status="canceled")
    wrong = write(article).replace(b"canceled", b"usable").replace(b"Text.", b"Other.")
    faults = NitfChecker(CONVERSION, NoOptions()).check(article, (wrong,))
    assert [fault.rule for fault in faults] == ["nitf-same"] * 2


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<hl1>Ferry</hl1>", "<hl1>Fair</hl1>"),
        ('baselang="en"', 'baselang="de"'),
        (' baselang="en"', ""),
        ('"usable"', '"withheld"'),
        ("urn:x:1", "urn:x:2"),
        ('<doc-id id-string="urn:x:1"/>', ""),
        ("It is back.", "It sank."),
    ],
)
def test_documents_like_one_that_was_checked_are_compared(right: str, wrong: str) -> None:
    article = Article(
        id="urn:x:1", headline="Ferry", language="en", status="usable", version=1, paragraphs=("It is back.",)
    )
    checker = NitfChecker(CONVERSION, NoOptions())
    (piece,) = WRITER.pieces(article)
    assert checker.check(article, (piece,)) == checker.check(article, (piece,)) == ()
    other = piece.replace(right.encode(), wrong.encode())
    assert other != piece
    assert "nitf-same" in {fault.rule for fault in checker.check(article, (other,))}
