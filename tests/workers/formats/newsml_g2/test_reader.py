"""The Article of each property of a newsItem, in the forms that agencies send."""

from __future__ import annotations

import pytest

from schemas.article import AlternativeId, Article, Byline, Concept, EdNote, Party, Place, Position, Subject
from schemas.errors import InputError
from tests.reference import REFERENCE, needs_reference
from tests.workers.formats.documents import found_by
from tests.workers.formats.reading import (
    NAR,
    XHTML,
    document,
    named,
    newsml,
    read,
    read_one,
    read_with_ledger,
)
from workers.formats import FORMATS
from workers.formats.newsml_g2.reader import read_newsml_g2

EXAMPLES = REFERENCE / "newsml-g2" / "examples"
CATALOG = '<catalog><scheme alias="own" uri="https://cv.example.com/"/><scheme alias="bad" uri="not a URI/"/></catalog>'
NEWSMILL = '<generator versioninfo="1">newsmill</generator>'


def name(text: str, language: str = "") -> str:
    return f'<name xml:lang="{language}">{text}</name>' if language else f"<name>{text}</name>"


def test_the_reader_is_in_the_list() -> None:
    assert FORMATS.reader("newsml-g2") is read_newsml_g2


def test_an_item_of_nothing_but_text_states_nothing_else() -> None:
    item = f"<newsItem xmlns='{NAR}'><contentSet><inlineData>Text.</inlineData></contentSet></newsItem>"
    assert read_one(item) == Article(paragraphs=("Text.",))


@pytest.mark.parametrize("namespace", [NAR, NAR.rstrip("/")])
def test_the_namespace_may_lack_its_last_slash(namespace: str) -> None:
    article = read_one(newsml("<headline>H</headline>", namespace=namespace))
    assert (article.headline, article.paragraphs) == ("H", ("Text.",))


def test_properties_of_another_namespace_are_not_of_the_standard() -> None:
    assert read_one(newsml('<x:headline xmlns:x="urn:x">No</x:headline><headline>Yes</headline>')).headline == "Yes"


def test_defaults_hold_for_what_an_item_does_not_state() -> None:
    defaults = {"headline": "Default", "language": "en", "keywords": ("k",)}
    (article,) = found_by(read_newsml_g2, document(newsml("<headline>Stated</headline>"), defaults))
    assert isinstance(article, Article)
    assert (article.headline, article.language, article.keywords) == ("Stated", "en", ("k",))


