"""The values of fields of the Article in JSON that is not newsmill's own: in any of the forms that such JSON has.

Each function takes a value for one field. It returns what the Article holds, or None, and accounts for each leaf.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from schemas.article import (
    SUBJECT_TYPES,
    Access,
    AlternativeId,
    Block,
    Byline,
    EdNote,
    Party,
    Place,
    RoleText,
    Subject,
    split_paragraphs,
)
from schemas.article.dates import read_moment, read_zoned_moment
from schemas.article.languages import check_language
from schemas.article.values import UUID, check_iri, check_qcode, make_line
from schemas.ledger import Ledger
from workers.formats.articles_json.taken import Taken
from workers.formats.content_json.rich_text import read_rich_text
from workers.formats.json.leaves import is_stated, shown
from workers.formats.json.strict import JsonError, parse_json
from workers.formats.markup import find_html, plain_text, read_html
from workers.formats.markup.reading.text import unescape

_NO_TEXT: Final = "it is no text"
_NO_NAME: Final = "no name is stated"
_SECONDS: Final = (10**8, 10**11)
_STATUSES: Final = {
    **dict.fromkeys(("usable", "publish", "published", "live", "public"), "usable"),
    **dict.fromkeys(("withheld", "draft", "pending", "future", "scheduled", "private", "embargoed"), "withheld"),
    **dict.fromkeys(("canceled", "cancelled", "killed", "deleted", "trash", "retracted"), "canceled"),
}
_TYPES: Final = {
    "person": "person",
    "organization": "organisation",
    "organisation": "organisation",
    "newsmediaorganization": "organisation",
}


_SUBJECT_TYPES: Final = {
    **{name: name for name in SUBJECT_TYPES},
    "persons": "person",
    "organization": "organisation",
    "organizations": "organisation",
    "glocations": "place",
    "location": "place",
}


def read_role_texts(taken: Taken) -> tuple[RoleText, ...] | None:
    """Return the texts of an object, each with the place of its member as its role: `headlines.mobile`."""
    found = []
    for name in list(taken.value):
        if is_stated(taken.value[name]) and isinstance(taken.value[name], str):
            inner = taken.member(name)
            if text := read_line(inner):
                found.append(RoleText(text=text, role=inner.path))
    taken.drop()
    return tuple(found) or None


def read_notes(taken: Taken) -> tuple[EdNote, ...] | None:
    """Return notes to editors: texts, or objects with a text and a role."""
    found = []
    for item in taken.items():
        if not isinstance(item.value, dict):
            text, role = read_text(item), None
        else:
            text = take_first(item, ("text", "ednote", "note", "content"), "ed_notes.text", read_text)
            role = take_first(item, ("role",), "ed_notes.role", read_line) if text else None
            item.drop()
        found += [EdNote(text=text, role=role)] if text else []
    return tuple(found) or None


def read_line(taken: Taken) -> str | None:
    """Return a text of one line. A value in HTML, or with its character references, is read as its text."""
    return _plain(taken, make_line)


def read_text(taken: Taken) -> str | None:
    """Return a text of any number of lines."""
    return _plain(taken, str.strip)


def _plain(taken: Taken, form: Callable[[str], str]) -> str | None:
    one = taken.single()
    if one is None:
        return None
    if isinstance(one.value, bool):
        one.drop(_NO_TEXT)
        return None
    text = shown(one.value)
    plain = form(plain_text(text))
    if not plain:
        one.drop("it is markup without a text")
        return None
    if plain == form(text) or one.path.endswith(".rendered"):
        one.keep()
    else:
        one.change("it is HTML, and read as plain text")
    return plain


def read_body(taken: Taken) -> tuple[Block, ...] | None:
    """Return the blocks of a text, plain or in HTML; of a list of paragraphs; of typed elements."""
    taken = taken.in_language()
    if (blocks := _read_elements(taken)) is not None:
        return blocks or None
    if isinstance(taken.value, list):
        parts = [block for item in taken.items() for block in read_body(item) or ()]
        return tuple(parts) or None
    one = taken.single()
    if one is None:
        return None
    if not isinstance(one.value, str):
        one.drop(_NO_TEXT)
        return None
    if source := find_html(one.value):
        return read_html(source, one.ledger, one.path, field=one.field) or None
    text = unescape(one.value) if "&" in one.value else one.value
    one.keep() if text == one.value else one.change("its character references are read as characters")
    return split_paragraphs(text.replace("\r\n", "\n")) or None


def _read_elements(taken: Taken) -> tuple[Block, ...] | None:
    """Return the blocks of typed elements, also as JSON in a string; None if a value is no such body."""
    value = taken.value
    is_string = isinstance(value, str) and value.lstrip()[:1] in ("{", "[")
    if is_string:
        try:
            value = parse_json(value.encode(errors="replace"))
        except JsonError:
            return None
    if (rich := read_rich_text(value, taken.path)) is None:
        return None
    inner = Ledger()
    blocks = read_html(rich.html, inner, taken.path, field=taken.field)
    if is_string:
        taken.change("it is JSON in a string, whose elements are read as blocks")
        rich = rich._replace(kept={})
    rich.account(taken.field, taken.ledger, inner.entries)
    return blocks


def read_lines_as_paragraphs(taken: Taken) -> tuple[Block, ...] | None:
    """Return the paragraphs of a text that has each on a line of its own."""
    if isinstance(taken.value, str) and not find_html(taken.value):
        taken.keep()
        return split_paragraphs(re.sub(r"(?:(?<!\s)\s+)?\n\s*", "\n\n", taken.value)) or None
    return read_body(taken)


def read_date(taken: Taken) -> str | None:
    """Return a day or a date-time. A number is a time of Unix, in seconds or milliseconds."""
    one = taken.single()
    if one is None:
        return None
    value = one.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value >= _SECONDS[1] else value
        if not _SECONDS[0] <= seconds < _SECONDS[1]:
            one.drop("the number is no date")
            return None
        one.change("the number is a time of Unix, in UTC")
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not isinstance(value, str):
        one.drop("it is no date")
        return None
    read = read_moment(value, one.zone, one.order)
    if read.value is None:
        one.drop(read.reason or "")
    elif read.reason:
        one.change(read.reason)
    else:
        one.keep()
    return read.value


def read_date_in_utc(taken: Taken) -> str | None:
    """Return a date-time that is in UTC without saying so, as `date_gmt`."""
    return read_date(Taken(taken.value, taken.path, taken.field, taken.ledger, "UTC", taken.order))


def read_zoned_date(taken: Taken) -> str | None:
    """Return a date-time for a field that needs a zone, as the end of an embargo does."""
    one = taken.single()
    if one is None or isinstance(one.value, int | float):
        return read_date(one) if one else None
    read = read_zoned_moment(shown(one.value), one.zone, one.order)
    if read.value is None:
        one.drop(read.reason or "it is no date")
    elif read.reason:
        one.change(read.reason)
    else:
        one.keep()
    return read.value


def read_number(taken: Taken) -> int | None:
    """Return a whole number."""
    one = taken.single()
    if one is None:
        return None
    text = shown(one.value).strip()
    if not re.fullmatch(r"\d{1,16}", text, re.ASCII):
        one.drop("it is not a whole number")
        return None
    one.keep()
    return int(text)


def read_iri(taken: Taken) -> str | None:
    """Return an absolute IRI."""
    one = taken.single()
    if one is None:
        return None
    text = unescape(shown(one.value)).strip()
    if wrong := check_iri(text):
        one.drop(wrong)
        return None
    one.keep()
    return text


def read_id(taken: Taken) -> str | AlternativeId | None:
    """Return an id: an IRI, or an alternative id if it is none."""
    one = taken.single()
    if one is None:
        return None
    if isinstance(one.value, bool):
        one.drop("it is no id")
        return None
    text = make_line(shown(one.value))
    if UUID.fullmatch(text):
        one.change("a UUID alone is no URI; urn:uuid: is put before it", "id")
        return f"urn:uuid:{text.lower()}"
    if check_iri(text) is None:
        one.keep("id")
        return text
    one.keep("alternative_ids.id")
    return AlternativeId(id=text)


def read_language(taken: Taken) -> str | None:
    """Return a language tag. An underscore stands for a hyphen, as in en_GB."""
    one = taken.single()
    if one is None:
        return None
    text = shown(one.value).strip()
    tag = text.replace("_", "-")
    if wrong := check_language(tag):
        one.drop(wrong)
        return None
    one.keep() if tag == text else one.change("its underscore is read as a hyphen")
    return tag


def read_status(taken: Taken) -> str | None:
    """Return the publication status that a word of a content management system stands for."""
    one = taken.single()
    if one is None:
        return None
    if isinstance(one.value, bool):
        # Drupal: whether it is published.
        one.keep()
        return None if one.value else "withheld"
    status = _STATUSES.get(shown(one.value).strip().lower())
    if status is None:
        one.drop(f"it is none of {', '.join(_STATUSES)}")
        return None
    one.keep() if status == one.value else one.change(f"it is read as {status}")
    return status


def read_access(taken: Taken) -> Access | None:
    """Return whether an article is free, if that is stated as true or false."""
    if not isinstance(taken.value, bool):
        taken.drop("it is neither true nor false")
        return None
    taken.keep("access.free")
    return Access(free=taken.value)


def read_names(taken: Taken) -> tuple[str, ...] | None:
    """Return names: a list, or a text in which semicolons or, if there is none, commas separate them."""
    names: list[str] = []
    for item in taken.things():
        if isinstance(item.value, list):
            names += read_names(item) or ()
        elif isinstance(item.value, int | float):
            item.drop("a number is no name")
        elif isinstance(item.value, str):
            item.keep()
            names += _split(item.value, ";" if ";" in item.value or isinstance(taken.value, list) else ",")
        elif name := read_name(item):
            names.append(name)
    return tuple(dict.fromkeys(names)) or None


def read_people(taken: Taken) -> tuple[Byline, ...] | None:
    """Return authors: names, or objects with a name. The type is only what the source says."""
    found: list[Byline] = []
    for item in taken.things():
        if isinstance(item.value, str):
            item.keep(f"{taken.field}.name")
            found += (Byline(name=name) for name in _split(item.value, ";"))
        elif isinstance(item.value, dict):
            found += filter(None, (_person(item),))
        else:
            item.drop("a number is no name" if isinstance(item.value, int | float) else _NO_NAME)
    return tuple(dict.fromkeys(found)) or None


def _person(taken: Taken) -> Byline | None:
    name = _name_of(taken, f"{taken.field}.name")
    if name is None:
        taken.drop(_NO_NAME)
        return None
    type_ = take_first(taken, ("@type", "type"), f"{taken.field}.type", lambda one: _one_of(one, _TYPES))
    uri = take_first(taken, ("uri", "url", "URL", "link", "@id", "profile_url"), f"{taken.field}.uri", read_iri)
    title = take_first(taken, ("job_title", "jobTitle", "jobtitle"), f"{taken.field}.job_title", read_line)
    role = take_first(taken, ("role",), f"{taken.field}.role", read_line)
    taken.drop()
    return Byline(name=name, uri=uri, job_title=title, type=type_, role=role)


def read_subjects(taken: Taken) -> tuple[Subject, ...] | None:
    """Return subjects: names, or objects with a name, a QCode or a URI."""
    found: list[Subject] = []
    for item in taken.things():
        if isinstance(item.value, str):
            item.keep("subjects.name")
            names = _split(item.value, ";" if ";" in item.value or isinstance(taken.value, list) else ",")
            found += (Subject(name=name) for name in names)
        elif not isinstance(item.value, dict):
            item.drop("a number is no name")
        else:
            name = _name_of(item, "subjects.name")
            uri = take_first(item, ("uri", "url", "@id"), "subjects.uri", read_iri)
            qcode = take_first(item, ("qcode", "code"), "subjects.qcode", _qcode)
            type_ = take_first(item, ("type",), "subjects.type", lambda one: _one_of(one, _SUBJECT_TYPES))
            item.drop("" if name or uri or qcode else _NO_NAME)
            if name or uri or qcode:
                found.append(Subject(name=name, uri=uri, qcode=qcode, type=type_))
    return tuple(dict.fromkeys(found)) or None


def read_party(taken: Taken) -> Party | None:
    """Return a person or an organisation: a name, or an object with one."""
    if not isinstance(taken.value, dict):
        name = read_line(taken)
        return Party(name=name) if name else None
    name = _name_of(taken, f"{taken.field}.name")
    uri = take_first(taken, ("uri", "url", "@id"), f"{taken.field}.uri", read_iri) if name else None
    taken.drop("" if name else _NO_NAME)
    return Party(name=name, uri=uri) if name else None


def read_place(taken: Taken) -> Place | None:
    """Return a place: a name, or an object with one."""
    party = read_party(taken)
    return Place(name=party.name, uri=party.uri) if party else None


def take_first(taken: Taken, names: tuple[str, ...], field: str, read: Callable[[Taken], Any]) -> Any:
    """Return the first value that is stated under one of these names, taken out of an object."""
    for name in names:
        if is_stated(taken.value.get(name)):
            value = read(taken.member(name, field))
            if value is not None:
                return value
    return None


def _name_of(taken: Taken, field: str) -> str | None:
    """Return the name in an object, whole or as first and last name."""
    whole = ("display_name", "displayName", "name", "full_name", "fullName", "rendered", "title", "label", "text")
    if name := take_first(taken, whole, field, read_line):
        return str(name)
    parts = (
        take_first(taken, names, field, read_line)
        for names in (("first_name", "firstName", "firstname"), ("last_name", "lastName", "lastname"))
    )
    return " ".join(filter(None, parts)) or None


def read_name(taken: Taken) -> str | None:
    """Return the name of an object of which nothing else is held."""
    if not isinstance(taken.value, dict):
        return read_line(taken)
    name = _name_of(taken, taken.field)
    taken.drop("" if name else _NO_NAME)
    return name


def _qcode(taken: Taken) -> str | None:
    text = shown(taken.value).strip()
    if wrong := check_qcode(text):
        taken.drop(wrong)
        return None
    taken.keep()
    return text


def _one_of(taken: Taken, known: Mapping[str, str]) -> Any:
    found = known.get(shown(taken.value).lower()) if not isinstance(taken.value, dict | list) else None
    taken.keep() if found else taken.drop(f"it is none of {', '.join(known)}")
    return found


def _split(text: str, delimiter: str) -> list[str]:
    return [name for name in map(make_line, text.split(delimiter)) if name]
