"""ninjs, the IPTC's JSON for news: its versions 1, 2 and 3, of which only the case of names and some lists differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.article import AlternativeId, Block, Media, Rendition, RoleText, Subject
from schemas.article.body import plain_blocks
from schemas.article.dates import read_zoned_moment
from schemas.article.languages import check_language
from schemas.column_names import plain_name
from schemas.ledger import Ledger
from workers.formats.articles_json import values
from workers.formats.articles_json.member_names import withhold_until_unknown
from workers.formats.articles_json.taken import Taken
from workers.formats.json.leaves import is_unstated, leaves, shown
from workers.formats.markup import plain_text

_MARKS: Final = frozenset(
    ("versioncreated", "pubstatus", "bodyhtml", "bodyxhtml", "bodytext", "bodies", "headlines", "representationtype")
)
_KINDS: Final = ("text", "picture", "video", "audio", "graphic", "composite")
_DATES: Final = ("contentcreated", "firstcreated", "versioncreated")
_ZONED: Final = {"firstcreated": "first_created", "versioncreated": "version_created", "embargoed": "embargoed"}
_CONCEPTS: Final[Mapping[str, Any]] = {
    "person": "person",
    "people": "person",
    "organisation": "organisation",
    "organisations": "organisation",
    "place": "place",
    "places": "place",
    "event": "event",
    "events": "event",
    "object": "object",
    "objects": "object",
    "subject": None,
    "subjects": None,
}
# The members with one value: the field of each, and what reads it.
_SINGLE: Final[Mapping[str, tuple[str, Callable[[Taken], Any]]]] = {
    "uri": ("id", values.read_id),
    "version": ("version", values.read_number),
    "urgency": ("urgency", values.read_number),
    "pubstatus": ("status", values.read_status),
    "language": ("language", values.read_language),
    "headline": ("headline", values.read_line),
    "slugline": ("slugline", values.read_line),
    "byline": ("byline", values.read_line),
    "by": ("byline", values.read_line),
    "located": ("located", values.read_place),
    "copyrightholder": ("copyright_holder", values.read_party),
    "copyrightnotice": ("copyright_notice", values.read_text),
    "usageterms": ("usage_terms", values.read_text),
    "ednote": ("ed_note", values.read_text),
    "expires": ("expires", values.read_date),
    "digitalsourcetype": ("digital_source_type", values.read_line),
    "profile": ("profile", values.read_line),
}


def is_ninjs(value: Any) -> bool:
    """Return whether an object is ninjs: it has a `uri`, and a member that only ninjs has."""
    return isinstance(value, dict) and "uri" in value and any(plain_name(name) in _MARKS for name in value)


def read_ninjs(value: dict[str, Any], ledger: Ledger, zone: str | None) -> dict[str, Any]:
    """Return the fields that an object of ninjs states. Its members are taken out of it; what is left is not held."""
    members: dict[str, Taken] = {}
    for name in list(value):
        if not is_unstated(value[name]):
            members[plain_name(name)] = Taken(value.pop(name), name, plain_name(name), ledger, zone)
    stated: dict[str, Any] = {}
    _read_times(members, stated)
    for name, (field, read) in _SINGLE.items():
        if name in members and field not in stated:
            found = read(_for(members.pop(name), field))
            if isinstance(found, AlternativeId):
                stated["alternative_ids"] = (found,)
            elif found is not None:
                stated[field] = found
    if "byline" in stated:
        stated["bylines"] = values.byline_people(stated["byline"])
    _read_kind(members, stated)
    for name, field, others in (
        ("headlines", "headline", "headlines"),
        ("descriptions", "description", "descriptions"),
        ("sluglines", "slugline", ""),
    ):
        if name in members:
            _read_role_texts(members.pop(name), field, others, stated)
    for name in [name for name in members if name.startswith("description")]:
        _read_description(members.pop(name), stated)
    _read_bodies(members, stated)
    for name in [name for name in members if name in _CONCEPTS]:
        concepts = _read_concepts(members.pop(name), _CONCEPTS[name])
        stated["subjects"] = (*stated.get("subjects", ()), *concepts)
    if "altids" in members:
        _read_alternative_ids(members.pop("altids"), stated)
    for rest in members.values():
        rest.drop()
    withhold_until_unknown(stated)
    return {name: found for name, found in stated.items() if found != ()}


def _for(taken: Taken, field: str) -> Taken:
    return Taken(taken.value, taken.path, field, taken.ledger, taken.zone)


def _read_times(members: dict[str, Taken], stated: dict[str, Any]) -> None:
    """Take the times. The date of the article is that of its content, else of its first version, else of this one."""
    dated = next((name for name in _DATES if name in members), None)
    if dated == "contentcreated":
        stated["published"] = values.read_date(_for(members.pop(dated), "published"))
    elif dated is not None:
        taken = members[dated]
        stated["published"] = values.read_date(Taken(taken.value, taken.path, "published", Ledger(), taken.zone))
    for name, field in _ZONED.items():
        if name in members:
            taken = _for(members.pop(name), field)
            read = read_zoned_moment(taken.value, taken.zone) if isinstance(taken.value, str) else None
            if read is not None and read.value:
                stated[field] = read.value
                taken.keep()
            else:
                if field == "embargoed":
                    stated[field] = None
                reason = "it is no date" if read is None else read.reason or ""
                taken.change(reason, "published") if name == dated and stated.get("published") else taken.drop(reason)
    if stated.get("published") is None:
        stated.pop("published", None)


def _read_kind(members: dict[str, Taken], stated: dict[str, Any]) -> None:
    if "type" in members:
        taken = _for(members.pop("type"), "kind")
        if taken.value in _KINDS:
            stated["kind"] = taken.value
            taken.keep()
        else:
            taken.drop(f"it is none of {', '.join(_KINDS)}")
    kind = stated.get("kind", "text")
    if kind in ("text", "composite") or "renditions" not in members:
        return
    taken = members.pop("renditions")
    listed = taken.value.items() if isinstance(taken.value, dict) else enumerate(taken.value, 1)
    found = []
    for name, rendition in listed if isinstance(taken.value, dict | list) else ():
        path = f"{taken.path}.{name}" if isinstance(taken.value, dict) else f"{taken.path}[{name}]"
        one = Taken(rendition, path, "media.renditions", taken.ledger)
        href = values.read_iri(one.member("href", "media.renditions.href")) if isinstance(rendition, dict) else None
        one.drop()
        found += [Rendition(href=href, role=name if isinstance(name, str) else None)] if href else []
    if found:
        stated["media"] = (Media(kind=kind, renditions=tuple(found)),)


def _read_role_texts(taken: Taken, field: str, others: str, stated: dict[str, Any]) -> None:
    """Take a list of texts with roles: the main one, or the first without a role, is the field's own."""
    items = [item for item in taken.items() if isinstance(item.value, dict)]
    main = next((item for role in ("main", None) for item in items if item.value.get("role") == role), None)
    main = main or (items[0] if items and not others else None)
    for item in taken.items():
        if not isinstance(item.value, dict):
            item.drop()
            continue
        is_main = main is not None and item.value is main.value and field not in stated
        text = values.read_text(item.member("value", field if is_main else others))
        role = item.member("role", others)
        language = item.member("language", others)
        if text and is_main:
            stated[field] = text if field == "description" else " ".join(text.split())
            role.keep(field)
            _drop_unless_same(language, stated.get("language"))
        elif text and others:
            tag = language.value if isinstance(language.value, str) and not check_language(language.value) else None
            language.keep() if tag else language.drop()
            role.keep()
            name = role.value if isinstance(role.value, str) and role.value else None
            stated[others] = (*stated.get(others, ()), RoleText(text=text, role=name, language=tag))
        else:
            role.drop()
            language.drop()
        item.drop()


