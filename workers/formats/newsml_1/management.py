"""Identification and NewsManagement: ids, versions, dates, status, urgency."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from schemas.article import AlternativeId, ItemLink
from schemas.article.dates import is_zoned, read_moment
from schemas.article.values import check_iri
from workers.formats.newsml_1.item import ONE, Item

_STATUSES: Final = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_KILLS: Final = frozenset(("kill", "delete", "withdraw", "cancel", "withdrawal", "takedown"))
_SIGNALS: Final = {"update": "update", "correction": "correction", "rectify": "correction", "correct": "correction"}
_NUMBER = re.compile(r"0{0,9}[1-9]\d{0,8}", re.ASCII)
_FORMAT: Final = "format"
_ZONE: Final = "it needs a zone, which the item does not state"
_LEAST_COLONS: Final = 3


def read_identification(item: Item) -> None:
    """Read the ids and the version. The public identifier without its revision is the same for all versions."""
    account = item.account
    for identifier in account.all("identification/newsidentifier", item.element):
        revision = ""
        for element in account.children(identifier, "revisionid"):
            line = account.line(element)
            revision = line + (account.get(element, "update") or "")
            if account.get(element, "update") == "N":
                account.keep(element, "update", _FORMAT)
            if _NUMBER.fullmatch(line):
                account.keep_text(element, "version")
                item.stated["version"] = int(line)
        public = ""
        for element in account.children(identifier, "publicidentifier"):
            if public := account.line(element):
                item.add("alternative_ids", AlternativeId(id=public, type="PublicIdentifier"))
                without, _, last = public.rpartition(":")
                id_ = without if last and last in (revision, revision.rstrip("NUA")) else public
                is_id = not check_iri(id_) and _names_an_item(id_)
                account.keep_text(element, "id" if is_id else "alternative_ids.id")
                if is_id:
                    item.stated["id"] = id_
        for element in account.children(identifier, "providerid", "dateid", "newsitemid"):
            line = account.line(element)
            if line and line in public.split(":"):
                account.keep_text(element, "id")
            elif line:
                account.keep_text(element, "alternative_ids.id")
                item.add("alternative_ids", AlternativeId(id=line, type=account_name(element)))
    for label in account.all("identification/namelabel", item.element):
        item.take_line(label, "slugline")


def _names_an_item(id_: str) -> bool:
    """Return whether a URN of RFC 3085 goes on after its provider. Some agencies stop there, or leave out the date."""
    return not id_.startswith("urn:newsml:") or id_.count(":") >= _LEAST_COLONS


def account_name(element: etree._Element) -> str:
    """Return the local name of an element as it is written."""
    return str(element.tag).rpartition("}")[2]


def read_management(item: Item) -> None:
    """Read the dates, the status, the urgency, the instructions and the links."""
    account, stated = item.account, item.stated
    for management in account.all("newsmanagement", item.element):
        for name, field in (("firstcreated", "first_created"), ("thisrevisioncreated", "version_created")):
            for element in account.children(management, name):
                _created(item, element, field)
        for element in account.children(management, "newsitemtype"):
            if (account.get(element, "formalname") or "").lower() == "news":
                item.formal_name(element, _FORMAT)
        _status(item, management)
        for element in account.children(management, "urgency"):
            value = account.get(element, "formalname")
            if value and len(value) == 1 and value in "123456789" and "urgency" not in stated:
                item.formal_name(element, "urgency")
                stated["urgency"] = int(value)
            elif value is None and len(line := account.line(element)) == 1 and line in "123456789":
                account.keep_text(element, "urgency")
                stated.setdefault("urgency", int(line))
        for element in account.children(management, "instruction"):
            _instruction(item, element)
        for element in account.children(management, "derivedfrom", "associatedwith"):
            if address := account.get(element, "newsitem"):
                account.keep(element, "newsitem", "links.id")
                item.add("links", ItemLink(id=address, rel=account_name(element)))


def _created(item: Item, element: etree._Element, field: str) -> None:
    if field in item.stated:
        item.account.drop_text(element, ONE)
        return
    value = read_moment(item.account.line(element), item.zone).value
    if value is None or is_zoned(value):
        if value := item.date(element, field):
            item.stated[field] = value
    elif item.created is None:
        item.date(element, "published")  # the date without a zone, which no other field holds
    else:
        item.account.drop_text(element, _ZONE)
    item.created = item.created or value


def _status(item: Item, management: etree._Element) -> None:
    account = item.account
    for element in account.children(management, "status"):
        value = account.get(element, "formalname") or ""
        if known := _STATUSES.get(value.lower()):
            item.formal_name(element, "status")
            item.stated["status"] = known
        elif value.lower() == "embargoed":
            item.formal_name(element, "status")
            item.stated["status"] = "withheld"
            _embargo(item, management)
        elif value:
            reason = "an unknown status may forbid the use; the article is withheld"
            account.change(element, "formalname", "status", reason)
            item.stated["status"] = "withheld"


def _embargo(item: Item, management: etree._Element) -> None:
    """Read when an embargoed item becomes usable."""
    account = item.account
    for change in account.children(management, "statuswillchange"):
        for future in account.children(change, "futurestatus"):
            if (account.get(future, "formalname") or "").lower() != "usable":
                continue
            for element in account.children(change, "dateandtime"):
                if date := item.date(element, "embargoed", zoned=True):
                    item.formal_name(future, "embargoed")
                    item.stated["embargoed"] = date
                    item.stated.pop("status", None)


def _instruction(item: Item, element: etree._Element) -> None:
    value = item.account.get(element, "formalname")
    if value is None:
        return
    if value.lower() in _KILLS:
        item.formal_name(element, "status")
        item.stated["status"] = "canceled"
    elif not read_signal(item, element, "formalname"):
        item.formal_name(element, "signals")
        item.add("signals", value)


def read_signal(item: Item, element: etree._Element, name: str) -> bool:
    """Take an attribute that says update or correction; return whether it does. Version 1 can be neither."""
    value = item.account.get(element, name) or ""
    signal = _SIGNALS.get(value.lower())
    if signal is None:
        return False
    if item.stated.get("version", 1) > 1 and "signal" not in item.stated:
        item.account.keep(element, name, "signal")
        item.stated["signal"] = signal
    else:
        item.account.keep(element, name, "signals")
        item.add("signals", value)
    return True
