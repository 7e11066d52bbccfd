"""NITF 3.6: a document for each article, alone or within `documents`, a wrapper for several.

Names are the standard's. A document is written as text, not built as a tree, as an item of NewsML-G2 is. Dates have
the basic form of ISO 8601, which NITF asks for. Every document declares its namespace, so that it can be cut out of a
file and stand by itself. A `meta` generator says that all white space counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from schemas.article import Article, Byline
from schemas.article.body import Figure, split_paragraphs
from schemas.conversion import Conversion, Frame
from schemas.options import NoOptions
from workers.formats.markup import write_nitf
from workers.formats.markup.writing.escaping import attribute, escape, write_paragraphs
from workers.formats.nitf.head import basic, docdata, pubdata, tobject
from workers.formats.nitf.structure import NITF
from workers.formats.xml.nitf import GENERATOR
from workers.formats.xml.nitf.body import BESIDE, ORGANISATION, PRINTED

NAME: Final = "articles.nitf.xml"
DOCUMENT_TYPE: Final = "application/nitf+xml"
LIST_TYPE: Final = "application/xml"
WRAPPER: Final = "documents"

_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_END: Final = b"\n</body.content>\n</body>\n</nitf>\n"


class NitfWriter:
    """The writer of NITF documents."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion: a document states nothing of it."""

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the document of an article."""
        language = attribute("baselang", article.language)
        title = f"<title>{escape(article.headline)}</title>\n" if article.headline else ""
        slug = f'<meta name="slugline"{attribute("content", article.slugline)}/>\n' if article.slugline else ""
        modified = f"<revision-history{attribute('norm', basic(article.modified))}/>\n" if article.modified else ""
        head = (
            f'<nitf xmlns="{NITF}"{language}>\n<head>\n{title}<meta name="generator" content="{GENERATOR}"/>\n{slug}'
            f"{tobject(article)}{docdata(article)}{pubdata(article)}{modified}</head>\n<body>\n"
            f"{_body_head(article)}<body.content>\n"
        )
        media = ""
        if article.media:
            media = f'\n<block class="{BESIDE}">\n{write_nitf(map(Figure, article.media))}\n</block>'
        return (b"".join((head.encode(), _text(article), media.encode(), _END)),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the XML declaration, and a wrapper around several documents."""
        if articles == 1:
            return Frame(head=_XML.encode(), between=b"", tail=b"", media_type=DOCUMENT_TYPE)
        head = f"{_XML}<{WRAPPER}>\n".encode()
        return Frame(head=head, between=b"", tail=f"</{WRAPPER}>\n".encode(), media_type=LIST_TYPE)


def _text(article: Article) -> bytes:
    if article.blocks:
        return write_nitf(article.blocks).encode()
    return write_paragraphs(article.encoded)


def _body_head(article: Article) -> str:
    parts = [
        _hedline(article),
        _note(article.ed_note, ""),
        _note(article.copyright_notice, ' noteclass="cpyrt"'),
    ]
    if article.usage_terms:
        parts.append(f"<rights><rights.limitations>{escape(article.usage_terms)}</rights.limitations></rights>\n")
    parts += _bylines(article)
    if article.provider:
        parts.append(f"<distributor><org>{escape(article.provider.name)}</org></distributor>\n")
    if article.dateline:
        parts.append(f"<dateline>{_marked(article.dateline, [place(article) or ''], 'location')}</dateline>\n")
    if article.description:
        parts.append(f"<abstract>{_paragraphs(article.description)}</abstract>\n")
    inside = "".join(parts)
    return f"<body.head>\n{inside}</body.head>\n" if inside else ""


def _hedline(article: Article) -> str:
    if not article.headline and not article.headlines:
        return ""
    others = "".join(
        f"<hl2{attribute('class', one.role)}{attribute('xml:lang', one.language)}>{escape(one.text)}</hl2>"
        for one in article.headlines
    )
    return f"<hedline><hl1>{escape(article.headline or '')}</hl1>{others}</hedline>\n"


def _note(text: str | None, kind: str) -> str:
    return f"<note{kind}><body.content>{_paragraphs(text)}</body.content></note>\n" if text else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in split_paragraphs(text))


def _bylines(article: Article) -> Iterable[str]:
    """Yield the byline as printed with its persons marked, or else a byline for each author."""
    if article.byline:
        persons = [one.name for one in article.bylines if one.type == "person"]
        yield f'<byline class="{PRINTED}">{_marked(article.byline, persons, "person")}</byline>\n'
        return
    for one in article.bylines:
        kind = f' class="{ORGANISATION}"' if one.type == "organisation" else ""
        yield f"<byline{kind}>{_author(one)}</byline>\n"


def _author(one: Byline) -> str:
    name = f"<person>{escape(one.name)}</person>" if one.type == "person" else escape(one.name)
    return f"{name}<byttl>{escape(one.job_title)}</byttl>" if one.job_title else name


def _marked(line: str, names: Iterable[str], element: str) -> str:
    """Return a line with an element around each name that stands in it, in the order of the line."""
    wanted = sorted(filter(None, set(names)), key=len, reverse=True)
    if not wanted:
        return escape(line)
    made, at = [], 0
    for found in re.finditer("|".join(map(re.escape, wanted)), line):
        made += [escape(line[at : found.start()]), f"<{element}>{escape(found[0])}</{element}>"]
        at = found.end()
    return "".join([*made, escape(line[at:])])


def place(article: Article) -> str | None:
    """Return the name of the place of a dateline, if the dateline has it once."""
    name = article.located.name if article.located else None
    return name if name and article.dateline and article.dateline.count(name) == 1 else None