def _drop_unless_same(taken: Taken, same: Any) -> None:
    taken.keep("language") if taken.value == same else taken.drop()


def _read_description(taken: Taken, stated: dict[str, Any]) -> None:
    """Take a `description_ROLE` of ninjs 1."""
    role = taken.path.partition("_")[2] or None
    if "description" not in stated and role in (None, "text", "summary"):
        stated["description"] = values.read_text(_for(taken, "description"))
    elif text := values.read_text(_for(taken, "descriptions")):
        stated["descriptions"] = (*stated.get("descriptions", ()), RoleText(text=text, role=role))


def _read_bodies(members: dict[str, Taken], stated: dict[str, Any]) -> None:
    """Take the first body that has a text: of ninjs 2, else HTML, else plain text. The same text again is kept too."""
    bodies: list[Taken] = []
    if "bodies" in members:
        listed = [item for item in members.pop("bodies").items() if isinstance(item.value, dict)]
        for item in sorted(listed, key=lambda item: item.value.get("role") not in (None, "main")):
            bodies.append(item.member("value", "paragraphs"))
            for name in ("role", "contenttype", "contentType"):
                item.member(name, "paragraphs").keep()
            item.drop()
    names = ("bodyhtml", "bodyxhtml", *(name for name in members if name.startswith("body")))
    bodies += [_for(members.pop(name), "paragraphs") for name in dict.fromkeys(names) if name in members]
    held: tuple[Block, ...] = ()
    for body in bodies:
        if held:
            same = isinstance(body.value, str) and plain_text(body.value).split() == _words(held)
            body.keep() if same else body.drop("another body stands before it")
        elif found := values.read_body(body):
            held = found
    if held:
        stated["paragraphs" if set(map(type, held)) == {str} else "blocks"] = held


def _words(blocks: tuple[Block, ...]) -> list[str]:
    return " ".join(plain_blocks(blocks)).split()


def _read_concepts(taken: Taken, type_: Any) -> tuple[Subject, ...]:
    found = values.read_subjects(_for(taken, "subjects")) or ()
    return tuple(Subject(name=one.name, uri=one.uri, qcode=one.qcode, type=type_) for one in found)


def _read_alternative_ids(taken: Taken, stated: dict[str, Any]) -> None:
    """Take alternative ids: an object of ids by kind (ninjs 1), or a list of objects (2 and 3)."""
    found = list(stated.get("alternative_ids", ()))
    if isinstance(taken.value, dict):
        found += [
            AlternativeId(id=text, type=path.rpartition(".")[2]) for path, text in leaves(taken.value, taken.path)
        ]
        taken.keep("alternative_ids.id")
    else:
        for item in taken.items():
            given = item.value if isinstance(item.value, dict) else {}
            id_, kind = given.pop("value", None), given.pop("role", None)
            if is_unstated(id_):
                item.drop()
                continue
            Taken({"value": id_, "role": kind}, item.path, "alternative_ids", item.ledger).keep()
            found.append(AlternativeId(id=shown(id_), type=kind if isinstance(kind, str) and kind else None))
            item.drop()
    stated["alternative_ids"] = tuple(found)
