"""Read the articles among the objects of a document, with the leaves around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from schemas.article.values import check_iri, shorten
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError
from workers.formats.schema_org.merging import SAID_OTHERWISE, Story
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.reading.adapter import count_again, is_own, read_story
from workers.formats.schema_org.reading.reading import Reading
from workers.formats.schema_org.terms import ARTICLE_TYPES, JSON_LD, member, types_of

WANTED: Final = "NewsArticle (nor Article or BlogPosting)"

Complete = Callable[[Reading, dict[str, Any]], None]
"""Adds fields to those that an object states."""


class Rest(NamedTuple):
    """The statements of a document beside its articles."""

    nodes: Nodes
    stories: list[dict[str, Any]]
    notes: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()

    def account(self, reading: Reading) -> None:
        """Record the leaves of all objects that are no article, under their types, and the notes."""
        stories = {id(story) for story in self.stories}
        level: list[tuple[str, Any]] = [("", value) for value in self.nodes.values]
        while level:
            below: list[tuple[str, Any]] = []
            for name, value in level:
                if isinstance(value, list):
                    below += ((name, one) for one in value)
                elif not isinstance(value, dict):
                    reading.lose(name, value, "it is not about the article")
                elif id(value) not in stories and ("@id" not in value or self.nodes.is_first_use(value)):
                    type_ = name or "/".join(types_of(value))
                    for key, inner in value.items():
                        if key == "@context":
                            reading.keep(key, inner, None)
                        else:
                            below.append((type_ or ("" if key == "@graph" else key), inner))
            level = below
        for note in self.notes:
            reading.ledger.changed("script", JSON_LD, None, note)
        for place, reason in self.faults:
            reading.ledger.not_held("script", place, reason)


def read_article(
    document: Document,
    nodes: Nodes,
    story: Story,
    place: str,
    rest: Rest | None = None,
    *,
    base: str | None = None,
    complete: Complete | None = None,
) -> ReadArticle | UnreadArticle:
    """Return an article; an UnreadArticle without a text and anything else that makes an article.

    Args:
        document: the document.
        nodes: its objects.
        story: the object of the article.
        place: its place in the document.
        rest: what the document states beside its articles, for the ledger of this article.
        base: the address that relative addresses are relative to.
        complete: adds to the fields that the object states. It takes the reading and the fields.
    """
    id_ = member(story.node, "@id")
    id_ = id_ if isinstance(id_, str) and check_iri(id_) is None else None
    mark = nodes.mark()
    for careful in (False, True):
        nodes.forget(mark)
        try:
            return _read(document, nodes, story, place, rest, base=base, complete=complete, careful=careful)
        except ArticleError as error:
            fault = error
            # Characters that no format holds are rare, so they are looked for in a second reading only.
            if not any(one.pointer.startswith("/paragraphs") for one in error.faults):
                break
        except Exception as error:
            return UnreadArticle.of(error, place, id_)
    if all(one.pointer == "/paragraphs" for one in fault.faults):
        kind = next((type_ for type_ in types_of(story.node) if type_ in ARTICLE_TYPES), "page")
        reason = f"the {kind} has no articleBody, so the text of the article is missing; state it there"
        return UnreadArticle(place=place, reason=reason, id=id_)
    return UnreadArticle.of(fault, place, id_)


def _read(
    document: Document,
    nodes: Nodes,
    story: Story,
    place: str,
    rest: Rest | None,
    *,
    base: str | None,
    complete: Complete | None,
    careful: bool = False,
) -> ReadArticle:
    """Return an article.

    Raises:
        ArticleError: its values are no article.
    """
    ledger = document.ledger()
    reading = Reading(
        nodes,
        ledger,
        base=base,
        zone=document.reading.zone,
        verbatim=is_own(story.node),
    )
    reading.careful = careful
    stated = read_story(reading, story.node)
    for name, value in story.repeated:
        reading.keep(name, value, None)
    for name, value in story.differing:
        reading.lose(name, value, SAID_OTHERWISE)
    if complete:
        complete(reading, stated)
    if rest:
        rest.account(reading)
    article = document.article(_with_paragraphs(stated), ledger)
    count_again(reading, article)
    return ReadArticle(article, ledger, place)


def _with_paragraphs(stated: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with a body of plain paragraphs as such, which needs no checks of blocks."""
    blocks = stated.get("blocks", ())
    if blocks and all(type(block) is str for block in blocks):
        del stated["blocks"]
        stated["paragraphs"] = blocks
    return stated


def say_nothing(nodes: Nodes) -> str:
    """Return why a document has no article, with the types that it has."""
    found = ", ".join(dict.fromkeys(type_ for node in nodes.top for type_ in types_of(node)))
    if nodes.foreign:
        return f"it has no {WANTED}: its @context is not https://schema.org"
    return f"it has no {WANTED}, only: {shorten(found, 300) or 'objects without an @type'}"