def test_items_are_found_anywhere() -> None:
    first, second = newsml("<headline>1</headline>"), newsml("<headline>2</headline>", body="")
    third = newsml("<headline>3</headline>", attributes='guid="urn:x:3" version="2"')
    message = (
        f'<soap xmlns:g="{NAR}"><g:newsMessage><g:header/><g:itemSet>{first}<g:x guid="urn:x:p"><g:groupSet/>'
        f"</g:x>{second}</g:itemSet></g:newsMessage><other><deep>{third}</deep></other></soap>"
    )
    found = read(message)
    assert all(isinstance(one, Article) for one in found)
    assert [(one.headline, one.paragraphs) for one in found if isinstance(one, Article)] == [
        ("1", ("Text.",)),
        ("2", ()),
        ("3", ("Text.",)),
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('guid="tag:x.example,2024:1" version="7"', ("tag:x.example,2024:1", 7)),
        ('guid=" urn:newsml:x:1 " version=" 2 "', ("urn:newsml:x:1", 2)),
        ('guid="urn:x:1"', ("urn:x:1", 1)),
        ("", (None, 1)),
    ],
)
def test_id_and_version(attributes: str, expected: tuple[str | None, int]) -> None:
    article = read_one(newsml(attributes=attributes))
    assert (article.id, article.version) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<headline> Fed to halt QE </headline>", "Fed to halt QE"),
        ("<headline>Preview: Arizona\n     (29-23) at\t7:05</headline>", "Preview: Arizona (29-23) at 7:05"),
        ("<headline>One <span>two</span> three<br/>four</headline>", "One two three four"),
        ('<headline role="hld:short">Short</headline><headline>Main</headline>', "Main"),
        ('<headline role="hld:short">Short</headline><headline role="hld:sub">Sub</headline>', "Short"),
        ("<headline> </headline><headline/><headline>Main</headline>", "Main"),
        ("<headline> </headline>", None),
        ("", None),
    ],
)
def test_headline(content: str, expected: str | None) -> None:
    assert read_one(newsml(content)).headline == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<description>Any</description><description role="drol:summary">Sum\n mary</description>', "Sum mary"),
        ('<description role="drol:caption">Caption</description><description>Any</description>', "Any"),
        ('<description role="http://cv.iptc.org/newscodes/descriptionrole/summary">Sum</description>', "Sum"),
        ('<description role="drol:caption">Caption</description>', None),
    ],
)
def test_description(content: str, expected: str | None) -> None:
    assert read_one(newsml(content)).description == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-11-08T16:30:00+01:00", "2024-11-08T16:30:00+01:00"),
        ("\n  2018-10-19T20:15:00Z\n", "2018-10-19T20:15:00Z"),
        ("2024-11-08T16:30:00.123Z", "2024-11-08T16:30:00.123Z"),
        ("2024-11-08", "2024-11-08"),
        ("2024-11-08Z", "2024-11-08"),
        ("2024-11-08T16:30:00", "2024-11-08T16:30:00"),
        ("2024-11-08T16:30Z", "2024-11-08T16:30:00Z"),
        ("2024-11-08T16:30:00+0100", "2024-11-08T16:30:00+01:00"),
        ("2024-11-08T24:00:00Z", "2024-11-08"),
        ("2024-11", "2024-11"),
        ("2024", None),
        ("2024Z", None),
        ("", None),
    ],
)
def test_dates(stated: str, expected: str | None) -> None:
    article = read_one(newsml(f"<contentCreated>{stated}</contentCreated><contentModified>{stated}</contentModified>"))
    assert article.published == expected
    assert article.modified == expected


@pytest.mark.parametrize("stated", ["yesterday", "2024-13-01T00:00:00Z", "2024"])
def test_a_date_that_is_none_is_left_out_and_named(stated: str) -> None:
    read = read_with_ledger(newsml(f"<contentCreated>{stated}</contentCreated>"))
    assert read.article.published is None
    assert named(read) == {"contentMeta/contentCreated": stated}


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("", (None, None)),
        ("<embargoed> 2018-10-23T12:00:00Z </embargoed>", ("2018-10-23T12:00:00Z", None)),
        ("<embargoed/>", (None, "withheld")),
        ('<embargoed> </embargoed><pubStatus qcode="stat:usable"/>', (None, "withheld")),
        ('<embargoed/><pubStatus qcode="stat:canceled"/>', (None, "canceled")),
        ('<pubStatus qcode="stat:usable"/>', (None, "usable")),
        ('<pubStatus qcode="stat:canceled"/>', (None, "canceled")),
        ('<pubStatus qcode="stat:cancelled"/>', (None, "canceled")),
        ('<pubStatus qcode="stat:withheld"/>', (None, "withheld")),
        ('<pubStatus qcode="stat:killed"/>', (None, "withheld")),
        ('<pubStatus qcode="own:usable"/>', (None, "withheld")),
        ("<embargoed>2018-10-23</embargoed>", (None, "withheld")),
        ("<embargoed>2018-10-23T12:00:00</embargoed>", (None, "withheld")),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/usable"/>', (None, "usable")),
    ],
)
def test_embargo_and_status(meta: str, expected: tuple[str | None, str | None]) -> None:
    article = read_one(newsml(meta=meta))
    assert (article.embargoed, article.status) == expected


