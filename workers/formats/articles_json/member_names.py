"""Articles in JSON that is not newsmill's own: the members that state each field, by their names.

The common names of columns in tables count here too (`schemas.columns.names`), and the names that APIs of content
management systems and crawlers have. A member that the request names comes first: `--set headline=@title.rendered`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, Final, NamedTuple

from schemas.article import AlternativeId, Article, RoleText
from schemas.article.body import plain_blocks
from schemas.article.dates import DayOrder
from schemas.columns.names import NAMES, TEXT, plain_name
from schemas.errors import ArticleError
from schemas.ledger import Ledger
from schemas.nearest import nearest
from workers.formats.articles_json import values
from workers.formats.articles_json.mending import mended_fields, own_fields
from workers.formats.articles_json.pictures import read_pictures
from workers.formats.articles_json.taken import TEXT_NAMES, Taken, is_of_language
from workers.formats.content_json.rich_text import is_rich_text
from workers.formats.json.leaves import is_stated, leaves, member_path
from workers.formats.markup import plain_text

OWN: Final = frozenset(one.name for one in fields(Article) if one.init) - {"blocks"}
"""The members of newsmill's own JSON."""

MEDIA: Final = "media"

# Names beside those of columns: better ones, and others.
_BETTER: Final[Mapping[str, tuple[str, ...]]] = {
    TEXT: ("bodyhtml", "contenthtml", "html", "maintext"),
    "id": ("guid", "uri", "id"),
    "published": ("dategmt", "publishedgmt"),
    "modified": ("modifiedgmt", "dategmtmodified"),
}
_OTHER: Final[Mapping[str, tuple[str, ...]]] = {
    TEXT: (
        *("contenttext", "articlehtml", "plaintext", "cleanedtext", "story", "storybody", "fullcontent"),
        *("bodyxhtmlrich", "bodyxhtml", "bodynitf", "lexical", "mobiledoc"),
    ),
    "id": ("urn", "uuid", "contentid", "postid", "storyid"),
    "headline": ("webtitle", "posttitle", "name"),
    "description": ("excerpt", "customexcerpt", "trailtext", "snippet", "metadescription"),
    "bylines": (*("authorname", "writer", "writers", "reporter", "reporters", "publishedbylines", "populatedauthors"),),
    "published": (
        *("datepublish", "publishedon", "publishedtime", "webpublicationdate", "postdate", "publishingdate"),
        *("firstpublicationdate", "timestamp"),
    ),
    "modified": (
        *("datemodify", "modifiedon", "updateddate", "postmodified", "lastupdated", "dateupdated"),
        *("lastpublicationdate",),
    ),
    "language": ("metalang", "locale"),
    "section": ("sectionname",),
    "keywords": ("categories", "taglist", "posttags", "contenttags"),
    "provider": ("source", "sourcename", "sitename"),
    "url": ("weburl", "canonicallink", "shareurl", "sourceurl"),
    "access_free": ("freeaccess",),
    MEDIA: (
        *("featureimage", "featuredimage", "image", "images", "imageurl", "urltoimage", "topimage", "thumbnail"),
        *("heroimage", "coverimage", "cover", "leadimage", "mainimage", "socialimage", "thumbnailurl", "associations"),
    ),
}
# Fields of which a value in any other form than newsmill's own says too little.
_OWN_FORM: Final = frozenset(
    "alternative_ids headlines descriptions rights groups links corrections live_updates access_paid_parts".split()
)
_TEXTS_BY_ROLE: Final = ("headlines", "descriptions")
# Members that state a headline beside the main one. Their names are its role.
_HEADLINES: Final = frozenset(
    (
        *("kicker", "overline", "dachzeile", "spitzmarke", "subhead", "shorttitle", "seotitle", "socialtitle"),
        *("printheadline", "webheadline", "mobileheadline", "subjectline", "headlineextended"),
    )
)
NAMES_IN_JSON: Final[Mapping[str, tuple[str, ...]]] = {
    field: tuple(dict.fromkeys((*_BETTER.get(field, ()), *names, *_OTHER.get(field, ()))))
    for field, names in NAMES.items()
    if field not in _OWN_FORM
}
"""The names of the members that state each field, without case and punctuation, the best first."""
_DESCRIPTIONS: Final = frozenset(NAMES_IN_JSON["description"])

