"""The fields of one article, and their places in its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from schemas.article import Article, Byline
from schemas.formats import Evidence, Format, Formats, Places
from tests.exports import FULL, small
from workers.pipeline.preview import preview_fields, stated_leaves


def walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The places of files that have `place=value` in lines."""
    for content in files.values():
        for line in content.decode().splitlines():
            place, _, value = line.partition("=")
            yield place, value


PLACES = Places(
    {"headline": ("title", "h1"), "bylines.name": ("author",), "paragraphs": ("p",), "id": ("id",), "version": ()}, walk
)
TOY = Formats(lambda: [Format(id="toy", name="Toy", title="Toy", sniff=lambda *_: Evidence.NONE, places=PLACES)])
FILES = {"toy": {"a.toy": b"title=Rates\nauthor=Jo\nauthor=Al\n", "b.toy": b"p=Text.\nother=x\n"}}
ARTICLE = small(headline="Rates", bylines=(Byline(name="Jo"), Byline(name="Al", job_title="Editor")))


def test_each_stated_field_has_its_places() -> None:
    found = {one.field: one for one in preview_fields(ARTICLE, FILES, TOY)}
    assert list(found) == ["paragraphs", "id", "version", "headline", "bylines.name", "bylines.job_title"]
    assert found["headline"].value == ("Rates",)
    assert found["headline"].places == {"toy": {"title": ("Rates",)}}
    assert found["bylines.name"].places == {"toy": {"author": ("Jo", "Al")}}
    assert found["bylines.job_title"].value == ("Editor",)
    assert found["id"].places == {"toy": {}}


def test_a_field_without_a_place_is_named() -> None:
    found = {one.field: one.no_place_in for one in preview_fields(ARTICLE, FILES, TOY)}
    assert found == {
        "paragraphs": (),
        "id": (),
        "version": ("toy",),
        "headline": (),
        "bylines.name": (),
        "bylines.job_title": ("toy",),
    }


def test_the_leaves_of_an_article_are_in_its_order() -> None:
    leaves = [name for name, _ in stated_leaves(FULL)]
    order = [field.name for field in fields(Article)]
    tops = [order.index(name.partition(".")[0]) for name in leaves]
    assert tops == sorted(tops)
    assert len(leaves) == len(set(leaves)) > 30
    assert dict(stated_leaves(FULL))["subjects.qcode"] == ("medtop:20000350", "medtop:04000000")


def test_a_part_that_no_item_states_is_absent() -> None:
    article = replace(FULL, bylines=(Byline(name="Jo"),), located=None)
    leaves = dict(stated_leaves(article))
    assert {"bylines.uri", "located.name", "located.qcode"} & set(leaves) == set()
