"""NewsML 1: what each element becomes, the forms of texts, and what is hostile."""

from __future__ import annotations

import base64
from collections import Counter

import pytest
from lxml import etree

from schemas.article import (
    AlternativeId,
    Article,
    Byline,
    ItemLink,
    Media,
    Party,
    Place,
    Position,
    Rendition,
    RoleText,
    Subject,
)
from schemas.article.parts import Concept
from schemas.conversion import ReadArticle
from schemas.errors import InputError
from tests.cases import CASES
from tests.workers.formats.documents import document, read_all, read_one, unread
from tests.workers.formats.newsml_1.documents import RICH, content, newsml
from tests.workers.formats.nitf.documents import leaves
from workers.formats.detection import detect
from workers.formats.newsml_1.reader import read_newsml_1

LEFT, CAME = content("<p>The ferry left.</p>"), content("<p>Crowds came.</p>")
PHOTO = '<ContentItem Href="https://harbour.example/p.jpg"><MediaType FormalName="Photo"/></ContentItem>'
FILE = (Rendition(href="https://harbour.example/p.jpg"),)


def whole(text: str) -> ReadArticle:
    [found] = read_newsml_1(document(text, whole_ledger=True))
    assert isinstance(found, ReadArticle), found
    return found


def paragraphs(component: str) -> tuple[str, ...]:
    return read_one(read_newsml_1, newsml(component)).paragraphs


@pytest.mark.parametrize("text", [RICH, (CASES / "nitf-and-others/newsml-1-root.xml").read_text()])
def test_each_leaf_of_an_item_has_one_entry(text: str) -> None:
    item = etree.fromstring(text.encode()).find("NewsItem")
    assert item is not None
    assert Counter(entry.value.strip() for entry in whole(text).ledger.entries) == leaves(item)


def test_a_ledger_that_is_not_whole_has_the_same_losses() -> None:
    [found] = read_newsml_1(document(RICH))
    assert isinstance(found, ReadArticle)
    lost = [entry.value for entry in whole(RICH).ledger.entries if entry.outcome != "kept"]
    assert [entry.value for entry in found.ledger.entries] == lost


def test_the_elements_become_fields() -> None:
    article = whole(RICH).article
    public = AlternativeId(id="urn:newsml:harbour.example:20240301:7:2N", type="PublicIdentifier")
    assert (article.id, article.alternative_ids) == ("urn:newsml:harbour.example:20240301:7", (public,))
    assert (article.version, article.signal, article.signals) == (2, "correction", ("Priority",))
    assert (article.published, article.first_created) == ("2024-03-01T08:00:00Z", "2024-03-01T08:00:00Z")
    assert (article.version_created, article.embargoed) == ("2024-03-01T09:00:00+01:00", "2024-03-02T00:00:00Z")
    assert (article.status, article.urgency, article.language, article.genre) == (None, 3, "en", "Current")
    assert article.headline == "Ferry back"
    assert article.headlines == (
        RoleText(text="Zur\u00fcck", language="de"),
        RoleText(text="Hourly", role="SubHeadLine"),
        RoleText(text="Other", role="title"),
    )
    assert (article.byline, article.bylines) == (
        "By Nora Field",
        (Byline(name="Nora Field", job_title="Staff writer"),),
    )
    assert article.contributors == (Byline(name="Port desk"), Byline(name="Ada Reed"))
    assert (article.dateline, article.credit_line) == ("PORT LYME, March 1", "Harbour Wire")
    assert (article.provider, article.copyright_holder) == (Party(name="Harbour"), Party(name="Harbour News"))
    assert (article.copyright_notice, article.usage_terms) == ("(c) Harbour", "No sale.")
    assert (article.slugline, article.keywords) == ("ferry-back", ("boats", "ferry", "fares", "port"))
    assert (article.description, article.audience) == ("Boats run.", ("Coast",))
    assert article.located == Place(name="Lyme", broader=(Concept(name="PT"),))
    assert article.links == (ItemLink(id="urn:x:6", rel="DerivedFrom"), ItemLink(id="urn:x:8", rel="AssociatedWith"))


def test_subject_codes_places_and_topics_become_subjects() -> None:
    assert whole(RICH).article.subjects == (
        Subject(qcode="subj:04000000"),
        Subject(qcode="subj:04015000"),
        Subject(name="Ferries"),
        Subject(name="GB", type="place"),
        Subject(name="Ada Reed", type="person", qcode="wd:Q1"),
    )


