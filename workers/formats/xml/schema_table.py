"""Compile XML Schemas of several versions of a vocabulary into one compact table of facts.

The table is what `workers.formats.xml.structure` validates with: which elements exist, their children with order and
counts, their attributes, their value types, each with the versions in which it holds. The table has no documentation,
no comments and no layout of the schema files.

A definition is a small JSON value:

- a simple type is the name of a type, or an object with the type it restricts (`r`) and facets, an item type (`l`, a
  list), or member types (`u`, a union);
- a complex type is an object with a base (`b`), content (`c`, a particle, or `t`, a simple type), attributes (`a`),
  attribute groups (`g`), wildcards for attributes (`w`) and `m` where text may stand between its children;
- a particle is a list: `s` a sequence, `c` a choice, `e` an element with its type, `r` a global element, `g` a group,
  `*` a wildcard; then the least and the most occurrences (-1 is unbounded).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from lxml import etree

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"
KINDS: Final = ("elements", "types", "groups", "attributes", "attributeGroups")

_FACETS: Final = ("pattern", "enumeration", "minInclusive", "maxInclusive", "minLength", "maxLength", "length")

Definition = Any
"""A value of JSON, as the docstring of this module describes it."""


def compile_schemas(schemas: Mapping[str, Path], imports: Iterable[Path] = ()) -> dict[str, Any]:
    """Return the table of all versions.

    Args:
        schemas: the schema file of each version, oldest first.
        imports: files of other namespaces that all of them import, such as xml.xsd.
    """
    versions = list(schemas)
    table: dict[str, Any] = {"versions": versions, "namespace": ""}
    found: dict[str, dict[str, list[list[Any]]]] = {kind: {} for kind in KINDS}
    for number, path in enumerate(schemas.values()):
        compiled = _Schema(path)
        table["namespace"] = compiled.namespace
        for kind, definitions in compiled.definitions.items():
            for name, definition in definitions.items():
                spans = found[kind].setdefault(name, [])
                if spans and spans[-1][1] == number - 1 and spans[-1][2] == definition:
                    spans[-1][1] = number
                else:
                    spans.append([number, number, definition])
    for path in imports:
        compiled = _Schema(path)
        for kind, definitions in compiled.definitions.items():
            for name, definition in definitions.items():
                found[kind][name] = [[0, len(versions) - 1, definition]]
    return table | {kind: dict(sorted(definitions.items())) for kind, definitions in found.items()}


def table_text(table: Mapping[str, Any]) -> str:
    """Return a table as JSON, one definition a line."""
    lines = [f'"{kind}":{{\n{_lines(table[kind])}\n}}' for kind in KINDS]
    head = f'{{"versions":{json.dumps(table["versions"])},\n"namespace":{json.dumps(table["namespace"])}'
    return ",\n".join([head, *lines]) + "}\n"


def _lines(definitions: Mapping[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}:{json.dumps(one, separators=(',', ':'))}" for name, one in definitions.items()
    )


class _Schema:
    """The definitions of one schema file."""

    def __init__(self, path: Path) -> None:
        parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False, no_network=True)
        root = etree.parse(path, parser).getroot()
        self.namespace = root.get("targetNamespace", "")
        # Names of the vocabulary itself stand without a prefix, those of XML Schema with xs:, those of XML with xml:.
        self._prefixes = {
            None if uri == self.namespace else prefix: uri for prefix, uri in root.nsmap.items() if uri is not None
        }
        self._own = "xml:" if self.namespace == XML_NAMESPACE else ""
        self.definitions: dict[str, dict[str, Definition]] = {kind: {} for kind in KINDS}
        makers = {
            "element": ("elements", self._element_type),
            "complexType": ("types", self._complex),
            "simpleType": ("types", self._simple),
            "group": ("groups", self._group),
            "attribute": ("attributes", self._attribute_type),
            "attributeGroup": ("attributeGroups", self._attributes),
        }
        for node in root:
            local = etree.QName(node).localname
            if local in makers:
                kind, make = makers[local]
                self.definitions[kind][self._own + node.get("name", "")] = make(node)

    def _name(self, qname: str, node: etree._Element) -> str:
        prefix, _, local = qname.rpartition(":")
        uri = node.nsmap.get(prefix or None)
        if prefix == "xml" or uri == XML_NAMESPACE:
            return f"xml:{local}"
        if uri == XS[1:-1]:
            return f"xs:{local}"
        return self._own + local

    def _element_type(self, node: etree._Element) -> Definition:
        """Return the type of an element declaration: its name, or the definition inside of it."""
        if (named := node.get("type")) is not None:
            return self._name(named, node)
        for child in node:
            if child.tag == f"{XS}complexType":
                return self._complex(child)
            if child.tag == f"{XS}simpleType":
                return self._simple(child)
        return "xs:anyType"

    def _attribute_type(self, node: etree._Element) -> Definition:
        if (named := node.get("type")) is not None:
            return self._name(named, node)
        inner = node.find(f"{XS}simpleType")
        return self._simple(inner) if inner is not None else "xs:anySimpleType"

    def _simple(self, node: etree._Element) -> Definition:
        for child in node:
            if child.tag == f"{XS}restriction":
                return self._restriction(child)
            if child.tag == f"{XS}list":
                item = child.get("itemType")
                inner = child.find(f"{XS}simpleType")
                return {"l": self._name(item, child) if item else self._simple(inner) if inner is not None else None}
            if child.tag == f"{XS}union":
                members = [self._name(name, child) for name in (child.get("memberTypes") or "").split()]
                return {"u": [*members, *(self._simple(one) for one in child.iterchildren(f"{XS}simpleType"))]}
        raise ValueError(f"line {node.sourceline}: a simple type of no known kind")

    def _restriction(self, node: etree._Element) -> dict[str, Any]:
        """Return a simple type with facets; all values of a repeated facet in a list."""
        base = node.get("base")
        inner = node.find(f"{XS}simpleType")
        made: dict[str, Any] = {
            "r": self._name(base, node) if base else self._simple(inner) if inner is not None else None
        }
        for facet in node:
            local = etree.QName(facet).localname
            if local in _FACETS:
                made.setdefault(local, []).append(facet.get("value"))
        return made

    def _complex(self, node: etree._Element) -> dict[str, Any]:
        made: dict[str, Any] = {"m": 1} if node.get("mixed") == "true" else {}
        inner = node
        for content in node.iterchildren(f"{XS}complexContent", f"{XS}simpleContent"):
            if content.get("mixed") == "true":
                made["m"] = 1
            [inner] = content.iterchildren(f"{XS}extension", f"{XS}restriction")
            made["b"] = self._name(inner.get("base", ""), inner)
            if inner.tag == f"{XS}restriction":
                if content.tag == f"{XS}complexContent":
                    raise ValueError(f"line {inner.sourceline}: a restriction of complex content")
                made["t"] = self._restriction(inner)
        made |= self._attributes(inner)
        for child in inner:
            if (particle := self._particle(child)) is not None:
                made["c"] = particle
        return made

    def _group(self, node: etree._Element) -> Definition:
        [particle] = [made for child in node if (made := self._particle(child)) is not None]
        return particle

    def _particle(self, node: etree._Element) -> list[Any] | None:
        local = etree.QName(node).localname
        least, most = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
        counts = [int(least), -1 if most == "unbounded" else int(most)]
        if local in ("sequence", "choice"):
            inner = [made for child in node if (made := self._particle(child)) is not None]
            return [local[0], *counts, *inner]
        if local == "element":
            if (ref := node.get("ref")) is not None:
                return ["r", *counts, self._name(ref, node)]
            return ["e", *counts, node.get("name"), self._element_type(node)]
        if local == "group":
            return ["g", *counts, self._name(node.get("ref", ""), node)]
        if local == "any":
            return ["*", *counts, node.get("namespace", "##any"), node.get("processContents", "strict")]
        return None

    def _attributes(self, node: etree._Element) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for child in node:
            local = etree.QName(child).localname
            if local == "attribute":
                if child.get("use") == "prohibited":
                    continue
                ref = child.get("ref")
                name = self._name(ref, child) if ref else child.get("name")
                one = [name, None if ref else self._attribute_type(child), int(child.get("use") == "required")]
                if (fixed := child.get("fixed")) is not None:
                    one.append(fixed)
                made.setdefault("a", []).append(one)
            elif local == "attributeGroup":
                made.setdefault("g", []).append(self._name(child.get("ref", ""), child))
            elif local == "anyAttribute":
                made["w"] = [child.get("namespace", "##any"), child.get("processContents", "strict")]
        return made
