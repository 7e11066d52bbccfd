"""Read NITF 3.6 in an item: its body, and what its body.head and its title state and the item does not."""

from __future__ import annotations

from typing import Final

from lxml import etree

from schemas.article import Byline
from schemas.article.body import Block
from schemas.article.bylines import name_in
from schemas.article.parts import PartyType
from schemas.article.values import make_line
from workers.formats.markup import read_markup
from workers.formats.newsml_g2.reading.context import Context
from workers.formats.newsml_g2.reading.leaves import Children

_OTHER: Final = "the item states it"


def read_nitf(context: Context, nitf: etree._Element, field: str) -> tuple[Block, ...]:
    """Return the blocks of a NITF document, and record each leaf of it.

    Args:
        context: the item.
        nitf: the root element.
        field: the field that the text of the body goes to.
    """
    leaves = context.leaves
    leaves.attributes(nitf)
    blocks: tuple[Block, ...] = ()
    parts = leaves.children(nitf, any_namespace=True)
    for body in parts.pop("body", ()):
        leaves.attributes(body)
        children = leaves.children(body, any_namespace=True)
        for head in children.pop("body.head", ()):
            leaves.attributes(head)
            _read_head(context, leaves.children(head, any_namespace=True))
        contents = children.pop("body.content", [])
        if not contents and not blocks:
            # Some agencies leave body.content out.
            contents = [one for name in tuple(children) if name != "body.end" for one in children.pop(name)]
        for content in contents:
            leaves.attributes(content)
            blocks += read_markup(content, leaves.ledger, leaves.path(content), field=field, verbatim=context.own)
    for head in parts.pop("head", ()):
        leaves.attributes(head)
        for title in leaves.children(head, any_namespace=True).pop("title", ()):
            _line(context, title, "headline")
    return blocks


def _read_head(context: Context, head: Children) -> None:
    """Read the headline, the byline, the dateline and the abstract, as far as the item does not state them."""
    leaves = context.leaves
    # Some agencies write headline for hedline.
    for hedline in (*head.pop("hedline", ()), *head.pop("headline", ())):
        leaves.attributes(hedline)
        children = leaves.children(hedline, any_namespace=True)
        for headline in children.pop("hl1", ()):
            _line(context, headline, "headline")
    for byline in head.pop("byline", ()):
        _byline(context, byline)
    for dateline in head.pop("dateline", ()):
        _line(context, dateline, "dateline")
    for abstract in head.pop("abstract", ()):
        _abstract(context, abstract)


def _line(context: Context, element: etree._Element, field: str) -> None:
    line = make_line(context.leaves.block_text(element))
    _take(context, element, field, line)


def _abstract(context: Context, element: etree._Element) -> None:
    _take(context, element, "description", context.leaves.block_text(element))


def _take(context: Context, element: etree._Element, field: str, text: str) -> None:
    leaves = context.leaves
    leaves.attributes(element)
    if not text or context.stated.get(field) not in (None, text):
        leaves.drop_text(element, _OTHER if text else "")
        return
    leaves.keep_text(element, field)
    context.stated[field] = text


def _byline(context: Context, element: etree._Element) -> None:
    """Read an author: the person in a byline, and the job title."""
    leaves, stated = context.leaves, context.stated
    leaves.attributes(element)
    if stated.get("bylines") or stated.get("byline"):
        leaves.drop_text(element, _OTHER)
        return
    persons = [make_line(leaves.text(one)) for one in element.iter("{*}person")]
    titles = [make_line(leaves.text(one)) for one in element.iter("{*}byttl")]
    printed = make_line(leaves.block_text(element))
    job_title = titles[0] if len(titles) == 1 and titles[0] else None
    names = list(filter(None, persons))
    if not names:
        rest = printed.removesuffix(job_title or "").rstrip(" ,\n")
        names = [name] if (name := name_in(rest)) else []
    if not printed:
        leaves.drop_text(element)
        return
    leaves.keep_text(element, "bylines")
    if names:
        type_: PartyType | None = "person" if any(persons) else None
        stated["bylines"] = tuple(
            Byline(name=one, type=type_, job_title=job_title if len(names) == 1 else None) for one in names
        )
    else:
        stated["byline"] = printed
