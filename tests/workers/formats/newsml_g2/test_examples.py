"""The IPTC's own examples: news items and packages are articles, all others are refused by name."""

from __future__ import annotations

import pytest

from schemas.article import Article
from schemas.errors import InputError
from tests.reference import REFERENCE, needs_reference
from tests.workers.formats.documents import refusal
from tests.workers.formats.reading import read, read_fault, read_one
from workers.formats.detection import detect
from workers.formats.newsml_g2.reader import read_newsml_g2

EXAMPLES = REFERENCE / "newsml-g2" / "examples"


def example(name: str) -> bytes:
    """The bytes of the only example with a name that begins so."""
    (path,) = EXAMPLES.glob(f"{name}*")
    return path.read_bytes()


@needs_reference
@pytest.mark.parametrize(
    ("name", "kind", "media"),
    [
        ("LISTING_2_", "text", []),
        ("LISTING_22_", "text", []),
        ("Receiver View", "text", []),
        ("facet-example-3", "text", []),
        ("LISTING_3_", "picture", [("picture", 2)]),
        ("LISTING_3A_", "picture", [("picture", 2)]),
        ("LISTING_26_", "picture", [("picture", 1)]),
        ("LISTING_4_", "video", [("video", 3)]),
        ("LISTING_5_", "video", [("video", 1)]),
        ("LISTING_6_", "composite", []),
        ("LISTING_23_", "composite", []),
        ("LISTING_1_", "text", []),
        ("LISTING_16_", "composite", []),
        ("LISTING_21_", "text", []),
        ("LISTING_27_", "text", []),
        ("LISTING_29_", "text", []),
        ("facet-example.xml", "text", []),
        ("facet-example-2", "text", []),
        ("ap_metadata_example", "video", []),
    ],
)
def test_an_example_has_its_kind_and_its_media(name: str, kind: str, media: list[tuple[str, int]]) -> None:
    article = read_one(example(name))
    assert article.kind == kind
    assert [(one.kind, len(one.renditions)) for one in article.media] == media


@needs_reference
def test_a_package_has_its_groups() -> None:
    (group,) = read_one(example("LISTING_6_")).groups
    assert (group.id, group.role) == ("G1", "group:main")
    assert [(item.id, item.title) for item in group.items] == [
        ("urn:newsml:iptc.org:20081007:tutorial-item-A", "Obama annonce son équipe"),
        ("urn:newsml:iptc.org:20081007:tutorial—item-B", "Barack Obama arrive à Washington"),
    ]


@needs_reference
def test_a_picture_has_its_caption_credit_and_renditions() -> None:
    article = read_one(example("LISTING_26_"))
    (picture,) = article.media
    assert picture.caption is not None
    assert picture.caption.startswith("A firefighter in a flameproof suit walks past")
    (file,) = picture.renditions
    assert (file.role, file.media_type, file.width, file.height, file.size) == (
        *("rnd:highRes", "image/jpeg"),
        *(2500, 1445, 3764418),
    )
    assert (article.credit_line, article.description) == ("Acme/John Smith", None)
    assert [(one.name, one.role) for one in article.bylines] == [("John Smith", "crol:photog")]


@needs_reference
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("LISTING_10_", "a conceptItem holds a concept, not news"),
        ("LISTING_11_", "a conceptItem holds a concept, not news"),
        ("LISTING_12_", "a knowledgeItem holds a set of concepts, not news"),
        ("LISTING_13_", "a catalogItem holds a catalog of schemes, not news"),
        ("LISTING_14_", "a conceptItem holds a concept, not news"),
        ("LISTING_15_", "a knowledgeItem holds a set of concepts, not news"),
        ("LISTING_17_", "a planningItem holds the planning of news, not news"),
        ("LISTING_18_", "a planningItem holds the planning of news, not news"),
        ("LISTING_19_", "a planningItem holds the planning of news, not news"),
        ("LISTING_20_", "a planningItem holds the planning of news, not news"),
    ],
)
def test_an_example_without_an_article_says_why(name: str, reason: str) -> None:
    assert reason in read_fault(example(name)).reason


@needs_reference
def test_each_item_of_a_message_is_read() -> None:
    # Before the items stands a packageItem that only lists them.
    found = read(example("LISTING_24_"))
    ids = [[other.id for other in one.alternative_ids] for one in found if isinstance(one, Article)]
    assert ids == [["N1"], ["N2"], ["N3"], ["N4"]]
    assert len(found) == 4


@needs_reference
@pytest.mark.parametrize("name", ["LISTING_7_", "LISTING_8_", "LISTING_9_", "LISTING_28_"])
def test_a_fragment_is_refused_by_the_name_of_its_root(name: str) -> None:
    raw = example(name)
    with pytest.raises(InputError, match="it is XML whose root element is '"):
        detect(raw, "fragment.xml")
    assert "it has no newsItem or packageItem" in str(refusal(read_newsml_g2, raw))
