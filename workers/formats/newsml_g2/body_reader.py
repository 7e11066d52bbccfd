"""Read the body of an item from the XHTML, NITF, HTML or plain text in its contentSet.

Media types are often wrong or missing, so the elements decide what a rendition is. Of several renditions, the one in
the language of the item is read; of these, XHTML before NITF before other markup before inline data.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from lxml import etree

from schemas.article import split_paragraphs
from schemas.article.body import Block
from schemas.article.values import check_characters
from workers.formats.markup import find_html, read_blocks, read_html, read_markup
from workers.formats.markup.reading.elements import HANDLERS
from workers.formats.markup.reading.signatures import without_headline
from workers.formats.markup.reading.text import local_name
from workers.formats.markup.reading.vocabulary import BLOCKS
from workers.formats.newsml_g2.nitf_reader import read_nitf
from workers.formats.newsml_g2.reading.context import Context
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Leaves
from workers.formats.newsml_g2.reading.names import NAMESPACES, XML_LANG
from workers.formats.newsml_g2.reading.texts import distance

FIELD: Final = "paragraphs"

_PATHS: Final = {"body": "contentSet/inlineXML/html/body"}
_INLINE: Final = ("inlinexml", "inlinedata")
_AROUND: Final = ("article", "body", "div", "main", "section")
_HEADINGS: Final = ("h1", "h2", "h3")
_TEASER: Final = "teaser"
_MARKS: Final = ("itemprop", "property")
_MARKED = re.compile(r"(?:.*[:/#])?headline")

_XHTML, _NITF, _MARKUP, _DATA, _NO_TEXT = range(5)
# Roots and media types of data that is no text. Any other vocabulary may be an agency's own for text.
_NO_TEXT_ROOTS: Final = frozenset(
    "atom csv event events feed gml kml math mathml ninjs rdf rss smil sports-content svg xbrl".split()
)
_NO_TEXT_TYPES: Final = ("sportsml", "svg", "smil", "mathml", "xbrl", "json", "rss", "atom", "eventsml", "gml", "kml")
_OTHER: Final = "another rendition is the text of the article"
_NOT_BASE64: Final = "inlineData is encoded, but not as base64 of UTF-8; send it so, or as plain text"


class Body(NamedTuple):
    """The body of an item.

    Args:
        blocks: its blocks.
        language: the language that it states.
        fault: why content that looks like a text could not be read.
    """

    blocks: tuple[Block, ...] = ()
    language: str | None = None
    fault: str | None = None


def read_body(context: Context, renditions: Sequence[etree._Element]) -> Body:
    """Return the body of an item, and record each leaf of its renditions.

    Args:
        context: the item.
        renditions: what stands in the contentSet, except references to content elsewhere.
    """
    if len(renditions) == 1 and local_name(renditions[0].tag) in _INLINE:
        return _one(context, renditions[0])
    named = [one for one in renditions if local_name(one.tag) in _INLINE]
    if len(named) < len(renditions):
        return _bare(context, named, [one for one in renditions if one not in named])
    body = Body()
    for rendition in sorted(named, key=lambda one: (distance(one.get(XML_LANG), context.language), _kind(one))):
        if body.blocks:
            context.leaves.drop(rendition, _OTHER)
        else:
            found = _one(context, rendition)
            body = found._replace(fault=found.fault or body.fault)
    return body


def _one(context: Context, rendition: etree._Element) -> Body:
    kind = _kind(rendition)
    if kind == _NO_TEXT:
        context.leaves.drop(rendition)
        return Body()
    return _read(context, rendition, kind)


def _bare(context: Context, named: Sequence[etree._Element], blocks: Sequence[etree._Element]) -> Body:
    """Read paragraphs that stand in the contentSet itself, as some agencies send them."""
    body = read_body(context, named)
    if body.blocks:
        context.leaves.drop_all(blocks, _OTHER)
        return body
    found: list[Block] = []
    for element in blocks:
        context.leaves.attributes(element)
        found += read_blocks(
            element, context.leaves.ledger, context.leaves.path(element), field=FIELD, verbatim=context.own
        )
    return Body(tuple(found))


def _kind(rendition: etree._Element) -> int:
    if not len(rendition):
        media_type = (rendition.get("contenttype") or "text/plain").lower()
        is_text = media_type.startswith("text/") or "html" in media_type or "xml" in media_type
        return _DATA if is_text and not any(name in media_type for name in _NO_TEXT_TYPES) else _NO_TEXT
    root = rendition[0]
    name = local_name(root.tag)
    if name == "nitf":
        return _NITF
    if name == "html" or name in BLOCKS:
        return _XHTML
    media_type = (rendition.get("contenttype") or "").lower()
    is_data = name in _NO_TEXT_ROOTS or any(one in media_type for one in _NO_TEXT_TYPES)
    return _NO_TEXT if is_data or etree.QName(root).namespace in NAMESPACES else _MARKUP


def _read(context: Context, rendition: etree._Element, kind: int) -> Body:
    """Read a rendition, and record each leaf of it."""
    leaves = context.leaves
    attributes = leaves.attributes(rendition)
    attributes.keep("contenttype", FORMAT)
    if context.own:
        attributes.keep("wordcount", "word_count")
    language = attributes.language
    if language and distance(language, context.language) == 0:
        attributes.keep(XML_LANG, "language")
    if kind == _DATA:
        blocks, fault = _data(context, rendition, attributes)
        return Body(blocks, language, fault)
    if kind == _MARKUP:
        return Body(_parts(context, rendition), language)
    if kind == _NITF:
        blocks, stated = read_nitf(context, rendition[0])
        return Body(blocks, language or stated)
    if local_name(rendition[0].tag) == "html" and len(rendition) == 1:
        blocks, stated = _html(context, rendition[0])
        return Body(blocks, language or stated)
    return Body(_parts(context, rendition), language)


def _parts(context: Context, rendition: etree._Element) -> tuple[Block, ...]:
    """Read markup that is no whole document: the heading above it may be that of the item."""
    if context.own:
        return _blocks(context, rendition)
    first = next((local_name(one.tag) for one in rendition.iter(etree.Element) if (one.text or "").strip()), "p")
    blocks, headline = _blocks(context, rendition), context.stated.get("headline")
    return without_headline(blocks, headline, context.leaves.ledger, unknown=first not in HANDLERS)


def _blocks(context: Context, element: etree._Element) -> tuple[Block, ...]:
    leaves = context.leaves
    # Only a whole ledger has indexes, and only a contentSet has an inlineXML.
    path = leaves.path(element) if leaves.whole else _PATHS.get(local_name(element.tag), "contentSet/inlineXML")
    return read_markup(element, leaves.ledger, path, field=FIELD, verbatim=context.own)


def _html(context: Context, html: etree._Element) -> tuple[tuple[Block, ...], str | None]:
    """Read an XHTML document: its body, its title if it repeats the headline, and its language."""
    leaves = context.leaves
    attributes = leaves.attributes(html)
    language = attributes.language or attributes.get("lang")
    if language and distance(language, context.language) == 0:
        attributes.keep(XML_LANG, "language")
        attributes.keep("lang", "language")
    blocks: tuple[Block, ...] = ()
    for name, elements in leaves.children(html, any_namespace=True).items():
        if name == "body":
            for body in elements:
                leaves.attributes(body)
                if not context.own:
                    _repeated_headline(context, body)
                blocks += _blocks(context, body)
            elements.clear()
        elif name == "head":
            for head in elements:
                leaves.attributes(head)
                _title(context, head)
            elements.clear()
    return blocks, language


def _repeated_headline(context: Context, body: etree._Element) -> None:
    """Take the headings and the teaser that a text begins with if they repeat the item, and the header around them.

    An item without a headline has that which its page marks as one, in the words of rNews or schema.org.
    """
    leaves, stated = context.leaves, context.stated
    element: etree._Element | None = body
    while element is not None and local_name(element.tag) in _AROUND:
        if (element.text or "").strip():
            return
        element = next(element.iterchildren("*"), None)
    if element is None:
        return
    in_header = local_name(element.tag) == "header"
    headings = list(element.iter("{*}h1", "{*}h2")) if in_header else [element]
    if not stated.get("headline") and (marked := next(filter(_is_marked, headings), None)) is not None:
        stated["headline"] = leaves.line(marked) or None
    headlines = {one.text: "headlines" for one in stated.get("headlines", ())} | {stated.get("headline"): "headline"}
    if in_header:
        titles = [one for one in headings if leaves.line(one) == stated.get("headline")]
        for title in titles:
            _keep(leaves, title, "headline")
        if titles:
            leaves.drop(element, "it is the header of a page, beside its headline")
            element.clear(keep_tail=True)
        return
    descriptions = {one.text: "descriptions" for one in stated.get("descriptions", ())}
    descriptions |= {stated.get("description"): "description"}
    for one in element.itersiblings("*", preceding=False) if _take(context, element, headlines, descriptions) else ():
        if not _take(context, one, headlines, descriptions):
            return


def _is_marked(element: etree._Element) -> bool:
    """Return whether microdata or RDFa say that a heading is the headline, such as `property="rnews:headline"`."""
    return local_name(element.tag) in _HEADINGS and any(
        _MARKED.fullmatch(term) for name in _MARKS for term in element.get(name, "").split()
    )


def _take(
    context: Context,
    element: etree._Element,
    headlines: Mapping[str | None, str],
    descriptions: Mapping[str | None, str],
) -> bool:
    """Take an element that repeats a headline, or as a teaser a description. Return whether more may follow."""
    leaves, name = context.leaves, local_name(element.tag)
    repeated = headlines if name in _HEADINGS else descriptions if element.get("class") == _TEASER else {}
    field = repeated.get(leaves.line(element))
    if field is None:
        return False
    _keep(leaves, element, field)
    return not (element.tail or "").strip()


def _keep(leaves: Leaves, element: etree._Element, field: str) -> None:
    """Take an element out of the text, which a field of the Article has."""
    attributes = leaves.attributes(element)
    for name in ("class", *_MARKS):
        attributes.keep(name, FORMAT)
    leaves.keep_text(element, field)
    element.clear(keep_tail=True)


def _title(context: Context, head: etree._Element) -> None:
    leaves = context.leaves
    titles = leaves.children(head, any_namespace=True).get("title", [])
    for title in tuple(titles):
        text = title.text
        if not text or leaves.line(title) == context.stated.get("headline"):
            leaves.attributes(title)
            leaves.keep_text(title, "headline")
            titles.remove(title)


def _data(context: Context, rendition: etree._Element, attributes: Attributes) -> tuple[tuple[Block, ...], str | None]:
    """Read plain text with blank lines between paragraphs, or markup that is escaped or encoded."""
    leaves = context.leaves
    raw = rendition.text or ""
    if not raw.strip():
        return (), None
    path = leaves.path(rendition)
    text = _decode(attributes, raw)
    if text is None:
        leaves.ledger.not_held(path, raw.strip(), _NOT_BASE64)
        return (), _NOT_BASE64
    # The media type is often wrong, and the tags show the kind.
    media_type = (rendition.get("contenttype") or "").lower()
    html = find_html(text) or (text if "html" in media_type or "xml" in media_type else None)
    if html is not None:
        return read_html(html, leaves.ledger, path, field=FIELD), None
    if detail := check_characters(text):
        leaves.ledger.changed(path, raw.strip(), FIELD, f"the text {detail}")
        text = "".join(character for character in text if not check_characters(character))
    else:
        leaves.keep_text(rendition, FIELD)
    return split_paragraphs(text), None


def _decode(attributes: Attributes, text: str) -> str | None:
    """Return inline data as text; None if it is not. base64 is the only encoding for which the IPTC has a code."""
    if not attributes.keep_code("encoding", FORMAT):
        return text
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return None
