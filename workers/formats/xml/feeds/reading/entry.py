"""One item of a feed while it is read: its leaves, and the fields that it states."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from schemas.article import Byline, Party, Position
from schemas.article.bylines import name_in
from schemas.article.languages import check_language
from schemas.article.values import LARGEST_INTEGER, make_line
from workers.formats.markup import plain_text
from workers.formats.markup.addresses import absolute
from workers.formats.xml.account import Account
from workers.formats.xml.feeds.names import name_of

if TYPE_CHECKING:
    from workers.formats.xml.feeds.reading.media import MediaReader

ONE: Final = "the Article holds one"
_PERSON = re.compile(r"(?P<email>[^\s()<>]+@[^\s()<>]+)\s*(?:\((?P<name>[^()]+)\))?")
_PERSON_FIRST = re.compile(r"(?P<name>[^<>()]+?)\s*[<(](?P<email>[^\s()<>]+@[^\s()<>]+)[>)]")
_LONGEST_PERSON: Final = 300
_NO_EMAIL: Final = "without the e-mail address"


@dataclass(slots=True)
class Context:
    """The statements of a feed for all of its items.

    Args:
        own: whether newsmill wrote the feed, so that its texts are verbatim.
        authors: the authors of items that state none (RFC 4287, section 4.2.1).
        updated: when the feed was updated, which newsmill writes into items that state no date.
    """

    own: bool = False
    language: str | None = None
    copyright_notice: str | None = None
    provider: Party | None = None
    authors: tuple[Byline, ...] = ()
    updated: str | None = None
    base: str | None = None


@dataclass(slots=True)
class Entry:
    """One item.

    Args:
        account: its leaves.
        element: its element.
        context: what the feed states for all items.
        zone: the zone of times that state none, if the request gives it.

        html_of: makes HTML of its text; None if it is HTML.
        nested: the document of another format in it, which is read as such.

    `stated` has the fields, `dates` the dates by the names of their elements, `texts` the elements that may be the text
    of the article, `summaries` those that may be its description, `place` and `position` where it was written.
    """

    account: Account
    element: etree._Element
    context: Context
    zone: str | None
    nested: etree._Element | None = None
    html_of: Callable[[str], str] | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    texts: list[etree._Element] = field(default_factory=list)
    summaries: list[etree._Element] = field(default_factory=list)
    base: str | None = None
    place: str | None = None
    position: Position | None = None
    media: MediaReader = field(init=False)
    _seen: dict[str, set[Any]] = field(init=False, default_factory=dict)

    def add(self, name: str, *values: Any) -> None:
        """Add values to a field with any number of them."""
        held = self.stated.setdefault(name, [])
        seen = self._seen.setdefault(name, set())
        for value in values:
            if self.context.own or value not in seen:
                seen.add(value)
                held.append(value)

    # Texts

    def line(self, element: etree._Element, name: str) -> str | None:
        """Take the text of an element as one line; markup and character references in it are read as text."""
        return self._text(element, name, line=True)

    def text(self, element: etree._Element, name: str) -> str | None:
        """Take the text of an element, of any number of lines."""
        return self._text(element, name, line=False)

    def state(self, element: etree._Element, name: str, *, line: bool = True) -> None:
        """Take the text of an element as a field that holds one."""
        if not self._peek(element):
            return
        if name in self.stated:
            held = self.stated[name]
            same = make_line(plain_text(self._peek(element))) == (make_line(held) if isinstance(held, str) else held)
            self.account.keep_text(element, name) if same else self.account.drop_text(element, ONE)
        elif value := self._text(element, name, line=line):
            self.stated[name] = value

    def _peek(self, element: etree._Element) -> str:
        return self.account.line(element)

    def _text(self, element: etree._Element, name: str, *, line: bool) -> str | None:
        if self.context.own:
            text = (element.text or "").strip()
            self.account.keep_text(element, name)
            return text or None
        given = self.account.text(element)
        text = plain_text(given).strip()
        if line:
            text = make_line(text)
        if not text:
            if given:
                self.account.drop_text(element, "it is markup without a text")
            return None
        if text == (make_line(given) if line else given):
            self.account.keep_text(element, name)
        else:
            self.account.change_text(element, name, "its markup and character references are read as text")
        return text

    def unescaped(self, element: etree._Element, name: str) -> str | None:
        """Take a text that newsmill wrote as HTML without elements."""
        text = html.unescape(element.text or "").strip()
        self.account.keep_text(element, name)
        return text or None

    # Values

    def date(self, element: etree._Element, name: str, text: str | None = None, *, zoned: bool = False) -> str | None:
        """Take the date in an element; None if there is none that can be read.

        Args:
            element: the element.
            name: the field.
            text: the part of its text that is the date; None for all of it.
            zoned: whether the field needs a date-time with its zone.
        """
        return self.account.date(element, name, self.zone, text=text, zoned=zoned)

    def iri(self, element: etree._Element, attribute: str | None, name: str) -> str | None:
        """Take an address, in an attribute or as the text of an element, as an absolute IRI."""
        account = self.account
        value = account.get(element, attribute) if attribute else account.line(element)
        if not value:
            return None
        iri, reason = absolute(value, self.base)
        if attribute:
            if iri is None:
                account.drop(element, attribute, reason)
            elif reason:
                account.change(element, attribute, name, reason)
            else:
                account.keep(element, attribute, name)
        elif iri is None:
            account.drop_text(element, reason)
        elif reason:
            account.change_text(element, name, reason)
        else:
            account.keep_text(element, name)
        return iri

    def number(self, element: etree._Element, attribute: str, name: str) -> int | None:
        """Take a whole number in an attribute; None if it is none, or 0, which stands for an unknown one."""
        value = self.account.get(element, attribute)
        if value is None:
            return None
        digits = value.removesuffix("px").removesuffix(".0").strip()
        if not (digits.isdecimal() and digits.isascii()) or len(digits) > 16 or int(digits) > LARGEST_INTEGER:
            self.account.drop(element, attribute, "it is no whole number")
            return None
        if not int(digits) and not self.context.own:
            self.account.drop(element, attribute, "0 stands for an unknown number")
            return None
        self.account.keep(element, attribute, name)
        return int(digits)

    def language(self, element: etree._Element, attribute: str | None, name: str) -> str | None:
        """Take a language tag, in an attribute or as the text of an element."""
        account = self.account
        value = account.get(element, attribute) if attribute else account.line(element)
        if not value:
            return None
        tag = value.replace("_", "-")
        if reason := check_language(tag):
            if attribute:
                account.drop(element, attribute, reason)
            else:
                account.drop_text(element, reason)
            return None
        if attribute:
            account.keep(element, attribute, name)
        else:
            account.keep_text(element, name)
        return tag

    # People

    def person(self, element: etree._Element, name: str) -> Byline | None:
        """Take a person of Atom: a name, an address, an e-mail address (RFC 4287, section 3.2)."""
        children = {name_of(child): child for child in self.account.children(element)}
        named = children.get("atom:name", children.get("name"))
        address = children.get("atom:uri", children.get("uri", children.get("atom:url")))
        if named is None and children:
            return None
        text = self.line(element if named is None else named, f"{name}.name")
        if not text:
            return None
        uri = self.iri(address, None, f"{name}.uri") if address is not None else None
        return Byline(name=text, uri=uri)

    def author(self, element: etree._Element) -> None:
        """Take the author of an item: a name, or an e-mail address with a name (RSS 2.0, author)."""
        if self.context.own:
            if name := self._text(element, "bylines.name", line=True):
                self.add("bylines", Byline(name=name))
            return
        given = self.account.line(element)
        is_short = len(given) <= _LONGEST_PERSON
        person = (_PERSON.fullmatch(given) or _PERSON_FIRST.fullmatch(given)) if is_short else None
        if person is None:
            if line := self._text(element, "bylines", line=True):
                self.byline(line)
        elif person["name"] and (name := make_line(person["name"]).strip(" \"'")):
            self.account.change_text(element, "bylines.name", _NO_EMAIL)
            self.byline(name)
        else:
            self.account.drop_text(element, "an e-mail address is no name")

    def byline(self, line: str) -> None:
        """Add the author that a line names; a line that says more than a name is the byline as printed."""
        if name := name_in(line):
            self.add("bylines", Byline(name=name))
        elif self.stated.setdefault("byline", line) != line:
            self.stated["byline"] = f"{self.stated['byline']}, {line}"

    def fields(self) -> dict[str, Any]:
        """Return the fields that it states, as those of an Article."""
        found = ((name, tuple(value) if isinstance(value, list) else value) for name, value in self.stated.items())
        return {name: value for name, value in found if value not in (None, ())}
