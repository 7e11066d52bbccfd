"""The content of a newsItem: its set, the vocabulary of its text, the counts, the text itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from schemas.article import Article, count_words
from schemas.article.values import shorten
from workers.formats.newsml_g2.checks.codes import Report
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
_PARAGRAPHS: Final = {XHTML: f"{{{XHTML}}}p", NITF: f"{{{NITF}}}p"}
_BLOCKS: Final = frozenset(f"{{{namespace}}}{name}" for namespace in (XHTML, NITF) for name in BLOCKS)
_TOP_LEVELS: Final = frozenset("application audio font haptics image message model multipart text video".split())


def check_content(item: etree._Element, report: Report, article: Article | None, *, canceled: bool) -> None:
    """Check the contentSet of a newsItem.

    Args:
        item: the newsItem.
        report: takes each fault.
        article: what the item was made from, where that is known.
        canceled: whether the item is canceled, and may have no content any more.
    """
    content_set = item.find(_CONTENT_SET)
    renditions = [child for child in content_set if child.tag in _RENDITIONS] if content_set is not None else []
    if not renditions:
        if not canceled:
            report(
                item, "g2-26-content", "no content", "a contentSet with an inlineXML, an inlineData or a remoteContent"
            )
        return
    inline = [rendition for rendition in renditions if rendition.tag == _INLINE_XML]
    if len(inline) > 1:
        report(inline[1], "g2-26-content", f"{len(inline)} inlineXML", "one: it is the text of the item", "advice")
    for rendition in inline:
        _check_inline_xml(rendition, report, article)


def _check_inline_xml(inline: etree._Element, report: Report, article: Article | None) -> None:
    media_type = inline.get("contenttype", "").partition(";")[0].strip()
    if len(inline) != 1:
        report(inline, "g2-28-body-namespace", f"{len(inline)} elements in inlineXML", "exactly one")
        return
    root = inline[0]
    namespace = etree.QName(root).namespace or ""
    if namespace == NAR or not namespace:
        report(root, "g2-28-body-namespace", str(root.tag), "an element in the namespace of its own vocabulary")
        return
    _check_media_type(inline, media_type, namespace, report)
    if namespace not in _ROOTS:
        return
    _check_vocabulary(root, namespace, report)
    body = root.find(_BODIES[namespace])
    if body is None:
        report(root, "g2-29-body", f"{root.tag!s} without its body", _BODIES[namespace])
    elif article is not None:
        _check_against(article, inline, body, namespace, report)
    else:
        _check_counts(inline, body, report)


def _check_media_type(inline: etree._Element, media_type: str, namespace: str, report: Report) -> None:
    expected = _TYPES.get(namespace)
    if expected is not None:
        if media_type != expected:
            report(inline, "g2-27-media-type", f"contenttype={media_type!r} for {namespace}", expected)
    elif media_type in BODY_TYPES:
        report(inline, "g2-27-media-type", f"contenttype={media_type!r} for {namespace}", BODY_TYPES[media_type])
    elif media_type.partition("/")[0].lower() not in _TOP_LEVELS:
        report(inline, "g2-27-media-type", f"contenttype={media_type!r}", "a media type that the IANA has")


def _check_vocabulary(root: etree._Element, namespace: str, report: Report) -> None:
    known = _VOCABULARIES[namespace]
    if root.tag != _ROOTS[namespace]:
        report(root, "g2-29-body", str(root.tag), _ROOTS[namespace])
    if not {element.tag for element in root.iter(etree.Element)} <= known:
        for element in root.iter(etree.Element):
            if element.tag not in known:
                report(element, "g2-29-body", str(element.tag), f"an element of {namespace}")


def _check_against(
    article: Article, inline: etree._Element, body: etree._Element, namespace: str, report: Report
) -> None:
    """The text is the article's, paragraph by paragraph, and so are its counts."""
    texts: list[str | None] = []
    within = None
    for paragraph in body.iter(_PARAGRAPHS[namespace]):
        texts.append(paragraph.text if not len(paragraph) else "".join(paragraph.itertext()))
        if within is None:
            within = paragraph.getparent()
        tail = paragraph.tail
        if tail and not tail.isspace():
            report(
                paragraph,
                "g2-31-text",
                f"{shorten(tail)!r} outside a paragraph",
                "the article's paragraphs and no more",
            )
    if texts != list(article.paragraphs):
        at = next(
            (n for n, pair in enumerate(zip(texts, article.paragraphs, strict=False)) if pair[0] != pair[1]), None
        )
        if at is None:
            report(body, "g2-31-text", f"{len(texts)} paragraphs", f"the article's {len(article.paragraphs)}")
        else:
            expected = f"the article's paragraph {at + 1}: {shorten(article.paragraphs[at])!r}"
            report(body, "g2-31-text", f"{shorten(texts[at] or '')!r}", expected)
    if inline.get("wordcount") != str(article.word_count):
        report(inline, "g2-30-count", f"wordcount={inline.get('wordcount')!r}", f"{article.word_count}, the article's")


def _check_counts(inline: etree._Element, body: etree._Element, report: Report) -> None:
    """Counts that a document states. What a word is, is not fixed: a dash alone may be one, or none."""
    words, characters = inline.get("wordcount"), inline.get("charcount")
    if words is None and characters is None:
        return
    parent = body.getparent()
    texts = [_text(body)] + ([_text(parent)] if parent is not None and parent.tag == f"{{{NITF}}}body" else [])
    if words is not None:
        counts = sorted({count for text in texts for count in (count_words(text), len(text.split()))})
        if words.strip() not in map(str, counts):
            report(inline, "g2-30-count", f"wordcount={words!r}", f"the count of the body's words, {counts[0]}")
    if characters is not None:
        counts = sorted({count for text in texts for count in _character_counts(text)})
        if not characters.strip().isdecimal() or not counts[0] <= int(characters) <= counts[-1]:
            report(
                inline, "g2-30-count", f"charcount={characters!r}", f"the count of the body's characters, {counts[-1]}"
            )


def _character_counts(text: str) -> Iterator[int]:
    """Without white space; and with all that may be counted between the paragraphs, however they are laid out."""
    yield sum(map(len, text.split()))
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    yield len("\n\n".join(filter(None, blocks)))


def _text(body: etree._Element) -> str:
    """The text of a body, a blank line between its blocks."""
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
