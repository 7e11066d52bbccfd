"""The properties of itemMeta: the management of the item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from schemas.article import EdNote, Kind
from workers.formats.newsml_g2.reading import own
from workers.formats.newsml_g2.reading.context import (
    Context,
    Elements,
    Read,
    all_codes,
    day_or_moment,
    moment,
    one_line,
)
from workers.formats.newsml_g2.reading.leaves import FORMAT
from workers.formats.newsml_g2.reading.media import MEDIA_KINDS
from workers.formats.newsml_g2.reading.texts import code_of

_KINDS: Final[Mapping[str, Kind]] = {**MEDIA_KINDS, "text": "text", "composite": "composite"}
_STATUSES: Final = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_STATUS_SCHEMES: Final = ("stat:", "http://cv.iptc.org/newscodes/pubstatusg2/")
_SIGNALS: Final = ("update", "correction")


def read_kind(context: Context, item_classes: Elements) -> Kind | None:
    """Return the kind of an item by its class; None if it states none that newsmill knows."""
    kind: Kind | None = None
    for element in item_classes:
        attributes = context.leaves.attributes(element)
        stated = attributes.get("qcode") or attributes.get("uri")
        known = _KINDS.get(code_of(stated)) if stated else None
        if kind is None and known:
            attributes.keep("qcode", "kind")
            attributes.keep("uri", "kind")
            kind = known
        context.leaves.no_children(element)
    return kind


def read_status(context: Context, statuses: Elements) -> None:
    """Read the status. An unknown one may forbid the use, so that it withholds the article."""
    status = None
    for element in statuses:
        attributes = context.leaves.attributes(element)
        context.leaves.no_children(element)
        if context.own and attributes.get("why") == own.INFERRED:
            attributes.keep("why", FORMAT)
            attributes.keep("qcode", FORMAT)
            continue
        name = "qcode" if attributes.get("qcode") else "uri"
        stated = attributes.get(name)
        if stated is None or status is not None:
            continue
        known = _STATUSES.get(code_of(stated)) if stated.startswith(_STATUS_SCHEMES) else None
        if known:
            attributes.keep("qcode", "status")
            attributes.keep("uri", "status")
        else:
            attributes.change(name, "status", "an unknown status may forbid the use; the article is withheld")
        status = known or "withheld"
    if context.withheld and status != "canceled":
        status = "withheld"
    context.stated["status"] = status


def read_provider(context: Context, providers: Elements, sources: Elements) -> None:
    """Read the provider: that of the item, else the source of its information.

    In an item by newsmill, the provider may be the operator. infoSource is the provider that the article states.
    """
    leaves = context.leaves
    provider = None
    if context.own:
        for element in providers:
            leaves.attributes(element).keep("uri", FORMAT)
            for name in leaves.children(element).pop("name", ()):
                leaves.keep_text(name, FORMAT)
    else:
        provider = context.parties.party(providers, "provider")
    if provider is None:
        provider = context.parties.party(sources, "provider")
    else:
        leaves.drop_all(sources)
    context.stated["provider"] = provider


def _version_created(context: Context, elements: Elements) -> None:
    """Read the time of this version. In an item by newsmill, that of the conversion is not the article's."""
    if context.own and context.made in ("", *((element.text or "").strip() for element in elements)):
        for element in elements:
            context.leaves.keep_text(element, FORMAT)
        return
    context.stated["version_created"] = context.dates.moment(elements, "version_created")


def _embargoed(context: Context, elements: Elements) -> None:
    """Read the end of the embargo. An embargo without an end, or without the zone of its end, withholds the article."""
    context.stated["embargoed"] = end = context.dates.moment(elements, "embargoed")
    context.withheld = end is None


def _notes(context: Context, elements: Elements) -> None:
    leaves = context.leaves
    notes, described = [], []
    for element in elements:
        attributes = leaves.attributes(element)
        note = leaves.block_text(element)
        if not note:
            leaves.drop_text(element)
            continue
        # newsmill writes the URI of no text for a further note without a role.
        is_further = element.get("roleuri") == own.TEXT_URI
        role = attributes.keep_code("role", "ed_notes.role")
        constraints = (attributes.keep("pubconstraint", "ed_notes.constraints") or "").split()
        constraints += map(own.text_of, (attributes.keep("pubconstrainturi", "ed_notes.constraints") or "").split())
        if role or constraints or is_further:
            leaves.keep_text(element, "ed_notes.text")
            described.append(EdNote(text=note, role=role, constraints=tuple(constraints)))
        else:
            leaves.keep_text(element, "ed_note")
            notes.append(note)
    if notes:
        context.stated["ed_note"] = "\n".join(notes)
    context.stated["ed_notes"] = tuple(described)


def _signals(context: Context, elements: Elements) -> None:
    """Read the signals. An update and a correction are kinds of a version after the first."""
    stated = context.stated
    others = []
    for element in elements:
        kind = code_of(element.get("qcode") or element.get("uri") or "")
        if kind in _SIGNALS and "signal" not in stated and stated.get("version", 1) > 1:
            attributes = context.leaves.attributes(element)
            attributes.keep("qcode", "signal")
            attributes.keep("uri", "signal")
            context.leaves.children(element)
            stated["signal"] = kind
        elif code := context.concepts.code(element, "signals"):
            others.append(code)
    stated["signals"] = tuple(others)


def _links(context: Context, elements: Elements) -> None:
    links = []
    for element in elements:
        if context.own and _read_own_link(context, element):
            continue
        if link := context.links.link(element, "links"):
            links.append(link)
    context.stated["links"] = tuple(links)


def _read_own_link(context: Context, element: etree._Element) -> bool:
    """Read a link by which newsmill states the source or the address of the article; return whether it is one."""
    rel = element.get("rel")
    if rel == "irel:derivedFrom" and "source" not in context.stated and (source := context.links.source(element)):
        context.stated["source"] = source
        return True
    # Items by newsmill 0.1 have one link of this relation, and no mark.
    marked = element.get("rank") == own.REPEATED if context.made else True
    if rel == "irel:seeAlso" and marked and "url" not in context.stated:
        attributes = context.leaves.attributes(element)
        attributes.keep("rel", FORMAT)
        attributes.keep("rank", FORMAT)
        context.stated["url"] = attributes.keep("href", "url")
        return True
    return False


def _extensions(context: Context, elements: Elements) -> None:
    """Read the further roles of an item by newsmill."""
    for element in elements:
        attributes = context.leaves.attributes(element)
        if context.own and attributes.get("reluri") == own.ROLE:
            attributes.keep("reluri", FORMAT)
            value = attributes.keep("value", "roles")
            role = value or context.concepts.code(element, "roles", attributes)
            if role:
                context.stated["roles"] = (*context.stated.get("roles", ()), role)
        else:
            context.leaves.children(element)


META: Final[Mapping[str, Read]] = {
    "versionCreated": _version_created,
    "firstCreated": moment("first_created"),
    "embargoed": _embargoed,
    "role": all_codes("roles"),
    "profile": one_line("profile"),
    "service": all_codes("services"),
    "edNote": _notes,
    "signal": _signals,
    "expires": day_or_moment("expires"),
    "link": _links,
    "itemMetaExtProperty": _extensions,
}
"""The properties of itemMeta that each state one field."""
