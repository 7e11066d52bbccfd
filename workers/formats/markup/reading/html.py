"""Read HTML that stands in a string, such as the body of a JSON article, and tell it from plain text."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from schemas.article.body import Block, plain_blocks, split_paragraphs
from schemas.article.values import FORBIDDEN, find_forbidden
from schemas.ledger import Ledger
from workers.formats.markup.reading.blocks import read_blocks
from workers.formats.markup.reading.elements import HANDLERS
from workers.formats.markup.reading.text import local_name, unescape

# A "<" that begins no tag, comment or declaration is text, as in "5 < 6" and "<name@example.com>".
_LONE: Final = re.compile(r"<(?!/?[A-Za-z][A-Za-z0-9:-]*[\s/>]|!--|!\[CDATA\[|!doctype|\?xml)", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
# Editors of web pages write these for blanks between words. Elsewhere, as in "10 000" and "« mot »", they are meant.
_UNBROKEN: Final = re.compile(r"(?<=[^\W\d_])(?:&nbsp;|&#160;|&#xa0;|\u00a0)(?=[^\W\d_])", re.IGNORECASE)
# A reference ends with a semicolon: HTML allows some without it, but they are more often parts of addresses.
_REFERENCE: Final = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")
_NUMERIC_REFERENCE: Final = re.compile(r"&#(?:[0-9]+|[xX][0-9A-Fa-f]+);?")
# The digits of a number that a character of Unicode may have, without leading zeros.
_LONGEST_CODE: Final = 7
_HIDDEN: Final = re.compile(r"<(script|style|template|noscript|svg)\b[^>]*>[^<]*(?:<(?!/\1\b)[^<]*)*", re.IGNORECASE)
_PARTED: Final = re.compile(r"<(?:p|div|br|pre|table|tr)\b", re.IGNORECASE)
_STRUCTURED: Final = re.compile(r"<(?:h[1-6]|[uod]l|blockquote|figure|section|article|html|body)\b", re.IGNORECASE)
_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+")
_ALONE: Final = frozenset(("br", "hr", "img", "p"))
_STARTS: Final = (
    "<p>",
    "<p ",
    "<div",
    "<h1",
    "<h2",
    "<h3",
    "<ul",
    "<ol",
    "<html",
    "<!doctype html",
    "<table",
    "<figure",
)


def find_html(text: str) -> str | None:
    """Return the HTML in a text, with one level of escaping taken off if it was escaped; None if it is plain text.

    Text in angle brackets is markup only if it is an element of HTML that is closed, or one that needs no end tag:
    `<name@example.com>`, `5 < 6` and `a <b> c` are plain text.
    """
    if "<" in text and _has_tags(text):
        return text
    if "&" in text and ("&lt;" in text or "&#60;" in text or "&#x3c;" in text.lower()):
        unescaped = _resolved(text)
        if _has_tags(unescaped):
            return unescaped
    return None


def plain_text(text: str) -> str:
    """Return the plain text of a string that may be HTML or have character references: paragraphs by blank lines."""
    source = find_html(text)
    if source is not None:
        return "\n\n".join(plain_blocks(read_html(source, Ledger(), "")))
    return _resolved(text) if "&" in text else text


def read_html(
    text: str, ledger: Ledger, path: str, *, field: str = "paragraphs", base: str | None = None
) -> tuple[Block, ...]:
    """Return the blocks of HTML in a string.

    The string is one leaf of its source: the ledger has it as kept, and each part of it that the blocks do not hold by
    a path below that of the string, such as `articleBody/p/@class`. A no-break space between two letters is a blank.

    Args:
        text: a fragment or a whole document.
        ledger: the ledger of the article.
        path: the path of the string.
        field: the field of the Article that holds it.
        base: the address of the document, which relative addresses are resolved against.
    """
    inner = Ledger()
    source = _without_forbidden(_UNBROKEN.sub(" ", text), inner, path)
    if "\n" in source and not _PARTED.search(source):
        # Text with a few tags in it, whose lines stand for paragraphs.
        source = _BLANK_LINE.sub("<p>", source)
        if not _STRUCTURED.search(source):
            source = source.replace("\n", "<br>")
    root = parse_html(source)
    if root is None:
        reason = "its elements nest deeper than 256 levels; the text is read without its structure"
        ledger.changed(path, text, field, reason)
        ledger.entries += inner.entries
        return split_paragraphs(unescape(_TAG.sub("\n\n", _HIDDEN.sub("", source))))
    ledger.kept(path, text, field)
    body = root[0] if len(root) == 1 and local_name(root[0].tag) == "body" else root
    blocks = read_blocks(body, inner, path, field=field, base=base)
    ledger.entries += inner.entries
    return blocks


def read_markup(
    element: etree._Element, ledger: Ledger, path: str, *, field: str = "paragraphs", verbatim: bool = False
) -> tuple[Block, ...]:
    """Return the blocks in an element, as `read_blocks` does; of one that holds escaped HTML alone, those of the HTML.

    Agencies put HTML into the CDATA of a body.
    """
    inner, inner_path = element, path
    while len(inner) == 1 and not inner[0].attrib and not f"{inner.text or ''}{inner[0].tail or ''}".strip():
        inner = inner[0]
        inner_path = f"{inner_path}/{local_name(inner.tag)}"
    html = None if verbatim or len(inner) else find_html(inner.text or "")
    if html is None:
        return read_blocks(element, ledger, path, field=field, verbatim=verbatim)
    return read_html(html, ledger, inner_path, field=field)


def parse_html(text: str) -> etree._Element | None:
    """Return the root of HTML (`html`); None if it nests deeper than libxml2 parses.

    Characters that no format can hold must not be in the text. Comments and instructions are left out.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root: etree._Element | None = etree.fromstring(_LONE.sub("&lt;", text).encode(errors="replace") or b"<p/>", parser)
    if root is None:
        return etree.Element("html")
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        return None
    return root


