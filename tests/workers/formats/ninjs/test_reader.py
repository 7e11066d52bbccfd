"""ninjs of all versions is read as articles, and each of its leaves is accounted for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, Byline, ItemLink, Media, Party, Place, Position, Rendition, RoleText, Subject
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from schemas.reading import ReadingOptions
from tests.cases import export_case
from tests.reference import REFERENCE, needs_reference
from workers.formats.detection import detect
from workers.formats.ninjs.reader import read_ninjs

ITEM: dict[str, Any] = {"uri": "urn:x:1", "type": "text", "headline": "Ferry back", "body_text": "It is back."}


def read(*items: Any, zone: str | None = None, raw: bytes | None = None) -> list[ReadArticle | UnreadArticle]:
    """What a document of these items gives."""
    content = raw if raw is not None else json.dumps(items[0] if len(items) == 1 else items).encode()
    document = Document(
        name="a.json", open=lambda: io.BytesIO(content), whole_ledger=True, reading=ReadingOptions(zone=zone)
    )
    return list(read_ninjs(document))


def read_one(stated: dict[str, Any], zone: str | None = None) -> Article:
    """The article of an item with these members too."""
    [found] = read(ITEM | stated, zone=zone)
    assert isinstance(found, ReadArticle), found
    return found.article


def unheld(stated: dict[str, Any]) -> list[tuple[str, str]]:
    """The paths and values of an item that are not held."""
    [found] = read(ITEM | stated)
    assert isinstance(found, ReadArticle), found
    return [(entry.path, entry.value) for entry in found.ledger.entries if entry.outcome == "not-held"]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The path of each leaf, by a walk of the test's own."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from leaves(inner, f"{path}[{number}]")
    elif value is not None and str(value).strip():
        yield path


def test_small_item() -> None:
    assert read_one({}) == Article(id="urn:x:1", headline="Ferry back", paragraphs=("It is back.",))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"language": "en"}, {"language": "en"}),
        ({"language": "english"}, {}),
        ({"urgency": 3}, {"urgency": 3}),
        ({"urgency": "3"}, {"urgency": 3}),
        ({"urgency": "high"}, {}),
        ({"version": "2"}, {"version": 2}),
        ({"version": "0"}, {}),
        ({"pubstatus": "withheld"}, {"status": "withheld"}),
        ({"pubStatus": "usable"}, {"status": "usable"}),
        ({"pubstatus": "draft"}, {}),
        ({"byline": "Ada Reed"}, {"byline": "Ada Reed", "bylines": (Byline(name="Ada Reed"),)}),
        ({"by": "By Ada Reed"}, {"byline": "By Ada Reed", "bylines": (Byline(name="Ada Reed"),)}),
        ({"by": "Ada Reed and Bo Lim"}, {"byline": "Ada Reed and Bo Lim"}),
        ({"embargoedUntil": "2024-05-06T08:00:00Z"}, {"embargoed": "2024-05-06T08:00:00Z"}),
        ({"profile": "text-photo"}, {"profile": "text-photo"}),
        ({"slugline": "ferry"}, {"slugline": "ferry"}),
        ({"located": "Port Lyme"}, {"located": Place(name="Port Lyme")}),
        ({"copyrightholder": "Harbour News"}, {"copyright_holder": Party(name="Harbour News")}),
        ({"usageTerms": "None."}, {"usage_terms": "None."}),
        ({"ednote": "Kill."}, {"ed_note": "Kill."}),
        ({"genre": [{"name": "Feature"}]}, {"genre": "Feature"}),
        ({"infosources": [{"name": "AP"}]}, {"provider": Party(name="AP")}),
        ({"contentcreated": "2024-05-06T08:00:00Z"}, {"published": "2024-05-06T08:00:00Z"}),
        ({"expires": "2024-06-06T08:00:00Z"}, {"expires": "2024-06-06T08:00:00Z"}),
        ({"embargoed": "2024-05-06T08:00:00Z"}, {"embargoed": "2024-05-06T08:00:00Z"}),
        ({"description_text": "Wet."}, {"description": "Wet."}),
        (
            {"headline_short": "Back"},
            {"headlines": (RoleText(text="Back", role="short"),)},
        ),
        (
            {"descriptions": [{"role": "lead", "value": "Wet."}, {"role": "teaser", "value": "Rain."}]},
            {"description": "Wet.", "descriptions": (RoleText(text="Rain.", role="teaser"),)},
        ),
        ({"subject": [{"name": "Sea", "rel": "about"}]}, {"subjects": (Subject(name="Sea"),)}),
        (
            {"person": [{"name": "Ian", "scheme": "http://x.example/", "code": "i"}]},
            {"subjects": (Subject(name="Ian", uri="http://x.example/i", type="person"),)},
        ),
        ({"subject": [{"code": "04017001"}]}, {"subjects": (Subject(qcode="subj:04017001"),)}),
        ({"subject": [{"code": 20000023}]}, {"subjects": (Subject(qcode="medtop:20000023"),)}),
        ({"subject": [{"scheme": "topics", "code": "12"}]}, {"subjects": (Subject(qcode="topics:12"),)}),
        (
            {"subject": [{"name": "Sea", "scheme": "http://x.example/spec/1.0", "code": "15000000"}]},
            {"subjects": (Subject(name="Sea"),)},
        ),
        (
            {"subject": [{"name": "Sea", "scheme": "https://x.example/v1/subject", "code": "hbn:sea"}]},
            {"subjects": (Subject(name="Sea", qcode="hbn:sea"),)},
        ),
        ({"firstpublished": "2024-05-06T08:00:00Z"}, {"published": "2024-05-06T08:00:00Z"}),
        (
            {"subjects": [{"name": "Sea", "relevance": 98, "confidence": 58, "creator": "system"}]},
            {"subjects": (Subject(name="Sea", relevance=98, confidence=58, creator="system"),)},
        ),
        (
            {"places": [{"name": "Gotland", "geoJSON": {"type": "Point", "coordinates": [18.25, 57.5]}}]},
            {"subjects": (Subject(name="Gotland", type="place", position=Position(latitude=57.5, longitude=18.25)),)},
        ),
        ({"associations": {"more": {"uri": "urn:x:2"}}}, {"links": (ItemLink(id="urn:x:2"),)}),
    ],
)
def test_members(stated: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read_one(stated) == Article(id="urn:x:1", headline="Ferry back", paragraphs=("It is back.",), **expected)


def test_date_is_that_of_the_content_or_else_of_the_item() -> None:
    article = read_one({"firstcreated": "2024-05-06T08:00:00Z", "versioncreated": "2024-05-07T08:00:00Z"})
    assert (article.published, article.first_created) == ("2024-05-06T08:00:00Z", "2024-05-06T08:00:00Z")
    assert article.version_created == "2024-05-07T08:00:00Z"


def test_zone_is_given_to_a_time_without_one() -> None:
    stated = {"contentcreated": "2024-05-06T08:00:00"}
    assert read_one(stated).published == "2024-05-06T08:00:00"
    assert read_one(stated, zone="Europe/Paris").published == "2024-05-06T08:00:00+02:00"


def test_markup_of_a_body_becomes_blocks() -> None:
    article = read_one({"body_html": "<h2>Fares</h2><p>It <b>is</b> back.</p>"})
    assert article.paragraphs == ("Fares", "It is back.")
    assert len(article.blocks) == 2


def test_richest_of_several_bodies_is_read_and_what_differs_from_it_is_named() -> None:
    assert unheld({"body_html": "<p>It is back.</p>"}) == []
    assert unheld({"body_html": "<p>It is late.</p>"}) == [("body_text", "It is back.")]


def test_item_may_be_a_headline_alone() -> None:
    [found] = read({"uri": "urn:x:1", "headline": "Ferry back", "description_text": "It is back."})
    assert isinstance(found, ReadArticle)
    assert found.article == Article(id="urn:x:1", headline="Ferry back", description="It is back.")


def test_picture_has_its_renditions_and_caption() -> None:
    stated = {"main": {"href": "https://x.example/p.jpg", "mimetype": "image/jpeg", "width": 4, "height": 3}}
    [found] = read(
        {"uri": "urn:x:1", "type": "picture", "byline": "T. Lens", "description_text": "A boat.", "renditions": stated}
    )
    assert isinstance(found, ReadArticle)
    rendition = Rendition(href="https://x.example/p.jpg", media_type="image/jpeg", width=4, height=3, role="main")
    assert found.article == Article(
        id="urn:x:1",
        kind="picture",
        byline="T. Lens",
        bylines=(Byline(name="T. Lens"),),
        media=(Media(kind="picture", caption="A boat.", credit="T. Lens", renditions=(rendition,), main=True),),
    )


def test_associated_picture_is_media_of_the_text() -> None:
    picture = {
        "name": "main",
        "type": "picture",
        "by": "T. Lens",
        "descriptions": [{"value": "A boat."}],
        "renditions": [{"name": "hires", "href": "https://x.example/p.jpg"}],
    }
    [media] = read_one({"associations": [picture]}).media
    assert (media.kind, media.caption, media.credit) == ("picture", "A boat.", "T. Lens")
    assert [one.href for one in media.renditions] == ["https://x.example/p.jpg"]


def test_id_that_is_no_uri_is_kept_as_an_alternative_id() -> None:
    article = read_one({"uri": "4711"})
    assert article.id is None
    assert [one.id for one in article.alternative_ids] == ["4711"]


def test_references_in_html_without_tags_are_characters() -> None:
    stated = {"body_text": None, "body_html": "Voil&#224;! \nFish &amp; chips.\n\nBack."}
    assert read_one(stated).paragraphs == ("Voilà! \nFish & chips.", "Back.")
    assert read_one({"body_text": "Fish &amp; chips."}).paragraphs == ("Fish &amp; chips.",)


def test_uuid_alone_is_an_id() -> None:
    article = read_one({"uri": "0EC5C0E2-5a45-4c2f-9a3e-1f0d5a1b2c3d"})
    assert article.id == "urn:uuid:0ec5c0e2-5a45-4c2f-9a3e-1f0d5a1b2c3d"


def test_what_has_no_field_is_named() -> None:
    assert unheld({"charcount": 11, "newthing": {"a": [1, None, "b"]}, "empty": ""}) == [
        ("charcount", "11"),
        ("newthing.a[1]", "1"),
        ("newthing.a[3]", "b"),
    ]


@pytest.mark.parametrize("stated", [{"type": "event"}, {"type": "planning"}])
def test_event_or_planning_is_refused_by_name(stated: dict[str, Any]) -> None:
    [found] = read({"uri": "urn:x:1", "headline": "Press conference", **stated})
    assert isinstance(found, UnreadArticle)
    assert str(stated["type"]) in found.reason


def test_lines_and_lists_have_many_items() -> None:
    lines = b"\n".join(json.dumps(ITEM | {"uri": f"urn:x:{n}"}).encode() for n in range(3))
    assert [one.place for one in read(raw=lines)] == ["line 1", "line 2", "line 3"]
    assert [one.place for one in read(ITEM, ITEM)] == ["article 1", "article 2"]


def test_items_in_the_answer_of_a_service_are_read() -> None:
    item = ITEM | {"pubstatus": "usable", "versioncreated": "2024-05-06T08:00:00Z"}
    raw = json.dumps({"total": 2, "item": [item, item | {"uri": "urn:x:2"}]}, indent=1).encode()
    assert detect(raw, "a.json") == "ninjs"
    assert [one.article.id for one in read(raw=raw) if isinstance(one, ReadArticle)] == ["urn:x:1", "urn:x:2"]


def test_broken_line_costs_itself() -> None:
    good, bad, again = read(raw=b'{"uri": "urn:x:1", "headline": "A"}\n{"uri": \n{"uri": "urn:x:2", "headline": "B"}\n')
    assert isinstance(good, ReadArticle)
    assert isinstance(again, ReadArticle)
    assert isinstance(bad, UnreadArticle)
    assert bad.place == "line 2"


def test_name_that_stands_twice_is_named() -> None:
    [found] = read(raw=b'{"uri": "urn:x:1",\n "headline": "A", "headline": "B"}')
    assert isinstance(found, ReadArticle)
    assert found.article.headline == "B"
    assert "headline" in {entry.path for entry in found.ledger.entries if entry.outcome == "changed"}


def test_what_is_not_json_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match="line 2"):
        read(raw=b'{"uri":\n]')


@pytest.mark.parametrize("name", ["json/ninjs-1.json", "json/ninjs-2.json"])
def test_cases(name: str) -> None:
    case = export_case(name)
    article = case.article
    assert case.failed == ()
    assert (article.headline, article.byline, article.language) == ("Ferry back", "Ada Reed", "en")
    assert article.published == "2024-05-06T08:00:00Z"
    if name == "json/ninjs-1.json":
        assert article.paragraphs == ("It is back.",)
        assert article.subjects == (Subject(name="Port Lyme", type="place"),)
    else:
        assert article.paragraphs == ("It is back.", "Crowds came.")
        assert (article.status, article.urgency) == ("usable", 3)
        assert article.headlines == (RoleText(text="Crowds came", role="sub"),)


EXAMPLES = sorted((REFERENCE / "ninjs" / "examples").glob("[123]*/**/*.json"))
NO_NEWS = ("Event", "event", "20231004", "extension-schema")


@needs_reference
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_examples_of_the_iptc(path: Path) -> None:
    raw = path.read_bytes()
    found = read(raw=raw)
    if any(word in path.name for word in NO_NEWS) or path.parent.name == "collection":
        assert not [one for one in found if isinstance(one, ReadArticle) and path.stem != "extension-schema"]
        return
    [one] = found
    assert isinstance(one, ReadArticle), one
    assert detect(raw[:65536], path.name) == "ninjs"
    value = json.loads(raw)
    expected = set(leaves(value))
    accounted = {entry.path for entry in one.ledger.entries}
    # The leaves of markup have paths inside of the text that holds it.
    inside = {leaf for leaf in expected if any(path.startswith(f"{leaf}/") for path in accounted)}
    assert expected - accounted - inside == set()
    assert one.article.kind == (value.get("type") or "text")
    assert one.article.paragraphs or one.article.media or one.article.headline


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = (
    *("type", "language", "version", "urgency", "associations", "renditions", "altids", "bodies", "headlines", "place"),
    *("descriptions", "subjects", "contentcreated", "digitalsourcetype", "body_html", "headline_x", "infosource"),
)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_any_values_are_accounted_for(stated: dict[str, Any]) -> None:
    [found] = read(ITEM | stated)
    if isinstance(found, ReadArticle):
        accounted = {entry.path for entry in found.ledger.entries}
        inside = {path.partition("/")[0] for path in accounted}
        assert set(leaves(ITEM | stated)) <= accounted | inside


def test_answer_on_one_line_has_its_items() -> None:
    raw = json.dumps({"total": 2, "item": [ITEM, ITEM | {"uri": "urn:x:2"}]}).encode()
    assert [one.article.id for one in read(raw=raw) if isinstance(one, ReadArticle)] == ["urn:x:1", "urn:x:2"]


def test_guid_is_the_id_of_items_without_a_uri() -> None:
    item = {"guid": "urn:x:1", "pubstatus": "usable", "headline": "Ferry back", "body_html": "<p>It is back.</p>"}
    assert detect(json.dumps(item).encode(), "a.json") == "ninjs"
    [found] = read(item | {"source": "HBN"})
    assert isinstance(found, ReadArticle)
    assert (found.article.id, found.article.provider) == ("urn:x:1", Party(name="HBN"))


def test_date_of_the_item_without_a_zone_is_the_date() -> None:
    article = read_one({"firstcreated": "2024-05-06T08:00:00", "versioncreated": "2024-05-07T08:00:00"})
    assert (article.published, article.first_created, article.version_created) == ("2024-05-06T08:00:00", None, None)
    assert unheld({"firstcreated": "2024-05-06T08:00:00"}) == []


def test_headline_and_byline_that_a_page_repeats_are_no_text() -> None:
    page = "<h1>Ferry back</h1><p>It is back.</p><div class='byline'>Nora Field</div>"
    stated = {"body_html": page, "body_text": None, "byline": "Nora Field/HBN"}
    article = read_one(stated)
    assert (article.paragraphs, article.byline) == (("It is back.",), "Nora Field/HBN")


def test_keywords_and_authors_beside_the_standard_are_read() -> None:
    article = read_one({"keywords": ["ferry", "port", "ferry"], "authors": [{"name": "Ada Reed", "role": "writer"}]})
    assert article.keywords == ("ferry", "port")
    assert article.bylines == (Byline(name="Ada Reed", role="writer"),)
    article = read_one({"byline": "Ada Reed", "authors": [{"name": "Ada Reed"}, {"name": "Bo Lim"}]})
    assert (article.bylines, article.contributors) == ((Byline(name="Ada Reed"),), (Byline(name="Bo Lim"),))


def test_services_are_read() -> None:
    article = read_one({"service": [{"code": "i", "name": "International News"}, {"code": "f"}]})
    assert article.services == ("International News", "f")


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"item": ITEM | {"pubstatus": "usable"}}, "method": "GET"},
        {"data": {"items": [{"meta": {}, "item": ITEM | {"pubstatus": "usable"}}]}},
        {"total": 1, "item": [ITEM | {"pubstatus": "usable"}]},
        {"item": ITEM | {"pubstatus": "usable"}},
    ],
)
def test_item_in_the_answer_of_a_service_is_read(answer: dict[str, Any]) -> None:
    raw = json.dumps(answer, indent=1).encode()
    assert detect(raw, "answer.json") == "ninjs"
    [found] = read(raw=raw)
    assert isinstance(found, ReadArticle)
    assert found.article.headline == ITEM["headline"]


def test_credit_line_is_no_description_and_a_file_of_the_text_is_no_picture() -> None:
    article = read_one(
        {
            "type": "picture",
            "description_caption": "The ferry.",
            "description_creditline": "Ada Reed/HBN",
            "usageterms": ["No sale.", "No archive."],
            "renditions": {
                "main": {"href": "https://harbour.example/a.jpg", "mimetype": "image/jpeg", "type": "picture"},
                "caption": {"href": "https://harbour.example/a.xml", "mimetype": "text/xml", "type": "text"},
            },
        }
    )
    [media] = article.media
    assert (media.caption, media.credit) == ("The ferry.", "Ada Reed/HBN")
    assert [one.href for one in media.renditions] == ["https://harbour.example/a.jpg"]
    assert (article.credit_line, article.description) == ("Ada Reed/HBN", None)
    assert article.usage_terms == "No sale.\nNo archive."