@pytest.mark.parametrize(
    ("meta", "path", "value"),
    [
        ('<pubStatus qcode="stat:killed"/>', "itemMeta/pubStatus/@qcode", "stat:killed"),
        ("<embargoed>2018-10-23</embargoed>", "itemMeta/embargoed", "2018-10-23"),
        ("<embargoed>2018-10-23T12:00:00</embargoed>", "itemMeta/embargoed", "2018-10-23T12:00:00"),
    ],
)
def test_what_withholds_an_article_is_named(meta: str, path: str, value: str) -> None:
    assert named(read_with_ledger(newsml(meta=meta))) == {path: value}


@pytest.mark.parametrize(
    ("version", "meta", "expected"),
    [
        (2, '<signal qcode="sig:update"/>', "update"),
        (2, '<signal qcode="sig:atomic"/><signal qcode="sig:correction"/>', "correction"),
        (2, '<signal uri="http://cv.iptc.org/newscodes/signal/update"/>', "update"),
        (2, '<signal qcode="sig:atomic"/>', None),
        (1, '<signal qcode="sig:update"/>', None),
    ],
)
def test_signal(version: int, meta: str, expected: str | None) -> None:
    assert read_one(newsml(meta=meta, attributes=f'guid="urn:x:1" version="{version}"')).signal == expected


@pytest.mark.parametrize(
    ("attributes", "content", "expected"),
    [
        ('xml:lang="en-GB"', '<language tag="de"/>', "de"),
        ('xml:lang="en-GB"', "", "en-GB"),
        ('xml:lang="en-GB"', '<language qcode="x:y"/><language tag="fr"/>', "fr"),
        ('xml:lang=""', "", None),
        ("", '<language tag="pt_BR"/>', "pt-BR"),
    ],
)
def test_language(attributes: str, content: str, expected: str | None) -> None:
    assert read_one(newsml(content, attributes=attributes)).language == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"<creator>{name('Jane Doe')}</creator><by>By JANE DOE</by>", (Byline(name="Jane Doe"),)),
        (f"<creator uri='https://x.example/j'>{name('J')}</creator>", (Byline(name="J", uri="https://x.example/j"),)),
        (f"<creator>{name('J')}<definition>Born in Graz</definition></creator>", (Byline(name="J"),)),
        ('<creator literal="Jane Doe"/>', (Byline(name="Jane Doe"),)),
        ('<creator qcode="staff:17"/>', ()),
        ('<creator qcode="staff:17"/><by> By\n JANE DOE </by>', (Byline(name="JANE DOE"),)),
        ("<by>By JANE DOE</by><by/><by>JOHN ROE</by>", (Byline(name="JANE DOE"), Byline(name="JOHN ROE"))),
        ("<by>JOHN ROE in Graz and JANE DOE</by>", ()),
        (f"<creator type='cpnat:person'>{name('J')}</creator>", (Byline(name="J", type="person"),)),
        (f"<creator>{name('J')}<organisationDetails/></creator>", (Byline(name="J", type="organisation"),)),
        (f"<creator role='r:x'>{name('J')}</creator>", (Byline(name="J", role="r:x"),)),
    ],
)
def test_bylines(content: str, expected: tuple[Byline, ...]) -> None:
    assert read_one(newsml(content)).bylines == expected


def test_the_byline_is_the_one_in_the_language_of_the_item() -> None:
    by = '<language tag="en"/><by xml:lang="fr">Par Ada</by><by xml:lang="en">Ada Reed</by>'
    found = read_with_ledger(newsml(by))
    assert (found.article.byline, found.article.bylines) == ("Ada Reed", (Byline(name="Ada Reed"),))
    assert named(found) == {"contentMeta/by[1]": "Par Ada", "contentMeta/by[1]/@xml:lang": "fr"}