def test_a_component_with_pictures_is_one_media_object() -> None:
    file = Rendition(
        href="https://harbour.example/p.jpg", media_type="image/jpeg", width=80, height=60, size=900, role="Preview"
    )
    article = whole(RICH).article
    assert article.media == (Media(kind="picture", caption="The boat leaves.", credit="T. Lens", renditions=(file,)),)
    assert article.paragraphs == ("The ferry left.",)


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (LEFT, ("The ferry left.",)),
        (
            f"<NewsComponent>{LEFT}</NewsComponent><NewsComponent>{CAME}</NewsComponent>",
            ("The ferry left.", "Crowds came."),
        ),
        (LEFT + content("The ferry left."), ("The ferry left.",)),
        (LEFT + CAME, ("The ferry left.", "Crowds came.")),
        (content("One.\n\nTwo."), ("One.", "Two.")),
        (content("<![CDATA[<p>Caf&eacute;.</p><p>Two.</p>]]>"), ("Caf\u00e9.", "Two.")),
        (content("&lt;p&gt;One.&lt;/p&gt;"), ("One.",)),
        (content("<html><head><title>T</title></head><body><p>One.</p></body></html>"), ("One.",)),
        (content("<nitf><body><body.content><p>One.</p></body.content></body></nitf>"), ("One.",)),
        (content('<x:p xmlns:x="http://www.w3.org/1999/xhtml">One.</x:p>'), ("One.",)),
        (f"<NewsItem><NewsComponent>{CAME}</NewsComponent></NewsItem>", ("Crowds came.",)),
    ],
)
def test_the_text(component: str, expected: tuple[str, ...]) -> None:
    assert paragraphs(component) == expected


@pytest.mark.parametrize("text", ["One.\n\nTwo.", "<p>One.</p><p>Two.</p>"])
def test_base64_is_decoded(text: str) -> None:
    data = base64.b64encode(text.encode()).decode()
    encoded = f'<ContentItem><Encoding Notation="Base64"><DataContent>{data}</DataContent></Encoding></ContentItem>'
    assert paragraphs(encoded) == ("One.", "Two.")


def test_what_is_no_base64_is_named() -> None:
    encoded = '<ContentItem><Encoding Notation="Base64"><DataContent>?!</DataContent></Encoding></ContentItem>'
    assert "?!" in {one.value for one in whole(newsml(LEFT + encoded)).ledger.entries if one.outcome == "not-held"}


@pytest.mark.parametrize(("language", "expected"), [("de", "Die Faehre."), ("en", "The ferry left.")])
def test_of_alternatives_the_one_in_the_language_of_the_item_is_read(language: str, expected: str) -> None:
    german = content("<p>Die Faehre.</p>")
    both = f'<NewsComponent xml:lang="en">{LEFT}</NewsComponent><NewsComponent xml:lang="de">{german}</NewsComponent>'
    text = newsml(both).replace("<NewsComponent>", f'<NewsComponent xml:lang="{language}" EquivalentsList="yes">', 1)
    found = whole(text)
    assert (found.article.paragraphs, found.article.language) == ((expected,), language)
    item = etree.fromstring(text).find("NewsItem")
    assert item is not None
    assert Counter(entry.value.strip() for entry in found.ledger.entries) == leaves(item)


def test_several_pictures_in_a_component_are_several_media_objects() -> None:
    one = f"<NewsComponent>{content('<p>One.</p>')}{PHOTO}</NewsComponent>"
    two = f"<NewsComponent><NewsLines><HeadLine>Two.</HeadLine></NewsLines>{PHOTO}</NewsComponent>"
    article = read_one(read_newsml_1, newsml(f"{LEFT}<NewsComponent>{one}{two}</NewsComponent>"))
    assert [media.caption for media in article.media] == ["One.", "Two."]
    assert article.paragraphs == ("The ferry left.",)


def test_a_picture_beside_the_text_is_media() -> None:
    article = read_one(read_newsml_1, newsml(LEFT + PHOTO))
    assert (article.paragraphs, article.media) == (("The ferry left.",), (Media(kind="picture", renditions=FILE),))
    assert (article.kind, read_one(read_newsml_1, newsml(PHOTO)).kind) == ("text", "picture")


@pytest.mark.parametrize(
    ("management", "status"),
    [
        ('<Status FormalName="Canceled"/>', "canceled"),
        ('<Status FormalName="Embargoed"/>', "withheld"),
        ('<Status FormalName="Odd"/>', "withheld"),
        ('<Status FormalName="Usable"/><Instruction FormalName="Kill"/>', "canceled"),
    ],
)
def test_the_status(management: str, status: str) -> None:
    assert read_one(read_newsml_1, newsml(management=management)).status == status


