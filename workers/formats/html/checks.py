"""The check of an HTML page: its NewsArticle in JSON-LD, and what search engines and readers need beside it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from schemas.article.languages import check_language
from schemas.article.values import check_iri, shorten
from schemas.errors import FileFault, InputError
from workers.formats.html.rules import ADVICE
from workers.formats.pages.encoding import decode_page
from workers.formats.pages.facts.head import PageFacts
from workers.formats.pages.facts.scripts import find_scripts
from workers.formats.pages.tree import LARGEST, parse_page
from workers.formats.schema_org.document_checks import DocumentCheck

_CHARSET: Final = re.compile(rb"<meta[^>]+charset", re.IGNORECASE)
# HTML standard, 4.2.5.4: the declaration of the encoding is within these bytes.
_CHARSET_WITHIN: Final = 1024
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
_OPEN_GRAPH: Final = ("og:title", "og:type", "og:image", "og:url")


def check_html_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a page: first of its JSON-LD, then of the rest."""
    with path.open("rb") as stream:
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        yield FileFault(path.name, 0, "html-size", f"the page has more than {LARGEST:,} bytes; no news page does")
        return
    text = decode_page(raw)
    yield from _check_scripts(text, path.name)
    try:
        root = parse_page(path.name, text)
    except InputError as error:
        yield FileFault(path.name, 0, "html-size", error.reason)
        return
    for rule, detail in _find_faults(raw, root.get("lang"), PageFacts(root)):
        yield FileFault(path.name, 0, rule, detail, "advice" if rule in ADVICE else "error")


def _check_scripts(text: str, name: str) -> Iterator[FileFault]:
    """Yield every fault of the scripts of JSON-LD. Together they are one document."""
    document = DocumentCheck(name)
    scripts = 0
    for line, script in find_scripts(text):
        scripts += 1
        yield from document.check(BytesIO(script.encode(errors="surrogatepass")), line)
    if not scripts:
        detail = 'the page has no JSON-LD; write the article into a <script type="application/ld+json">'
        yield FileFault(name, 0, "ld-article", detail)
    elif not document.is_broken:
        yield from document.finish()


def _find_faults(raw: bytes, language: str | None, facts: PageFacts) -> Iterator[tuple[str, str]]:
    if not facts.title:
        yield "html-title", "the page has no title; write one into <title>"
    if not raw.startswith(_MARKS) and not _CHARSET.search(raw, 0, _CHARSET_WITHIN):
        yield "html-charset", 'no <meta charset> is in the first 1,024 bytes; write <meta charset="utf-8">'
    if not language:
        yield "html-language", "the html element states no language; write it as <html lang>"
    elif check_language(language.replace("_", "-")) is not None:
        yield "html-language", f"lang is {shorten(repr(language))}, which is no language tag; write one of BCP 47"
    if facts.base is None or check_iri(facts.base):
        yield "html-canonical", 'the page states no address of its own; write it as <link rel="canonical">'
    missing = [name for name in _OPEN_GRAPH if not any(facts.metas(name))]
    if missing:
        yield "html-open-graph", f"the page has no {', '.join(missing)}; sharing sites show a page by them"
    if not any("max-image-preview:large" in content.replace(" ", "") for _, content in facts.metas("robots")):
        wanted = '<meta name="robots" content="max-image-preview:large">'
        yield "html-image-preview", f"search engines may show no large picture; write {wanted}"
