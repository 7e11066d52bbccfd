"""Read people, organisations, places and concepts of schema.org into the parts of an Article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from schemas.article import Byline, Concept, Party, Place, Position, RoleText, Subject
from schemas.article.languages import check_language
from schemas.article.newscodes import resolve
from schemas.article.parts import PartyType
from schemas.article.values import check_iri, check_qcode
from workers.formats.schema_org.reading.account import SECOND, Account, Thing, flat, is_plain
from workers.formats.schema_org.terms import NATURES, ROLES, SUBTYPES, TYPES, short_name

_PARTY_TYPES: Final[dict[str, PartyType]] = {"person": "person", "organisation": "organisation"}
_PLAIN_TYPES: Final[dict[str, PartyType]] = {"Person": "person", "Organization": "organisation"}
_NATURES: Final = {uri: name for name, uri in NATURES.items()}
# The schemes of identifiers that are not QCodes.
_SCHEMES: Final = ("http", "https", "urn", "tag", "doi", "isbn", "info", "mailto")
_ADDRESS: Final = re.compile(r"\s*[<(\[]\s*(?:mailto:)?[^\s<>()\[\]@]+@[^\s<>()\[\]@]+\s*[>)\]]\s*$")
_PLAIN: Final = {"@type", "name"}
_NO_NAME: Final = "an author without a name"


def bylines(account: Account, path: str, value: Any, field: str, role: str | None = None) -> Iterator[Byline]:
    """Yield the authors of a property, out of lists and Roles.

    Args:
        account: the reading.
        path: the place of the property.
        value: its value.
        field: the field that holds them.
        role: their role, if the property states one.
    """
    for at, one in flat(path, value):
        if type(one) is dict:
            found = _plain_author(account, one, role) or _person(account, at, one, field, role)
        else:
            found = _named(account, at, one, field, role)
        if found:
            yield found


def _plain_author(account: Account, value: dict[str, Any], role: str | None) -> Byline | None:
    """Return an author with nothing but a type and a name, which most authors have, without its leaves."""
    if account.whole or value.keys() != _PLAIN or type(value["@type"]) is not str:
        return None
    type_, name = _PLAIN_TYPES.get(value["@type"]), value["name"]
    return Byline(name=name, type=type_, role=role) if type_ and is_plain(name) else None


def _named(account: Account, path: str, value: Any, field: str, role: str | None) -> Byline | None:
    """Return an author that is only a name: a text. Its type is not stated."""
    if type(value) is str and check_iri(value.strip()) is None and "/" in value:
        account.lose(path, value, "an author's address without a name")
        return None
    if type(value) is str and (found := _ADDRESS.search(value)) and found.start():
        account.ledger.changed(path, value, field, "the mail address is left out")
        return Byline(name=account.clean(value[: found.start()], line=True)[0], role=role)
    name = account.line(path, value, f"{field}.name")
    return Byline(name=name, role=role) if name else None


def _person(account: Account, path: str, value: dict[str, Any], field: str, role: str | None) -> Byline | None:
    thing = account.thing(path, value)
    property_ = short_name(path.rpartition(".")[2].partition("[")[0])
    if not ROLES.isdisjoint(thing.types) and property_ in thing.rest:
        return _in_role(thing, property_, field, role)
    name = _name(thing, f"{field}.name")
    if not name:
        thing.close(_NO_NAME)
        return None
    type_ = next((_PARTY_TYPES[known] for one in thing.types if (known := SUBTYPES.get(one)) in _PARTY_TYPES), None)
    thing.keep_types(f"{field}.type", *_expected(type_, thing))
    uri = _address(thing, f"{field}.uri")
    job_title = thing.line("jobTitle", f"{field}.job_title")
    thing.close()
    return Byline(name=name, uri=uri, job_title=job_title, type=type_, role=role)


def _in_role(thing: Thing, property_: str, field: str, role: str | None) -> Byline | None:
    """Return the author inside of a Role (schema.org, Role). The role of an author is what a job title says."""
    account = thing.account
    thing.keep("@type", None)
    is_author = field == "bylines"
    stated = thing.line("roleName", f"{field}.{'job_title' if is_author else 'role'}")
    [(at, inner), *others] = thing.all(property_) or [(thing.path, None)]
    for place, other in others:
        account.lose(place, other, SECOND)
    thing.close()
    if account.depth > 5 or inner is None:
        account.lose(at, inner, _NO_NAME)
        return None
    account.depth += 1
    found = next(bylines(account, at, inner, field, role), None)
    account.depth -= 1
    if not found or not stated:
        return found
    if not is_author:
        return Byline(name=found.name, uri=found.uri, job_title=found.job_title, type=found.type, role=stated)
    return Byline(name=found.name, uri=found.uri, job_title=found.job_title or stated, type=found.type, role=found.role)


def _expected(type_: str | None, thing: Thing) -> tuple[str, ...]:
    # A Person of two types (Person, Journalist) is a Person; each other type is named.
    return (TYPES[type_],) if type_ else ("Person", "Organization") if thing.types else ()


def _name(thing: Thing, field: str) -> str | None:
    name = thing.line("name", field)
    if name:
        return name
    parts = (thing.line("givenName", field), thing.line("familyName", field))
    return " ".join(filter(None, parts)) or None


def _address(thing: Thing, field: str) -> str | None:
    """Return the address of an author: the url that readers can open, else the @id, else the first other address."""
    account = thing.account
    urls = thing.all("url")
    identity = thing.identity(field)
    found = None
    for path, value in urls:
        if found:
            account.lose(path, value, SECOND)
        else:
            found = account.iri(path, value, field)
    if found and identity and found != identity:
        account.ledger.changed(f"{thing.path}.@id", identity, field, "the url identifies the author")
    if not found and not identity:
        return thing.iri("sameAs", field)
    return found or identity


def party(account: Account, path: str, value: Any, field: str) -> Party | None:
    """Return a publisher or a copyright holder."""
    if type(value) is not dict:
        name = account.line(path, value, f"{field}.name")
        return Party(name=name) if name else None
    if not account.whole and value.keys() == _PLAIN and value["@type"] == "Organization" and is_plain(value["name"]):
        return Party(name=value["name"])  # the usual case
    thing = account.thing(path, value)
    name = _name(thing, f"{field}.name")
    if not name:
        thing.close("a party without a name")
        return None
    thing.keep_types(f"{field}.name", "Organization")
    uri = thing.identity(f"{field}.uri")
    if uri:
        # The same address once more is kept; another one has no place.
        _same_or_lost(thing, "url", uri, f"{field}.uri")
    uri = uri or thing.iri("url", f"{field}.uri") or thing.iri("sameAs", f"{field}.uri")
    thing.close()
    return Party(name=name, uri=uri)


def _same_or_lost(thing: Thing, name: str, known: str, field: str) -> None:
    for path, value in thing.all(name):
        if value == known:
            thing.account.keep(path, value, field)
        else:
            thing.account.lose(path, value, SECOND)


def place(account: Account, path: str, value: Any, field: str) -> Place | None:
    """Return the place that an article was written in."""
    stated = _concept(account, path, value, field)
    if not stated:
        return None
    stated.pop("type", None)
    return Place(**stated)


def subject(account: Account, path: str, value: Any, field: str = "subjects") -> Subject | None:
    """Return a subject."""
    stated = _concept(account, path, value, field)
    return Subject(**stated) if stated else None


def _concept(account: Account, path: str, value: Any, field: str) -> dict[str, Any] | None:
    """Return the parts of a concept; None without a name, a QCode and a URI."""
    if type(value) is not dict or "@value" in value:
        if type(value) is str and check_iri(value.strip()) is None and "//" in value:
            account.keep(path, value, f"{field}.uri")
            return {"uri": value.strip()}
        name = account.line(path, value, f"{field}.name")
        return {"name": name} if name else None
    thing = account.thing(path, value)
    name = _name(thing, f"{field}.name")
    qcode = _qcode(thing, field)
    uri = thing.identity(f"{field}.uri")
    if uri:
        _same_or_lost(thing, "url", uri, f"{field}.uri")
    else:
        uri = thing.iri("url", f"{field}.uri")
    same_as = tuple(iri for at, one in thing.all("sameAs") if (iri := account.iri(at, one, f"{field}.same_as")))
    if not (name or qcode or uri):
        if not same_as:
            thing.close("a concept without a name")
            return None
        uri, same_as = same_as[0], same_as[1:]
    stated: dict[str, Any] = {"name": name, "qcode": qcode, "uri": uri if not qcode or uri != resolve(qcode) else None}
    stated |= {"same_as": same_as, "type": _type(thing, field), "names": _names(thing, f"{field}.names")}
    stated["position"] = _position(thing, f"{field}.position")
    if field == "located":
        stated["broader"] = _broader(thing, f"{field}.broader")
    thing.close()
    return {key: one for key, one in stated.items() if one is not None and one != ()}


def _type(thing: Thing, field: str) -> str | None:
    type_ = next((known for one in thing.types if (known := SUBTYPES.get(one))), None)
    # "Thing" states nothing, and a DefinedTerm is a concept of any type.
    expected = (TYPES[type_],) if type_ else ("DefinedTerm", "Thing")
    thing.keep_types(f"{field}.type", *expected)
    natures = thing.all("additionalType")
    for path, value in natures:
        if not type_ and isinstance(value, str) and value in _NATURES:
            type_ = _NATURES[value]
            thing.account.keep(path, value, f"{field}.type")
        else:
            thing.account.lose(path, value)
    return type_


def _qcode(thing: Thing, field: str) -> str | None:
    qcode = None
    for path, value in (*thing.all("termCode"), *thing.all("identifier")):
        text = value.strip() if type(value) is str else ""
        if qcode is None and not check_qcode(text) and text.partition(":")[0].lower() not in _SCHEMES:
            qcode = text
            thing.account.keep(path, value, f"{field}.qcode")
        else:
            thing.account.lose(path, value, "it is no QCode")
    return qcode


def _names(thing: Thing, field: str) -> tuple[RoleText, ...]:
    return tuple(
        found for path, value in thing.all("alternateName") if (found := role_text(thing.account, path, value, field))
    )


def role_text(account: Account, path: str, value: Any, field: str) -> RoleText | None:
    """Return a text with its language, and with its role if a Role states one."""
    role = None
    if type(value) is dict and "@value" not in value:
        thing = account.thing(path, value)
        property_ = short_name(path.rpartition(".")[2].partition("[")[0])
        if not ROLES.isdisjoint(thing.types) and (inner := thing.one(property_)):
            thing.keep("@type", None)
            role = thing.line("roleName", f"{field}.role")
            thing.close()
            path, value = inner
        else:
            text = thing.own_text(f"{field}.text", line=False)
            thing.close()
            return RoleText(text=text) if text else None
    language = None
    if type(value) is dict:
        thing = Thing(account, path, value)
        path, value = thing.one("@value") or (path, None)
        for at, tag in thing.all("@language"):
            if isinstance(tag, str) and check_language(tag) is None:
                language = tag
                account.keep(at, tag, f"{field}.language")
            else:
                account.lose(at, tag, "it is no language tag of BCP 47")
        thing.close()
    text = account.text(path, value, f"{field}.text")
    return RoleText(text=text, role=role, language=language) if text else None


def _broader(thing: Thing, field: str) -> tuple[Concept, ...]:
    found = []
    for path, value in thing.all("containedInPlace"):
        if type(value) is not dict:
            name = thing.account.line(path, value, field)
            found += [Concept(name=name)] if name else []
            continue
        inner = thing.account.thing(path, value)
        name, qcode = _name(inner, field), _qcode(inner, field)
        uri = inner.identity(field) or inner.iri("url", field)
        uri = uri if not qcode or uri != resolve(qcode) else None
        if name or qcode or uri:
            inner.keep("@type", field)
            found.append(Concept(name=name, qcode=qcode, uri=uri))
        inner.close()
    return tuple(found)


def _position(thing: Thing, field: str) -> Position | None:
    """Return the position of a place; of an organisation or an event, that of its location."""
    for name in ("geo", "location"):
        if not (found := thing.one(name)):
            continue
        path, value = found
        if type(value) is not dict:
            thing.account.lose(path, value)
            continue
        inner = thing.account.thing(path, value)
        nested = inner.one("geo") if name == "location" else None
        if nested and type(nested[1]) is dict:
            inner.keep("@type", field)
            inner.close()
            inner = thing.account.thing(*nested)
        if {"latitude", "longitude"} <= inner.rest.keys():
            return _point(inner, field)
        inner.close()
    return None


def _point(inner: Thing, field: str) -> Position | None:
    account = inner.account
    inner.keep("@type", field)
    (path_1, latitude), (path_2, longitude) = (inner.one(name) or ("", None) for name in ("latitude", "longitude"))
    inner.close()
    north, east = _degrees(latitude, 90), _degrees(longitude, 180)
    if north is None or east is None:
        account.lose(path_1, latitude, "it is no number of degrees")
        account.lose(path_2, longitude, "it is no number of degrees")
        return None
    account.keep(path_1, latitude, field)
    account.keep(path_2, longitude, field)
    return Position(latitude=north, longitude=east)


def _degrees(value: Any, most: float) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if -most <= found <= most else None
