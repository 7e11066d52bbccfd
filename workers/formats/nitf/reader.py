"""Read NITF 3.0 to 3.6: the article of each `nitf` element, at any place in a document.

Elements are known by their local names in any case, with or without a namespace. A DOCTYPE may name the DTD, and the
character entities of HTML are read as the DTD has them.

- The headline is `hl1`, else the title of the document. Other headlines are held with the element as their role.
- The date is `date.issue`, else `date.publication`, else `date.release`, else `story.date`.
- A release after the issue is an embargo. Without a zone or a time it withholds the article.
- Persons in a byline are authors. A byline that says more than their names is held as printed, too.
- What the Article has no place for is named, such as the `tagline` and the `bibliography` of body.end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from workers.formats.xml.account import Account
from workers.formats.xml.entities import without_dtd
from workers.formats.xml.nitf import APART, stated_by
from workers.formats.xml.parsing import read_elements

_TAGS: Final = ("{*}nitf", "{*}NITF", "{*}Nitf")
_CONTENT: Final = ("paragraphs", "blocks", "media", "headline")


def read_nitf(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each `nitf` element of a document.

    Raises:
        InputError: the document is not XML that can be read, or has no `nitf` element.
    """
    number = 0
    elements = read_elements(without_dtd(document), _TAGS, outermost=True)
    for number, element in enumerate(elements, document.first_article):
        place = f"nitf {number}, line {element.sourceline}"
        try:
            yield _read(element, document)
        except Exception as error:
            yield UnreadArticle.of(error, place)
    if not number:
        raise InputError(document.name or "document", "", "it has no nitf element")


def _read(element: etree._Element, document: Document) -> ReadArticle:
    ledger = document.ledger()
    account = Account(element, ledger, apart=APART)
    stated = stated_by(account, element, document.reading.zone)
    account.finish()
    if not (any(map(stated.get, _CONTENT)) or stated.get("status") == "canceled" or "paragraphs" in document.defaults):
        raise ArticleError((Fault("", "it has no text and no headline: body.content holds nothing that is a text"),))
    # A flash is a headline alone.
    return ReadArticle(document.article(stated, ledger, needs_content=False), ledger)
