"""The content of a newsItem: its renditions, the vocabulary of its text, its counts, and the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from schemas.article import Article, count_words
from schemas.article.body import plain_blocks
from schemas.article.values import shorten
from schemas.ledger import Ledger
from workers.formats.markup import read_blocks, reduce_for_nitf
from workers.formats.newsml_g2.checks.report import Report
from workers.formats.newsml_g2.checks.vocabularies import (
    BLOCKS,
    BODY_TYPES,
    NAR,
    NITF,
    NITF_ELEMENTS,
    XHTML,
    XHTML_ELEMENTS,
)

_CONTENT_SET: Final = f"{{{NAR}}}contentSet"
_INLINE_XML: Final = f"{{{NAR}}}inlineXML"
_RENDITIONS: Final = (_INLINE_XML, f"{{{NAR}}}inlineData", f"{{{NAR}}}remoteContent")
_ITEM_CLASS: Final = f"{{{NAR}}}itemMeta/{{{NAR}}}itemClass"
_TYPES: Final = {namespace: media_type for media_type, namespace in BODY_TYPES.items()}
_ROOTS: Final = {XHTML: f"{{{XHTML}}}html", NITF: f"{{{NITF}}}nitf"}
_BODIES: Final = {XHTML: f"{{{XHTML}}}body", NITF: f"{{{NITF}}}body/{{{NITF}}}body.content"}
_VOCABULARIES: Final = {
    XHTML: frozenset(f"{{{XHTML}}}{name}" for name in XHTML_ELEMENTS),
    NITF: frozenset(f"{{{NITF}}}{name}" for name in NITF_ELEMENTS),
}
_ROOT_NAMES: Final = {XHTML: "html", NITF: "nitf"}
_BODY_NAMES: Final = {XHTML: "body", NITF: "body/body.content"}
_PARAGRAPHS: Final = {XHTML: f"{{{XHTML}}}p", NITF: f"{{{NITF}}}p"}
_BLOCKS: Final = frozenset(f"{{{namespace}}}{name}" for namespace in (XHTML, NITF) for name in BLOCKS)
_TOP_LEVELS: Final = frozenset("application audio font haptics image message model multipart text video".split())


def check_content(item: etree._Element, report: Report, article: Article | None, *, canceled: bool) -> None:
    """Check the contentSet of a newsItem.

    Args:
        item: the newsItem.
        report: takes each fault.
        article: the article that the item was made from, if it is known.
        canceled: whether the item is canceled, so that it may have no content.
    """
    content_set = item.find(_CONTENT_SET)
    renditions = [child for child in content_set if child.tag in _RENDITIONS] if content_set is not None else []
    if not renditions:
        if not canceled:
            detail = "the item has no content; add a contentSet with inlineXML, inlineData or remoteContent"
            report(item, "g2-26-content", detail, "advice", stated=True)
        return
    inline = [rendition for rendition in renditions if rendition.tag == _INLINE_XML]
    if len(inline) > 1:
        detail = f"contentSet has {len(inline)} inlineXML; keep one, the text of the item"
        report(inline[1], "g2-26-content", detail, "advice")
    for rendition in inline:
        _check_inline_xml(rendition, report, article)


def _check_inline_xml(inline: etree._Element, report: Report, article: Article | None) -> None:
    media_type = inline.get("contenttype", "").partition(";")[0].strip()
    if len(inline) != 1:
        report(inline, "g2-28-body-namespace", f"inlineXML has {len(inline)} elements; it takes exactly one")
        return
    root = inline[0]
    namespace = etree.QName(root).namespace or ""
    if namespace == NAR or not namespace:
        detail = f"inlineXML has <{etree.QName(root).localname}>, which is in no namespace of its own"
        report(root, "g2-28-body-namespace", f"{detail}; state the namespace of its vocabulary, such as {XHTML}")
        return
    _check_media_type(inline, media_type, namespace, report)
    if namespace not in _ROOTS:
        return
    _check_vocabulary(root, namespace, report)
    body = root.find(_BODIES[namespace])
    if body is None:
        report(
            root, "g2-29-body", f"<{etree.QName(root).localname}> has no {_BODY_NAMES[namespace]}; put the text into it"
        )
    elif article is not None:
        _check_against(article, inline, body, namespace, report)
    else:
        _check_counts(inline, body, report)


def _check_media_type(inline: etree._Element, media_type: str, namespace: str, report: Report) -> None:
    expected = _TYPES.get(namespace)
    if expected is not None:
        if media_type != expected:
            report(inline, "g2-27-media-type", f'contenttype is "{media_type}", and the body is {expected}; state that')
    elif media_type in BODY_TYPES:
        detail = (
            f'contenttype is "{media_type}", and the body is of the namespace {namespace}; state its own media type'
        )
        report(inline, "g2-27-media-type", detail)
    elif media_type.partition("/")[0].lower() not in _TOP_LEVELS:
        report(
            inline, "g2-27-media-type", f'contenttype "{media_type}" is not a media type; name one that the IANA lists'
        )


def _check_vocabulary(root: etree._Element, namespace: str, report: Report) -> None:
    known = _VOCABULARIES[namespace]
    if root.tag != _ROOTS[namespace]:
        report(
            root,
            "g2-29-body",
            f"the body begins with <{etree.QName(root).localname}>; begin it with <{_ROOT_NAMES[namespace]}>",
        )
    if not {element.tag for element in root.iter(etree.Element)} <= known:
        for element in root.iter(etree.Element):
            if element.tag not in known:
                report(
                    element,
                    "g2-29-body",
                    f"<{etree.QName(element).localname}> is not an element of {namespace}; use one that is",
                )


def _check_against(
    article: Article, inline: etree._Element, body: etree._Element, namespace: str, report: Report
) -> None:
    """Compare the text with the article, paragraph by paragraph, and its word count."""
    if article.blocks:
        _check_blocks(article, body, namespace, report)
    else:
        _check_paragraphs(article, body, namespace, report)
    if inline.get("wordcount") != str(article.word_count):
        detail = f"wordcount is {inline.get('wordcount')!r}; the article has {article.word_count} words"
        report(inline, "g2-30-count", detail)


def _check_blocks(article: Article, body: etree._Element, namespace: str, report: Report) -> None:
    """Compare the plain text of each block with the article."""
    content = body.find(f"{{{NITF}}}block") if namespace == NITF else body
    blocks = read_blocks(content, Ledger(), "", verbatim=True) if content is not None else ()
    stated = reduce_for_nitf(article.blocks)[0] if namespace == NITF else article.blocks
    _check_texts(plain_blocks(blocks), plain_blocks(stated), body, report)


def _check_paragraphs(article: Article, body: etree._Element, namespace: str, report: Report) -> None:
    texts: list[str | None] = []
    within = None
    for paragraph in body.iter(_PARAGRAPHS[namespace]):
        texts.append(paragraph.text if not len(paragraph) else "".join(paragraph.itertext()))
        if within is None:
            within = paragraph.getparent()
        tail = paragraph.tail
        if tail and not tail.isspace():
            detail = f"{shorten(tail)!r} stands outside of a paragraph; the article has paragraphs alone"
            report(paragraph, "g2-31-text", detail)
    _check_texts(texts, article.paragraphs, body, report)


def _check_texts(
    texts: Sequence[str | None], stated: Sequence[str | None], body: etree._Element, report: Report
) -> None:
    if list(texts) == list(stated):
        return
    at = next((n for n, pair in enumerate(zip(texts, stated, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        detail = f"the body has {len(texts)} paragraphs; the article has {len(stated)}"
    else:
        right = shorten(stated[at] or "")
        detail = f"paragraph {at + 1} is {shorten(texts[at] or '')!r}; in the article it is {right!r}"
    report(body, "g2-31-text", detail)


def _check_counts(inline: etree._Element, body: etree._Element, report: Report) -> None:
    """Check the stated counts by each usual way to count: a separate dash may count as a word or not."""
    words, characters = inline.get("wordcount"), inline.get("charcount")
    if words is None and characters is None:
        return
    parent = body.getparent()
    texts = [_text(body)] + ([_text(parent)] if parent is not None and parent.tag == f"{{{NITF}}}body" else [])
    if words is not None:
        counts = sorted({count for text in texts for count in (count_words(text), len(text.split()))})
        if words.strip() not in map(str, counts) and words.strip() != str(_story_words(body)):
            report(inline, "g2-30-count", f"wordcount is {shorten(repr(words))}; the body has {counts[0]} words")
    if characters is not None:
        counts = sorted({count for text in texts for count in _character_counts(text)})
        digits = characters.strip()
        if not digits.isdecimal() or len(digits) > 16 or not counts[0] <= int(digits) <= counts[-1]:
            detail = f"charcount is {shorten(repr(characters))}; the body has {counts[-1]} characters"
            report(inline, "g2-30-count", detail)


def _story_words(body: etree._Element) -> int:
    """Return the number of words of the story itself: without captions, credits, deleted text and the like."""
    return count_words("\n\n".join(plain_blocks(read_blocks(body, Ledger(), "", verbatim=True))))


def _character_counts(text: str) -> Iterator[int]:
    """Yield the lowest count of characters, without white space, and the highest, with white space between blocks."""
    yield sum(map(len, text.split()))
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    yield len("\n\n".join(filter(None, blocks)))


def _text(body: etree._Element) -> str:
    """Return the text of a body with a blank line between its blocks."""
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        is_block = element.tag in _BLOCKS
        if is_block:
            parts.append("\n\n")
        if event == "start" and element.text:
            parts.append(element.text)
        if event == "end" and element.tail and element is not body:
            parts.append(element.tail)
    return "".join(parts)