def test_several_items_are_articles_of_one_set_of_topics() -> None:
    item = newsml(f'<DescriptiveMetadata><TopicOccurrence Topic="#t"/></DescriptiveMetadata>{LEFT}')
    item = item[item.index("<NewsItem>") : item.index("</NewsML>")]
    topics = '<TopicSet><Topic Duid="t"><Description>Ada</Description></Topic></TopicSet>'
    found = read_all(read_newsml_1, f"<NewsML>{topics}{item * 400}</NewsML>")
    assert (len(found), {one.subjects for one in found}) == (400, {(Subject(name="Ada"),)})


@pytest.mark.parametrize(
    "text",
    [
        newsml(),
        f'<?xml version="1.0"?><!DOCTYPE NewsML PUBLIC "urn:newsml:iptc.org:1" "a.dtd" []>{newsml()}',
        f'<!DOCTYPE NewsML SYSTEM "a.dtd" [\n<!-- NITF --> <!ENTITY % nitf SYSTEM "../b.dtd">\n%nitf;\n]>{newsml()}',
        f"<!DOCTYPE NewsML [<!ENTITY % nitf PUBLIC '-//IPTC//DTD NITF 3.0//EN' 'b.dtd'> %nitf; ]>{newsml()}",
        newsml().replace("<NewsML ", '<NewsML xmlns="http://iptc.org/std/NewsML/2003-10-10/" '),
        newsml(content("<nitf><body><body.content><p>The ferry left.</p></body.content></body></nitf>")),
    ],
)
def test_all_forms_of_a_document_are_read(text: str) -> None:
    assert read_one(read_newsml_1, text).paragraphs == ("The ferry left.",)
    assert detect(text.encode(), None) == "newsml-1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("<NewsML><NewsItem>", "not XML"),
        ("<NewsML/>", "it has no NewsItem"),
        (f'<!DOCTYPE NewsML [<!ENTITY a "b">]>{newsml()}', "DOCTYPE"),
        (f'<!DOCTYPE NewsML [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;]>{newsml()}', "DOCTYPE"),
        (f'<!DOCTYPE NewsML [<!ENTITY % a SYSTEM "a.dtd"> <!ENTITY b "c"> %a;]>{newsml()}', "DOCTYPE"),
        (newsml("<NewsComponent>" * 300), "not XML"),
    ],
)
def test_hostile_and_broken_documents_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        list(read_newsml_1(document(text)))


def test_an_item_without_text_is_named() -> None:
    found = unread(read_newsml_1, newsml("<NewsLines/>"))
    assert (found.place, found.kind) == ("NewsItem 1, line 1", "invalid")


def test_deep_and_many_components_are_read_in_time() -> None:
    deep = "<NewsComponent>" * 60 + LEFT + "</NewsComponent>" * 60
    many = "".join(f"<NewsComponent>{content(f'<p>{number}</p>')}</NewsComponent>" for number in range(2000))
    assert len(paragraphs(deep + many)) == 2001


def test_many_distinct_values_are_read_in_time() -> None:
    lines = "".join(f"<KeywordLine>k{number}</KeywordLine>" for number in range(20_000))
    photos = "".join(
        f'<ContentItem Href="urn:x:{number}"><MediaType FormalName="Photo"/></ContentItem>' for number in range(5_000)
    )
    article = read_one(read_newsml_1, newsml(f"<NewsLines>{lines}</NewsLines>{LEFT}{photos}"))
    assert (len(article.keywords), len(article.media[0].renditions)) == (20_000, 5_000)


def in_role(role: str, text: str, language: str = "en") -> str:
    """A component of text with its role."""
    stated = f'<NewsComponent xml:lang="{language}"><Role FormalName="{role}"/>'
    return f"{stated}<ContentItem><DataContent>{text}</DataContent></ContentItem></NewsComponent>"


def test_the_roles_of_components_say_what_is_text() -> None:
    parts = (
        in_role("Title", "Ferry back"),
        in_role("Abstract", "It came back."),
        in_role("StyleSheet", ".a { left: 0 }"),
        in_role("Lead", "The ferry left."),
        in_role("Body", "Crowds came."),
        in_role("TweetText", "It came."),
    )
    article = read_one(read_newsml_1, newsml(f"<NewsComponent>{''.join(parts)}</NewsComponent>"))
    assert (article.description, article.paragraphs) == ("It came back.", ("The ferry left.", "Crowds came."))


