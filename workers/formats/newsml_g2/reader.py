"""Read the newsItems and packageItems of a NewsML-G2 document of any version, Core or Power, at any place in it.

An item that newsmill wrote reads as the same article. All other items are read by these rules:

- What the Article has no place for is named in the ledger, by its path in the item. Nothing else is left out.
- White space around a value is left out, and a run of it with a line feed becomes one blank (see `markup.text`).
- Of values in several roles and languages, the main role and the language of the item win. The others are held beside
  them, with their role and language.
- `by` is the byline as printed. The creators that it names are the authors; other creators are contributors.
- The date is `contentCreated`, else `firstCreated`, else `versionCreated`.
- An embargo whose end is not known, and a `pubStatus` of another scheme, withhold the article.
- A QCode is kept if its alias is the IPTC's, or if nothing says what its alias means. The catalogs in the item turn the
  other QCodes into URIs.
- `assert` completes the concepts that the item refers to.
- A picture, a video, audio or a graphic is one, with its renditions; a package is a composite with its groups. Concept,
  knowledge, planning and catalog items are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from workers.formats.newsml_g2.reading.item import Item
from workers.formats.newsml_g2.reading.names import NAR, path_name, tags
from workers.formats.xml.escaped import escaped_documents
from workers.formats.xml.parsing import read_elements

_READ: Final = ("newsItem", "packageItem")
_ROOTS: Final = (*_READ, "newsMessage")
_REFUSED: Final = {
    "conceptItem": "a concept",
    "knowledgeItem": "a set of concepts",
    "planningItem": "the planning of news",
    "catalogItem": "a catalog of schemes",
}
_CONTENT: Final = ("paragraphs", "blocks", "media", "groups")
_TAGS: Final = tuple(tag for name in (*_READ, *_REFUSED) for tag in tags(name))


def read_newsml_g2(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each newsItem and packageItem of a document that is in no other item.

    Raises:
        InputError: the document is not XML that can be read, or has no item.
    """
    number = 0
    contents: list[str] = []
    for number, element in enumerate(read_elements(document, _TAGS, outermost=True), document.first_article):
        name = path_name(element.tag)
        place = f"{name} {number}, line {element.sourceline}"
        if name in _REFUSED:
            reason = f"a {name} holds {_REFUSED[name]}, not news; newsmill reads newsItems and packageItems"
            yield UnreadArticle(place=place, reason=reason, id=element.get("guid"))
            continue
        if _is_contents(element):
            contents += [reference.get("residref", "") for reference in element]
            continue
        try:
            yield _read(element, document, contents)
        except Exception as error:
            yield UnreadArticle.of(error, place, element.get("guid"))
        contents = []
    if contents:
        yield UnreadArticle(place=f"packageItem {number}", reason="it only lists items, and none follows it")
    if number:
        return
    for inner in escaped_documents(document, _ROOTS):
        number += 1
        yield from read_newsml_g2(inner)
    if not number:
        raise InputError(document.name or "document", "", "it has no newsItem or packageItem")


def _is_contents(element: etree._Element) -> bool:
    """Return whether a packageItem is no item of its own, but only lists the items of its message."""
    children = element.iterchildren(etree.Element)
    return element.get("guid") is None and len(element) > 0 and {path_name(one.tag) for one in children} == {"itemRef"}


def _read(element: etree._Element, document: Document, contents: Sequence[str]) -> ReadArticle:
    ledger = document.ledger()
    for reference in contents:
        ledger.not_held("packageItem/itemRef/@residref", reference, "it lists the items of the message")
    if element.tag in _READ:
        ledger.changed("@xmlns", "", None, f"the item has no namespace; it is read as an item of {NAR}")
    item = Item(element, ledger, document.reading.zone)
    stated = item.stated()
    if item.fault and not any(map(stated.get, _CONTENT)):
        raise ArticleError((Fault("", item.fault),))
    # A flash is a headline alone, and an item may hold content that is no text, such as results of matches.
    return ReadArticle(document.article(stated, ledger, needs_content=False), ledger)
