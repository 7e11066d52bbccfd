"""JSON that is not newsmill's own: names, forms of values, mapped members, and what is left."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.article import Access, AlternativeId, Article, Byline, EdNote, Media, Party, Rendition, RoleText, Subject
from schemas.conversion import Document, ReadArticle
from schemas.errors import ArticleError, InputError
from schemas.ledger import Entry
from schemas.reading import ReadingOptions
from tests.workers.formats.articles_json.test_cases import walked
from tests.workers.formats.documents import document, refusal
from workers.formats.articles_json.reader import read_article, read_json_articles


def read(value: Any, **more: Any) -> tuple[Article, list[Entry]]:
    """The article of a JSON value, and its ledger."""
    [found] = read_json_articles(document(orjson.dumps(value), whole_ledger=True, **more))
    assert isinstance(found, ReadArticle), found
    return found.article, found.ledger.entries


def stated(**members: Any) -> Article:
    """The article of an object with a text and these members."""
    return read({"text": "A", **members})[0]


@pytest.mark.parametrize(
    ("members", "field", "value"),
    [
        ({"Title": "B"}, "headline", "B"),
        ({"title": {"rendered": "B &amp; C"}}, "headline", "B & C"),
        ({"title": ["B", "C"]}, "headline", "B"),
        ({"title": 2024}, "headline", "2024"),
        ({"title": "<b>B</b>\nC"}, "headline", "B C"),
        ({"author": "Ada Reed; Bo Lim"}, "bylines", (Byline(name="Ada Reed"), Byline(name="Bo Lim"))),
        ({"authors": [{"name": "A"}, "B", 3, {"id": 5}]}, "bylines", (Byline(name="A"), Byline(name="B"))),
        ({"author": {"first_name": "Ada", "last_name": "Reed"}}, "bylines", (Byline(name="Ada Reed"),)),
        (
            {"author": {"name": "Desk", "type": "Organization", "jobTitle": "News", "url": "/x"}},
            "bylines",
            (Byline(name="Desk", type="organisation", job_title="News"),),
        ),
        ({"author": 3}, "bylines", ()),
        ({"date": "2024-05-06 08:00 +0200"}, "published", "2024-05-06T08:00:00+02:00"),
        ({"date": 1714982400}, "published", "2024-05-06T08:00:00Z"),
        ({"date": 1714982400123.0}, "published", "2024-05-06T08:00:00Z"),
        ({"date": 20}, "published", None),
        ({"date": "soon"}, "published", None),
        ({"date_gmt": "2024-05-06T06:00:00", "date": "2024-05-06T08:00:00"}, "published", "2024-05-06T06:00:00Z"),
        ({"tags": "a, b"}, "keywords", ("a", "b")),
        ({"tags": [{"name": "a"}, "b, c", 4]}, "keywords", ("a", "b, c")),
        (
            {"topics": [{"name": "a", "uri": "https://x.example/a"}]},
            "subjects",
            (Subject(name="a", uri="https://x.example/a"),),
        ),
        ({"source": {"id": None, "name": "Harbour News"}}, "provider", Party(name="Harbour News")),
        ({"lang": "en_GB"}, "language", "en-GB"),
        ({"lang": "English"}, "language", None),
        ({"status": "draft"}, "status", "withheld"),
        ({"isAccessibleForFree": False}, "access", Access(free=False)),
        ({"isAccessibleForFree": "no"}, "access", None),
        ({"created_at": "2024-05-06T08:00:00Z"}, "first_created", "2024-05-06T08:00:00Z"),
        ({"created_at": "2024-05-06T08:00:00"}, "first_created", None),
        ({"contributors": [{"name": "Ed"}]}, "contributors", (Byline(name="Ed"),)),
        ({"byline": "Ada Reed"}, "bylines", (Byline(name="Ada Reed"),)),
        ({"headlines": 0}, "headlines", ()),
        ({"services": "a; b"}, "services", ("a", "b")),
        ({"embargo": "2024-05-06T08:00:00", "status": "published"}, "status", "withheld"),
        ({"embargo": "2024-05-06T08:00:00Z"}, "embargoed", "2024-05-06T08:00:00Z"),
        ({"status": "ok"}, "status", None),
        ({"priority": "3"}, "urgency", 3),
        ({"link": "https://x.example/?a=1&amp;b=2"}, "url", "https://x.example/?a=1&b=2"),
        ({"link": "/a"}, "url", None),
        ({"id": "605"}, "alternative_ids", (AlternativeId(id="605"),)),
        ({"id": "4D3C1FB0-0000-4ba0-a6da-000000000002"}, "id", "urn:uuid:4d3c1fb0-0000-4ba0-a6da-000000000002"),
        ({"guid": "urn:x:1", "id": "urn:x:2"}, "alternative_ids", (AlternativeId(id="urn:x:2"),)),
        (
            {"image": {"url": "https://x.example/i.jpg", "alt": "A boat", "width": 3}},
            "media",
            (Media(kind="picture", alt="A boat", renditions=(Rendition(href="https://x.example/i.jpg", width=3),)),),
        ),
        (
            {"image": {"caption": "B", "versions": [{"url": "https://x.example/i.jpg", "size": {"width": 3}}]}},
            "media",
            (Media(kind="picture", caption="B", renditions=(Rendition(href="https://x.example/i.jpg", width=3),)),),
        ),
        (
            {"image": {"file": {"url": "//x.example/i.jpg"}, "description": "B"}},
            "media",
            (Media(kind="picture", alt="B", renditions=(Rendition(href="https://x.example/i.jpg"),)),),
        ),
        (
            {"image": {"url": "https://x.example/i.jpg", "credits": {"by": [{"name": "A"}]}, "mime": "image/png"}},
            "media",
            (
                Media(
                    kind="picture",
                    credit="A",
                    renditions=(Rendition(href="https://x.example/i.jpg", media_type="image/png"),),
                ),
            ),
        ),
        ({"associations": [{"type": "link", "url": "https://x.example/"}]}, "media", ()),
        ({"title": "B", "kicker": "C"}, "headlines", (RoleText(text="C", role="kicker"),)),
        ({"title": "B", "summary": "C", "subtitle": "D"}, "descriptions", (RoleText(text="D", role="subtitle"),)),
        ({"title": "B", "summary": "C", "subtitle": "C"}, "descriptions", ()),
        ({"created_at": 1714982400}, "first_created", "2024-05-06T08:00:00Z"),
        ({"tags": ["a", "b"], "categories": [{"name": "b"}, {"name": "c"}]}, "keywords", ("a", "b", "c")),
        ({"ednotes": "B"}, "ed_notes", (EdNote(text="B"),)),
        ({"ednotes": [{"role": "C", "ednote": "B"}, 5]}, "ed_notes", (EdNote(text="B", role="C"), EdNote(text="5"))),
        (
            {"image": {"type": {}, "url": "urn:x:1"}},
            "media",
            (Media(kind="picture", renditions=(Rendition(href="urn:x:1"),)),),
        ),
        ({"title": {"en-GB": "B"}}, "headline", "B"),
        ({"tags": {"en-GB": ["a", "b"]}}, "keywords", ("a", "b")),
        ({"tags": {"a": {"id": 1, "name": "A"}, "b": {"id": 2, "name": "B"}}}, "keywords", ("A", "B")),
        ({"slugline": "a\u0000b"}, "slugline", "ab"),
        ({"subjects": [{"name": "a", "relevance": 50}]}, "subjects", (Subject(name="a", relevance=50),)),
    ],
)
def test_values_are_read_in_the_forms_that_json_has(members: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(stated(**members), field) == value


@pytest.mark.parametrize(
    ("member", "paragraphs"),
    [
        ({"text": "A\n\nB"}, ("A", "B")),
        ({"content": "<p>A</p><p>B</p>"}, ("A", "B")),
        ({"content": "&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;"}, ("A", "B")),
        ({"content": {"rendered": "<p>A</p>"}}, ("A",)),
        ({"text": ["A", "B"]}, ("A", "B")),
        ({"text": [{"type": "p", "text": "A"}, {"type": "p", "text": "B"}]}, ("A", "B")),
        ({"text": "Write to <a@ferry.example>, 5 < 6 &amp; so on"}, ("Write to <a@ferry.example>, 5 < 6 & so on",)),
        ({"maintext": "A\nB"}, ("A", "B")),
        ({"html": "<p>A</p>", "text": "A"}, ("A",)),
    ],
)
def test_a_text_is_read_in_the_forms_that_json_has(member: dict[str, Any], paragraphs: tuple[str, ...]) -> None:
    assert read({"title": "T", **member})[0].paragraphs == paragraphs


def test_what_wordpress_embeds_is_read() -> None:
    picture = {"source_url": "https://x.example/i.jpg", "alt_text": "A boat", "caption": {"rendered": "<p>Back.</p>"}}
    terms = [[{"taxonomy": "category", "name": "News"}], [{"taxonomy": "post_tag", "name": "ferry"}]]
    author = {"id": 3, "name": "Ada Reed", "url": "", "link": "https://x.example/ada"}
    embedded = {"author": [author], "wp:featuredmedia": [picture], "wp:term": terms}
    article, entries = read({"content": {"rendered": "<p>A</p>"}, "author": 3, "tags": [4], "_embedded": embedded})
    assert article.bylines == (Byline(name="Ada Reed", uri="https://x.example/ada"),)
    assert article.keywords == ("News", "ferry")
    [media] = article.media
    assert (media.alt, media.caption, media.renditions[0].href) == ("A boat", "Back.", "https://x.example/i.jpg")
    assert Entry("_embedded.author[1].id", "not-held", "3") in entries


def test_a_second_text_is_named() -> None:
    article, entries = read({"text": "A", "content": "B"})
    assert article.body == "A"
    assert Entry("content", "not-held", "B") in entries


def test_what_no_field_takes_is_named_by_its_path() -> None:
    _, entries = read({"text": "A", "likes": 5, "geo": {"lat": 1.5, "tags": ["x", None]}, "none": None, "no": ""})
    assert [one[:3] for one in entries if one.outcome == "not-held"] == [
        ("likes", "not-held", "5"),
        ("geo.lat", "not-held", "1.5"),
        ("geo.tags[1]", "not-held", "x"),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [("@story.title.rendered", "T"), ("@Story.Names.0", "N"), ("@a.b", "dotted"), ("@none", None), ("@", None)],
)
def test_a_member_is_mapped_by_a_dotted_path(column: str, value: str | None) -> None:
    content = {"text": "A", "title": "B", "a.b": "dotted", "story": {"title": {"rendered": "T"}, "names": ["N", "M"]}}
    article, _ = read(content, columns={"headline": column[1:]})
    assert article.headline == value


def test_a_text_is_mapped() -> None:
    content = [{"Rumpf": {"html": "<p>A</p>"}, "Titel": "T"}, {"Rumpf": {"html": "<p>B</p>"}}]
    columns = {"paragraphs": "Rumpf.html", "headline": "Titel"}
    found = list(read_json_articles(document(orjson.dumps(content), columns=columns)))
    assert [one.article.body for one in found if isinstance(one, ReadArticle)] == ["A", "B"]


@pytest.mark.parametrize("lines", [True, False])
def test_a_document_whose_text_has_no_known_name_is_one_error(lines: bool) -> None:
    values = [{"Titel": "Regen", "Rumpf": {"de": "Es regnet."}, "id": number} for number in range(3)]
    raw = b"\n".join(map(orjson.dumps, values)) if lines else orjson.dumps(values)
    error = refusal(read_json_articles, raw, name="a.json")
    assert error.reason == (
        "no member has a known name for the text of the articles; the members are 'Titel', 'Rumpf.de', 'id'. "
        "Name it, such as: newsmill export FILE --to newsml-g2 --set paragraphs=@Rumpf.de"
    )


def test_a_mapped_member_that_no_object_has_is_one_error() -> None:
    error = refusal(read_json_articles, b'{"text": "A"}\n{"text": "B"}', columns={"paragraphs": "Rumpf"})
    assert error.reason.startswith("no member is named 'Rumpf'; the members are 'text'.")


@pytest.mark.parametrize(
    "value",
    [
        {"status": "ok", "articles": [{"text": "A"}, {"text": "B"}]},
        {"response": {"total": 2, "results": [{"text": "A"}, {"text": "B"}]}},
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": "A"}, {"content_html": "<p>B</p>"}]},
    ],
)
def test_articles_in_an_object_are_read(value: Any) -> None:
    found = [one for one in read_json_articles(document(orjson.dumps(value))) if isinstance(one, ReadArticle)]
    assert [one.article.body for one in found] == ["A", "B"]
    # What stands around the list is named once, with the first article.
    assert [len(one.ledger.entries) for one in found] == [1, 0]


def test_facts_beside_what_is_wrapped_are_of_the_article() -> None:
    inner = {"title": "A", "body": "B", "lang": "en"}
    outer = {"tag_list": ["C"], "first_publication_date": "2024-05-06T08:00:00Z", "lang": "fr", "content": inner}
    article, _ = read({"story": outer})
    assert (article.keywords, article.published) == (("C",), "2024-05-06T08:00:00Z")
    assert article.language == "en"


@pytest.mark.parametrize(
    ("value", "field", "expected", "path"),
    [
        ({"id": 17}, "alternative_ids", (AlternativeId(id="17"),), ""),
        ({"urgency": "high"}, "urgency", None, "urgency"),
        ({"headline": 5}, "headline", "5", ""),
        ({"rights": [{"notice": "N", "holder": 5}]}, "rights", None, "rights[1].holder"),
        ({"links": [{"href": "/a"}, {"href": "urn:x:1"}]}, "links", None, "links[1].href"),
        ({"headlin": "B"}, "headline", None, "headlin"),
        ({"byline": "By Ada Reed", "id": 17}, "byline", "By Ada Reed", ""),
        ({"paragraphs": ["A", 5]}, "paragraphs", ("A",), "paragraphs[2]"),
        ({"paragraphs": ["A\u0000"]}, "paragraphs", ("A",), "paragraphs[1]"),
        (
            {"paragraphs": ["A", {"type": "heading", "content": "B", "size": 2}]},
            "paragraphs",
            ("A", "B"),
            "paragraphs[2].size",
        ),
        (
            {
                "paragraphs": [
                    {"type": "paragraph", "content": ["See ", {"type": "link", "href": "/a", "content": "it"}]}
                ]
            },
            "paragraphs",
            None,
            "paragraphs[1].content[2].href",
        ),
    ],
)
def test_a_bad_value_of_an_own_article_is_named_and_left_out(
    value: dict[str, Any], field: str, expected: Any, path: str
) -> None:
    article, entries = read({"paragraphs": ["A"], **value})
    assert expected is None or getattr(article, field) == expected
    named = [one.path for one in entries if one.outcome != "kept"]
    assert path in named if path else not named


def test_a_body_keeps_its_words_without_a_broken_link() -> None:
    link = {"type": "link", "href": "/a", "content": "it"}
    article, _ = read({"paragraphs": [{"type": "paragraph", "content": ["See ", link, "."]}]})
    assert "it" in article.body.split(".")[0]


def test_dates_without_a_zone_get_the_zone_of_the_reading_options() -> None:
    article, _ = read({"text": "A", "date": "2024-05-06 08:00"}, reading=ReadingOptions(zone="Europe/Paris"))
    assert article.published == "2024-05-06T08:00:00+02:00"


_NAMES = st.sampled_from(
    (
        "title text content date author authors tags id guid url image status language uri headlines bodies "
        "versioncreated type renditions altids place description_text paragraphs bylines subjects media rights "
        "published other source name value role links kind data attributes fields file versions size width caption "
        "kicker subtitle description credits by mime nodes relationships sys children body items blocks"
    ).split()
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2 * 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [
            "",
            " ",
            "A",
            "A; B",
            "<p>A</p>",
            "2024-05-06",
            "https://x.example/",
            "en",
            "main",
            "picture",
            "\u0000",
            "&amp;",
        ]
    )
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(_NAMES, _VALUES, max_size=8))
@example({"title": None, "kind": [None, 0], "text": "A"})
def test_each_leaf_of_any_object_is_accounted_for(value: dict[str, Any]) -> None:
    expected = set(walked(value))
    blank = {path for path, text in _strings(value) if not text.strip()}
    columns = {"headline": "title"}
    try:
        _, ledger = read_article(value, Document(name=None, open=lambda: None, columns=columns, whole_ledger=True))  # type: ignore[arg-type,return-value]
    except ArticleError:
        return
    named = [one.path.partition("/")[0] for one in ledger.entries]
    assert set(named) >= expected - blank
    assert set(named) <= expected


def _strings(value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _strings(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


def test_json_that_nests_too_deep_is_refused() -> None:
    raw = b'{"text": "A", "x": ' + b"[" * 500 + b"]" * 500 + b"}"
    [found] = read_json_articles(document(raw))
    assert not isinstance(found, ReadArticle)
    assert "levels deep" in found.reason


def test_input_error_has_the_place_of_the_first_object() -> None:
    with pytest.raises(InputError, match="line 1"):
        list(read_json_articles(document(b'{"x": "A"}\n')))


def test_the_command_of_an_error_can_be_pasted() -> None:
    error = refusal(read_json_articles, b'{"Full story": "A long text", "n": 1}')
    assert error.reason.endswith("--set 'paragraphs=@Full story'")
