"""NewsML-G2 2.35 at conformance power: an item for one article, a newsMessage for many.

Names are the standard's. An item is written as text, not built as a tree: the tree costs
twenty times as much. Text has two risks: escaping, which two small functions do, and characters
that XML forbids, which the invariants of `Article` exclude.

Every item declares its own namespace and catalogs, so that it can be cut out of a message and
stand by itself. An article with groups and no text of its own is a packageItem; all others are newsItems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from schemas.article import Article, Block
from schemas.conversion import Conversion, Frame
from workers.formats.markup import write_nitf, write_xhtml
from workers.formats.markup.writing.escaping import attribute, escape, write_paragraphs
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.places import is_package
from workers.formats.newsml_g2.writing.codes import Codes
from workers.formats.newsml_g2.writing.concepts import asserts
from workers.formats.newsml_g2.writing.links import group_set
from workers.formats.newsml_g2.writing.media import part_metas, remote_contents
from workers.formats.newsml_g2.writing.metadata import ItemMeta, content_meta, rights_info

NAME = "articles.newsml.xml"
ITEM_TYPE = "application/vnd.iptc.g2.newsitem+xml"
MESSAGE_TYPE = "application/vnd.iptc.g2.newsmessage+xml"
NAR = "http://iptc.org/std/nar/2006-10-01/"

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_END = "  </contentSet>\n</newsItem>\n"


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The markup of a body: what stands before, between and after its blocks, and how a block is written."""

    media_type: str
    opening: str
    title: str
    no_title: str
    start: str
    between: str
    end: str
    write: Callable[[Iterable[Block], str], str]

    def before(self, headline: str | None) -> str:
        """Return what stands before the blocks."""
        head = self.title.format(escape(headline)) if headline else self.no_title
        return f"{self.opening}{head}{self.start}"


_BODIES: Final = {
    "xhtml": _Vocabulary(
        media_type="application/xhtml+xml",
        opening='<html xmlns="http://www.w3.org/1999/xhtml">\n',
        title="        <head>\n          <title>{}</title>\n        </head>\n",
        # XHTML needs a title. An empty one states nothing.
        no_title="        <head>\n          <title/>\n        </head>\n",
        start="        <body>\n          ",
        between="\n          ",
        end="\n        </body>\n      </html>\n",
        write=write_xhtml,
    ),
    "nitf": _Vocabulary(
        media_type="application/nitf+xml",
        opening='<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">\n        <body>\n',
        title="          <body.head>\n            <hedline>\n              <hl1>{}</hl1>\n            </hedline>\n"
        "          </body.head>\n",
        no_title="",
        start="          <body.content>\n            <block>\n              ",
        between="\n              ",
        end="\n            </block>\n          </body.content>\n        </body>\n      </nitf>\n",
        write=write_nitf,
    ),
}


class NewsmlG2Writer:
    """The writer of newsItems and packageItems."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NewsmlG2Options) -> None:
        self._conversion = conversion
        self._codes = Codes(options.schemes)
        self._item_meta = ItemMeta(conversion)
        self._body = _BODIES[options.body]
        self._between = self._body.between.encode()
        self._after_text = f"{self._body.end}    </inlineXML>\n"
        self._end = f"{self._after_text}{_END}".encode()

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the item of an article."""
        codes = self._codes
        codes.begin()
        package = is_package(article)
        element = "packageItem" if package else "newsItem"
        language = f' xml:lang="{article.language}"' if article.language else ""
        rights = rights_info(article, codes)
        item_meta = self._item_meta.write(article, codes)
        content = content_meta(article, codes)
        media = ""
        if article.media and not package:
            content += part_metas(article)
            media = remote_contents(article, codes)
        if article.subjects:
            content += asserts(article, codes)
        if package:
            content += group_set(article, codes)
        # The catalogs come first, and hold the aliases of all codes that were written.
        before = (
            f'<{element} xmlns="{NAR}"{attribute("guid", article.id or "")} version="{article.version}"'
            f' standard="NewsML-G2" standardversion="2.35" conformance="power"{language}>\n'
            f"{codes.catalogs()}{rights}{item_meta}{content}"
        )
        if package:
            return (f"{before}</packageItem>\n".encode(),)
        if not article.paragraphs and not article.blocks:
            media = f"  <contentSet>\n{media}  </contentSet>\n" if media else ""
            return (f"{before}{media}</newsItem>\n".encode(),)
        before += self._before_text(article, language)
        after = f"{self._after_text}{media}{_END}".encode() if media else self._end
        return (b"".join((before.encode(), self._text(article), after)),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the XML declaration around one item, or the newsMessage with its header around several."""
        if articles == 1:
            return Frame(head=_XML.encode(), between=b"", tail=b"", media_type=ITEM_TYPE)
        head = (
            f'{_XML}<newsMessage xmlns="{NAR}">\n  <header>\n    <sent>{self._conversion.at}</sent>\n'
            f"    <sender>{escape(self._conversion.operator.name)}</sender>\n  </header>\n<itemSet>\n"
        )
        return Frame(head=head.encode(), between=b"", tail=b"</itemSet>\n</newsMessage>\n", media_type=MESSAGE_TYPE)

    def _before_text(self, article: Article, language: str) -> str:
        return (
            f'  <contentSet>\n    <inlineXML contenttype="{self._body.media_type}" wordcount="{article.word_count}"'
            f"{language}>\n      {self._body.before(article.headline)}"
        )

    def _text(self, article: Article) -> bytes:
        if article.blocks:
            return self._body.write(article.blocks, self._body.between).encode()
        return write_paragraphs(article.encoded, self._between)
