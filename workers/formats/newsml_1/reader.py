"""Read NewsML 1.0 to 1.2: the article of each NewsItem, with what is nested in it.

- The text is that of all components in their order. Of alternatives, the first in the language of the item is read.
- A component with pictures, video or sound is one media object, with its files and its caption.
- Topics are resolved through the TopicSets of the document.
- What a NITF document in an item states completes the item.
- The date is that of the NITF document, else `FirstCreated`, else `ThisRevisionCreated`.
- An embargo whose end is not known, and an unknown status, withhold the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from workers.formats.markup.reading.text import local_name
from workers.formats.newsml_1.components import DATA, read_components
from workers.formats.newsml_1.item import Item
from workers.formats.newsml_1.management import read_identification, read_management
from workers.formats.newsml_1.metadata import read_language
from workers.formats.newsml_1.topics import Topics
from workers.formats.xml.account import Account
from workers.formats.xml.entities import without_dtd
from workers.formats.xml.escaped import escaped_documents
from workers.formats.xml.parsing import read_elements

_TAGS: Final = ("{*}NewsItem",)
_CONTENT: Final = ("blocks", "media", "headline")


def read_newsml_1(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each NewsItem of a document that is in no other NewsItem.

    Raises:
        InputError: the document is not XML that can be read, or has no NewsItem.
    """
    number = 0
    topics = Topics()
    elements = read_elements(without_dtd(document), _TAGS, outermost=True)
    for number, element in enumerate(elements, document.first_article):
        for before in element.itersiblings(etree.Element, preceding=True):
            if before.tag == element.tag:
                break  # What stands before the last item was read with it.
            if local_name(before.tag) == "topicset":
                topics.add(before)
        place = f"NewsItem {number}, line {element.sourceline}"
        try:
            yield _read(element, document, topics)
        except Exception as error:
            yield UnreadArticle.of(error, place)
    if number:
        return
    for inner in escaped_documents(without_dtd(document), ("NewsML",)):
        number += 1
        yield from read_newsml_1(inner)
    if not number:
        raise InputError(document.name or "document", "", "it has no NewsItem")


def _read(element: etree._Element, document: Document, shared: Topics) -> ReadArticle:
    ledger = document.ledger()
    account = Account(element, ledger, apart=DATA)
    item = Item(account, element, document.reading.zone, shared.within(element))
    read_identification(item)
    read_management(item)
    read_components(item)
    read_language(item, element)
    item.stated.setdefault("published", item.created)
    stated = item.fields()
    kinds = {one.kind for one in stated.get("media", ())}
    if len(kinds) == 1 and not stated.get("blocks"):
        # An item of media alone is of their kind.
        stated["kind"] = kinds.pop()
    account.finish()
    if not (any(map(stated.get, _CONTENT)) or stated.get("status") == "canceled" or "paragraphs" in document.defaults):
        raise ArticleError((Fault("", "it has no text and no headline: no DataContent of it holds a text"),))
    # A flash is a headline alone.
    return ReadArticle(document.article(stated, ledger, needs_content=False), ledger)
