"""Links to other items: itemMeta/link, and the groups of a package."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from schemas.article import Group, ItemLink, Source
from schemas.article.values import LARGEST_INTEGER, check_iri, check_media_type, make_line
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Children, Leaves
from workers.formats.newsml_g2.reading.own import group_id

_NI_SHA256 = re.compile(r"ni://[^/]*/sha-256;([A-Za-z0-9_-]{43})(\?.*)?")
_NUMBER = re.compile(r"\d{1,16}", re.ASCII)
_NO_URI: Final = "it is not an absolute URI"
_NO_MEDIA_TYPE: Final = "it is not a media type"
_NO_NUMBER: Final = "it is not a whole number"


class Links:
    """The reader of the links of one item."""

    def __init__(self, leaves: Leaves, *, own: bool) -> None:
        self._leaves = leaves
        self._own = own

    def link(self, element: etree._Element, field: str) -> ItemLink | None:
        """Return a link; None if it says neither an address nor an id."""
        attributes = self._leaves.attributes(element)
        children = self._leaves.children(element)
        href = take_iri(attributes, "href", f"{field}.href")
        id_ = attributes.get("residref")
        if href is None and id_ is None:
            return None
        if id_ is not None:
            attributes.keep("residref", f"{field}.id")
        return ItemLink(
            href=href,
            id=make_line(id_) if id_ else None,
            version=take_number(attributes, "version", f"{field}.version", least=1),
            rel=attributes.keep_code("rel", f"{field}.rel"),
            media_type=take_media_type(attributes, f"{field}.media_type"),
            title=self._title(children, f"{field}.title"),
        )

    def source(self, element: etree._Element) -> Source | None:
        """Return the document that an item by newsmill was made from; a digest identifies it (RFC 6920)."""
        found = _NI_SHA256.fullmatch((element.get("href") or "").strip())
        if not found:
            return None
        attributes = self._leaves.attributes(element)
        attributes.keep("href", "source.sha256")
        attributes.keep("rel", FORMAT)
        return Source(
            sha256=base64.urlsafe_b64decode(found[1] + "=").hex(),
            name=self._title(self._leaves.children(element), "source.name"),
            media_type=take_media_type(attributes, "source.media_type"),
            size=take_number(attributes, "size", "source.size"),
        )

    def groups(self, group_sets: Sequence[etree._Element]) -> tuple[Group, ...]:
        """Return the groups of a package, the root group first."""
        found: list[Group] = []
        root = None
        for group_set in group_sets:
            attributes = self._leaves.attributes(group_set)
            root = root or attributes.keep("root", "groups")
            elements = self._leaves.children(group_set).pop("group", ())
            found += [self._group(element, number) for number, element in enumerate(elements, len(found) + 1)]
        if self._own:
            return tuple(found)
        return tuple(sorted(found, key=lambda group: group.id != root))

    def _group(self, element: etree._Element, number: int) -> Group:
        attributes = self._leaves.attributes(element)
        children = self._leaves.children(element)
        inner = []
        for reference in children.pop("groupRef", ()):
            if idref := self._leaves.attributes(reference).keep("idref", "groups.groups"):
                inner.append(self._id(idref))
            self._leaves.children(reference)
        links = (self.link(one, "groups.items") for one in children.pop("itemRef", ()))
        return Group(
            id=self._id(attributes.keep("id", "groups.id") or f"group-{number}"),
            role=attributes.keep_code("role", "groups.role"),
            mode=attributes.keep_code("mode", "groups.mode"),
            items=tuple(filter(None, links)),
            groups=tuple(inner),
        )

    def _id(self, xml_id: str) -> str:
        return group_id(xml_id) if self._own else xml_id

    def _title(self, children: Children, field: str) -> str | None:
        """Take the title, or else the headline, of what a link leads to."""
        for name in ("title", "headline"):
            elements = children.get(name, [])
            for element in elements:
                if line := self._leaves.line(element):
                    elements.remove(element)
                    self._leaves.attributes(element)
                    self._leaves.keep_text(element, field)
                    return line
        return None


def take_iri(attributes: Attributes, name: str, field: str) -> str | None:
    """Take an absolute URI. Blanks in it are written as %20."""
    stated = attributes.get(name)
    if stated is None:
        return None
    if not check_iri(stated):
        attributes.keep(name, field)
        return stated
    mended = re.sub(r"\s", "%20", stated)
    if check_iri(mended):
        attributes.drop(name, _NO_URI)
        return None
    attributes.change(name, field, "blanks in a URI are written as %20")
    return mended


def take_number(attributes: Attributes, name: str, field: str, *, least: int = 0) -> int | None:
    """Take a whole number."""
    stated = attributes.get(name)
    if stated is None:
        return None
    if not _NUMBER.fullmatch(stated) or not least <= int(stated) <= LARGEST_INTEGER:
        attributes.drop(name, _NO_NUMBER)
        return None
    attributes.keep(name, field)
    return int(stated)


def take_media_type(attributes: Attributes, field: str) -> str | None:
    """Take the media type in @contenttype."""
    stated = attributes.get("contenttype")
    if stated is None:
        return None
    if check_media_type(stated):
        attributes.drop("contenttype", _NO_MEDIA_TYPE)
        return None
    attributes.keep("contenttype", field)
    return stated