def test_of_components_in_languages_of_their_own_one_is_read() -> None:
    parts = in_role("Short", "The ferry left.") + in_role("Short", "De veerboot vertrok.", "nl")
    assert paragraphs(f'<NewsComponent xml:lang="nl">{parts}</NewsComponent>') == ("De veerboot vertrok.",)
    same = in_role("Short", "The ferry left.") + in_role("Short", "Crowds came.")
    assert paragraphs(f"<NewsComponent>{same}</NewsComponent>") == ("The ferry left.", "Crowds came.")


def test_html_in_the_cdata_of_a_body_is_html() -> None:
    body = "<body><body.content><![CDATA[The ferry left.<P>Crowds came.</P>]]></body.content></body>"
    assert paragraphs(content(body)) == ("The ferry left.", "Crowds came.")


def test_a_page_in_an_item_is_no_html_document() -> None:
    page = content('<html xmlns="http://www.w3.org/1999/xhtml"><body><p>The ferry left.</p></body></html>')
    assert detect(newsml(page).encode(), None) == "newsml-1"


SOUND = '<ContentItem Href="https://x.example/a.mp3"><Format FormalName="Mpeg3"/></ContentItem>'


def test_the_script_of_a_recording_is_text() -> None:
    lines = "<NewsLines><HeadLine>News at six</HeadLine></NewsLines>"
    script = 'Hear the mayor:&#13;&lt;NewsComponentRef idref="Q1"/&gt;&#13;&#13;Rain tonight.'
    parts = in_role("Title", "News at six") + in_role("Body", script) + f"<NewsComponent>{SOUND}</NewsComponent>"
    [found] = read_newsml_1(document(newsml(f"<NewsComponent>{lines}{parts}</NewsComponent>"), whole_ledger=True))
    assert isinstance(found, ReadArticle)
    assert found.article.paragraphs == ("Hear the mayor:", "Rain tonight.")
    [media] = found.article.media
    assert (media.kind, media.caption) == ("audio", "News at six")
    assert '<NewsComponentRef idref="Q1"/>' in {one.value for one in found.ledger.entries if one.outcome == "not-held"}


def test_the_metadata_of_a_recording_that_is_alone_are_those_of_the_item() -> None:
    inner = (
        "<NewsLines><Headline>News at six</Headline><KeywordLine>ferry</KeywordLine></NewsLines>"
        '<AdministrativeMetadata><Provider><Party FormalName="Harbour"/></Provider></AdministrativeMetadata>'
        + in_role("Title", "News at six")
        + in_role("Body", "Rain tonight.")
        + f"<NewsComponent>{SOUND}</NewsComponent>"
    )
    article = read_one(
        read_newsml_1, newsml(f'<NewsComponent xml:lang="en"><Role FormalName="Audio"/>{inner}</NewsComponent>')
    )
    assert (article.headline, article.language, article.keywords) == ("News at six", "en", ("ferry",))
    assert (article.provider, article.paragraphs) == (Party(name="Harbour"), ("Rain tonight.",))
    assert [(one.kind, one.caption) for one in article.media] == [("audio", "News at six")]


def test_a_release_with_a_logo_is_a_text() -> None:
    lines = "<NewsLines><HeadLine>Ferry back</HeadLine><DateLine>LYME</DateLine></NewsLines>"
    logo = f'<NewsComponent><Role FormalName="Logo"/>{SOUND.replace("Mpeg3", "JPEG Baseline")}</NewsComponent>'
    logo = logo.replace("</ContentItem>", '<MimeType FormalName="image/jpeg"/></ContentItem>')
    parts = (
        in_role("Abstract", "It came back."),
        in_role("StyleSheet", ".a { left: 0 }"),
        in_role("SubHeadLine", "<p>Fares fall</p><p>Hourly again</p>"),
        in_role("HeadLine", "<p><b>Ferry back</b></p>"),
        logo,
        in_role("Contact", "<p>Nora Field<br/>nora@harbour.example</p>"),
        in_role("Body", "<p>The ferry left.</p><p>Crowds came.</p>"),
    )
    article = read_one(read_newsml_1, newsml(f"<NewsComponent>{lines}{''.join(parts)}</NewsComponent>"))
    assert (article.headline, article.dateline, article.description) == ("Ferry back", "LYME", "It came back.")
    assert [(one.text, one.role) for one in article.headlines] == [
        ("Fares fall", "SubHeadLine"),
        ("Hourly again", "SubHeadLine"),
    ]
    assert article.paragraphs == ("The ferry left.", "Crowds came.")
    assert [(one.kind, one.caption, len(one.renditions)) for one in article.media] == [("picture", None, 1)]
    assert [(one.text, one.role) for one in article.ed_notes] == [("Nora Field\nnora@harbour.example", "Contact")]


