"""One newsItem or packageItem, and its values in the form of an Article."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from lxml import etree

from schemas.article import AlternativeId, Kind
from schemas.article.languages import check_language
from schemas.article.values import LARGEST_INTEGER, UUID, check_iri, make_line
from schemas.ledger import Ledger
from workers.formats.markup.reading.signatures import without_signature
from workers.formats.newsml_g2.body_reader import read_body
from workers.formats.newsml_g2.reading.concepts import Concepts
from workers.formats.newsml_g2.reading.content_meta import CONTENT, read_authors, read_inferred
from workers.formats.newsml_g2.reading.context import Context, read_properties
from workers.formats.newsml_g2.reading.dates import Dates
from workers.formats.newsml_g2.reading.item_meta import META, read_kind, read_provider, read_status
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Children, Leaves
from workers.formats.newsml_g2.reading.links import Links
from workers.formats.newsml_g2.reading.media import MEDIA_KINDS, read_media
from workers.formats.newsml_g2.reading.names import XML_LANG
from workers.formats.newsml_g2.reading.parties import Parties
from workers.formats.newsml_g2.reading.rights import read_rights

_OF_NEWSMILL = re.compile(r"newsmill(, .*)?", re.DOTALL)
_NUMBER = re.compile(r"\d{1,16}", re.ASCII)
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_WAYS_OF_WRITING: Final = (
    *("standard", "standardversion", "conformance"),
    *(f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"),
)
_NOTHING: Final = ()
_PLAIN: Final = frozenset((str,))
_TEXT_TYPES: Final = ("html", "nitf", "text/")


class Item:
    """One item, and its values in the form of an Article."""

    def __init__(self, element: etree._Element, ledger: Ledger, zone: str | None) -> None:
        """Prepare the reading.

        Args:
            element: the newsItem or packageItem.
            ledger: the ledger of its article.
            zone: the zone of times that state none, if the request gives it.
        """
        self._element = element
        self.fault: str | None = None
        self._leaves = leaves = Leaves(element, ledger)
        self._attributes = leaves.attributes(element)
        self._parts = leaves.children(element)
        self._meta = self._merged("itemMeta")
        self._content = self._merged("contentMeta")
        made = self._read_generators()
        language = self._read_language()
        concepts = Concepts(leaves, language, self._parts.pop("assert", ()), made=made)
        self._context = Context(
            leaves=leaves,
            language=language,
            concepts=concepts,
            parties=Parties(leaves, concepts, language, made=made),
            links=Links(leaves, own=made is not None),
            dates=Dates(leaves, zone),
            made=made,
        )

    def stated(self) -> dict[str, Any]:
        """Return the fields of an Article that the item states. What it does not take is in the ledger.

        Raises:
            ArticleError: the content cannot be read.
        """
        context = self._context
        stated = context.stated
        self._read_root()
        context.concepts.add_catalogs(self._parts.pop("catalog", ()))
        read_inferred(context, self._content)
        kind = read_kind(context, self._meta.pop("itemClass", ())) or self._kind_of_parts()
        if kind != "text":
            stated["kind"] = kind
        read_properties(context, self._meta, META)
        read_properties(context, self._content, CONTENT)
        self._read_published()
        read_status(context, self._meta.pop("pubStatus", ()))
        read_authors(context, self._content)
        read_provider(context, self._meta.pop("provider", ()), self._content.pop("infoSource", ()))
        if rights := self._parts.pop("rightsInfo", None):
            read_rights(context, rights)
        self._read_content(kind)
        context.concepts.finish()
        context.leaves.finish()
        return {name: value for name, value in stated.items() if value is not None and value != _NOTHING}

    # The item itself

    def _merged(self, name: str) -> Children:
        """Return the children of a part that comes once; of several, the children of all."""
        found: Children | None = None
        for element in self._parts.pop(name, ()):
            self._leaves.attributes(element)
            if found is None:
                found = self._leaves.children(element)
            else:
                self._leaves.children(element, into=found)
        return found if found is not None else {}

    def _read_generators(self) -> str | None:
        """Return when newsmill wrote the item, "" if that is not stated; None if other software wrote it."""
        generators = self._meta.pop("generator", ())
        if not generators or not all(_OF_NEWSMILL.fullmatch(each.text or "") for each in generators):
            self._leaves.drop_all(generators)
            return None
        self._leaves.own = True
        made = ""
        for each in generators:
            attributes = self._leaves.attributes(each)
            attributes.keep("versioninfo", FORMAT)
            made = attributes.keep("modified", FORMAT) or made
            self._leaves.keep_text(each, FORMAT)
        return made

    def _read_root(self) -> None:
        self._attributes.keep_all(_WAYS_OF_WRITING, FORMAT)
        for catalog in self._parts.pop("catalogRef", ()):
            self._leaves.attributes(catalog).keep("href", FORMAT)
            self._leaves.no_children(catalog)
        self._read_version()
        self._read_id()

    def _read_version(self) -> None:
        version = self._attributes.get("version")
        if version is None:
            return
        if _NUMBER.fullmatch(version) and 0 < int(version) <= LARGEST_INTEGER:
            self._context.stated["version"] = int(version)
            self._attributes.keep("version", "version")
        else:
            self._attributes.drop("version", "a version is a whole number from 1")

    def _read_id(self) -> None:
        """Read the guid. One that is no URI becomes an alternative id, and the Article gets a derived id."""
        guid = self._attributes.get("guid")
        if guid is None:
            return
        stated = self._context.stated
        if not check_iri(guid):
            self._attributes.keep("guid", "id")
            stated["id"] = guid
        elif UUID.fullmatch(guid):
            self._attributes.change("guid", "id", "a UUID alone is no URI; urn:uuid: is put before it")
            stated["id"] = uuid.UUID(guid).urn
        else:
            self._attributes.change("guid", "alternative_ids.id", "a guid is a URI; this one is an alternative id")
            stated["alternative_ids"] = (AlternativeId(id=make_line(guid), type="guid"),)

    def _kind_of_parts(self) -> Kind:
        return "composite" if "groupSet" in self._parts else "text"

    # Language

    def _read_language(self) -> str | None:
        """Return the language of the item: that of its content, else of the item, else of the message around it."""
        found: str | None = None
        for element in self._content.pop("language", ()):
            attributes = self._leaves.attributes(element)
            self._leaves.no_children(element)
            found = self._take_language(attributes, "tag", found)
        found = self._take_language(self._attributes, XML_LANG, found)
        if found is None and not self._parts.get("contentSet"):
            return self._language_around()
        return found

    def _take_language(self, attributes: Attributes, name: str, found: str | None) -> str | None:
        """Take a language tag, if it is the first or the same again."""
        stated = attributes.get(name)
        if stated is None:
            return found
        if stated == found:
            attributes.keep(name, "language")
            return found
        tag = stated.replace("_", "-")
        if found is not None:
            if tag.lower() == found.lower():
                attributes.keep(name, "language")
            return found
        if check_language(tag):
            attributes.drop(name, "it is not a language tag that is registered (BCP 47)")
            return None
        attributes.keep(name, "language")
        return tag

    def _language_around(self) -> str | None:
        """Return the language that an element around the item states (XML 1.0, section 2.12)."""
        for element in self._element.iterancestors():
            if stated := element.get(XML_LANG):
                tag = stated.strip().replace("_", "-")
                return None if check_language(tag) else tag
        return None

    # Content

    def _read_published(self) -> None:
        """The date is that of the content, else that of the item's first version, else that of this version."""
        stated = self._context.stated
        found = stated.get("first_created") or stated.get("version_created")
        wanted = not self._context.own and "published" not in stated and not found
        loose = self._context.dates.take_without_zone(*(("first_created", "version_created") if wanted else ()))
        if not self._context.own and "published" not in stated:
            stated["published"] = found or loose

    def _read_content(self, kind: Kind) -> None:
        context = self._context
        stated = context.stated
        if group_sets := self._parts.pop("groupSet", None):
            stated["groups"] = context.links.groups(group_sets)
        renditions: list[etree._Element] = []
        inline: list[etree._Element] = []
        for content_set in self._parts.pop("contentSet", ()):
            self._leaves.attributes(content_set)
            children = self._leaves.children(content_set)
            renditions += children.pop("remoteContent", ())
            # Some agencies send paragraphs without inlineXML.
            inline += [one for name in tuple(children) for one in children.pop(name)]
        read_media(context, renditions, self._parts, MEDIA_KINDS.get(kind))
        body = read_body(context, inline)
        blocks = body.blocks
        if not context.own:
            blocks = without_signature(blocks, context.leaves.ledger, "contentSet")
        stated["paragraphs" if set(map(type, blocks)) <= _PLAIN else "blocks"] = blocks
        self.fault = body.fault
        stated["language"] = context.language or body.language or self._language_around()


def _is_inline(element: etree._Element) -> bool:
    return str(element.tag).rpartition("}")[2] in ("inlineXML", "inlineData")