@pytest.mark.parametrize(
    ("meta", "content", "expected"),
    [
        (f"<provider>{name('Agency')}</provider>", "", Party(name="Agency")),
        (f"<provider uri='https://a.example/'>{name('A')}</provider>", "", Party(name="A", uri="https://a.example/")),
        (f"<provider>{name('Agency')}</provider>", f"<infoSource>{name('Other')}</infoSource>", Party(name="Agency")),
        ('<provider qcode="nprov:AP"/>', f"<infoSource>{name('Other')}</infoSource>", Party(name="Other")),
        ('<provider literal="Agency"/>', "", Party(name="Agency")),
        ('<provider qcode="nprov:AP"/>', "", None),
        ('<provider uri="https://a.example/"/>', "", None),
        (f"<provider>{name('Operator')}</provider>{NEWSMILL}", "", None),
        (f"<provider>{name('A')}</provider>{NEWSMILL}", f"<infoSource>{name('A')}</infoSource>", Party(name="A")),
        (
            f'<provider qcode="nprov:AP">{name("AP")}</provider>',
            "",
            Party(name="AP", uri="http://cv.iptc.org/newscodes/newsprovider/AP"),
        ),
    ],
)
def test_provider(meta: str, content: str, expected: Party | None) -> None:
    assert read_one(newsml(content, meta=meta)).provider == expected


def test_rights() -> None:
    rights = (
        f"<copyrightHolder uri='https://x.example/'>{name('Holder')}</copyrightHolder>"
        "<copyrightNotice>\n  Copyright 2017-18\n  Example\n</copyrightNotice>"
        "<usageTerms>Not <a>in</a> the US</usageTerms>"
    )
    article = read_one(newsml(rights=rights))
    assert article.copyright_holder == Party(name="Holder", uri="https://x.example/")
    assert (article.copyright_notice, article.usage_terms) == ("Copyright 2017-18 Example", "Not in the US")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f'<genre qcode="genre:Interview">{name("Interview", "en")}</genre>', "Interview"),
        ('<genre qcode="genre:Interview"/>', "genre:Interview"),
        (f'<genre qcode="dclass:x"/><genre qcode="y:z">{name("Preview")}</genre>', "Preview"),
        ('<genre uri="https://x.example/g"/>', "https://x.example/g"),
        ("<genre/>", None),
    ],
)
def test_genre(content: str, expected: str | None) -> None:
    assert read_one(newsml(content)).genre == expected


def test_the_small_properties() -> None:
    content = (
        "<urgency> 4 </urgency><slugline separator='-'>A-B</slugline><dateline>VIENNA (ENA)\n</dateline>"
        "<keyword>one</keyword><keyword> </keyword><keyword>two\n three</keyword>"
    )
    article = read_one(newsml(content, meta="<edNote>First</edNote><edNote role='x:y'>Second\n  line</edNote>"))
    assert (article.urgency, article.slugline, article.dateline) == (4, "A-B", "VIENNA (ENA)")
    assert article.keywords == ("one", "two three")
    assert (article.ed_note, article.ed_notes) == ("First", (EdNote(text="Second line", role="x:y"),))


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        (newsml("<urgency>high</urgency>"), "contentMeta/urgency", "high"),
        (newsml("<urgency>0</urgency>"), "contentMeta/urgency", "0"),
        (newsml(attributes='guid="urn:x:1" version="1.0"'), "@version", "1.0"),
        (newsml(attributes=f'guid="urn:x:1" version="{"9" * 5000}"'), "@version", "9" * 5000),
        (newsml(attributes='guid="not an IRI" version="1"'), "@guid", "not an IRI"),
        (newsml('<language tag="English (US)"/>'), "contentMeta/language/@tag", "English (US)"),
        (newsml('<subject qcode="medtop:1"><name>S</name></subject>'), "contentMeta/subject/@qcode", "medtop:1"),
        (newsml('<subject uri="x y"><name>S</name></subject>'), "contentMeta/subject/@uri", "x y"),
        (newsml('<subject relevance="101" uri="urn:x:s"/>'), "contentMeta/subject/@relevance", "101"),
    ],
)
def test_a_value_that_no_article_can_have_is_left_out_and_named(text: str, path: str, value: str) -> None:
    assert named(read_with_ledger(text)) == {path: value}