def test_the_steps_of_a_document_are_no_blanks_of_its_text() -> None:
    assert paragraphs(content("Crowds\n      came.\n\n      Rain\n        fell.\n    ")) == (
        "Crowds\ncame.",
        "Rain\n  fell.",
    )


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("urn:newsml:harbour.example:20240301:7:2", "urn:newsml:harbour.example:20240301:7"),
        ("urn:newsml:harbour.example:10020931:2", "urn:newsml:harbour.example:10020931"),
        ("urn:newsml:harbour.example", None),
    ],
)
def test_an_identifier_that_stops_at_the_provider_names_no_item(identifier: str, expected: str | None) -> None:
    stated = f"<RevisionId>2</RevisionId><PublicIdentifier>{identifier}</PublicIdentifier>"
    article = read_one(read_newsml_1, newsml(identification=f"<NewsIdentifier>{stated}</NewsIdentifier>"))
    assert AlternativeId(id=identifier, type="PublicIdentifier") in article.alternative_ids
    assert article.id == expected or (expected is None and str(article.id).startswith("urn:uuid:"))


@pytest.mark.parametrize(("version", "signal", "signals"), [(1, None, ("Correction",)), (2, "correction", ())])
def test_a_correction_may_be_a_property_and_a_note(version: int, signal: str | None, signals: tuple[str, ...]) -> None:
    line = "<NewsLine><NewsLineType FormalName='AdvisoryLine'/><NewsLineText>Corrects para 4</NewsLineText></NewsLine>"
    metadata = "<DescriptiveMetadata><Property FormalName='Version' Value='Correction'/></DescriptiveMetadata>"
    article = read_one(
        read_newsml_1,
        newsml(
            f"<NewsLines>{line}</NewsLines>{metadata}{LEFT}",
            identification=f"<NewsIdentifier><RevisionId>{version}</RevisionId></NewsIdentifier>",
        ),
    )
    assert (article.signal, article.signals, article.ed_note) == (signal, signals, "Corrects para 4")


def test_the_title_of_a_picture_is_no_caption_beside_one() -> None:
    lines = "<NewsLines><HeadLine>Ferry back</HeadLine></NewsLines>"
    picture = SOUND.replace("Mpeg3", "Jpeg")
    parts = in_role("Title", "Ferry back") + in_role("Caption", "A boat.") + f"<NewsComponent>{picture}</NewsComponent>"
    text = in_role("Body", "The ferry left.")
    article = read_one(read_newsml_1, newsml(f"{text}<NewsComponent>{lines}{parts}</NewsComponent>"))
    assert article.paragraphs == ("The ferry left.",)
    assert [(one.kind, one.caption) for one in article.media] == [("picture", "A boat.")]


def test_the_headline_of_a_text_is_no_caption_of_a_picture_beside_it() -> None:
    lines = "<NewsLines><HeadLine>Ferry back</HeadLine></NewsLines>"
    caption = '<Property FormalName="caption" Value="A boat."/>'
    picture = SOUND.replace("Mpeg3", "Jpeg")
    article = read_one(read_newsml_1, newsml(f"{lines}{content('<p>The ferry left.</p>')}{picture}"))
    assert [one.caption for one in article.media] == [None]
    pictured = picture.replace("</ContentItem>", f"{caption}</ContentItem>")
    article = read_one(read_newsml_1, newsml(f"{lines}{content('<p>The ferry left.</p>')}{pictured}"))
    assert [one.caption for one in article.media] == ["A boat."]


def test_a_line_with_a_tab_begins_a_paragraph() -> None:
    assert paragraphs(content("\tThe ferry left.\n\tCrowds\ncame.")) == ("The ferry left.", "Crowds\ncame.")


def test_an_item_may_be_a_headline_alone() -> None:
    article = read_one(
        read_newsml_1, newsml("<NewsLines><HeadLine>Ferry back</HeadLine></NewsLines>", "<Urgency>2</Urgency>")
    )
    assert (article.headline, article.paragraphs, article.urgency) == ("Ferry back", (), 2)