def _resolved(text: str) -> str:
    """Return a text with its character references resolved. Those of characters that HTML forbids are left out."""
    return _REFERENCE.sub(lambda reference: unescape(reference[0]), text)


def _has_tags(text: str) -> bool:
    """Return whether a text has an element of HTML: one that is closed, or one that needs no end tag."""
    if text.lstrip()[:20].lower().startswith(_STARTS):
        return True
    opened: set[str] = set()
    paragraphs = 0
    for found in _TAG.finditer(text):
        name = found[2].lower()
        if name not in HANDLERS:
            continue
        if found[1]:
            if name in opened:
                return True
        elif name == "p":
            paragraphs += 1
            opened.add(name)
            if paragraphs > 1:
                return True
        elif name in _ALONE:
            return True
        else:
            opened.add(name)
    return False


def _without_forbidden(text: str, ledger: Ledger, path: str) -> str:
    """Return HTML without the characters that no format can hold, nor references to them; each is named once."""
    found: dict[str, None] = {}
    if "&#" in text:

        def resolved(reference: re.Match[str]) -> str:
            digits = reference[0][2:].rstrip(";")
            if len(digits.lstrip("xX0")) > _LONGEST_CODE:
                found["a number beyond U+10FFFF"] = None
                return ""
            code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
            if code < 0x110000 and (0x80 <= code <= 0x9F or find_forbidden(chr(code)) is None):
                return reference[0]
            found[f"U+{code:04X}"] = None
            return ""

        text = _NUMERIC_REFERENCE.sub(resolved, text)
    if find_forbidden(text) is not None:
        found |= dict.fromkeys(f"U+{ord(character):04X}" for character in FORBIDDEN.findall(text))
        text = FORBIDDEN.sub("", text)
    for character in found:
        ledger.not_held(path, character, "no format can hold the character")
    return text