_LEVELS: Final = 5
_INDEX: Final = re.compile(r"\[(\d+)\]")
_UTC: Final = frozenset(("dategmt", "publishedgmt", "modifiedgmt", "dategmtmodified"))
_READ: Final[Mapping[str, Callable[[Taken], Any]]] = {
    TEXT: values.read_body,
    "version": values.read_number,
    "urgency": values.read_number,
    "description": values.read_text,
    "bylines": values.read_people,
    "located": values.read_place,
    "published": values.read_date,
    "modified": values.read_date,
    "embargoed": values.read_zoned_date,
    "status": values.read_status,
    "language": values.read_language,
    "keywords": values.read_names,
    "subjects": values.read_subjects,
    "provider": values.read_party,
    "copyright_holder": values.read_party,
    "copyright_notice": values.read_text,
    "usage_terms": values.read_text,
    "ed_note": values.read_text,
    "ed_notes": values.read_notes,
    "url": values.read_iri,
    "contributors": values.read_people,
    "first_created": values.read_zoned_date,
    "version_created": values.read_zoned_date,
    "expires": values.read_date,
    "access_free": values.read_access,
    MEDIA: read_pictures,
    **dict.fromkeys(("signals", "services", "audience", "roles", "inferred"), values.read_names),
}
# Members within others. The objects that WordPress embeds in a post on request: the post itself has only numbers.
# Contentful's facts about an entry.
_INSIDE: Final = (
    ("bylines", "_embedded.author"),
    ("keywords", "_embedded.wp:term"),
    (MEDIA, "_embedded.wp:featuredmedia"),
    ("id", "sys.id"),
    ("published", "sys.publishedAt"),
    ("modified", "sys.updatedAt"),
    ("first_created", "sys.createdAt"),
    ("language", "sys.locale"),
)
# Fields that relations to other objects may state.
_RELATED: Final = frozenset(("bylines", "contributors", "keywords", "subjects", "section", "provider", MEDIA))
# Fields whose own form says more than other JSON does.
_MENDED: Final = (TEXT, MEDIA)
# Fields that more than one member may state.
_SEVERAL: Final = ("id", TEXT, "keywords")
# A search for the nearest name takes longer than all else that is done with a member.
_SUGGESTIONS: Final = 50
_plain_name = lru_cache(maxsize=8192)(plain_name)


def states_text(value: Mapping[str, Any], columns: Mapping[str, str]) -> bool:
    """Return whether an object has a member that states the text of an article, or what an article may have instead."""
    if value.get("status") == "canceled" or any(is_stated(value.get(name)) for name in (MEDIA, "groups")):
        return True
    if columns.get(TEXT):
        return find_member(value, columns[TEXT]) is not None
    return any(field == TEXT and _may_be_text(value[name]) for field, name in plan_members(tuple(value)))


def _may_be_text(value: Any) -> bool:
    """Return whether a member may be a text by its value. An object is one if it has a text or typed elements."""
    return (
        not isinstance(value, dict)
        or is_of_language(value)
        or any(is_stated(value.get(name)) and not isinstance(value[name], dict) for name in TEXT_NAMES)
        or is_rich_text(value)
    )


