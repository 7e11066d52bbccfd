"""NewsML-G2 of a rich article: each field in the place that the standard has for it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.article import (
    AlternativeId,
    Article,
    Block,
    Byline,
    EdNote,
    Figure,
    Group,
    ItemLink,
    Media,
    Paragraph,
    Preformatted,
    Rights,
    RoleText,
    Span,
    Subject,
    stated_fields,
)
from schemas.article.parts import Position, Rendition
from schemas.formats import article_leaves
from tests import strategies
from tests.exports import CONVERSION, small
from tests.field_table import EVERYTHING, PACKAGE, value_of
from tests.newsitems import found, written
from tests.workers.formats.markup.blocks import normal_form
from tests.workers.formats.newsml_g2.items import NAR
from tests.workers.formats.newsml_g2.test_round_trip import held, write
from tests.workers.formats.reading import read_one
from workers.formats import FORMATS
from workers.formats.markup import reduce_for_nitf
from workers.formats.newsml_g2.checks.documents import check_newsml, check_piece
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.places import is_package
from workers.formats.newsml_g2.structure import structure_of
from workers.formats.newsml_g2.writer import NewsmlG2Writer
from workers.formats.xml.places import walk_xml
from workers.pipeline.warnings import Notes

PLACES = FORMATS.get("newsml-g2").places


@st.composite
def any_articles(draw: st.DrawFn) -> Article:
    """Any article; most of those with groups are composites without a text."""
    article, without_text = draw(strategies.rich_articles()), draw(st.integers(0, 3))
    if article.groups and without_text:
        return replace(article, kind="composite", paragraphs=(), blocks=())
    return article


@st.composite
def packages(draw: st.DrawFn) -> Article:
    """Any article with groups and without a text."""
    article, groups = draw(strategies.rich_articles()), draw(strategies.groups())
    return replace(article, kind="composite", paragraphs=(), blocks=(), groups=groups)


# Any article takes long to make.
FEW = settings(max_examples=15)


@FEW
@given(any_articles(), st.sampled_from(("xhtml", "nitf")))
def test_item_of_any_article_keeps_every_rule(article: Article, body: Any) -> None:
    (piece,) = NewsmlG2Writer(CONVERSION, NewsmlG2Options(body=body)).pieces(article)
    root = etree.fromstring(piece)
    assert list(structure_of("2.35").validate(root, ids=set())) == []
    faults = check_piece(piece, article)
    assert [fault for fault in faults if fault.severity == "error" and not fault.stated] == []


@settings(max_examples=5)
@given(st.lists(any_articles(), min_size=2, max_size=2))
def test_ids_are_unique_in_a_message(articles: list[Article]) -> None:
    own = [replace(article, id=f"{article.id}{number}") for number, article in enumerate(articles)]
    ids = [id_ for id_ in found(written(*own), "//@id[namespace-uri() = '']") if id_]
    assert len(ids) == len(set(ids))


def _elements(paths: Iterable[str]) -> set[str]:
    """Return the paths of elements, without the relation that an element can have."""
    return {re.sub(r"\[.*?\]", "", path.partition("/@")[0]) for path in paths if not path.startswith("@")}


@FEW
@given(any_articles())
def test_every_stated_field_is_in_its_place_or_named(article: Article) -> None:
    raw = etree.tostring(written(article))
    walked = _elements(path for path, _ in walk_xml(raw))
    walked |= {path.rpartition("/")[0] for path in walked}
    named = {*PLACES.unheld, *PLACES.lost(article)}
    for leaf in article_leaves():
        value = value_of(article, leaf)
        stated = value if isinstance(value, tuple) else (value,)
        if any(one not in (None, (), "") for one in stated) and leaf.partition(".")[0] not in named | {"source"}:
            of_leaf = PLACES.of[leaf]
            # A URI is an attribute of the concept itself if it has no QCode of another one.
            elements = _elements(of_leaf) | {place.partition("/related[")[0] for place in of_leaf}
            is_of_root = any(place.startswith("@") for place in of_leaf)
            assert leaf in {*named, "blocks"} or is_of_root or elements & walked, leaf


@FEW
@given(packages())
def test_a_package_comes_back_without_what_is_named(article: Article) -> None:
    assert is_package(article)
    known = {group.id for group in article.groups}
    groups = tuple(
        replace(group, groups=tuple(name for name in group.groups if name in known)) for group in article.groups
    )
    assert read_one(write([article])) == replace(held(article), media=(), groups=groups)
    assert set(PLACES.lost(article)) == {
        *(["media"] if article.media else []),
        *(["groups.groups"] if groups != article.groups else []),
    }


@FEW
@given(strategies.blocks())
def test_what_nitf_does_not_hold_is_named(blocks: tuple[Block, ...]) -> None:
    options = {"xhtml": NewsmlG2Options(), "nitf": NewsmlG2Options(body="nitf")}
    notes = {body: Notes(("newsml-g2",), {"newsml-g2": of_body}) for body, of_body in options.items()}
    article = small(paragraphs=(), blocks=blocks)
    stated = stated_fields(article)
    named = set(notes["nitf"].of(article, stated)) - set(notes["xhtml"].of(article, stated))
    assert len(named) == len(reduce_for_nitf(article.blocks)[1])


@FEW
@given(strategies.blocks())
def test_what_nitf_holds_comes_back(blocks: tuple[Block, ...]) -> None:
    read = read_one(write([small(paragraphs=(), blocks=blocks)], "nitf"))
    assert (read.blocks or read.paragraphs) == normal_form(reduce_for_nitf(blocks)[0])


class TestTheItem:
    @pytest.mark.parametrize("kind", ["text", "picture", "video", "audio", "graphic", "composite"])
    def test_kind_is_the_item_class(self, kind: Any) -> None:
        assert found(written(small(kind=kind)), "/n:newsItem/n:itemMeta/n:itemClass/@qcode") == [f"ninat:{kind}"]

    def test_an_item_without_a_status_is_usable(self) -> None:
        assert found(written(small()), "//n:pubStatus/@*") == ["stat:usable", "why:inferred"]
        assert found(written(small(status="usable")), "//n:pubStatus/@*") == ["stat:usable"]

    def test_a_cancellation_needs_no_content(self) -> None:
        root = written(Article(id="urn:x:1", version=3, status="canceled", ed_note="Kill: wrong date."))
        assert found(root, "//n:pubStatus/@qcode | //n:edNote") == ["stat:canceled", "Kill: wrong date."]
        assert found(root, "n:contentSet") == []

    def test_versions_of_the_source_stay_its_own(self) -> None:
        root = written(small(version_created="2024-03-01T08:00:00Z", first_created="2024-02-28T06:30:00Z"))
        assert found(root, "//n:versionCreated | //n:firstCreated") == ["2024-03-01T08:00:00Z", "2024-02-28T06:30:00Z"]
        assert found(written(small()), "//n:versionCreated") == found(written(small()), "//n:generator/@modified")

    def test_version_of_the_source_at_the_time_of_the_conversion_comes_back(self) -> None:
        article = small(version_created="2024-11-08T16:30:00Z")
        raw = write([article])
        assert b'modified="2024-11-08T16:30:00.0Z"' in raw
        assert read_one(raw) == article

    def test_notes_keep_their_roles_and_constraints(self) -> None:
        notes = (EdNote(text="Call.", role="desk:x", constraints=("pub:none",)), EdNote(text="Further."))
        article = small(ed_note="Main.", ed_notes=notes)
        root = written(article)
        assert found(root, "//n:edNote") == ["Main.", "Call.", "Further."]
        assert found(root, "//n:edNote/@*") == ["desk:x", "pub:none", "data:,"]
        assert read_one(write([article])) == article

    def test_times_without_a_zone_stay_without_one(self) -> None:
        root = written(small(published="2024-03-01T23:30:11", expires="2024-04-01T00:00:00"))
        assert found(root, "//n:contentCreated | //n:expires") == ["2024-04-01T00:00:00", "2024-03-01T23:30:11"]

    def test_all_roles_and_signals_are_written(self) -> None:
        article = small(roles=("a:one", "b:two"), version=2, signal="correction", signals=("sig:alert", "an alert"))
        root = written(article)
        assert found(root, "//n:itemMeta/n:role/@qcode | //n:itemMetaExtProperty/@qcode") == ["a:one", "b:two"]
        assert found(root, "//n:signal/@qcode | //n:signal/n:name") == ["sig:correction", "sig:alert", "an alert"]


class TestTheTexts:
    def test_headlines_have_their_role_and_language(self) -> None:
        more = (RoleText(text="Sub", role="drol:sub"), RoleText(text="Titre", language="fr"), RoleText(text="Other"))
        root = written(small(headline="Main", headlines=more))
        assert found(root, "//n:headline") == ["Main", "Sub", "Titre", "Other"]
        assert [dict(node.attrib) for node in root.iter(f"{{{NAR}}}headline")] == [
            {},
            {"role": "drol:sub"},
            {"{http://www.w3.org/XML/1998/namespace}lang": "fr"},
            {"rank": "2"},
        ]

    def test_printed_byline_stands_for_the_authors(self) -> None:
        authors = (Byline(name="Nora Field", type="person"), Byline(name="Coast Press", type="organisation"))
        root = written(small(byline="By Nora Field in Port Lyme", bylines=authors))
        assert found(root, "//n:by") == ["By Nora Field in Port Lyme"]
        assert found(root, "//n:creator/n:name") == ["Nora Field", "Coast Press"]
        assert found(root, "//n:creator/@type") == ["cpnat:person", "cpnat:organisation"]
        assert found(written(small(bylines=authors)), "//n:by[@rank = '1']") == ["Nora Field", "Coast Press"]


class TestRights:
    def test_each_statement_is_a_rights_info(self) -> None:
        rights = (Rights(notice="Alle Rechte.", language="de"), Rights(terms="No web.", scope="riscope:content"))
        root = written(small(copyright_notice="All rights.", data_mining="plus:DMI-ALLOWED", rights=rights))
        assert found(root, "n:rightsInfo") == ["All rights.", "Alle Rechte.", "No web."]
        assert found(root, "n:rightsInfo/@*") == ["de", "riscope:content"]
        assert found(root, "n:rightsInfo[1]/n:dataMining/@qcode") == ["plus:DMI-ALLOWED"]

    def test_a_uri_of_data_mining_is_a_uri(self) -> None:
        uri = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"
        assert found(written(small(data_mining=uri)), "//n:dataMining/@uri") == [uri]


def test_word_count_of_a_story_with_captions_is_valid() -> None:
    figure = Figure(Media(kind="picture", caption="A boat of ours at dawn.", credit="T. Lens"))
    deleted = Paragraph(("The toll is ", Span("deleted", ("5 or 6",)), " 7 euros."))
    raw = write([small(paragraphs=(), blocks=("It left.", figure, deleted, Preformatted("A  1\nB  2")))])
    assert [fault for fault in check_newsml(io.BytesIO(raw), "x.xml") if fault.severity == "error"] == []


class TestCodes:
    @pytest.mark.parametrize(
        ("stated", "path", "value"),
        [
            ("rnd:web", "@rendition", "rnd:web"),
            ("N2:web", "@rendition", "N2:web"),
            ("https://example.com/web", "@renditionuri", "https://example.com/web"),
            ("for the web", "@renditionuri", "data:,for%20the%20web"),
            ("größe:1", "@renditionuri", "data:,gr%C3%B6%C3%9Fe:1"),
            ("stat:gone", "@renditionuri", "data:,stat:gone"),
        ],
    )
    def test_a_role_is_a_code_a_uri_or_words(self, stated: str, path: str, value: str) -> None:
        media = Media(kind="picture", renditions=(Rendition(href="https://example.com/a.jpg", role=stated),))
        assert found(written(small(media=(media,))), f"//n:remoteContent/{path}") == [value]

    def test_a_unknown_scheme_is_bound_to_the_code_itself(self) -> None:
        root = written(small(genre="agency:feature", alternative_ids=(AlternativeId(id="1", type="desk:id"),)))
        assert found(root, "//n:genre/@qcode | //n:altId/@type") == ["desk:id", "agency:feature"]
        assert found(root, "n:catalog/n:scheme/@uri") == ["data:,agency:", "data:,desk:"]


class TestConcepts:
    def test_a_position_is_a_decimal(self) -> None:
        subject = Subject(name="Pier", type="place", position=Position(latitude=1e-7, longitude=-0.5))
        root = written(small(subjects=(subject,)))
        assert found(root, "//n:assert/n:geoAreaDetails/n:position/@*") == ["0.0000001", "-0.5"]
        assert found(root, "//n:assert/@literal") == found(root, "//n:subject/@literal") == ["place-1"]

    def test_two_subjects_of_one_code_have_their_own_positions(self) -> None:
        here, there = Position(latitude=1, longitude=2), Position(latitude=3, longitude=4)
        subjects = (Subject(qcode="medtop:20000570", position=here), Subject(qcode="medtop:20000570", position=there))
        article = small(subjects=subjects)
        assert found(written(article), "//n:assert/@literal") == ["concept-1", "concept-2"]
        assert read_one(write([article])).subjects == subjects


class TestMedia:
    MEDIA = Media(
        kind="picture",
        caption="A boat at dawn.",
        credit="T. Lens",
        alt="A boat",
        renditions=(
            Rendition(href="https://example.com/1.jpg", media_type="image/jpeg", width=4000, height=3000),
            Rendition(href="https://example.com/2.jpg", role="rnd:thumbnail", size=900),
        ),
    )

    def test_files_are_remote_content_and_a_part_says_what_they_are(self) -> None:
        root = written(small(media=(self.MEDIA, Media(kind="video", alt="Waves"))))
        first, second = root.iter(f"{{{NAR}}}partMeta")
        assert first.attrib["contentrefs"].split() == found(root, "//n:remoteContent/@id")
        assert found(first, "*") == ["", "T. Lens", "A boat at dawn.", "A boat"]
        assert found(root, "//n:partMeta/n:role/@qcode") == ["ninat:picture", "ninat:video"]
        assert dict(second.attrib) == {}
        assert found(root, "//n:contentMeta/n:creditline") == []

    def test_a_picture_item_has_its_caption_and_credit_as_its_own(self) -> None:
        root = written(Article(id="urn:x:1", kind="picture", media=(self.MEDIA,)))
        assert found(root, "n:contentMeta/n:description[@role = 'drol:caption']") == ["A boat at dawn."]
        assert found(root, "n:contentMeta/n:creditline") == ["T. Lens"]
        assert found(root, "n:contentSet/*/@href") == ["https://example.com/1.jpg", "https://example.com/2.jpg"]

    def test_a_stated_caption_of_a_picture_item_comes_back_as_a_description(self) -> None:
        caption = RoleText(text="A boat at dawn.", role="drol:caption")
        for media in ((), (self.MEDIA,)):
            article = small(kind="picture", media=media, descriptions=(caption,))
            assert read_one(write([article])) == article

    def test_a_duration_has_its_unit(self) -> None:
        video = Media(kind="video", renditions=(Rendition(href="https://example.com/a.mp4", duration=42),))
        root = written(small(media=(video,)))
        assert found(root, "//n:remoteContent/@*[starts-with(name(), 'duration')]") == ["42", "timeunit:seconds"]


class TestPackages:
    ARTICLE = Article(
        id="urn:x:1",
        kind="composite",
        groups=(
            Group(id="a b", items=(ItemLink(id="urn:x:2", version=2, title="Two"),), groups=("main",)),
            Group(id="main", role="group:main", mode="pgrmod:seq", items=(ItemLink(href="https://example.com/3"),)),
        ),
    )

    def test_groups_without_a_text_are_a_package(self) -> None:
        root = written(self.ARTICLE)
        assert etree.QName(root).localname == "packageItem"
        assert found(root, "n:itemMeta/n:itemClass/@qcode") == ["ninat:composite"]
        first, second = found(root, "//n:group/@id")
        assert found(root, "n:groupSet/@root") == [first]
        assert found(root, "//n:groupRef/@idref") == [second]
        assert found(root, "//n:itemRef/@residref | //n:itemRef/@href") == ["urn:x:2", "https://example.com/3"]
        assert found(root, "//n:group/@roleuri") == ["data:,"]

    def test_a_text_with_groups_stays_a_text_and_the_groups_are_named(self) -> None:
        article = replace(self.ARTICLE, paragraphs=("Text.",))
        assert etree.QName(written(article)).localname == "newsItem"
        assert list(PLACES.lost(article)) == ["groups"]

    def test_a_group_that_is_not_there_is_named(self) -> None:
        lacking = replace(self.ARTICLE, groups=self.ARTICLE.groups[:1])
        assert list(PLACES.lost(lacking)) == ["groups.groups"]
        assert found(written(lacking), "//n:groupRef") == []

    def test_message_holds_items_and_packages(self) -> None:
        root = written(EVERYTHING, PACKAGE)
        assert [etree.QName(item).localname for item in root[1]] == ["newsItem", "packageItem"]
