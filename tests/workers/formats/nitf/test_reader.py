"""NITF: what each element becomes, the forms of documents, and what is hostile."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from schemas.article import AlternativeId, Article, Byline, Correction, EdNote, ItemLink, Party, RoleText, Subject
from schemas.article.body import Figure, Heading, ItemList, Preformatted, Quotation, Table
from schemas.article.parts import Concept
from schemas.conversion import ReadArticle
from schemas.errors import InputError
from schemas.reading import ReadingOptions
from tests.cases import CASES
from tests.workers.formats.documents import document, read_all, read_one, unread
from tests.workers.formats.nitf.documents import RICH, leaves
from workers.formats.detection import detect
from workers.formats.nitf.reader import read_nitf

TEXT = "<body><body.content><p>The ferry left.</p></body.content></body>"
SMALL = f"<nitf>{TEXT}</nitf>"


def whole(content: str) -> ReadArticle:
    [found] = read_nitf(document(content, whole_ledger=True))
    assert isinstance(found, ReadArticle), found
    return found


def of_docdata(content: str, **more: object) -> Article:
    return read_one(read_nitf, f"<nitf><head><docdata>{content}</docdata></head>{TEXT}</nitf>", **more)


def of_head(content: str) -> Article:
    return read_one(read_nitf, SMALL.replace("<body>", f"<body><body.head>{content}</body.head>"))


@pytest.mark.parametrize("content", [RICH, (CASES / "nitf-and-others/nitf-root.xml").read_text()])
def test_each_leaf_has_one_entry(content: str) -> None:
    found = Counter(entry.value.strip() for entry in whole(content).ledger.entries)
    assert found == leaves(etree.fromstring(content.encode()))


def test_a_ledger_that_is_not_whole_has_the_same_losses() -> None:
    [found] = read_nitf(document(RICH))
    assert isinstance(found, ReadArticle)
    lost = [entry.value for entry in whole(RICH).ledger.entries if entry.outcome != "kept"]
    assert [entry.value for entry in found.ledger.entries] == lost


def test_the_head_becomes_fields() -> None:
    article = whole(RICH).article
    assert article.alternative_ids == (
        AlternativeId(id="CA.1", type="uno"),
        AlternativeId(id="harbour-7", type="HB"),
        AlternativeId(id="ferry", type="du-key"),
    )
    assert (article.published, article.embargoed) == ("2024-03-01T08:00:00Z", "2024-03-01T09:00:00Z")
    assert (article.expires, article.modified) == ("2024-04-01T08:00:00-05:00", "2024-03-01T08:30:00Z")
    assert (article.status, article.version, article.signal) == ("usable", 2, "correction")
    assert article.corrections == (Correction(text="The fare is 3."),)
    assert article.links == (ItemLink(id="h-6"), ItemLink(id="h-5", rel="correction"))
    assert (article.slugline, article.keywords) == ("ferry-back", ("ferry", "fares", "port"))
    assert (article.copyright_holder, article.copyright_notice) == (Party(name="Harbour News"), "(c) Harbour")
    assert (article.section, article.url, article.genre) == ("Port", "https://harbour.example/7", "Current")
    assert (article.ed_note, article.audience, article.language) == ("Second.", ("Coast",), "en")
    assert article.ed_notes == (
        EdNote(text="With a map.", role="editorsnote"),
        EdNote(text="Check the fare.", role="info"),
    )


def test_what_it_is_about_becomes_subjects() -> None:
    subjects = {one.name or one.qcode: one for one in whole(RICH).article.subjects}
    assert subjects["Ada Reed"] == Subject(name="Ada Reed", type="person", qcode="wd:Q1")
    assert subjects["Ferries"] == Subject(name="Ferries", type="organisation", qcode="NYSE:FRY")
    wider = (Concept(name="Transport"), Concept(name="Economy"))
    assert subjects["Waterways"] == Subject(name="Waterways", qcode="subj:04015001", broader=wider)
    assert subjects["i:boats"] == Subject(qcode="i:boats")
    assert {one.type for one in subjects.values()} >= {"place", "event", "abstract", "object"}


def test_the_body_has_its_blocks_in_order() -> None:
    article = whole(RICH).article
    kinds = [str, Heading, Figure, Table, ItemList, Quotation, Preformatted]
    assert [type(block) for block in article.blocks] == kinds
    assert article.paragraphs[0] == "The ferry left at nine."
    figure = article.blocks[2]
    assert isinstance(figure, Figure)
    assert (figure.media.caption, figure.media.credit) == ("The boat.", "T. Lens")
    assert article.headlines == (RoleText(text="Boats hourly", role="hl2"), RoleText(text="Harbour", role="title"))
    assert (article.description, article.provider) == ("Boats run again.\n\nFares stay.", Party(name="Harbour Wire"))


@pytest.mark.parametrize(
    ("byline", "names", "printed"),
    [
        ("By <person>Nora Field</person>", ["Nora Field"], None),
        ("<person>A Reed</person> and <person>N Field</person>", ["A Reed", "N Field"], None),
        ("By Nora Field", ["Nora Field"], None),
        ("<person>A Reed</person> in <location>Lyme</location>", ["A Reed"], "A Reed in Lyme"),
        ("By A Reed, N Field", [], "By A Reed, N Field"),
        ("", [], None),
    ],
)
def test_a_byline_has_its_authors(byline: str, names: list[str], printed: str | None) -> None:
    article = of_head(f"<byline>{byline}</byline>")
    assert ([one.name for one in article.bylines], article.byline) == (names, printed)


def test_titles_of_several_authors_are_held_as_printed() -> None:
    person = "<person>A Reed</person><byttl>Mayor</byttl>"
    article = of_head(f"<byline>{person} {person.replace('A Reed', 'B Lee')}</byline>")
    assert article.bylines == (Byline(name="A Reed", type="person"), Byline(name="B Lee", type="person"))
    assert article.byline == "A Reed Mayor B Lee Mayor"


@pytest.mark.parametrize(
    ("dates", "published", "embargoed", "status"),
    [
        ('<date.issue norm="20240301"/>', "2024-03-01", None, None),
        ('<date.issue norm="20240301T080000-0500"/>', "2024-03-01T08:00:00-05:00", None, None),
        ('<date.issue norm="20240301T080000"/>', "2024-03-01T08:00:00", None, None),
        ('<date.release norm="20240301T080000Z"/>', "2024-03-01T08:00:00Z", "2024-03-01T08:00:00Z", None),
        ('<date.release norm="20240301"/>', "2024-03-01", None, None),
        (
            '<date.issue norm="20240301T080000Z"/><date.release norm="20240301T080000Z"/>',
            "2024-03-01T08:00:00Z",
            None,
            None,
        ),
        ('<date.issue norm="20240301T080000Z"/><date.release norm="20240301"/>', "2024-03-01T08:00:00Z", None, None),
        ('<date.issue norm="20240301"/><date.release norm="20240305"/>', "2024-03-01", None, "withheld"),
        ('<date.issue norm="20240301"/><date.release norm="20240305T080000"/>', "2024-03-01", None, "withheld"),
        ('<date.issue norm="20240305"/><date.release norm="20240301"/>', "2024-03-05", None, None),
        ('<date.release norm="soon"/>', None, None, "withheld"),
        ('<date.issue norm="soon"/>', None, None, None),
    ],
)
def test_dates(dates: str, published: str | None, embargoed: str | None, status: str | None) -> None:
    article = of_docdata(dates)
    assert (article.published, article.embargoed, article.status) == (published, embargoed, status)


def test_times_without_a_zone_get_that_of_the_request() -> None:
    article = of_docdata('<date.issue norm="20240301T080000"/>', reading=ReadingOptions(zone="+01:00"))
    assert article.published == "2024-03-01T08:00:00+01:00"


@pytest.mark.parametrize(
    ("stated", "status"),
    [("usable", "usable"), ("Canceled", "canceled"), ("embargoed", "withheld"), ("unknown", "withheld")],
)
def test_the_status(stated: str, status: str) -> None:
    head = f'<head><docdata management-status="{stated}"/></head>'
    assert read_one(read_nitf, SMALL.replace("<nitf>", f"<nitf>{head}")).status == status


def test_a_kill_needs_no_text() -> None:
    article = read_one(read_nitf, '<nitf><head><docdata management-status="canceled"/></head><body/></nitf>')
    assert (article.status, article.paragraphs) == ("canceled", ())


def test_an_id_that_is_a_uri_is_the_id() -> None:
    article = of_docdata('<doc-id id-string="urn:x:7" regsrc="HB"/><doc-id id-string="8" regsrc="HB"/>')
    assert (article.id, article.alternative_ids) == ("urn:x:7", (AlternativeId(id="8", type="HB"),))


@pytest.mark.parametrize(
    "content",
    [
        SMALL.replace("<nitf>", '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">'),
        f'<!DOCTYPE nitf SYSTEM "http://www.nitf.org/nitf-3-2.dtd">\n{SMALL}',
        f'<?xml version="1.0"?>\n<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.0//EN"\n "nitf.dtd" [ ]>{SMALL}',
        SMALL.upper().replace("THE FERRY LEFT.", "The ferry left."),
        f"<message><id>7</id>{SMALL}</message>",
        f"<list><entry><description>{SMALL}</description></entry></list>",
        "<nitf><body><p>The ferry left.</p></body></nitf>",
        "<nitf><body><block><p>The ferry left.</p></block></body></nitf>",
    ],
)
def test_all_forms_of_a_document_are_read(content: str) -> None:
    assert read_one(read_nitf, content).paragraphs == ("The ferry left.",)
    assert detect(content.encode(), None) == "nitf"


def test_attributes_in_capitals_are_read() -> None:
    head = '<HEAD><DOCDATA><URGENCY ED-URG="3"/></DOCDATA></HEAD>'
    assert read_one(read_nitf, f"<NITF>{head}{TEXT.replace('body', 'BODY')}</NITF>").urgency == 3


def test_several_documents_in_a_wrapper_are_articles() -> None:
    found = read_all(read_nitf, f"<all>{SMALL}{SMALL.replace('left', 'came')}</all>")
    assert [one.paragraphs for one in found] == [("The ferry left.",), ("The ferry came.",)]


def test_what_stands_in_the_body_itself_is_read() -> None:
    article = read_one(
        read_nitf,
        "<nitf><body><hedline><hl1>Ferry</hl1></hedline>One.<p>Two.</p><hl2>Three</hl2><ul><li>4</li></ul></body></nitf>",
    )
    assert (article.headline, article.paragraphs) == ("Ferry", ("Two.", "Three", "4"))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "UTF-8"), ("latin-1", "ISO-8859-1"), ("utf-16", "UTF-16"), ("cp1252", "iso-8859-1")],
)
def test_character_entities_and_encodings(encoding: str, declared: str) -> None:
    text = SMALL.replace("left", "r\u00e9ussit &eacute;&mdash;&amp;&lt;&#233; <![CDATA[&eacute;]]>")
    raw = f'<?xml version="1.0" encoding="{declared}"?>\n{text}'.encode(encoding)
    assert read_one(read_nitf, raw).paragraphs == ("The ferry r\u00e9ussit \u00e9\u2014&<\u00e9 &eacute;.",)


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "cp1252"),
        ('<?xml version="1.0"?>', "cp1252"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "cp1252"),
        ('<?xml version="1.0" encoding="iso-8859-1"?>', "utf-8"),
    ],
)
def test_a_wrong_declaration_of_the_encoding_is_seen_through(declaration: str, encoding: str) -> None:
    raw = (declaration + SMALL.replace("left", "r\u00e9ussit \u2013")).encode(encoding)
    assert read_one(read_nitf, raw).paragraphs == ("The ferry r\u00e9ussit \u2013.",)


def test_a_date_is_no_dateline() -> None:
    date = '<dateline><story.date norm="20240301T080000Z">20240301T080000Z</story.date></dateline>'
    assert of_head(date).dateline is None
    assert of_head(date).published == "2024-03-01T08:00:00Z"


@pytest.mark.parametrize("size", range(65_520, 65_536 + 8))
def test_an_entity_across_two_chunks_is_read(size: int) -> None:
    text = SMALL.replace("left", "caf&eacute;")
    before = f"<!--{'x' * (size - text.index('&') - 7)}-->"
    assert read_one(read_nitf, before + text).paragraphs == ("The ferry caf\u00e9.",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        ("<nitf><body>", "not XML"),
        ("<a/>", "it has no nitf element"),
        (f'<!DOCTYPE nitf [<!ENTITY a "b">]>{SMALL}', "DOCTYPE"),
        (f'<!DOCTYPE nitf [<!ENTITY a SYSTEM "file:///etc/passwd">]>{SMALL.replace("ferry", "&a;")}', "DOCTYPE"),
        (f'<!DOCTYPE nitf SYSTEM "x" [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>{SMALL}', "DOCTYPE"),
        (SMALL.replace("ferry", "&unknown;"), "unknown"),
        ("<a>" * 300 + SMALL, "not XML"),
    ],
)
def test_hostile_and_broken_documents_are_refused(content: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        list(read_nitf(document(content)))


def test_a_document_without_text_is_named() -> None:
    found = unread(read_nitf, "<nitf><head/><body><body.content/></body></nitf>")
    assert (found.place, found.kind) == ("nitf 1, line 1", "invalid")


def test_many_leaves_are_read_in_time() -> None:
    many = '<docdata><key-list><keyword key="a"/></key-list></docdata>' * 20_000
    attributes = " ".join(f'a{number}="1"' for number in range(50_000))
    article = read_one(read_nitf, SMALL.replace("<nitf>", f"<nitf {attributes}><head>{many}</head>"))
    assert article.keywords == ("a",)


def test_many_distinct_values_are_read_in_time() -> None:
    keywords = "".join(f'<keyword key="k{number}"/>' for number in range(20_000))
    assert len(of_docdata(f"<key-list>{keywords}</key-list>").keywords) == 20_000
    bylines = "".join(f"<byline><person>P{number}</person></byline>" for number in range(20_000))
    article = of_head(bylines + "<abstract><p>A.</p></abstract>" * 5_000)
    assert (len(article.bylines), article.description) == (20_000, "\n\n".join(["A."] * 5_000))


@pytest.mark.parametrize(
    "body",
    [
        "<![CDATA[<p>One.</p><p>Two &amp; three.</p>]]>",
        "<block>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two &amp;amp; three.&lt;/p&gt;</block>",
    ],
)
def test_escaped_html_in_a_body_is_html(body: str) -> None:
    text = f"<nitf><body><body.content>{body}</body.content></body></nitf>"
    assert read_one(read_nitf, text).paragraphs == ("One.", "Two & three.")


@pytest.mark.parametrize(
    "mark",
    [
        "ab/de/dl/hmw",
        "/ritzau/",
        "AAP RTV ar",
        "==Kyodo",
        "(AFP)",
        "(HarbourNews)",
        "ends",
        "- ends -",
        "###",
        "-0-",
        "-----",
        "NF // TL",
        "HarbourNews/Fim",
        "نن/ح س/كام",
    ],
)
def test_the_signature_of_the_agency_is_no_text(mark: str) -> None:
    text = f"<nitf><body><body.content><p>One.</p>\n<p> {mark} </p><p/></body.content></body></nitf>"
    for whole_ledger in (False, True):
        [found] = read_nitf(document(text, whole_ledger=whole_ledger))
        assert isinstance(found, ReadArticle)
        assert found.article.paragraphs == ("One.",)
        assert [one.value.strip() for one in found.ledger.entries if one.outcome == "not-held"] == [mark]
    alone = f"<nitf><body><body.content><p>{mark}</p></body.content></body></nitf>"
    assert read_one(read_nitf, alone).paragraphs == (mark,)


@pytest.mark.parametrize("whole_ledger", [False, True])
def test_a_signature_may_have_three_parts(whole_ledger: bool) -> None:
    marks = "<p>(AP)</p><p>NF // TL</p><p>HarbourNews/Fim</p><p>###</p>"
    text = f"<nitf><body><body.content><p>One.</p>{marks}</body.content></body></nitf>"
    [found] = read_nitf(document(text, whole_ledger=whole_ledger))
    assert isinstance(found, ReadArticle)
    assert found.article.paragraphs == ("One.", "(AP)")
    named = {one.value for one in found.ledger.entries if one.outcome == "not-held"}
    assert named == {"NF // TL", "HarbourNews/Fim", "###"}


@pytest.mark.parametrize("whole_ledger", [False, True])
def test_the_headline_that_the_text_repeats_is_no_text(whole_ledger: bool) -> None:
    head = "<body.head><hedline><hl1>Ferry back</hl1></hedline></body.head>"
    content = "<block><hl2>Ferry back</hl2></block><p>It is back.</p>"
    text = f"<nitf><body>{head}<body.content>{content}</body.content></body></nitf>"
    [found] = read_nitf(document(text, whole_ledger=whole_ledger))
    assert isinstance(found, ReadArticle)
    assert (found.article.headline, found.article.paragraphs) == ("Ferry back", ("It is back.",))
    assert not [one for one in found.ledger.entries if one.outcome == "not-held"]


def test_the_parts_of_a_place_are_parted() -> None:
    parts = "<city>Lyme</city><state>Dorset</state><country>GB</country>"
    article = of_head(f'<dateline><location>{parts}</location><story.date norm="20240301T080000Z"/></dateline>')
    assert article.dateline == "Lyme, Dorset, GB"
    assert of_head(f"<dateline><location>{parts}</location>, 1 May</dateline>").dateline == "LymeDorsetGB, 1 May"


def test_a_template_of_a_date_withholds_nothing() -> None:
    article = of_docdata('<date.release norm="YYYYMMDD000000-HHMM"/>')
    assert (article.status, article.embargoed, article.published) == (None, None, None)


def test_what_stands_beside_docdata_is_read() -> None:
    meta = '<meta name="article-keywords" content="ferry, port"/><meta name="article-language" content="sv"/>'
    article = read_one(read_nitf, SMALL.replace("<nitf>", f'<nitf><head><urgency ed-urg="2"/>{meta}</head>'))
    assert (article.urgency, article.keywords, article.language) == (2, ("ferry", "port"), "sv")


def test_the_owner_of_the_rights_alone_is_no_usage_term() -> None:
    head = "<rights><rights.owner>Harbour News</rights.owner>{}</rights>"
    item = "<nitf><body><body.head>{}</body.head><body.content><p>The ferry left.</p></body.content></body></nitf>"
    alone = read_one(read_nitf, item.format(head.format("")))
    more = read_one(read_nitf, item.format(head.format("<rights.limitations>No sale.</rights.limitations>")))
    assert (alone.copyright_holder, alone.usage_terms) == (Party(name="Harbour News"), None)
    assert more.usage_terms == "Harbour News\nNo sale."


def test_the_header_of_anpa_in_the_metadata_states_keyword_and_category() -> None:
    head = '<meta name="anpa-keyword" content="Ferry Back"/><meta name="anpa-category" content="a"/>'
    read = read_one(read_nitf, f"<nitf><head>{head}</head>{TEXT}</nitf>")
    assert (read.slugline, read.section) == ("Ferry Back", "a")