def read_common(
    value: dict[str, Any],
    columns: Mapping[str, str],
    ledger: Ledger,
    zone: str | None,
    order: DayOrder | None = None,
) -> dict[str, Any]:
    """Return the fields that an object states. Its members are taken out of it; what is left is not held.

    Args:
        value: the object.
        columns: the member that states each field, as the request names it; "" for none.
        ledger: the ledger of the article.
        zone: the time zone of dates that state none.
        order: the order of day and month in numeric dates; None if it is not known.
    """
    stated: dict[str, Any] = {}
    for field, name in columns.items():
        if name and (found := find_member(value, name)) is not None:
            found.holder[found.key] = None
            _state(stated, field, Taken(found.value, found.path, field, ledger, zone, order), field)
    own = [name for name in value if name in OWN and name not in columns]
    for name in [name for name in own if _has_own_form(name, value[name], printed=TEXT in own)]:
        _take_own(value, name, stated, ledger, zone)
    for field, name in plan_members(tuple(value)):
        if field in columns or not is_stated(value.get(name)) or (field in stated and field not in _SEVERAL):
            continue
        taken = Taken(value[name], name, field, ledger, zone, order)
        if field == TEXT and {TEXT, "blocks"} & stated.keys():
            if _is_same_text(taken, stated):
                del value[name]
                taken.keep()
            continue
        del value[name]
        _state(stated, field, taken, _plain_name(name))
    for field, name in (*_INSIDE, *_relations(value)):
        if field not in stated and field not in columns and (found := find_member(value, name)) is not None:
            found.holder[found.key] = None
            _state(stated, field, Taken(found.value, found.path, field, ledger, zone, order), name)
    _add_texts_by_role(value, stated, ledger)
    _withhold_until_unknown(stated)
    for number, (name, inner) in enumerate(value.items()):
        near = _nearest_own(name) if TEXT in own and number < _SUGGESTIONS else None
        Taken(inner, name, "", ledger).drop(f"did you mean {near!r}?" if near else "")
    return stated


def _add_texts_by_role(value: dict[str, Any], stated: dict[str, Any], ledger: Ledger) -> None:
    """Take the headlines and descriptions beside the main ones. The name of a member is the role of its text."""
    if not isinstance(stated.get("headline"), str):
        return
    for name in [name for name, inner in value.items() if isinstance(inner, str) and is_stated(inner)]:
        plain = _plain_name(name)
        main = "headline" if plain in _HEADLINES else "description" if plain in _DESCRIPTIONS else ""
        if not main or not isinstance(stated.get(main), str):
            continue
        text = values.read_line(Taken(value.pop(name), name, f"{main}s.text", ledger))
        if text and text != stated[main]:
            stated[f"{main}s"] = (*stated.get(f"{main}s", ()), RoleText(text=text, role=name))


