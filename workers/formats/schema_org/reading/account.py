"""Take values out of objects of JSON-LD, with the outcome of each leaf in the ledger of the article.

A leaf is a string, a number or a boolean; null and "" state nothing. Values are popped from their object, so a member
that no code takes is found at the end, and named as not held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from schemas.article.calendars import OTHER_YEAR, is_other_year
from schemas.article.dates import read_moment, read_zoned_moment
from schemas.article.values import FORBIDDEN, check_iri, check_line, find_forbidden, make_line
from schemas.bounds import LARGEST_EXPANSION, Budget
from schemas.ledger import Ledger
from workers.formats.markup import plain_text
from workers.formats.markup.addresses import absolute
from workers.formats.markup.reading.text import unescape
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.terms import short_name, types_of

_DEEPEST: Final = 20

BLANK: Final = "it is blank"
NO_TEXT: Final = "it is no text"
YEAR_ONE: Final = "the year 1 is how software writes a date that it does not know"
SECOND: Final = "the Article holds one value, and an earlier one is taken"


class Account:
    """The reading of one article: its ledger, and what its document says about all values.

    Args:
        nodes: the objects of the document.
        ledger: the ledger of the article.
        base: the address that relative addresses are relative to.
        zone: the zone of dates that state none.
        verbatim: whether texts are exactly what they say: newsmill's own have no markup and no character references.
        budget: what references of the article may still repeat.
    """

    def __init__(
        self,
        nodes: Nodes,
        ledger: Ledger,
        *,
        base: str | None = None,
        zone: str | None = None,
        verbatim: bool = False,
        budget: Budget | None = None,
    ) -> None:
        self.nodes = nodes
        self.ledger = ledger
        self.whole = ledger.whole
        self.base = base
        self.zone = zone
        self.verbatim = verbatim
        self.depth = 0
        self._budget = budget or Budget(LARGEST_EXPANSION)

    # Whole values

    def keep(self, path: str, value: Any, field: str | None) -> None:
        """Record that all leaves of a value are kept."""
        if self.whole:
            for at, leaf in self.leaves(path, value):
                self.ledger.kept(at, leaf, field)

    def lose(self, path: str, value: Any, reason: str = "") -> None:
        """Record that no leaf of a value is held."""
        for at, leaf in self.leaves(path, value):
            self.ledger.not_held(at, leaf, reason, thing=path)

    def leaves(self, path: str, value: Any) -> Iterator[tuple[str, str]]:
        """Yield each leaf of a value with its place, but for objects whose leaves are recorded."""
        if type(value) is dict:
            if "@id" in value and not self.nodes.is_first_use(value):
                return
            for name, inner in value.items():
                yield from self.leaves(f"{path}.{name}" if path else name, inner)
        elif type(value) is list:
            for number, inner in enumerate(value, 1):
                yield from self.leaves(f"{path}[{number}]", inner)
        elif isinstance(value, bool):
            yield path, "true" if value else "false"
        elif value is not None and value != "":
            yield path, str(value)

    def thing(self, path: str, value: dict[str, Any]) -> Thing:
        """Return an object, or the one that it refers to."""
        node = self.nodes.find(value)
        if node is None:
            node = value
        elif not self._budget.draw(self.nodes.repeated_size(node)):
            self.ledger.not_held(path + ".@id", value["@id"], "the references of the article repeat too much")
            node = {}
        else:
            self.ledger.kept(path + ".@id", value["@id"], None)
        # The leaves of an object that stands in a document once, and is referred to elsewhere, are recorded once.
        first = "@id" not in node or self.nodes.is_first_use(node)
        return Thing(self if first else self._silent(), path, node)

    def _silent(self) -> Account:
        silent = Account(
            self.nodes, Ledger(), base=self.base, zone=self.zone, verbatim=self.verbatim, budget=self._budget
        )
        silent.depth = self.depth
        return silent

    # Leaves

    def text(self, path: str, value: Any, field: str, *, line: bool = False) -> str | None:
        """Return a value as a text: a string, a number, or the text of an object; None for any other."""
        if type(value) is str:
            if not self.whole and is_plain(value):
                return value  # the usual case
            found, reason = self.clean(value, line=line)
            if not found:
                self.lose(path, value, BLANK)
                return None
            if reason:
                self.ledger.changed(path, value, field, reason)
            elif self.whole:
                self.ledger.kept(path, value, field)
            return found
        if type(value) is dict:
            thing = self.thing(path, value)
            text = thing.own_text(field, line=line)
            thing.close()
            return text
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.keep(path, value, field)
            return str(value)
        self.lose(path, value, NO_TEXT)
        return None

    def line(self, path: str, value: Any, field: str) -> str | None:
        """Return a value as a text of one line."""
        return self.text(path, value, field, line=True)

    def clean(self, value: str, *, line: bool) -> tuple[str, str]:
        """Return a text without markup, character references and characters that no format holds; and what changed."""
        if value.isprintable() and (self.verbatim or not ("<" in value or "&" in value)):
            return value.strip(), ""
        text, reasons = value, []
        if not self.verbatim and ("<" in value or "&" in value):
            text = plain_text(value)
            if text.strip() != value.strip():
                reasons.append("its markup and character references are resolved")
        if find_forbidden(text) is not None:
            reasons.append(f"{_named(text)} is a character that no format holds; a blank stands for it")
            text = FORBIDDEN.sub(" ", text)
        text = text.strip()
        if line and check_line(text) is not None:
            reasons.append("tabs and line breaks are written as blanks")
            text = make_line(text)
        return text, "; ".join(reasons)

    def choose(self, path: str, value: Any, field: str, read: Callable[[str], Any], reason: str) -> Any:
        """Return what a function reads from a text; None, with the reason, where it reads nothing."""
        if type(value) is dict:
            thing = self.thing(path, value)
            inner = thing.one("@value")
            thing.close()
            return thing.account.choose(*inner, field, read, reason) if inner else None
        read_value = read(str(value).strip()) if isinstance(value, str | int | float) else None
        if read_value is None:
            self.lose(path, value, reason)
        else:
            self.keep(path, value, field)
        return read_value

    def moment(self, path: str, value: Any, field: str, *, zoned: bool = False) -> str | None:
        """Return a date; one without a zone has none, unless a zone is known for the document.

        Args:
            path: its place.
            value: the value.
            field: its field.
            zoned: whether the field needs a date-time with a zone.
        """
        at, text = self._scalar(path, value, field)
        if text is None:
            return None
        read, reason = (read_zoned_moment if zoned else read_moment)(text, self.zone)
        if read is not None and read.startswith("0001-") and not self.verbatim:
            read, reason = None, YEAR_ONE
        elif read is not None and is_other_year(read) and not self.verbatim:
            read, reason = None, OTHER_YEAR
        if read is None:
            self.ledger.not_held(at, text, reason or "")
        elif reason:
            self.ledger.changed(at, text, field, reason)
        elif self.whole:
            self.ledger.kept(at, text, field)
        return read

    def iri(self, path: str, value: Any, field: str) -> str | None:
        """Return an absolute address; of an object, its @id or its url."""
        if type(value) is dict and "@value" not in value:
            thing = self.thing(path, value)
            found = thing.address(field)
            thing.close()
            return found
        at, text = self._scalar(path, value, field)
        if text is None:
            return None
        found, reason = self.resolve(text)
        if found is None:
            self.ledger.not_held(at, text, reason)
        elif reason:
            self.ledger.changed(at, text, field, reason)
        elif self.whole:
            self.ledger.kept(at, text, field)
        return found

    def resolve(self, text: str) -> tuple[str | None, str]:
        """Return the absolute address of a text, and what was changed; without one, the reason."""
        address = text.strip()
        if check_iri(address) is None and "&amp;" not in address:
            return address, ""
        found, reason = absolute(unescape(address), self.base)
        if found and "&amp;" in address:
            reason = "; ".join(filter(None, ("its character references are resolved", reason)))
        return found, reason

    def _scalar(self, path: str, value: Any, field: str) -> tuple[str, str | None]:
        """Return the place of a value and the value as a text; the leaves of an object beside it are recorded."""
        if type(value) is str and value.strip():
            return path, value
        if type(value) is dict and isinstance(value.get("@value"), str) and value["@value"].strip():
            thing = Thing(self, path, value)
            text = thing.rest.pop("@value")
            thing.keep("@type", field)
            thing.close()
            return f"{path}.@value", text
        if isinstance(value, int | float) and not isinstance(value, bool):
            return path, str(value)
        self.lose(path, value, NO_TEXT)
        return path, None


class Thing:
    """An object whose members are taken one by one.

    Args:
        account: the reading that it is part of.
        path: its place.
        node: the object.
    """

    def __init__(self, account: Account, path: str, node: dict[str, Any]) -> None:
        self.account = account
        self.path = path
        self.types = types_of(node)
        self.rest: dict[str, Any] = {}
        for name, value in node.items():
            short = short_name(name)
            # Each value of a name in two forms ("schema:name" and "name") counts.
            self.rest[short] = [self.rest[short], value] if short in self.rest else value

    def all(self, name: str) -> list[tuple[str, Any]]:
        """Take the values of a member, each with its place."""
        value = self.rest.pop(name, None)
        return [] if value is None else list(flat(f"{self.path}.{name}" if self.path else name, value))

    def one(self, name: str, reason: str = SECOND) -> tuple[str, Any] | None:
        """Take the first value of a member; the others are not held."""
        found = self.all(name)
        for path, value in found[1:]:
            self.account.lose(path, value, reason)
        return found[0] if found else None

    def line(self, name: str, field: str) -> str | None:
        """Take a text of one line."""
        found = self.one(name)
        return self.account.line(*found, field) if found else None

    def text(self, name: str, field: str) -> str | None:
        """Take a text."""
        found = self.one(name)
        return self.account.text(*found, field) if found else None

    def moment(self, name: str, field: str) -> str | None:
        """Take a date."""
        found = self.one(name)
        return self.account.moment(*found, field) if found else None

    def iri(self, name: str, field: str) -> str | None:
        """Take an address: the first that is absolute."""
        result = None
        for path, value in self.all(name):
            if result:
                self.account.lose(path, value, SECOND)
            else:
                result = self.account.iri(path, value, field)
        return result

    def keep(self, name: str, field: str | None) -> None:
        """Take a member whose values are kept."""
        for path, value in self.all(name):
            self.account.keep(path, value, field)

    def keep_types(self, field: str | None, *expected: str) -> None:
        """Take the types. Any type but the expected ones is named as changed."""
        for path, value in self.all("@type"):
            if isinstance(value, str) and short_name(value) not in expected and expected:
                self.account.ledger.changed(path, value, field, f"it is held as {' or '.join(expected)}")
            else:
                self.account.keep(path, value, field)

    def identity(self, field: str) -> str | None:
        """Take the @id, if it is an absolute IRI. Any other @id is a name within its document."""
        for path, value in self.all("@id"):
            if isinstance(value, str) and check_iri(value.strip()) is None:
                self.account.keep(path, value, field)
                return value.strip()
            self.account.lose(path, value, "the @id is a name within its document")
        return None

    def address(self, field: str) -> str | None:
        """Take the url, else the @id."""
        url = self._within(lambda: self.iri("url", field))
        if not url:
            return self.identity(field)
        for path, value in self.all("@id"):
            if value == url:
                self.account.keep(path, value, field)
            else:
                self.account.lose(path, value, SECOND)
        return url

    def own_text(self, field: str, *, line: bool) -> str | None:
        """Take the @value, else the name."""
        self.keep("@language", None)
        name = "@value" if "@value" in self.rest else "name"
        found = self.one(name)
        return self._within(lambda: self.account.text(*found, field, line=line)) if found else None

    def _within(self, read: Callable[[], str | None]) -> str | None:
        """Return what a function reads, unless objects refer to each other in a circle."""
        if self.account.depth > _DEEPEST:
            return None
        self.account.depth += 1
        try:
            return read()
        finally:
            self.account.depth -= 1

    def close(self, reason: str = "") -> None:
        """Record each member that was not taken as not held."""
        self.keep("@context", None)
        for name, value in self.rest.items():
            self.account.lose(f"{self.path}.{name}" if self.path else name, value, reason)
        self.rest = {}


def is_plain(value: Any) -> bool:
    """Return whether a value is a text of one line that stays as it is."""
    return (
        type(value) is str
        and value.isprintable()
        and "<" not in value
        and "&" not in value
        and bool(value)
        and value[0] != " " != value[-1]
    )


def flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values of a list with their places. Lists in lists, @list and @set have no meaning of their own."""
    if type(value) is list:
        for number, item in enumerate(value, 1):
            yield from flat(f"{path}[{number}]", item)
    elif type(value) is dict and len(value) == 1 and ("@list" in value or "@set" in value):
        name, inner = next(iter(value.items()))
        yield from flat(f"{path}.{name}", inner)
    elif value is not None and value not in ("", {}):
        yield path, value


def _named(text: str) -> str:
    """Return the names of the characters of a text that no format holds: "U+000B, U+0001"."""
    found = dict.fromkeys(match[0] for match in FORBIDDEN.finditer(text))
    return ", ".join(f"U+{ord(one):04X}" for one in list(found)[:5])
