"""The values of an XML document, each with the path of its element or attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

_XML: Final = "{http://www.w3.org/XML/"


def walk_xml_files(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the path and the value of each attribute and each text of the documents of an article."""
    for raw in files.values():
        yield from walk_xml(raw)


def walk_xml(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield the path and the value of each attribute and each text. A path begins below the root element.

    A path has local names: "contentMeta/by", "itemMeta/provider/@uri"; an element with the attribute `rel` or `reluri`
    has its value in brackets.
    """
    yield from _walk(etree.fromstring(raw), "")


def _walk(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield f"{path}/@{_short(str(name))}".lstrip("/"), str(value)
    if element.text and element.text.strip():
        yield path, element.text
    for child in element:
        relation = f"[{rel}]" if (rel := child.get("rel") or child.get("reluri")) else ""
        yield from _walk(child, f"{path}/{_short(str(child.tag))}{relation}".lstrip("/"))


def _short(name: str) -> str:
    local = etree.QName(name).localname
    return f"xml:{local}" if name.startswith(_XML) else local