def test_a_guid_that_is_no_uri_is_an_alternative_id() -> None:
    article = read_one(newsml(attributes='guid="4711" version="1"'))
    assert (article.id, article.alternative_ids) == (None, (AlternativeId(id="4711", type="guid"),))
    uuid = "1D02738F-0000-4BA0-A6DA-000000000001"
    assert read_one(newsml(attributes=f'guid="{uuid}" version="1"')).id == f"urn:uuid:{uuid.lower()}"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (f'<subject type="cpnat:abstract" qcode="medtop:04000000">{name("economy")}</subject>',
         Subject(name="economy", qcode="medtop:04000000", type="abstract")),
        (f'<subject type="cpnat:person">{name("P")}</subject>', Subject(name="P", type="person")),
        (f'<subject type="cpnat:organisation">{name("O")}</subject>', Subject(name="O", type="organisation")),
        (f'<subject type="cpnat:geoArea">{name("G")}</subject>', Subject(name="G", type="place")),
        (f'<subject type="cpnat:poi">{name("G")}</subject>', Subject(name="G", type="place")),
        (f'<subject type="cpnat:event">{name("E")}</subject>', Subject(name="E", type="event")),
        (f'<subject type="cpnat:object">{name("O")}</subject>', Subject(name="O", type="object")),
        (f'<subject type="spcpnat:team">{name("T")}</subject>', Subject(name="T")),
        (f'<subject uri="https://x.example/s" literal="s">{name("S")}</subject>',
         Subject(name="S", uri="https://x.example/s")),
        ('<subject qcode="medtop:04000000"><broader qcode="medtop:16000000"><name>B</name></broader></subject>',
         Subject(qcode="medtop:04000000", broader=(Concept(name="B", qcode="medtop:16000000"),))),
        ('<subject qcode="medtop:04000000"><sameAs uri="urn:x:1"/><sameAs qcode="subj:04000000"/></subject>',
         Subject(qcode="medtop:04000000",
                 same_as=("urn:x:1", "http://cv.iptc.org/newscodes/subjectcode/04000000"))),
        (f'<subject relevance="30" confidence="90" why="why:direct" creator="svc:m">{name("S")}</subject>',
         Subject(name="S", relevance=30, confidence=90, why="why:direct", creator="svc:m")),
        (f'<subject type="cpnat:geoArea">{name("S")}<geoAreaDetails><position latitude="51.1" longitude="-1.3"/>'
         "</geoAreaDetails></subject>",
         Subject(name="S", type="place", position=Position(latitude=51.1, longitude=-1.3))),
        (f'<subject><mainConcept qcode="medtop:20001071">{name("swimming")}</mainConcept><facetConcept/></subject>',
         Subject(name="swimming", qcode="medtop:20001071")),
        ('<subject literal="2015"/>', Subject(name="2015")),
    ],
)  # fmt: skip
def test_subject(subject: str, expected: Subject) -> None:
    assert read_one(newsml(subject)).subjects == (expected,)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('qcode="medtop:04000000"', ("medtop:04000000", None)),
        ('qcode="own:a/1"', (None, "https://cv.example.com/a/1")),
        ('qcode="own:1" uri="https://x.example/stated"', (None, "https://x.example/stated")),
        ('qcode="nowhere:1"', ("nowhere:1", None)),
        ('qcode="bad:1"', (None, None)),
        ('qcode="medtop"', (None, None)),
        ('qcode="medtop:"', (None, None)),
    ],
)
def test_a_qcode_is_kept_unless_the_item_gives_its_uri(
    attributes: str, expected: tuple[str | None, str | None]
) -> None:
    qcode, uri = expected
    content = f"<subject {attributes}>{name('N')}</subject><located {attributes}>{name('N')}</located>"
    article = read_one(newsml(content, before=CATALOG))
    assert article.subjects == (Subject(name="N", qcode=qcode, uri=uri),)
    assert article.located == Place(name="N", qcode=qcode, uri=uri)


