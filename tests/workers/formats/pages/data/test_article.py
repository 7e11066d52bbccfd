"""Pages whose article stands only in the data that their scripts have."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest

from schemas.article import Byline
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import NoArticleError
from schemas.reading import ReadingOptions
from workers.formats.html.reader import read_html_page

TEXTS = (
    "The ferry line across the sound reopened on Monday after a long winter of repairs to both of its piers.",
    "Crowds came to see the first boat leave, and the mayor of Port Lyme spoke of a new beginning for the town.",
    "Tickets cost five euros, as before. The boats leave on the hour between six in the morning and ten at night.",
)
HTML = "".join(f"<p>{text}</p>" for text in TEXTS)
TITLE = "Ferry line reopens"
MOMENT = "2024-05-06T08:00:00Z"
ARTICLE = {"id": "urn:x:812", "title": TITLE, "body": HTML, "author": {"name": "Ada Reed"}, "publishedAt": MOMENT}
OTHER = {"title": "The old ferry is sold", "body": f"<p>{'The old ferry has a new home in a museum. ' * 9}</p>"}
THIRD = {"title": "Storm keeps boats in port", "body": f"<p>{'The wind blew from the west all day long. ' * 9}</p>"}
TITLED = f"<title>{TITLE} | Harbour News</title>"


def page(scripts: str, head: str = TITLED, body: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><div id="root">{body}</div>'
        f"<noscript>You need to enable JavaScript to run this app.</noscript>{scripts}</body></html>"
    ).encode()


def data(value: Any, attributes: str = 'id="__NEXT_DATA__"') -> str:
    return f'<script {attributes} type="application/json">{json.dumps(value)}</script>'


def props(**members: Any) -> str:
    return data({"props": {"pageProps": members}, "page": "/[slug]"})


def found_in(raw: bytes, **reading: Any) -> list[ReadArticle | UnreadArticle]:
    options = ReadingOptions(**reading)
    document = Document(name="page.html", open=lambda: BytesIO(raw), whole_ledger=True, reading=options)
    return list(read_html_page(document))


def read(raw: bytes, **reading: Any) -> ReadArticle:
    [found] = found_in(raw, **reading)
    assert isinstance(found, ReadArticle), found
    return found


def refusal(raw: bytes, **reading: Any) -> str:
    with pytest.raises(NoArticleError) as error:
        found_in(raw, **reading)
    return error.value.reason


STATE = json.dumps({"story": {"current": ARTICLE}, "menu": [{"title": "Sport", "url": "/sport"}] * 5})
NUXT = [
    ["ShallowReactive", 1],
    {"data": 2},
    {"a": 3},
    {"title": 4, "body": 5, "date": 6},
    TITLE,
    HTML,
    ["Date", MOMENT],
]
APOLLO = {
    "ROOT_QUERY": {"article": {"__ref": "Article:1"}},
    "Article:1": {"title": TITLE, "body": {"__ref": "Body:1"}, "author": {"__ref": "Author:1"}},
    "Body:1": {"html": HTML},
    "Author:1": {"name": "Ada Reed"},
}
ROWS = f'1:I["a"]\n2:T{len(HTML.encode()):x},{HTML}3:["$","$L1",null,{{"article":{{"title":"{TITLE}","body":"$2"}}}}]\n'
ARC = {"_id": "A1", "headlines": {"basic": TITLE}, "content_elements": [{"type": "text", "content": t} for t in TEXTS]}

SCRIPTS = {
    "__NEXT_DATA__": props(article=ARTICLE, related=[OTHER]),
    "__next_f": "".join(
        f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in (ROWS[:90], ROWS[90:])
    ),
    "an assignment": f"<script>window.__PRELOADED_STATE__ = {STATE};</script>",
    "JSON.parse": f'<script>window["__INITIAL_STATE__"]=JSON.parse({json.dumps(STATE)});var next={{}}</script>',
    "an encoded text": f'<script>window.STATE=JSON.parse(decodeURIComponent("{quote(STATE)}"))</script>',
    "a text of JSON": f"<script>window.__INITIAL_DATA__={json.dumps(STATE)};</script>",
    "a function": "<script>window.__NUXT__=(function(a,b,c){return {data:[{post:{title:a,body:b,author:c,live:!1}}]}}"
    f"({json.dumps(TITLE)},{json.dumps(HTML)},void 0));</script>",
    "__NUXT_DATA__": data(NUXT, 'id="__NUXT_DATA__"'),
    "__APOLLO_STATE__": f"<script>window.__APOLLO_STATE__={json.dumps(APOLLO)}</script>",
    "SvelteKit": data({"status": 200, "body": json.dumps(ARTICLE)}, "data-sveltekit-fetched"),
    "Angular": data({"G1": ARTICLE}, 'id="app-state"')
    .replace('{"', "{&q;")
    .replace('"}', "&q;}")
    .replace('":', "&q;:"),
    "Fusion": "<script>window.Fusion=window.Fusion||{};Fusion.site='h';"
    f"Fusion.globalContent={json.dumps(ARC)};Fusion.version=2</script>",
    "WordPress": props(post={"title": {"rendered": TITLE}, "content": {"rendered": HTML}, "date_gmt": MOMENT[:-1]}),
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_the_article_is_found_in_the_data_of_scripts(kind: str) -> None:
    article = read(page(SCRIPTS[kind])).article
    assert article.headline == TITLE
    assert article.paragraphs == TEXTS
    assert article.inferred == ()


def test_the_ledger_names_the_place_in_the_script_and_the_origin() -> None:
    found = read(page(props(article={**ARTICLE, "slug": "ferry"})))
    assert found.article.bylines == (Byline(name="Ada Reed"),)
    assert (found.article.id, found.article.published) == ("urn:x:812", MOMENT)
    entries = {
        entry.path.removeprefix("__NEXT_DATA__.props.pageProps.article."): entry for entry in found.ledger.entries
    }
    kept = {
        name: (entries[name].outcome, entries[name].field, entries[name].origin) for name in ("title", "body", "slug")
    }
    assert kept == {
        "title": ("kept", "headline", "script"),
        "body": ("kept", "paragraphs", "script"),
        "slug": ("not-held", None, "script"),
    }


def test_json_ld_without_a_text_gets_the_text_of_the_scripts() -> None:
    stated = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s","author":"Bo Lim"}</script>'
    article = read(page(stated % TITLE + props(article=ARTICLE))).article
    assert article.paragraphs == TEXTS
    assert [one.name for one in article.bylines] == ["Bo Lim"]


def test_a_page_with_a_text_in_its_markup_is_read_from_there() -> None:
    body = f"<article><h1>{TITLE}</h1>{HTML}</article>"
    article = read(page(props(article={**ARTICLE, "body": OTHER["body"]}), body=body)).article
    assert article.paragraphs == TEXTS
    assert article.bylines == ()
    brief = read(page(props(article=ARTICLE), body=f"<article><h1>{TITLE}</h1><p>{TEXTS[0]}</p></article>")).article
    assert brief.paragraphs == TEXTS[:1]


def test_a_notice_beside_an_empty_page_is_not_its_text() -> None:
    notice = "<p>We use cookies to make this site better for you, and so do the companies that we work with.</p>"
    assert read(page(props(article=ARTICLE), body=notice)).article.paragraphs == TEXTS


def test_the_only_article_is_inferred_where_nothing_else_ties_it_to_the_page() -> None:
    raw = page(props(article=ARTICLE), head="<title>Harbour News</title>")
    found = read(raw)
    assert found.article.paragraphs == TEXTS
    assert found.article.inferred == ("headline", "bylines", "published")
    assert {entry.field for entry in found.ledger.entries if "nothing else ties" in entry.reason} == {
        "headline",
        "bylines.name",
        "published",
    }
    assert "stands in its scripts (__NEXT_DATA__)" in refusal(raw, inferred=False)


def test_the_address_of_the_page_ties_an_article_to_it() -> None:
    head = '<title>Harbour News</title><link rel="canonical" href="https://harbour.example/2024/ferry-line">'
    article = {**ARTICLE, "slug": "ferry-line"}
    assert read(page(props(articles=[OTHER, article, THIRD]), head=head)).article.paragraphs == TEXTS


@pytest.mark.parametrize(
    ("scripts", "why"),
    [
        (props(articles=[OTHER, THIRD]), "several articles there have a text"),
        (props(hero={"x1": "Ferry", "x2": " ".join(TEXTS * 2)}), "the form of the data there is not known"),
        (props(story={"title": "Another story", "body": OTHER["body"]}), "neither the headline nor the address"),
        ("<script>window.__INITIAL_STATE__=load()</script>", "it may stand in its scripts (__INITIAL_STATE__)"),
    ],
)
def test_a_page_whose_article_is_not_sure_is_refused_with_what_to_do(scripts: str, why: str) -> None:
    reason = refusal(page(scripts))
    assert why in reason
    assert "--set paragraphs=@NAME" in reason


def test_json_ld_alone_without_a_sure_text_in_the_scripts_says_where_the_text_stands() -> None:
    stated = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry line reopens"}</script>'
    [found] = found_in(page(stated + props(articles=[OTHER, THIRD])))
    assert isinstance(found, UnreadArticle)
    assert "stands in its scripts" in found.reason


BRIEF = "The boats sail again today."


def test_a_short_article_of_the_page_is_read() -> None:
    assert read(page(props(article={**ARTICLE, "body": f"<p>{BRIEF}</p>"}))).article.paragraphs == (BRIEF,)
    assert read(page(props(article={**ARTICLE, "body": f"<p>{TEXTS[0]}</p>"}))).article.paragraphs == TEXTS[:1]


def test_an_error_page_stays_one() -> None:
    assert "error page" in refusal(page("<script>window.__STATE__={}</script>", head="<title>404 Not Found</title>"))


@pytest.mark.parametrize(
    "script",
    [
        "<script>window.__STATE__=" + "[" * 100_000 + "</script>",
        "<script>" + "window.a={b:" * 20_000 + "</script>",
        "<script>window.__STATE__={a:[" + "'x'," * 300_000 + "</script>",
        data({"title": TITLE, "body": {"content": [{"content": [{"type": "p"}]}] * 2_000}}),
        "<script>window.s={a:" + "/*" * 50_000 + "</script>",
        data([["Ref", 1], [1, 1, 1, 1], "x"]),
        f"<script>{'a' * 2_000_000}</script>",
        f"<script>aa{' ' * 2_000_000}</script>",
    ],
    ids=["deep", "many", "long", "elements", "comments", "references", "a name", "blanks"],
)
def test_hostile_data_is_given_up(script: str) -> None:
    assert "scripts" in refusal(page(script + "<script>window.__STATE__=0</script>"))
