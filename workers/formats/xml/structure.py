"""Validate elements against a table of facts that `workers.formats.xml.schema_table` compiles from XML Schemas.

The verdict is that of the schema of the version (W3C XML Schema 1.0, part 1): children, their order and counts,
attributes, value types, unique ids. Whether an IDREF names an element is checked by the rules of the
format: the schema processors in wide use do not check it either. One table holds all versions of a vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from lxml import etree

from schemas.article.values import shorten
from workers.formats.xml.value_types import BUILT_IN, WHITE_SPACE_KEPT, WHITE_SPACE_REPLACED, as_number

_XML: Final = "http://www.w3.org/XML/1998/namespace"
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_XSI_TYPE: Final = f"{_XSI}type"
_SHOWN: Final = 8
_UNBOUNDED: Final = -1
_BEGIN: Final = -1
_START: Final = (_BEGIN,)
"""The state before the first child."""


@dataclass(frozen=True, slots=True)
class StructureFault:
    """One place where an element breaks the structure of its version.

    Args:
        element: the element.
        rule: `element`, `attribute`, `order`, `missing`, `text`, `value` or `id`.
        detail: what is wrong and what is right, a sentence without a full stop.
    """

    element: etree._Element
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Value:
    """A simple type."""

    check: Callable[[str], bool]
    name: str
    # The facet whiteSpace: "preserve", "replace" or "collapse".
    space: str = "collapse"
    is_id: bool = False
    members: tuple[_Value, ...] = ()

    def normal(self, text: str) -> str:
        if self.space == "preserve":
            return text
        if self.space == "replace":
            return re.sub(r"[\t\n\r]", " ", text)
        return " ".join(re.split(r"[ \t\n\r]+", text.strip(" \t\n\r")))

    def takes(self, text: str) -> bool:
        return self.check(self.normal(text))


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    value: _Value
    required: bool
    fixed: str | None


@dataclass(frozen=True, slots=True)
class _Wildcard:
    """The namespaces that a wildcard accepts, and how their elements are checked: strict, lax or skip."""

    namespaces: str
    process: str

    def takes(self, namespace: str, own: str) -> bool:
        if self.namespaces == "##any":
            return True
        if self.namespaces == "##other":
            return namespace not in (own, "")
        named = self.namespaces.split()
        return (
            namespace in named
            or ("##local" in named and not namespace)
            or ("##targetNamespace" in named and namespace == own)
        )


@dataclass(frozen=True, slots=True)
class _Position:
    """A place in a content model: an element with its type, or a wildcard."""

    name: str
    definition: Any
    wildcard: _Wildcard | None = None


_States = tuple[int, ...]


@dataclass(slots=True)
class _Content:
    """A content model as an automaton (Glushkov): the positions, and which may follow which.

    XML Schema demands that a child matches at most one position (unique particle attribution). Some published schemas
    break that rule, so a state is a set of positions; it nearly always has one.
    """

    positions: list[_Position] = field(default_factory=list)
    follow: dict[int, list[int]] = field(default_factory=dict)
    last: frozenset[int] = frozenset()
    nullable: bool = True
    _next: dict[tuple[_States, str], _States] = field(default_factory=dict)

    def step(self, states: _States, name: str, namespace: str, own: str) -> _States:
        """Return the positions of a child after those of the child before it; none if it is not allowed."""
        known = self._next.get((states, name))
        if known is None:
            after = self._after(states)
            known = tuple(at for at in after if self._takes(self.positions[at], name, namespace, own))
            # Names of other namespaces are not cached: their number is unbounded.
            if namespace == own:
                self._next[states, name] = known
        return known

    def expected(self, states: _States) -> tuple[str, ...]:
        """Return the names that the next child may have."""
        return tuple(dict.fromkeys(self.positions[at].name for at in self._after(states)))

    def ends(self, states: _States) -> bool:
        """Return whether the content may end here."""
        return self.nullable if states == _START else not self.last.isdisjoint(states)

    def _after(self, states: _States) -> tuple[int, ...]:
        return tuple(dict.fromkeys(at for state in states for at in self.follow[state]))

    @staticmethod
    def _takes(position: _Position, name: str, namespace: str, own: str) -> bool:
        return position.wildcard.takes(namespace, own) if position.wildcard else position.name == name


@dataclass(frozen=True)
class _Type:
    """The type of an element: a complex type, or a simple type."""

    attributes: Mapping[str, _Attribute]
    wildcards: tuple[_Wildcard, ...]
    content: _Content | None
    value: _Value | None
    mixed: bool
    anything: bool = False

    @cached_property
    def required(self) -> tuple[_Attribute, ...]:
        """The attributes that an element of this type must have."""
        return tuple(one for one in self.attributes.values() if one.required)


_LAX: Final = _Wildcard("##any", "lax")
_ANYTHING: Final = _Type({}, (_LAX,), None, None, mixed=True, anything=True)


class Structure:
    """The structure of one version of a vocabulary."""

    def __init__(self, table: Mapping[str, Any], version: str) -> None:
        """Choose the definitions of a version.

        Args:
            table: what `compile_schemas` returned.
            version: one of the versions of the table.

        Raises:
            KeyError: the table has no such version.
        """
        self.version = version
        self.namespace: str = table["namespace"]
        self._table = table
        versions: list[str] = table["versions"]
        if version not in versions:
            raise KeyError(version)
        self._number = versions.index(version)
        self._types: dict[int | str, _Type] = {}
        self._values: dict[str, _Value] = {}

    def knows(self, name: str) -> bool:
        """Return whether this version has a global element of this local name."""
        return self._definition("elements", name) is not None

    def first_version(self, kind: str, name: str) -> str | None:
        """Return the first version that has a definition, or None."""
        spans = self._table[kind].get(name)
        return self._table["versions"][spans[0][0]] if spans else None

    def validate(
        self,
        root: etree._Element,
        *,
        ids: set[str] | None = None,
        skip: Callable[[etree._Element], bool] | None = None,
    ) -> Iterator[StructureFault]:
        """Yield every fault of an element and of all elements in it.

        Args:
            root: an element that the vocabulary declares globally, such as a newsItem.
            ids: the ids of the document so far, if it is validated in parts; those of this part are added.
            skip: returns whether to leave out an element that is validated separately. Its position is checked.
        """
        run = _Run(self, set() if ids is None else ids, skip)
        definition = self._definition("elements", self.local(str(root.tag)))
        if definition is None:
            yield StructureFault(root, "element", f"<{self.shown(root)}> is no element of version {self.version}")
            return
        run.element(root, self.type_of(definition))
        yield from run.faults

    def owns(self, element: etree._Element) -> bool:
        """Return whether an element is in the namespace of this vocabulary, the only one with known declarations."""
        return etree.QName(element).namespace == self.namespace

    def local(self, tag: str) -> str:
        """Return the name of an element or attribute in the form of the table."""
        if tag.startswith("{"):
            uri, _, name = tag[1:].partition("}")
            if uri == self.namespace:
                return name
            return f"xml:{name}" if uri == _XML else tag
        # The vocabulary's elements are qualified: one without a namespace is another element.
        return f"{{}}{tag}"

    def shown(self, element: etree._Element) -> str:
        """Return the name of an element for a message."""
        return self.local(str(element.tag)).removeprefix("{}")

    def global_element(self, name: str) -> _Type | None:
        """Return the type of a global element, or None if the version has no such element."""
        definition = self._definition("elements", name)
        return None if definition is None else self.type_of(definition)

    def global_attribute(self, name: str) -> _Value | None:
        """Return the type of a global attribute, or None if the version has no such attribute."""
        definition = self._definition("attributes", name)
        return None if definition is None else self.value_of(definition)

    def named_type(self, name: str) -> _Type | None:
        """Return a type by its name, for xsi:type."""
        if self._definition("types", name) is None:
            return None
        return self.type_of(name)

    def _definition(self, kind: str, name: str) -> Any:
        for first, last, definition in self._table[kind].get(name, ()):
            if first <= self._number <= last:
                return definition
        return None

    # Types

    def type_of(self, definition: Any) -> _Type:
        """Return the type that a definition makes; each is made once."""
        key = definition if isinstance(definition, str) else id(definition)
        made = self._types.get(key)
        if made is None:
            made = self._make_type(definition)
            self._types[key] = made
        return made

    def _make_type(self, definition: Any) -> _Type:
        if definition in ("xs:anyType", None):
            return _ANYTHING
        named = self._definition("types", definition) if isinstance(definition, str) else definition
        if isinstance(definition, str) and definition.startswith("xs:"):
            return _Type({}, (), None, self.value_of(definition), mixed=False)
        if named is None:
            raise KeyError(definition)
        if not _is_complex(named):
            return _Type({}, (), None, self.value_of(definition), mixed=False)
        attributes: dict[str, _Attribute] = {}
        wildcards: list[_Wildcard] = []
        particles: list[Any] = []
        value, mixed = self._gather(named, attributes, wildcards, particles)
        content = None
        if value is None:
            model: list[Any] = ["s", 1, 1, *particles]
            content = self._content(model)
        return _Type(attributes, tuple(wildcards), content, value, mixed=mixed)

    def _gather(
        self, made: Any, attributes: dict[str, _Attribute], wildcards: list[_Wildcard], particles: list[Any]
    ) -> tuple[_Value | None, bool]:
        """Collect the attributes, wildcards and content of a complex type, beginning with the type that it extends."""
        value: _Value | None = None
        mixed = bool(made.get("m"))
        base = made.get("b")
        if base is not None and base != "xs:anyType":
            of_base = self._definition("types", base)
            if of_base is not None and _is_complex(of_base):
                value, base_mixed = self._gather(of_base, attributes, wildcards, particles)
                mixed = mixed or base_mixed
            else:
                value = self.value_of(base)
        if "t" in made:
            value = self._restricted(made["t"], value or self.value_of("xs:string"))
        self._gather_attributes(made, attributes, wildcards)
        if "c" in made:
            particles.append(made["c"])
        return value, mixed

    def _gather_attributes(self, made: Any, attributes: dict[str, _Attribute], wildcards: list[_Wildcard]) -> None:
        for group in made.get("g", ()):
            self._gather_attributes(self._definition("attributeGroups", group) or {}, attributes, wildcards)
        for name, type_, required, *fixed in made.get("a", ()):
            definition = type_ if type_ is not None else self._definition("attributes", name) or "xs:anySimpleType"
            attributes[name] = _Attribute(name, self.value_of(definition), bool(required), fixed[0] if fixed else None)
        if "w" in made:
            wildcards.append(_Wildcard(*made["w"]))

    # Values

    def value_of(self, definition: Any) -> _Value:
        """Return the simple type that a definition makes."""
        if not isinstance(definition, str):
            return self._make_value(definition)
        made = self._values.get(definition)
        if made is None:
            if definition.startswith("xs:"):
                made = _built_in(definition.removeprefix("xs:"))
            else:
                of_type = self._definition("types", definition)
                if of_type is None:
                    raise KeyError(definition)
                made = self._make_value(of_type, definition)
            self._values[definition] = made
        return made

    def _make_value(self, definition: Any, name: str = "") -> _Value:
        if isinstance(definition, str):
            return self.value_of(definition)
        if "l" in definition:
            item = self.value_of(definition["l"])
            return _Value(
                lambda text: all(map(item.takes, text.split(" "))) if text else True, name or f"list of {item.name}"
            )
        if "u" in definition:
            members = tuple(map(self.value_of, definition["u"]))
            # Each member folds white space by its own rule.
            return _Value(
                lambda text: any(member.takes(text) for member in members),
                name or " or ".join(member.name for member in members),
                space="preserve",
                members=members,
            )
        return self._restricted(definition, self.value_of(definition["r"]), name)

    def _restricted(self, facets: Mapping[str, Any], base: _Value, name: str = "") -> _Value:
        checks: list[Callable[[str], bool]] = [base.check]
        described = name or base.name
        if (values := facets.get("enumeration")) is not None:
            allowed = frozenset(values)
            checks.append(allowed.__contains__)
            described = " or ".join(sorted(allowed))
        if (patterns := facets.get("pattern")) is not None:
            # In XML Schema, white space is four ASCII characters (part 2, appendix F); \s of Unicode has more.
            compiled = [re.compile(pattern, re.ASCII) for pattern in patterns]
            checks.append(lambda text: any(one.fullmatch(text) for one in compiled))
        if (values := facets.get("minInclusive")) is not None:
            least = as_number(values[0])
            checks.append(lambda text: least is None or ((value := as_number(text)) is not None and value >= least))
        if (values := facets.get("maxInclusive")) is not None:
            most = as_number(values[0])
            checks.append(lambda text: most is None or ((value := as_number(text)) is not None and value <= most))
        for facet, compare in (("length", int.__eq__), ("minLength", int.__ge__), ("maxLength", int.__le__)):
            if (values := facets.get(facet)) is not None:
                bound = int(values[0])
                listed = base.name.startswith("list of ")
                checks.append(
                    lambda text, compare=compare, bound=bound, listed=listed: compare(  # type: ignore[misc]
                        len(text.split()) if listed else len(text), bound
                    )
                )
        return _Value(
            lambda text: all(check(text) for check in checks), described, base.space, base.is_id, base.members
        )

    # Content models

    def _content(self, particle: list[Any]) -> _Content:
        content = _Content()
        first, last, nullable = self._glushkov(particle, content)
        content.follow[_BEGIN] = first
        content.last = frozenset(last)
        content.nullable = nullable
        return content

    def _glushkov(self, particle: list[Any], content: _Content) -> tuple[list[int], list[int], bool]:
        """Add the positions of a particle; return those it begins with, those it ends with, whether it may be empty."""
        kind, least, most, *rest = particle
        if most == 0:
            return [], [], True
        if least <= 1 and most in (1, _UNBOUNDED):
            first, last, nullable = self._once(kind, rest, content)
            if most == _UNBOUNDED:
                for at in last:
                    _extend(content.follow[at], first)
            return first, last, nullable or least == 0
        # Occurrences become copies in a row. Copies beyond the minimum are optional.
        copies: list[list[Any]] = [[kind, 1, 1, *rest] for _ in range(least)]
        copies += (
            [[kind, 0, _UNBOUNDED, *rest]] if most == _UNBOUNDED else [[kind, 0, 1, *rest] for _ in range(most - least)]
        )
        return self._sequence(copies, content)

    def _once(self, kind: str, rest: list[Any], content: _Content) -> tuple[list[int], list[int], bool]:
        if kind == "s":
            return self._sequence(rest, content)
        if kind == "c":
            first: list[int] = []
            last: list[int] = []
            nullable = not rest
            for inner in rest:
                begin, end, empty = self._glushkov(inner, content)
                first, last, nullable = first + begin, last + end, nullable or empty
            return first, last, nullable
        if kind == "g":
            return self._glushkov(self._definition("groups", rest[0]), content)
        at = len(content.positions)
        if kind == "*":
            content.positions.append(_Position("another element", None, _Wildcard(rest[0], rest[1])))
        elif kind == "r":
            content.positions.append(_Position(rest[0], self._definition("elements", rest[0])))
        else:
            content.positions.append(_Position(rest[0], rest[1]))
        content.follow[at] = []
        return [at], [at], False

    def _sequence(self, particles: Iterable[list[Any]], content: _Content) -> tuple[list[int], list[int], bool]:
        first: list[int] = []
        last: list[int] = []
        nullable = True
        for particle in particles:
            begin, end, empty = self._glushkov(particle, content)
            for at in last:
                _extend(content.follow[at], begin)
            if nullable:
                first = first + begin
            last = last + end if empty else end
            nullable = nullable and empty
        return first, last, nullable


class _Run:
    """One validation, with its faults and the ids so far."""

    def __init__(self, structure: Structure, ids: set[str], skip: Callable[[etree._Element], bool] | None) -> None:
        self.faults: list[StructureFault] = []
        self._structure = structure
        self._ids = ids
        self._skip = skip

    def element(self, element: etree._Element, type_: _Type) -> None:
        """Check an element and all elements in it against a type."""
        named = element.get(_XSI_TYPE)
        if named is not None:
            type_ = self._structure.named_type(named.rpartition(":")[2]) or type_
        if type_.anything:
            self._anything(element)
            return
        self._attributes(element, type_)
        if type_.value is not None:
            if len(element):
                self._fault(
                    element,
                    "element",
                    f"<{self._shown(element[0])}> is in {self._shown(element)}, which may contain only text",
                )
            else:
                self._value(element, type_.value, element.text or "", f"the text of {self._shown(element)}")
            return
        self._children(element, type_)

    def _children(self, element: etree._Element, type_: _Type) -> None:
        content = type_.content or _Content(follow={_BEGIN: []})
        structure = self._structure
        # Empty content allows no white space either.
        text = (element.text or "").strip(" \t\n\r") if content.positions else element.text
        if text and not type_.mixed:
            self._text(element, element.text or "")
        states: _States = _START
        lost = False
        for child in element.iterchildren(tag=etree.Element):
            if not lost:
                tag = str(child.tag)
                namespace = tag[1:].partition("}")[0] if tag.startswith("{") else ""
                found = content.step(states, structure.local(tag), namespace, structure.namespace)
                if found:
                    states = found
                    self._by_position(child, content.positions[found[0]])
                else:
                    self._misplaced(child, element, content, states)
                    # The places of the following elements are now unknown.
                    lost = True
            if not type_.mixed and (child.tail or "").strip(" \t\n\r"):
                self._text(element, child.tail or "")
        if not lost and not content.ends(states):
            wanted = _listed(content.expected(states))
            self._fault(element, "missing", f"{self._shown(element)} is not complete; it needs {wanted} here")

    def _by_position(self, child: etree._Element, position: _Position) -> None:
        if self._skip is not None and self._skip(child):
            return
        if position.wildcard is not None:
            self._by_wildcard(child, position.wildcard)
        else:
            self.element(child, self._structure.type_of(position.definition))

    def _misplaced(self, child: etree._Element, parent: etree._Element, content: _Content, states: _States) -> None:
        structure = self._structure
        name, within = self._shown(child), self._shown(parent)
        known = any(position.name == structure.local(str(child.tag)) for position in content.positions)
        expected = content.expected(states)
        allowed = _listed(expected) if expected else "nothing more"
        if known:
            self._fault(child, "order", f"<{name}> is not allowed at this place of {within}; allowed here: {allowed}")
            return
        since = structure.first_version("elements", name)
        hint = f"; version {since} has it" if since and not structure.knows(name) else ""
        self._fault(child, "element", f"<{name}> is not allowed in {within}{hint}; allowed here: {allowed}")

    def _by_wildcard(self, element: etree._Element, wildcard: _Wildcard) -> None:
        if wildcard.process == "skip":
            return
        type_ = self._structure.global_element(self._structure.local(str(element.tag)))
        if type_ is not None:
            self.element(element, type_)
        elif wildcard.process == "strict" and self._structure.owns(element):
            self._fault(element, "element", f"<{self._shown(element)}> is not known here")
        else:
            self._anything(element)

    def _anything(self, element: etree._Element) -> None:
        """Check the known elements and attributes inside of an unknown element."""
        self._attributes(element, _ANYTHING)
        for child in element.iterchildren(tag=etree.Element):
            self._by_wildcard(child, _LAX)

    def _attributes(self, element: etree._Element, type_: _Type) -> None:
        structure = self._structure
        for key, text in element.attrib.items():
            tag = str(key)
            name = structure.local(tag) if tag.startswith("{") else tag
            attribute = type_.attributes.get(name)
            if attribute is not None:
                self._value(element, attribute.value, str(text), f"{name} of {self._shown(element)}")
                if attribute.fixed is not None and attribute.value.normal(str(text)) != attribute.fixed:
                    self._fault(
                        element, "value", f"{name} is {shorten(repr(str(text)))}; it can only be {attribute.fixed!r}"
                    )
                continue
            if tag.startswith(_XSI):
                continue
            namespace = tag[1:].partition("}")[0] if tag.startswith("{") else ""
            taken = [one for one in type_.wildcards if one.takes(namespace, structure.namespace)]
            if not taken:
                self._fault(element, "attribute", f"{self._shown(element)} has no attribute {name!r}")
            elif taken[0].process != "skip" and (value := structure.global_attribute(name)) is not None:
                self._value(element, value, str(text), f"{name} of {self._shown(element)}")
        for attribute in type_.required:
            name = attribute.name
            if element.get(f"{{{_XML}}}{name[4:]}" if name.startswith("xml:") else name) is None:
                self._fault(element, "attribute", f"{self._shown(element)} needs the attribute {name!r}")

    def _value(self, element: etree._Element, value: _Value, text: str, what: str) -> None:
        if not value.takes(text):
            self._fault(element, "value", f"{what} is {shorten(repr(text))}, which is no {value.name}")
            return
        if value.is_id:
            id_ = value.normal(text)
            if id_ in self._ids:
                self._fault(
                    element, "id", f"the id {shorten(repr(id_))} stands a second time; give each element its own"
                )
            self._ids.add(id_)

    def _text(self, element: etree._Element, text: str) -> None:
        self._fault(
            element,
            "text",
            f"{self._shown(element)} has the text {shorten(repr(text.strip()))}; it takes elements alone",
        )

    def _fault(self, element: etree._Element, rule: str, detail: str) -> None:
        self.faults.append(StructureFault(element, rule, detail))

    def _shown(self, element: etree._Element) -> str:
        return self._structure.shown(element)


def _is_complex(definition: Any) -> bool:
    return isinstance(definition, dict) and not definition.keys() & {"l", "u", "r"}


def _built_in(name: str) -> _Value:
    space = "preserve" if name in WHITE_SPACE_KEPT else "replace" if name in WHITE_SPACE_REPLACED else "collapse"
    return _Value(BUILT_IN[name], name, space, is_id=name == "ID")


def _extend(known: list[int], more: Iterable[int]) -> None:
    known += [at for at in more if at not in known]


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
