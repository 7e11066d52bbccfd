"""Articles are written as ninjs of three generations, pass its checks, and are read back as they were."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import pytest
from hypothesis import given

from schemas.article import AlternativeId, Article, Byline, Group, ItemLink, Media, Place, Rights, RoleText, Subject
from schemas.article.body import plain_blocks
from schemas.article.bylines import name_in
from schemas.article.dates import is_zoned
from schemas.article.newscodes import resolve
from schemas.article.values import check_iri, make_line
from schemas.conversion import Conversion, Document, ReadArticle
from schemas.ledger import Ledger
from tests.strategies import rich_articles
from tests.workers.formats.markup.blocks import normal_form
from workers.formats.detection import detect
from workers.formats.markup import find_html, read_html
from workers.formats.ninjs.checks import NinjsChecker, check_ninjs_file
from workers.formats.ninjs.options import NinjsOptions
from workers.formats.ninjs.reader import read_ninjs
from workers.formats.ninjs.structure import structure_of
from workers.formats.ninjs.writer import DOCUMENT, NinjsWriter
from workers.formats.ninjs.writing.associations import own_media, target
from workers.formats.ninjs.writing.concepts import divide_uri

Version = Literal["3.1", "2.2", "1.6"]
VERSIONS: Final[tuple[Version, ...]] = ("3.1", "2.2", "1.6")
CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
MOMENT: Final = "2024-11-08T16:30:00Z"
ORDER: Final = (None, "person", "organisation", "place", "event", "object")


def write(article: Article, version: Version = "3.1") -> bytes:
    (piece,) = NinjsWriter(CONVERSION, NinjsOptions(version=version)).pieces(article)
    return piece


def item(article: Article, version: Version = "3.1") -> dict[str, Any]:
    made: dict[str, Any] = json.loads(write(article, version))
    return made


def read_back(raw: bytes) -> ReadArticle:
    [found] = read_ninjs(Document(name="a.json", open=lambda: io.BytesIO(raw)))
    assert isinstance(found, ReadArticle), found
    return found


@pytest.mark.parametrize("version", VERSIONS)
@given(article=rich_articles())
def test_an_article_comes_back_with_all_that_a_version_holds(version: Version, article: Article) -> None:
    piece = write(article, version)
    assert structure_of(version).faults(json.loads(piece), forms=False) == ()
    faults = NinjsChecker(CONVERSION, NinjsOptions(version=version)).check(article, (piece,))
    assert [fault for fault in faults if fault.severity == "error"] == []
    assert detect(piece, "a.json") == "ninjs"
    # A plain text says how the white space of the body is meant.
    if article.paragraphs or not article.blocks:
        assert read_back(piece).article == held(article, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_newsmill_loses_nothing_of_its_own_item(version: Version) -> None:
    article = Article(
        id="urn:x:1",
        paragraphs=("It is back.",),
        headline="Ferry back",
        description="It is.",
        keywords=("ferry",),
        media=(Media(kind="picture", caption="A boat.", renditions=PICTURE.renditions, main=True),),
        subjects=(Subject(name="transport", qcode="medtop:20000570"), Subject(name="Ann", type="person")),
        links=(ItemLink(id="urn:x:2", title="Before"),),
        url="https://example.com/1",
    )
    assert [one for one in read_back(write(article, version)).ledger.entries if one.outcome != "kept"] == []


Part = TypeVar("Part", Place, Subject)
PICTURE: Final = Article(
    id="urn:x:1",
    kind="picture",
    byline="T. Lens",
    bylines=(Byline(name="T. Lens"),),
    media=read_back(
        b'{"uri": "urn:x:1", "type": "picture", "renditions": {"web": {"href": "https://example.com/p.jpg"}}}'
    ).article.media,
).media[0]


def held(article: Article, version: Version) -> Article:
    """What an item of a version holds of an article."""
    first, kind = version[0] == "1", article.kind
    printed = article.byline or ", ".join(one.name for one in article.bylines) or None
    name = name_in(printed) if printed else None
    headline, headlines = texts(article.headline, article.headlines, line=True, first=first)
    described, descriptions = texts(article.description, article.descriptions, line=False, first=first)
    own, media, is_main = own_media(article), [], False
    for one in (*([own] if own else []), *(one for one in article.media if one is not own)):
        made = plain_caption(one) if first else one
        if one is own:
            caption = made.caption
            # A description without a role is the caption of a picture that has none.
            if caption is None and described and (first if article.description else described.role is None):
                caption, described = described.text, None
            made = replace(made, main=True, credit=printed, caption=caption)
        elif one.main:
            made, is_main = replace(made, main=None if is_main else True), True
        media.append(replace(made, renditions=tuple(renditions(made, first=first))))
    links = [link for one in article.links if (link := held_link(one, version))]
    members = [link for group in article.groups for one in group.items if (link := held_link(one, version))]
    terms = [*(one.terms for one in article.rights), article.usage_terms]
    linked = next((one for one in terms if one and not check_iri(one)), None)
    source_type = article.digital_source_type and resolve(article.digital_source_type)
    zoned = {field: value for field in ("published", "expires") if is_zoned(value := getattr(article, field) or "")}
    return Article(
        **{field: getattr(article, field) for field in SAME},
        blocks=normal_form(article.blocks or article.paragraphs),
        keywords=tuple(dict.fromkeys(article.keywords)),
        kind=kind,
        media=tuple(media),
        groups=(Group(id="G1", items=tuple(members)),) if kind == "composite" and members else (),
        alternative_ids=alternative_ids(article, first=first),
        headline=headline.text if headline else None,
        headlines=headlines,
        description=described.text if described else None,
        descriptions=descriptions,
        byline=printed,
        bylines=(Byline(name=name),) if name else (),
        located=Place(name=article.located.name) if article.located and article.located.name else None,
        published=zoned.get("published") or article.first_created or article.version_created,
        expires=zoned.get("expires"),
        subjects=subjects(article, first=first),
        provider=article.provider and replace(article.provider, uri=held_uri(article.provider.uri, first=first)),
        copyright_holder=article.copyright_holder and replace(article.copyright_holder, uri=None),
        rights=(Rights(terms=linked),) if linked and linked != article.usage_terms else (),
        digital_source_type=source_type and source_type.replace(SOURCE_TYPES, "digsrctype:"),
        links=tuple(links),
    )


SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SAME: Final = (
    *("id", "version", "slugline", "first_created", "version_created", "embargoed", "status", "language", "genre"),
    *("copyright_notice", "usage_terms", "url", "profile", "urgency", "ed_note"),
)


def texts(
    main: str | None, others: tuple[RoleText, ...], *, line: bool, first: bool
) -> tuple[RoleText | None, tuple[RoleText, ...]]:
    """The main text, or else the first without a role, and the others.

    In generation 1, a role is part of a name, and a text may be markup.
    """
    found, names = [], {"text"}
    for one in others:
        role = None if first and (not one.role or one.role in names) else one.role
        names.add(role or "")
        text = (without_markup(one.text) or "") if first else one.text
        if text:
            found.append(RoleText(text=make_line(text) if line else text, role=role))
    if main is not None:
        found.insert(0, RoleText(text=main))
    if not found:
        return None, ()
    best = next((one for one in found if one.role is None), found[0])
    found.remove(best)
    return best, tuple(dict.fromkeys(one for one in found if one.text != best.text))


def plain_caption(media: Media) -> Media:
    caption, alt = (text and without_markup(text) for text in (media.caption, media.alt))
    return replace(media, caption=caption, alt=alt)


def without_markup(text: str) -> str | None:
    html = find_html(text)
    return text if html is None else "\n\n".join(plain_blocks(read_html(html, Ledger(), ""))) or None


def renditions(media: Media, *, first: bool) -> list[Any]:
    taken: set[str | None] = set()
    found = []
    for one in media.renditions:
        found.append(replace(one, role=None) if first and one.role in taken else one)
        taken.add(one.role)
    return found


def held_link(link: ItemLink, version: Version) -> ItemLink | None:
    uri = target(link)
    if uri is None:
        return None
    return replace(
        link,
        id=None if uri == link.href else uri,
        rel=link.rel if version == "3.1" else None,
        media_type=link.media_type if link.href else None,
    )


def alternative_ids(article: Article, *, first: bool) -> tuple[AlternativeId, ...]:
    taken: set[str | None] = set()
    found = []
    for one in article.alternative_ids:
        found.append(replace(one, type=None) if first and one.type in taken else one)
        taken.add(one.type)
    return tuple(found)


def held_uri(uri: str | None, *, first: bool) -> str | None:
    return uri if uri and (not first or divide_uri(uri)) else None


def subjects(article: Article, *, first: bool) -> tuple[Subject, ...]:
    """Subjects by their types. In generation 1, a QCode is read as the URI that it stands for."""
    found = []
    for one in article.subjects:
        type_ = None if one.type == "abstract" else one.type
        uri, qcode = held_uri(one.uri, first=first), one.qcode
        if first:
            uri, qcode = uri or (qcode and resolve(qcode)), None
        elif qcode and uri == resolve(qcode):
            uri = None
        assigned = {name: getattr(one, name) for name in ("relevance", "confidence", "creator") if type_ is None}
        position = one.position if type_ == "place" else None
        if one.name or uri or qcode:
            found.append(Subject(name=one.name, uri=uri, qcode=qcode, type=type_, position=position, **assigned))
    return tuple(sorted(found, key=lambda subject: ORDER.index(subject.type)))


@pytest.mark.parametrize(("status", "version"), [("canceled", 3), ("withheld", 1)])
def test_kills_updates_and_embargoes_pass_through(status: Any, version: int) -> None:
    article = Article(id="urn:x:1", headline="Kill", version=version, status=status, embargoed=MOMENT, ed_note="Wrong.")
    assert read_back(write(article)).article == article


def test_a_date_without_a_zone_is_left_out() -> None:
    assert "contentCreated" not in item(Article(id="urn:x:1", paragraphs=("x",), published="2024-11-08"))
    assert item(Article(id="urn:x:1", paragraphs=("x",), published=MOMENT))["contentCreated"] == MOMENT


def test_one_item_is_an_object_and_several_are_a_list_or_lines(tmp_path: Path) -> None:
    articles = [Article(id=f"urn:x:{n}", paragraphs=(f"Text {n}.",)) for n in (1, 2)]
    for options in (NinjsOptions(), NinjsOptions(lines=True)):
        writer = NinjsWriter(CONVERSION, options)
        pieces = [writer.pieces(article)[0] for article in articles]
        for count in (1, 2):
            frame = writer.frame(writer.files[0], count)
            path = tmp_path / writer.files[0]
            path.write_bytes(frame.head + frame.between.join(pieces[:count]) + frame.tail)
            assert [fault for fault in check_ninjs_file(path) if fault.severity == "error"] == []
            found = list(read_ninjs(Document(name=path.name, open=lambda path=path: path.open("rb"))))  # type: ignore[misc]
            assert [one.article for one in found if isinstance(one, ReadArticle)] == articles[:count]


def test_an_item_that_states_something_else_is_a_fault() -> None:
    article = Article(id="urn:x:1", paragraphs=("Text.",), status="canceled")
    wrong = write(article).replace(b"canceled", b"usable").replace(b'"Text."', b'"Other."')
    faults = NinjsChecker(CONVERSION, NinjsOptions()).check(article, (wrong,))
    assert [(fault.file, fault.rule) for fault in faults] == [(DOCUMENT, "ninjs-same")] * 2