def _relations(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields that the relationships of an object of JSON:API state, each with what leads to its member."""
    stated = value.get("relationships")
    if not isinstance(stated, dict):
        return []
    # Drupal's names of fields begin so, and the user of a node is its author.
    names = {"author" if name == "uid" else name.removeprefix("field_"): name for name in stated}
    return [(field, f"relationships.{names[name]}") for field, name in plan_members(tuple(names)) if field in _RELATED]


def _withhold_until_unknown(stated: dict[str, Any]) -> None:
    """Withhold an article whose embargo ends at a time that is not known, for which the field is None."""
    if stated.get("embargoed", "") is None:
        del stated["embargoed"]
        if stated.get("status") != "canceled":
            stated["status"] = "withheld"


@lru_cache(maxsize=1024)
def _nearest_own(name: str) -> str | None:
    """Return the member of newsmill's own JSON whose name is nearest to a name; None if none is near."""
    return nearest(name, tuple(OWN))


def _state(stated: dict[str, Any], field: str, taken: Taken, name: str) -> None:
    """Add the value of a field to those that are stated."""
    if field in _TEXTS_BY_ROLE and isinstance(taken.value, dict):
        if texts := values.read_role_texts(taken):
            stated[field] = texts
        return
    if field in _OWN_FORM:
        stated |= mended_fields(taken)
        return
    if field == "id":
        _add_id(stated, values.read_id(taken))
        return
    read = _READ.get(field, values.read_line)
    if name in _UTC:
        read = values.read_date_in_utc
    elif name == "maintext":
        read = values.read_lines_as_paragraphs
    found = read(taken)
    if found is None:
        if field == "embargoed":
            stated[field] = None
        return
    if field == "access_free":
        stated["access"] = found
    elif field == TEXT:
        stated[TEXT if set(map(type, found)) == {str} else "blocks"] = found
    elif field == "keywords":
        stated[field] = tuple(dict.fromkeys((*stated.get(field, ()), *found)))
    else:
        stated[field] = found


def _add_id(stated: dict[str, Any], found: str | AlternativeId | None) -> None:
    if isinstance(found, str) and "id" not in stated:
        stated["id"] = found
    elif found is not None:
        other = found if isinstance(found, AlternativeId) else AlternativeId(id=found)
        stated["alternative_ids"] = (*stated.get("alternative_ids", ()), other)


def _has_own_form(name: str, value: Any, *, printed: bool) -> bool:
    """Return whether a value may be in the form of newsmill's own JSON. Others have rules for values of any origin.

    Args:
        name: the member.
        value: its value.
        printed: whether `byline` is the byline as printed, as it is beside `paragraphs`.
    """
    if not is_stated(value):
        return False
    if name == "source":
        return isinstance(value, dict) and "sha256" in value
    is_own = name == TEXT or name not in NAMES_IN_JSON or (name == "byline" and printed)
    return is_own or isinstance(value, list | dict)


def _take_own(value: dict[str, Any], name: str, stated: dict[str, Any], ledger: Ledger, zone: str | None) -> None:
    """Take a member of newsmill's own JSON, if its value is in the form of one."""
    inner = value[name]
    taken = Taken(inner, name, name, ledger, zone)
    try:
        found = own_fields(name, inner)
    except ArticleError:
        if name in NAMES_IN_JSON and name not in _MENDED:
            return
        found = mended_fields(taken)
    else:
        taken.keep()
    del value[name]
    stated |= found


def _is_same_text(taken: Taken, stated: Mapping[str, Any]) -> bool:
    """Return whether a second text is the first one without its markup."""
    if not isinstance(taken.value, str):
        return False
    body = stated.get(TEXT) or plain_blocks(stated["blocks"])
    return plain_text(taken.value).split() == " ".join(body).split()


class Member(NamedTuple):
    """A member at any depth of an object: its value, what holds it, its key there, and its path."""

    value: Any
    holder: Any
    key: str | int
    path: str


def find_member(value: Any, name: str) -> Member | None:
    """Return the member that a request names; None if there is none or it states nothing.

    Args:
        value: the object.
        name: the member's name, or names and numbers from 0 that lead to it: "title.rendered", "author.0.name".
    """
    path = ""
    found: Member | None = None
    for step in [name] if isinstance(value, dict) and name in value else name.split("."):
        key: str | int | None = None
        if isinstance(value, dict):
            key = step if step in value else next((one for one in value if _plain_name(one) == _plain_name(step)), None)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 8 and int(step) < len(value):
            key = int(step)
        if key is None:
            return None
        path = f"{path}[{key + 1}]" if isinstance(key, int) else member_path(path, key)
        found = Member(value[key], value, key, path)
        value = found.value
    return found if is_stated(value) else None


def names_in(value: Mapping[str, Any]) -> list[str]:
    """Return the names of the members that state something, as a request can name them: "title.rendered".

    Of a list, only the first item counts, and of members within members, those of the first levels.
    """
    paths = (path for path, _ in leaves(dict(value)))
    names = (_INDEX.sub(_from_zero, path) for path in paths if set(_INDEX.findall(path)) <= {"1"})
    return [name for name in names if name.count(".") < _LEVELS]


def _from_zero(index: re.Match[str]) -> str:
    return f".{int(index[1]) - 1}"


@lru_cache(maxsize=1024)
def plan_members(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the members of an object that state a field, each with the field, the best of each field first."""
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_plain_name(name), name)
    return tuple((field, plain[known]) for field, all_ in NAMES_IN_JSON.items() for known in all_ if known in plain)