def test_the_point_of_a_place_is_read() -> None:
    def stated(latitude: str) -> Article:
        inner = "".join(
            f'<Property FormalName="{name}" Value="{value}"/>'
            for name, value in (("City", "Lyme"), ("Latitude", latitude), ("Longitude", "-9.5"))
        )
        location = f'<DescriptiveMetadata><Location HowPresent="Origin">{inner}</Location></DescriptiveMetadata>'
        return read_one(read_newsml_1, newsml(location + LEFT))

    assert stated("38.7").located == Place(name="Lyme", position=Position(latitude=38.7, longitude=-9.5))
    assert stated("98.7").located == stated("north").located == Place(name="Lyme")


@pytest.mark.parametrize(
    ("attribute", "component", "language"),
    [
        ('xml:lang="en"', LEFT, "en"),
        ('xml:lang="en_US"', LEFT, "en-US"),
        ('xml:lang="english"', LEFT, None),
        ('xml:lang="en"', f'<DescriptiveMetadata><Language FormalName="de"/></DescriptiveMetadata>{LEFT}', "de"),
    ],
)
def test_the_language_of_an_item_is_that_of_its_text(attribute: str, component: str, language: str | None) -> None:
    text = newsml(component).replace("<NewsItem>", f"<NewsItem {attribute}>")
    assert read_one(read_newsml_1, text).language == language


def test_a_language_that_no_registry_has_is_named() -> None:
    text = newsml(LEFT).replace("<NewsComponent>", '<NewsComponent xml:lang="english">')
    assert read_one(read_newsml_1, text).language is None
    assert "NewsComponent/@xml:lang" in {entry.path for entry in whole(text).ledger.entries}


def test_a_headline_may_stand_in_a_line_of_news() -> None:
    lines = "<NewsLines><NewsLine><HeadLine>Ferry back</HeadLine></NewsLine></NewsLines>"
    assert read_one(read_newsml_1, newsml(lines + LEFT)).headline == "Ferry back"


def test_a_comment_on_the_text_is_a_note_to_editors() -> None:
    inner = (
        f"<NewsComponent><Comment>Embargoed to 0001 Monday</Comment>{content('<p>The ferry left.</p>')}</NewsComponent>"
    )
    assert read_one(read_newsml_1, newsml(inner)).ed_note == "Embargoed to 0001 Monday"


def test_a_subject_code_has_the_name_of_its_topic_in_the_language_of_the_item() -> None:
    topics = (
        '<TopicSet FormalName="Subjects"><Topic><TopicType FormalName="SubjectMatter"/>'
        '<FormalName Scheme="IptcSubjectCodes">04015001</FormalName>'
        '<Description xml:lang="en" Variant="Category">FER</Description>'
        '<Description xml:lang="el" Variant="Name">Πλοία</Description>'
        '<Description xml:lang="en" Variant="Name">Waterways</Description></Topic></TopicSet>'
    )
    codes = '<SubjectCode><SubjectMatter FormalName="04015001"/><SubjectMatter FormalName="04015002"/></SubjectCode>'
    metadata = (
        f'<DescriptiveMetadata><Language FormalName="en"/>{codes}<Property FormalName="Topic" Value="PORT"/>'
        "</DescriptiveMetadata>"
    )
    assert read_one(read_newsml_1, newsml(topics + metadata + content("<p>The ferry left.</p>"))).subjects == (
        Subject(name="Waterways", qcode="subj:04015001"),
        Subject(qcode="subj:04015002"),
        Subject(name="PORT"),
    )


def test_the_mark_of_the_end_is_no_text() -> None:
    assert paragraphs(content("<p>The ferry left.</p><p>ends</p>")) == ("The ferry left.",)


def test_a_time_without_a_zone_is_the_date_of_publication_alone() -> None:
    management = (
        "<FirstCreated>20240301T080000</FirstCreated><ThisRevisionCreated>20240301T090000</ThisRevisionCreated>"
    )
    read = whole(newsml(management=management))
    assert (read.article.published, read.article.first_created) == ("2024-03-01T08:00:00", None)
    assert read.article.version_created is None
    named = {entry.path: (entry.outcome, entry.field) for entry in read.ledger.entries if "Created" in entry.path}
    assert named == {
        "NewsManagement/FirstCreated": ("changed", "published"),
        "NewsManagement/ThisRevisionCreated": ("not-held", None),
    }