def test_alias_bound_by_the_item_overrides_the_iptc() -> None:
    bound = '<catalog><scheme alias="{}" uri="{}"/></catalog>'
    qcode = '<subject qcode="medtop:04000000"/>'
    own = newsml(qcode, before=bound.format("medtop", "https://cv.example.com/"))
    assert read_one(own).subjects == (Subject(uri="https://cv.example.com/04000000"),)
    same = newsml(qcode, before=bound.format("medtop", "http://cv.iptc.org/newscodes/mediatopic/"))
    assert read_one(same).subjects == (Subject(qcode="medtop:04000000"),)


def test_a_concept_that_nothing_is_left_of_is_dropped() -> None:
    content = '<subject qcode="nowhere"/><subject/><located qcode="nowhere"/><located qcode="iso3166-1a2:AT"/>'
    article = read_one(newsml(content))
    assert article.subjects == ()
    assert article.located == Place(qcode="iso3166-1a2:AT")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "Arbeit"), ("de-AT", "Arbeit"), ("EN-us", "labor"), ("en", "labour"), ("fr", "labour"), ("", "labour")],
)
def test_a_name_is_the_one_in_the_language_of_the_text(language: str, expected: str) -> None:
    names = name("labour", "en-GB") + name("labor", "en-US") + name("Arbeit", "de")
    tag = f'<language tag="{language}"/>' if language else ""
    (subject,) = read_one(newsml(f"{tag}<subject>{names}</subject>")).subjects
    assert subject.name == expected
    assert {expected, *(other.text for other in subject.names)} == {"labour", "labor", "Arbeit"}


def test_a_link_to_another_item_is_not_the_address_of_this_one() -> None:
    link = '<link rel="irel:seeAlso" href="https://x.example/story"/>'
    assert read_one(newsml(meta=link)).url is None
    assert read_one(newsml(meta=NEWSMILL + link)).url == "https://x.example/story"


def test_a_source_is_a_document_whose_digest_is_known() -> None:
    link = '<link rel="irel:derivedFrom" href="{}" contenttype="text/plain" size="3"><title>a.txt</title></link>'
    digest = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
    source = read_one(newsml(meta=NEWSMILL + link.format(f"ni:///sha-256;{digest}"))).source
    assert source is not None
    assert source.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (source.name, source.media_type, source.size) == ("a.txt", "text/plain", 3)
    assert read_one(newsml(meta=NEWSMILL + link.format("https://x.example/a.txt"))).source is None


def test_words_are_counted_not_taken() -> None:
    body = f'<inlineXML wordcount="9"><html xmlns="{XHTML}"><body><p>Two – words.</p></body></html></inlineXML>'
    assert read_one(newsml(body=body)).word_count == 2


def test_a_document_without_items_is_an_error() -> None:
    with pytest.raises(InputError, match=r"wire\.xml: it has no newsItem or packageItem"):
        read(f'<newsMessage xmlns="{NAR}"><itemSet/></newsMessage>')


@needs_reference
def test_the_official_sports_story() -> None:
    article = read_one((EXAMPLES / "LISTING_22_Sports_story_in_NewsML-G2NITF.xml").read_bytes())
    assert article.headline == "Preview: Arizona Diamondbacks (29-23) at Philadelphia Phillies (26-24), 7:05 p.m."
    assert article.bylines == (Byline(name="The Sports Network"),)
    assert article.language == "en-US"
    assert article.genre == "Game Preview"
    assert article.located is not None
    assert (article.located.qcode, [one.qcode for one in article.located.broader]) == (
        "city:Philadelphia",
        ["reg:Pennsylvania", "cntry:USA"],
    )
    assert article.subjects[0] == Subject(name="sport", qcode="medtop:20000822")
    assert ("Doug Davis", "person") in [(subject.name, subject.type) for subject in article.subjects]
    assert len(article.paragraphs) == 6
    assert article.paragraphs[1] == (
        "The Phillies picked up some momentum with a three-game sweep of the Atlanta Braves, while the Diamondbacks "
        "captured all four of their games against the Houston Astros."
    )


