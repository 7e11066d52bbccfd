"""The Article of each small input in tests/cases, and what its ledger names."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from schemas.article import (
    AlternativeId,
    Article,
    Byline,
    EdNote,
    ItemLink,
    Media,
    Place,
    Position,
    Rendition,
    Rights,
    RoleText,
    Subject,
)  # fmt: skip
from schemas.article.body import Figure, Heading, ItemList, Paragraph, Quotation, Ruby, Table
from schemas.conversion import Defaults, ReadArticle, UnreadArticle
from schemas.reading import ReadingOptions
from tests.cases import CASES
from workers.pipeline.pipe import read_documents


def read_all(name: str, **reading: Any) -> list[ReadArticle]:
    """Every article of a case, with its whole ledger."""
    raw = (CASES / name).read_bytes()
    defaults = Defaults(reading=ReadingOptions(**reading), whole_ledger=True)
    found = [one.found for one in read_documents([(None, defaults.document(name, lambda: BytesIO(raw)))])]
    assert not [one.reason for one in found if isinstance(one, UnreadArticle)]
    return [one for one in found if isinstance(one, ReadArticle)]


def read(name: str, **reading: Any) -> ReadArticle:
    """The only article of a case of NewsML-G2."""
    (found,) = read_all(f"newsml-g2/{name}.xml", **reading)
    return found


def named(found: ReadArticle) -> set[tuple[str, str]]:
    """The paths and values that are changed or not held."""
    return {(one.path, one.value.strip()) for one in found.ledger.entries if one.outcome != "kept"}


NORA = Byline(name="Nora Field")
TEXT = "The ferry left at nine."

# For each case: the fields that the Article has, and what is named.
ROWS: dict[str, tuple[dict[str, Any], set[tuple[str, str]]]] = {
    "subject-code-seven-digits": (
        {"subjects": (Subject(name="Transport", type="abstract"),)},
        {("contentMeta/subject/@qcode", "subj:4011000")},
    ),
    "subjects-private-codes": (
        {
            "subjects": (
                Subject(qcode="N2:SHP"),
                Subject(name="Britain", qcode="N2:GB"),
                Subject(qcode="medtop:20000570"),
            ),
            "genre": "agency:feature",
            "located": Place(qcode="N2:LYM"),
        },
        set(),
    ),
    "names-in-assert": (
        {
            "bylines": (Byline(name="Nora Field", uri="https://cv.agency.example/nf"),),
            "subjects": (
                Subject(name="Ann Mayor", uri="https://cv.agency.example/12", type="person"),
                Subject(name="North Pier", type="place", position=Position(latitude=51.1, longitude=1.3)),
                Subject(name="ferry transport", qcode="medtop:20000570"),
            ),
        },
        {("assert[2]/personDetails/affiliation/name", "Town Hall")},
    ),
    "subject-name-mnemonic-first": (
        {
            "subjects": (
                Subject(
                    name="Ferry transport",
                    qcode="medtop:20000570",
                    type="abstract",
                    names=(RoleText(text="FRY", role="nrol:mnemonic"),),
                ),
            )
        },
        set(),
    ),
    "by-and-creator-organisation": (
        {"byline": "Nora Field", "bylines": (NORA,), "contributors": ()},
        {("contentMeta/creator/@literal", "Coast Press Ltd")},
    ),
    "by-and-creator-login": (
        {"byline": "Nora Field", "bylines": (NORA,), "contributors": ()},
        {("contentMeta/creator/@qcode", "staff:nfield7"), ("contentMeta/creator/name", "nfield7")},
    ),
    "by-and-creator-photographer": (
        {"bylines": (NORA,), "contributors": (Byline(name="Tom Lens", role="crol:photographer"),)},
        set(),
    ),
    "by-line-of-two-creators": (
        {
            "byline": "By Nora Field in Port Lyme and Tom Lens in Calden",
            "bylines": (NORA, Byline(name="Tom Lens")),
        },
        set(),
    ),
    "creator-organisation-only": (
        {
            "byline": None,
            "bylines": (Byline(name="Coast Press Ltd", type="organisation", uri="https://coastpress.example/about"),),
        },
        set(),
    ),
    "contributor-and-creditline": (
        {
            "bylines": (),
            "contributors": (Byline(name="Ed Itor", role="drole:editor"),),
            "credit_line": "Coast Press / Lens",
        },
        {("contentMeta/creator/@qcode", "staff:77")},
    ),
    "date-in-first-created-only": (
        {"published": "2024-03-01T06:30:00Z", "first_created": "2024-03-01T06:30:00Z", "status": "usable"},
        set(),
    ),
    "date-in-version-created-only": ({"published": "2024-03-01T08:00:00Z", "first_created": None}, set()),
    "version-created-of-the-source": (
        {
            "version": 4,
            "signal": "update",
            "published": "2024-02-28",
            "version_created": "2024-03-01T08:00:00Z",
            "first_created": "2024-02-28T06:30:00Z",
        },
        set(),
    ),
    "date-times-without-zone": (
        {
            "published": "2024-03-01T23:30:11",
            "modified": "2024-03-02T00:10:14",
            "version_created": None,
            "first_created": None,
        },
        {
            ("contentMeta/contentCreated", "2024-03-01T23:30:11"),
            ("contentMeta/contentModified", "2024-03-02T00:10:14"),
            ("itemMeta/versionCreated", "2024-03-01T08:10:14"),
            ("itemMeta/firstCreated", "2024-03-01T06:30:00"),
        },
    ),
    "date-offset-without-colon": (
        {"published": "2024-03-01T08:00:00+01:00", "embargoed": "2024-03-01T12:00:00.000+01:00", "status": None},
        set(),
    ),
    "date-year-and-month-only": ({"published": "2024-03"}, set()),
    "embargo-without-zone": (
        {"embargoed": None, "status": "withheld"},
        {("itemMeta/embargoed", "2024-03-01T12:00:00")},
    ),
    "headline-sub-before-main": (
        {
            "headline": "Ferry service returns",
            "headlines": (
                RoleText(text="Boats to run hourly", role="hld:subHeadline"),
                RoleText(text="Ferry back", role="hld:seo"),
            ),
        },
        set(),
    ),
    "headlines-two-languages": (
        {"headline": "Ferry service returns", "headlines": (RoleText(text="Le ferry revient", language="fr"),)},
        set(),
    ),
    "description-own-role-and-caption": (
        {
            "description": "Boats run hourly again.",
            "descriptions": (RoleText(text="A boat at the pier.", role="drol:caption"),),
        },
        {("contentMeta/description[1]/@role", "mydrol:abstract")},
    ),
    "description-teaser": (
        {"description": "Boats run hourly again.", "descriptions": ()},
        {("contentMeta/description/@role", "drol:teaser")},
    ),
    "rights-languages-and-terms": (
        {
            "copyright_notice": "All rights reserved.",
            "usage_terms": "No web use.",
            "rights": (
                Rights(terms="Not in Norland."),
                Rights(notice="Alle Rechte vorbehalten.", language="de"),
                Rights(terms="Archive for 30 days."),
            ),
        },
        set(),
    ),
    "data-mining-prohibited": (
        {"data_mining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"},
        set(),
    ),
    "digital-source-type": ({"digital_source_type": "digsrctype:trainedAlgorithmicMedia"}, set()),
    "signals-correction-and-alert": ({"version": 2, "signal": "correction", "signals": ("sig:alert",)}, set()),
    "ednote-not-for-publication": (
        {"ed_notes": (EdNote(text="Notes\nContacts\nDesk 555 010\nNora 555 011", constraints=("pub:nonpublic",)),)},
        set(),
    ),
    "urgency-word": ({"urgency": None}, {("contentMeta/urgency", "high")}),
    "version-decimal": ({"version": 1}, {("@version", "1.2")}),
    "guid-number": ({"id": None, "alternative_ids": (AlternativeId(id="4711", type="guid"),)}, {("@guid", "4711")}),
    "guid-bare-uuid": (
        {"id": "urn:uuid:1d02738f-0000-4ba0-a6da-000000000001"},
        {("@guid", "1d02738f-0000-4ba0-a6da-000000000001")},
    ),
    "language-on-body-only": ({"language": "de"}, set()),
    "language-on-message-only": ({"language": "fi"}, set()),
    "language-unknown-name": ({"language": None}, {("contentMeta/language/@tag", "english")}),
    "status-of-own-scheme": ({"status": "withheld"}, {("itemMeta/pubStatus/@qcode", "imext:draft")}),
    "canceled-without-content": (
        {
            "version": 3,
            "status": "canceled",
            "headline": "Ferry service returns",
            "ed_note": "Kill story: wrong date.",
            "paragraphs": (),
        },
        set(),
    ),
    "picture-item-with-caption": (
        {
            "kind": "picture",
            "paragraphs": ("A boat at the pier.",),
            "credit_line": "Coast Press / Lens",
            "media": (
                Media(
                    kind="picture",
                    renditions=(
                        Rendition(
                            href="https://harbour.example/boat.jpg",
                            media_type="image/jpeg",
                            width=4000,
                            height=3000,
                            role="rnd:highRes",
                        ),
                    ),
                ),
            ),
        },
        set(),
    ),
    "video-item-with-shotlist": (
        {
            "kind": "video",
            "media": (
                Media(
                    kind="video",
                    renditions=(
                        Rendition(
                            href="https://harbour.example/boat.mp4",
                            media_type="video/mp4",
                            duration=42,
                            role="rnd:web",
                        ),
                    ),
                ),
            ),
        },
        set(),
    ),
    "text-item-with-picture": (
        {
            "kind": "text",
            "url": None,
            "links": (
                ItemLink(
                    href="https://harbour.example/boat.jpg",
                    rel="irel:seeAlso",
                    media_type="image/jpeg",
                    title="Boat",
                ),
            ),
            "media": (
                Media(
                    kind="picture",
                    renditions=(
                        Rendition(href="https://harbour.example/boat.jpg", media_type="image/jpeg", role="rnd:web"),
                    ),
                ),
            ),
        },
        set(),
    ),
    "body-list-nested": ({"paragraphs": ("North\npier\nquay\nSouth",)}, set()),
    "body-table-empty-corner": (
        {"paragraphs": ("Sailings\n\tMon\tTue\nNorth pier\t3\t5\nSouth pier\t\t7",)},
        set(),
    ),
    "body-table-spans": ({"paragraphs": ("Line\tPassengers\t\n\tTotal\tDaily\nA\t900\t30",)}, set()),
    "body-heading-quotation-link": (
        {"paragraphs": ("Fares rise.", "Timetable", "We are glad.", "See the plan of the new pier.")},
        set(),
    ),
    "body-figure-caption-credit": ({"paragraphs": ("It came.", "It left.")}, set()),
    "body-superscript": (
        {"paragraphs": ("The deck is 40 m² and weighs 10³ kg; fares rose in 2023¹.",)},
        set(),
    ),
    "body-deleted-inserted": ({"paragraphs": ("The toll is 7 euros.",)}, set()),
    "body-inline-quotation": ({"paragraphs": ("“Fair”, said Nora.",)}, set()),
    "body-ruby": ({"headline": "東京港(みなと)再開", "paragraphs": ("港(みなと)が再開した。",)}, set()),
    "bodies-two-languages": (
        {"paragraphs": (TEXT,), "language": "en"},
        {
            ("contentSet/inlineXML[1]/@xml:lang", "fr"),
            ("contentSet/inlineXML[1]/@contenttype", "application/xhtml+xml"),
            ("contentSet/inlineXML[1]/html/body/p", "Le ferry est parti."),
        },
    ),
    "body-html-in-cdata": ({"paragraphs": (TEXT, "It came & went.")}, set()),
    "unknown-element": ({"headline": "Ferry service returns"}, {("contentMeta/headlin", "Ferry")}),
    "wrapped-in-atom": ({"headline": "Ferry service returns", "paragraphs": (TEXT,)}, set()),
    "latin1-declared-cp1252-bytes": (
        {"headline": "Café reopens – “soon”", "paragraphs": ("Café – “soon” € 4.",)},
        set(),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_article_and_what_is_named(name: str) -> None:
    fields, losses = ROWS[name]
    found = read(name)
    assert {field: getattr(found.article, field) for field in fields} == fields
    assert named(found) == losses


@pytest.mark.parametrize("name", ["item-without-namespace", "body-unknown-inline-element"])
def test_what_has_no_value_is_named_too(name: str) -> None:
    found = read(name)
    assert found.article.headline == "Ferry service returns"
    ((path, _),) = named(found)
    assert path in ("@xmlns", "contentSet/inlineXML/html/body/p/endash")
    assert found.article.body in (TEXT, "Shares of Acme rose 3 4 percent.")


def test_each_case_states_its_provider_and_language() -> None:
    for name in ROWS:
        provider = read(name).article.provider
        assert provider is not None
        assert provider.name == "Harbour News", name


def test_the_zone_of_the_request_completes_the_dates() -> None:
    article = read("date-times-without-zone", zone="Europe/Paris").article
    assert (article.published, article.modified) == ("2024-03-01T23:30:11+01:00", "2024-03-02T00:10:14+01:00")
    assert (article.first_created, article.version_created) == (
        "2024-03-01T06:30:00+01:00",
        "2024-03-01T08:10:14+01:00",
    )
    embargoed = read("embargo-without-zone", zone="Europe/Paris").article
    assert (embargoed.embargoed, embargoed.status) == ("2024-03-01T12:00:00+01:00", None)


def test_a_package_and_an_item_are_both_articles() -> None:
    package, item = (one.article for one in read_all("newsml-g2/message-with-package.xml"))
    assert (package.kind, package.headline) == ("composite", "Ferry package")
    (group,) = package.groups
    assert (group.id, group.role) == ("G1", "group:main")
    assert [(one.id, one.version, one.title) for one in group.items] == [(item.id, 1, "Ferry")]
    assert (item.kind, item.paragraphs) == ("text", (TEXT,))


def test_an_item_sent_twice_is_read_twice_the_same() -> None:
    first, second = (one.article for one in read_all("newsml-g2/message-same-item-twice.xml"))
    assert first == second


def kinds(article: Article) -> list[type[object]]:
    return [type(block) for block in article.blocks]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("body-list-nested", [ItemList]),
        ("body-table-empty-corner", [Table]),
        ("body-table-spans", [Table]),
        ("body-heading-quotation-link", [str, Heading, Quotation, Paragraph]),
        ("body-figure-caption-credit", [str, Figure, str]),
    ],
)
def test_a_body_keeps_its_structure(name: str, expected: list[type[object]]) -> None:
    assert kinds(read(name).article) == expected


def test_a_figure_has_its_caption_credit_and_alternative_text() -> None:
    figure = read("body-figure-caption-credit").article.blocks[1]
    assert isinstance(figure, Figure)
    assert (figure.media.caption, figure.media.credit, figure.media.alt) == (
        *("The boat at dawn.", "Photo: T. Lens"),
        "A boat",
    )


def test_ruby_stays_ruby() -> None:
    (paragraph,) = read("body-ruby").article.blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.content[0] == Ruby("港", "みなと")


@pytest.mark.parametrize(
    ("name", "paragraphs", "losses"),
    [
        ("nitf-table-empty-corner", ("Sailings:", "\tMon\nNorth\t3"), set()),
        (
            "nitf-fraction-and-subscript",
            ("He waited 2 1/2 hours for 1 3/4 litres of H₂O. “Fine”, he said.",),
            set(),
        ),
        (
            "nitf-media-quotation-footnote",
            (TEXT, "Fares", "We are glad.", "It came back.", "Note one."),
            {"p/@lede", "media/media-reference/@source", "media/media-reference/@mime-type"},
        ),
        (
            "body-of-capital-elements",
            (
                *("Ferry returns", "PORT LYME", TEXT, "We are glad, says Nora.", "So am I, says Tom."),
                *("Fares rise", "It costs four.", "Nora Field", "A boat."),
            ),
            {"RUBRIK", "ORT", "BRODTEXT/CITAT", "BRODTEXT/CITAT[2]", "BRODTEXT/MELLIS", "BILDTEXT"},
        ),
    ],
)
def test_bodies_of_other_vocabularies(name: str, paragraphs: tuple[str, ...], losses: set[str]) -> None:
    (found,) = read_all(f"nitf-and-others/{name}.xml")
    assert found.article.paragraphs == paragraphs
    beginnings = ("contentSet/inlineXML/nitf/body/body.content/", "contentSet/inlineXML/BODY/TEXT/")
    assert {path.removeprefix(beginnings[0]).removeprefix(beginnings[1]) for path, _ in named(found)} == losses


def test_the_head_and_the_end_of_nitf() -> None:
    (found,) = read_all("nitf-and-others/nitf-head-and-end.xml")
    article = found.article
    assert (article.headline, article.dateline, article.description) == (
        "Ferry service returns",
        "PORT LYME",
        "Boats run again.",
    )
    assert article.bylines == (Byline(name="Nora Field", type="person", job_title="Staff writer"),)
    assert article.headlines == (RoleText(text="Boats hourly", role="hl2"),)
    assert {value for _, value in named(found)} == {"Tom Lens contributed from Calden."}
