"""The head of a NITF document: title, meta, tobject, docdata, pubdata, revision-history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lxml import etree

from schemas.article import AlternativeId, Correction, ItemLink, Party, RoleText
from schemas.article.dates import is_after, is_zoned, read_moment
from schemas.article.languages import check_language
from schemas.article.parts import Rights
from schemas.article.values import LARGEST_INTEGER, check_iri, make_line
from workers.formats.markup.reading.text import local_name
from workers.formats.xml.account import Account
from workers.formats.xml.nitf.body import add_note
from workers.formats.xml.nitf.dates import take_date
from workers.formats.xml.nitf.subjects import identified, of_event_place, of_tobject

_ONE: Final = "the Article holds one"
_FORMAT: Final = "format"
_STATUSES: Final = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_URGENCIES: Final = "123456789"
# Elements of docdata that some agencies state beside it.
_BESIDE: Final = ("doc-id", "urgency", "key-list", "doc-scope")
# A date of a template that was not filled in.
_TEMPLATE: Final = re.compile(r"Y{2,4}[-/YMDHS0T: +]*")
# The names of metadata that agencies share.
_META: Final = {
    "slug": "slugline",
    "slugline": "slugline",
    "description": "description",
    "copyright": "copyright_notice",
    "section": "section",
    # The header of ANPA 1312, from which the document was made.
    "anpa-keyword": "slugline",
    "anpa-category": "section",
}
_KEYWORDS: Final = ("keywords", "article-keywords", "news_keywords")
_LANGUAGES: Final = ("article-language", "content-language", "language")
_NO_ZONE: Final = "an embargo needs a date-time with its zone; the article is withheld"


def read_head(account: Account, nitf: etree._Element, stated: dict[str, Any], zone: str | None) -> None:
    """Read the head, and the attributes of the root. What the body states wins."""
    Head(account, nitf, stated, zone).read()


class Head:
    """The head of one document.

    Args:
        account: its leaves.
        nitf: the root element.
        stated: the fields that are read so far.
        zone: the zone of times that state none, if the request gives it.
    """

    __slots__ = ("_account", "_nitf", "_seen", "_stated", "_zone")

    def __init__(self, account: Account, nitf: etree._Element, stated: dict[str, Any], zone: str | None) -> None:
        self._account = account
        self._nitf = nitf
        self._stated = stated
        self._seen: dict[str, set[Any]] = {}
        self._zone = zone

    def read(self) -> None:
        """Read all of it."""
        account, nitf = self._account, self._nitf
        for name in ("version", "change.date", "change.time"):
            account.keep(nitf, name, _FORMAT)
        self._language(nitf, "xml:lang")
        self._language(nitf, "baselang")
        self._id(nitf, "uno", "uno")
        release: list[etree._Element] = []
        for docdata in account.all("head/docdata", nitf):
            self._status(docdata)
            for element in account.children(docdata):
                name = local_name(element.tag)
                if name == "date.release":
                    release.append(element)
                elif read := _DOCDATA.get(name):
                    read(self, element)
        if account.all("head/docdata/correction", nitf) and self._stated.get("version", 1) > 1:
            self._stated["signal"] = "correction"
            # The signal says what a correction without information says.
            self._stated["signals"] = [one for one in self._stated.get("signals", []) if one != "correction"]
        self._dates(release)
        for head in account.children(nitf, "head"):
            for element in account.children(head, *_BESIDE):
                _DOCDATA[local_name(element.tag)](self, element)
            for title in account.children(head, "title"):
                self._title(title)
            for meta in account.children(head, "meta"):
                self._meta(meta)
            for tobject in account.children(head, "tobject"):
                self._tobject(tobject)
            for pubdata in account.children(head, "pubdata"):
                self._take(pubdata, "position.section", "section")
                if (address := account.get(pubdata, "ex-ref")) and not check_iri(address):
                    self._take(pubdata, "ex-ref", "url")
            for revision in account.children(head, "revision-history"):
                if date := take_date(account, revision, "norm", "modified", self._zone):
                    self._stated["modified"] = date

    # Values

    def _take(self, element: etree._Element, name: str, field: str) -> str | None:
        """Take an attribute as a field that holds one value."""
        account = self._account
        value = account.get(element, name)
        if value is None:
            return None
        if self._stated.get(field) not in (None, value):
            account.drop(element, name, _ONE)
            return None
        account.keep(element, name, field)
        self._stated[field] = value
        return value

    def _add(self, field: str, *values: Any) -> None:
        held = self._stated.setdefault(field, [])
        if field not in self._seen:
            self._seen[field] = set(held)
        seen = self._seen[field]
        for value in values:
            if value not in seen:
                seen.add(value)
                held.append(value)

    def _language(self, element: etree._Element, name: str) -> None:
        if stated := self._account.get(element, name):
            tag = stated.replace("_", "-").replace(".", "-")
            if detail := check_language(tag):
                self._account.drop(element, name, detail)
            elif self._stated.get("language") in (None, tag):
                self._account.keep(element, name, "language")
                self._stated["language"] = tag
            else:
                self._account.drop(element, name, _ONE)

    def _id(self, element: etree._Element, name: str, kind: str | None) -> None:
        value = self._account.get(element, name)
        if value is None:
            return
        if "id" not in self._stated and not check_iri(value):
            self._account.keep(element, name, "id")
            self._stated["id"] = value
        else:
            self._account.keep(element, name, "alternative_ids.id")
            self._add("alternative_ids", AlternativeId(id=value, type=kind))

    # docdata

    def _doc_id(self, element: etree._Element) -> None:
        source = self._account.get(element, "regsrc")
        text = self._account.get(element, "id-string")
        if text is None:
            return
        if source and ("id" in self._stated or check_iri(text)):
            self._account.keep(element, "regsrc", "alternative_ids.type")
        self._id(element, "id-string", source)

    def _status(self, docdata: etree._Element) -> None:
        value = self._account.get(docdata, "management-status")
        self._linked(docdata, "management-doc-idref", None)
        if value is None:
            return
        known = _STATUSES.get(value.lower())
        if known:
            self._account.keep(docdata, "management-status", "status")
            self._stated["status"] = known
        elif value.lower() == "embargoed":
            self._account.keep(docdata, "management-status", "status")
            self._stated["status"] = "withheld"
        else:
            reason = "an unknown status may forbid the use; the article is withheld"
            self._account.change(docdata, "management-status", "status", reason)
            self._stated["status"] = "withheld"

    def _linked(self, element: etree._Element, name: str, rel: str | None) -> None:
        if value := self._account.keep(element, name, "links.id"):
            self._add("links", ItemLink(id=value, rel=rel))

    def _correction(self, element: etree._Element) -> None:
        """Read that the document corrects another one. Only a later version can be one itself."""
        if text := self._account.keep(element, "info", "corrections.text"):
            self._add("corrections", Correction(text=text))
        else:
            self._add("signals", "correction")
        self._linked(element, "id-string", "correction")

    def _du_key(self, element: etree._Element) -> None:
        if key := self._account.keep(element, "key", "alternative_ids.id"):
            self._add("alternative_ids", AlternativeId(id=key, type="du-key"))
        version = self._account.get(element, "version")
        if version and re.fullmatch(r"0{0,9}[1-9]\d{0,15}", version, re.ASCII) and int(version) <= LARGEST_INTEGER:
            self._account.keep(element, "version", "version")
            self._stated["version"] = int(version)

    def _urgency(self, element: etree._Element) -> None:
        value = self._account.get(element, "ed-urg")
        if value and len(value) == 1 and value in _URGENCIES and "urgency" not in self._stated:
            self._account.keep(element, "ed-urg", "urgency")
            self._stated["urgency"] = int(value)
        elif value:
            self._account.drop(element, "ed-urg", "an urgency is one whole number from 1 to 9")

    def _expire(self, element: etree._Element) -> None:
        if "expires" not in self._stated and (date := take_date(self._account, element, "norm", "expires", self._zone)):
            self._stated["expires"] = date

    def _issue(self, element: etree._Element) -> None:
        if "published" not in self._stated and (
            date := take_date(self._account, element, "norm", "published", self._zone)
        ):
            self._stated["published"] = date

    def _dates(self, releases: list[etree._Element]) -> None:
        """Read the date for want of `date.issue`, and the embargo."""
        account, stated = self._account, self._stated
        story = stated.pop("story.date", None)
        for pubdata in account.all("head/pubdata", self._nitf):
            if "published" not in stated and (
                date := take_date(account, pubdata, "date.publication", "published", self._zone)
            ):
                stated["published"] = date
        for element in releases:
            self._release(element)
        if story and "published" not in stated:
            stated["published"] = story

    def _release(self, element: etree._Element) -> None:
        """Read when the document may be released: an embargo, if that is after its issue."""
        account, stated = self._account, self._stated
        text = account.get(element, "norm")
        if text is None:
            return
        if _TEMPLATE.fullmatch(text):
            account.drop(element, "norm", "it is a template of a date, and no date")
            return
        value = read_moment(text, self._zone).value
        issue = stated.get("published")
        if value is None or issue is None:
            published = take_date(account, element, "norm", "published", self._zone)
            if published is not None:
                stated["published"] = published
                if is_zoned(published):
                    stated.setdefault("embargoed", published)
            else:
                stated["status"] = _withheld(stated)
        elif is_after(value, issue) or (value != issue and not is_after(issue, value) and len(value) > 10):
            if is_zoned(value) and "embargoed" not in stated:
                stated["embargoed"] = take_date(account, element, "norm", "embargoed", self._zone)
            else:
                account.drop(element, "norm", _NO_ZONE)
                stated["status"] = _withheld(stated)
        elif value == issue:
            account.keep(element, "norm", "published")
        else:
            account.drop(element, "norm", "it is no embargo: it is not after the date of issue")

    def _note(self, element: etree._Element) -> None:
        if not self._account.get(element, "info"):
            return
        role = self._account.keep(element, "msg-type", "ed_notes.role")
        field = "ed_note" if role is None and "ed_note" not in self._stated else "ed_notes.text"
        add_note(self._stated, self._account.keep(element, "info", field) or "", role)

    def _copyright(self, element: etree._Element) -> None:
        self._holder(element, "holder")

    def _holder(self, element: etree._Element, name: str) -> None:
        holder = self._account.get(element, name)
        if holder is None:
            return
        if self._stated.get("copyright_holder") in (None, Party(name=holder)):
            self._account.keep(element, name, "copyright_holder.name")
            self._stated["copyright_holder"] = Party(name=holder)
        else:
            self._account.keep(element, name, "rights.holder.name")
            self._add("rights", Rights(holder=Party(name=holder)))

    def _rights(self, element: etree._Element) -> None:
        self._holder(element, "owner")
        self._take(element, "limitations", "usage_terms")

    def _keywords(self, element: etree._Element) -> None:
        for keyword in self._account.children(element, "keyword"):
            if key := self._account.keep(keyword, "key", "keywords"):
                self._add("keywords", key)
            elif line := self._account.line(keyword):
                self._account.keep_text(keyword, "keywords")
                self._add("keywords", line)

    def _identified(self, element: etree._Element) -> None:
        self._add("subjects", *identified(self._account, element))

    def _event_place(self, element: etree._Element) -> None:
        self._add("subjects", *of_event_place(self._account, element))

    def _scope(self, element: etree._Element) -> None:
        if scope := self._account.keep(element, "scope", "audience"):
            self._add("audience", scope)

    # The rest of the head

    def _title(self, title: etree._Element) -> None:
        line = self._account.line(title)
        if not line:
            return
        if self._stated.get("headline") in (None, line):
            self._account.keep_text(title, "headline")
            self._stated["headline"] = line
        else:
            self._account.keep_text(title, "headlines.text")
            self._add("headlines", RoleText(text=line, role="title"))

    def _meta(self, meta: etree._Element) -> None:
        name = self._account.get(meta, "name")
        content = self._account.get(meta, "content")
        if name is None or content is None:
            return
        if name.lower() == "generator" and self._account.verbatim:
            self._account.keep(meta, "content", _FORMAT)
            self._account.keep(meta, "name", _FORMAT)
        elif name.lower() in _KEYWORDS:
            self._account.keep(meta, "content", "keywords")
            self._add("keywords", *filter(None, map(make_line, content.split(","))))
        elif name.lower() in _LANGUAGES:
            self._language(meta, "content")
            self._account.keep(meta, "name", "language")
            return
        elif not (field := _META.get(name.lower())) or not self._take(meta, "content", field):
            return
        self._account.keep(meta, "name", _META.get(name.lower(), "keywords"))

    def _tobject(self, tobject: etree._Element) -> None:
        for element in self._account.children(tobject, "tobject.property"):
            self._take(element, "tobject.property.type", "genre")
        if "genre" not in self._stated:
            self._take(tobject, "tobject.type", "genre")
        self._add("subjects", *of_tobject(self._account, tobject))


def _withheld(stated: Mapping[str, Any]) -> str:
    return "canceled" if stated.get("status") == "canceled" else "withheld"


_DOCDATA: Final[Mapping[str, Callable[[Head, etree._Element], None]]] = {
    "doc-id": Head._doc_id,
    "correction": Head._correction,
    "du-key": Head._du_key,
    "urgency": Head._urgency,
    "date.issue": Head._issue,
    "date.expire": Head._expire,
    "ed-msg": Head._note,
    "doc.copyright": Head._copyright,
    "doc.rights": Head._rights,
    "key-list": Head._keywords,
    "identified-content": Head._identified,
    "evloc": Head._event_place,
    "doc-scope": Head._scope,
}