@needs_reference
def test_the_official_text_document() -> None:
    article = read_one((EXAMPLES / "LISTING_2_NewsML-G2_Text_Document.xml").read_bytes())
    assert article.id == "urn:newsml:acmenews.com:20161121:US-FINANCE-FED"
    assert (article.version, article.status, article.slugline) == (11, "usable", "US-Finance-Fed")
    assert (article.published, article.modified) == ("2016-11-21T15:21:06-05:00", "2018-11-21T16:22:45-05:00")
    assert article.headline == 'Fed to halt QE to avert "bubble"'
    assert article.bylines == (Byline(name="Meredith Jameson", uri="http://www.acmenews.com/staff/mjameson"),)
    assert article.provider == Party(name="Associated Press")
    assert article.located == Place(name="New York, NY", qcode="geoloc:NYC")
    assert [subject.qcode for subject in article.subjects] == ["medtop:04000000", "medtop:20000350", "medtop:20000379"]
    assert [paragraph[:30] for paragraph in article.paragraphs] == [
        "(New York, NY - October 21) Et",
        "Ugiating ea feugait utat, veni",
    ]


@needs_reference
@pytest.mark.parametrize(
    ("listing", "id_"),
    [
        ("LISTING_1_A_NewsML-G2_News_Item.xml", "urn:newsml:acmenews.com:20161018:US-FINANCE-FED"),
        ("LISTING_29_Hop_History.xml", "urn:newsml:acmenews.com:20161019T1205:HOP-HISTORY-EXAMPLE"),
    ],
)
def test_an_official_example_without_text_is_read(listing: str, id_: str) -> None:
    article = read_one((EXAMPLES / listing).read_bytes())
    assert (article.id, article.paragraphs) == (id_, ())


@needs_reference
def test_the_target_item() -> None:
    article = read_one((REFERENCE / "newsml-g2" / "target-item.xml").read_bytes())
    assert article.headline == "Norland's central bank leaves its main interest rate unchanged at 3.25 percent"
    assert (article.published, article.status, article.language) == ("2024-11-08", "usable", "en")
    assert article.provider == Party(name="Example News Agency", uri="https://www.example.com/about")
    assert article.keywords == ("interest rate", "inflation")
    assert len(article.subjects) == 11
    vienna = article.subjects[-1]
    assert (vienna.name, vienna.qcode, vienna.type) == ("Vienna", "wikidata:Q1741", "place")
    assert (vienna.relevance, vienna.creator) == (15, "exsys:tagger")
    assert (len(article.paragraphs), article.word_count) == (11, 248)


@needs_reference
def test_the_target_message() -> None:
    found = read((REFERENCE / "newsml-g2" / "target-message.xml").read_bytes())
    assert len(found) > 1
    assert all(isinstance(article, Article) and article.headline for article in found)


def test_the_date_of_the_item_may_lack_its_zone() -> None:
    dates = "<versionCreated>2024-11-08T16:30:00</versionCreated><firstCreated>2024-11-07T16:30:00</firstCreated>"
    read = read_with_ledger(newsml(meta=dates))
    assert (read.article.published, read.article.first_created) == ("2024-11-07T16:30:00", None)
    outcomes = {entry.path: (entry.outcome, entry.field) for entry in read.ledger.entries if "Created" in entry.path}
    assert outcomes == {
        "itemMeta/versionCreated": ("not-held", None),
        "itemMeta/firstCreated": ("changed", "published"),
    }
