"""The authors of a page as people are named: without the words, roles and newsrooms that pages print with a name.

By NORA FIELD, AP Auto Writer              →  NORA FIELD
Amy Reed | Harbour Media for harbour.com    →  Amy Reed
Analysis by Ada Reed and Bo Lim, CNN        →  Ada Reed, Bo Lim
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from schemas.article import Byline
from schemas.ledger import Ledger, Outcome
from workers.formats.pages.facts.names import is_no_name, is_site, read_names, role_in

_SHORTENED: Final = "what the page prints with the name of a person is left out"
_NO_NAME: Final = "it is no name"
_OF_SITE: Final = "the page names the people beside its site"
_NAME: Final = "author.name"


def clean_bylines(ledger: Ledger, of: dict[str, Any]) -> None:
    """Reduce the authors of a page to names: split what several people share, and leave out what is no name."""
    made: list[Byline] = []
    for one in of.get("bylines", ()):
        if is_no_name(one.name):
            _replace(ledger, one.name, None, _NO_NAME)
            continue
        names = [one.name] if one.type == "organisation" else read_names(one.name)
        if names == [one.name]:
            made.append(one)
            continue
        _replace(ledger, one.name, "bylines.name", _SHORTENED)
        if len(names) > 1:
            if one.uri:
                _replace(ledger, one.uri, None, "it is stated of several authors together")
            made += (replace(one, name=name, uri=None, job_title=None) for name in names)
        else:
            made.append(replace(one, name=names[0], job_title=one.job_title or role_in(one.name, names[0])))
    if "bylines" in of:
        of["bylines"] = tuple({one.name: one for one in reversed(made)}.values())[::-1]
        if not of["bylines"]:
            del of["bylines"]


def set_aside_site(of: dict[str, Any], site: str | None, host: str) -> tuple[Byline, ...]:
    """Take the authors out of the fields of an article, if all of them are the site itself, and return them."""
    stated: tuple[Byline, ...] = of.get("bylines", ())
    provider = of.get("provider")
    names = {site, provider.name if provider else None} - {None}
    if stated and all(any(is_site(one.name, name, host) for name in (*names, None)) for one in stated):
        del of["bylines"]
        return stated
    return ()


def restore_site(ledger: Ledger, of: dict[str, Any], site: tuple[Byline, ...]) -> None:
    """Give an article the authors that were set aside, unless its page names people."""
    if not site:
        return
    if "bylines" not in of:
        of["bylines"] = site
        return
    for one in site:
        _replace(ledger, one.name, None, _OF_SITE)


def _replace(ledger: Ledger, value: str, field: str | None, reason: str) -> None:
    """Record another outcome of a leaf of an author."""
    outcome: Outcome = "changed" if field else "not-held"
    for number, entry in enumerate(ledger.entries):
        if entry.value == value and entry.outcome == "kept" and (entry.field or "").startswith("bylines"):
            ledger.entries[number] = entry._replace(outcome=outcome, field=field, reason=reason)
            return
    if field:
        ledger.changed(_NAME, value, field, reason)
    else:
        ledger.not_held(_NAME, value, reason)
