"""The members of a JSON object, taken one by one: what a reader does not take is not held, and the ledger names it.

Every method takes a member by its name, records in the ledger where it goes, and returns its value. A value of the
wrong kind is left out and named. `end` names all that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

from schemas.article.dates import ReadMoment, read_moment, read_zoned_moment
from schemas.article.values import FORBIDDEN, check_iri, find_forbidden, make_line
from schemas.ledger import Ledger
from workers.formats.json.leaves import is_stated, leaves, shown


class Members:
    """The members of one object that are not yet taken.

    Args:
        value: the object.
        ledger: the ledger of its article.
        path: the path of the object; "" for the whole article.
        zone: the zone of times that state none; None if it is not known.
        any_case: whether names are the same in upper and lower case.
    """

    def __init__(
        self, value: Mapping[str, Any], ledger: Ledger, path: str = "", *, zone: str | None, any_case: bool = False
    ) -> None:
        self.ledger = ledger
        self.path = path
        self._zone = zone
        self._any_case = any_case
        self._left = {name.lower() if any_case else name: (name, inner) for name, inner in value.items()}
        if len(self._left) < len(value):
            # Names that differ in case alone: each stays, under its own name.
            self._left |= {name: (name, inner) for name, inner in value.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._left and is_stated(self._left[name][1])

    def names(self) -> list[str]:
        """Return the names of the members that are left."""
        return list(self._left)

    def path_of(self, name: str) -> str:
        """Return the path of a member, as the source writes its name."""
        written = self._left[name][0] if name in self._left else name
        return f"{self.path}.{written}" if self.path else written

    def peek(self, name: str) -> Any:
        """Return a member without taking it; None if there is none."""
        return self._left[name][1] if name in self._left else None

    def take(self, name: str) -> Any:
        """Take a member whose leaves the caller accounts for; None if there is none."""
        return self._left.pop(name, ("", None))[1]

    def line(self, name: str, field: str) -> str | None:
        """Take a text of one line. A number is taken as its digits."""
        return self._text(name, field, make_line)

    def text(self, name: str, field: str) -> str | None:
        """Take a text of any number of lines."""
        return self._text(name, field, str.strip)

    def _text(self, name: str, field: str, make: Callable[[str], str]) -> str | None:
        if name not in self._left:
            return None
        path, value = self.path_of(name), self.take(name)
        if not is_stated(value):
            return None
        if isinstance(value, dict | list):
            self.leave_out(path, value, "it is not a text")
            return None
        text = make(without_forbidden(shown(value), path, self.ledger))
        if text:
            self.ledger.kept(path, shown(value), field)
        return text or None

    def number(self, name: str, field: str, least: int, most: int) -> int | None:
        """Take a whole number within bounds: a number, or its digits."""
        if name not in self._left:
            return None
        path, value = self.path_of(name), self.take(name)
        if not is_stated(value):
            return None
        digits = shown(value).strip()
        whole = digits.removesuffix(".0")
        if isinstance(value, dict | list) or not (whole.isascii() and whole.isdigit() and len(whole) < 17):
            self.leave_out(path, value, f"it is not a whole number from {least} to {most}")
            return None
        if not least <= int(whole) <= most:
            self.leave_out(path, value, f"it is not a whole number from {least} to {most}")
            return None
        self.ledger.kept(path, shown(value), field)
        return int(whole)

    def moment(self, name: str, field: str) -> str | None:
        """Take a day, or a date-time. A missing zone is named."""
        return self._moment(name, field, read_moment)

    def zoned_moment(self, name: str, field: str) -> str | None:
        """Take a date-time that needs its zone."""
        return self._moment(name, field, read_zoned_moment)

    def _moment(self, name: str, field: str, read: Callable[..., ReadMoment]) -> str | None:
        if name not in self._left:
            return None
        path, value = self.path_of(name), self.take(name)
        if not is_stated(value):
            return None
        found = read(shown(value), self._zone)
        if found.value is None:
            self.leave_out(path, value, found.reason or "it is not a date")
        elif found.reason:
            self.ledger.changed(path, shown(value), field, found.reason)
        else:
            self.ledger.kept(path, shown(value), field)
        return found.value

    def iri(self, name: str, field: str) -> str | None:
        """Take an absolute IRI."""
        if name not in self._left:
            return None
        path, value = self.path_of(name), self.take(name)
        if not is_stated(value):
            return None
        text = shown(value).strip() if isinstance(value, str) else ""
        if check_iri(text):
            self.leave_out(path, value, "it is not an absolute URI")
            return None
        self.ledger.kept(path, shown(value), field)
        return text

    def one_of(self, name: str, field: str, allowed: Sequence[str]) -> str | None:
        """Take a text that is one of those allowed, in any case."""
        if name not in self._left:
            return None
        path, value = self.path_of(name), self.take(name)
        if not is_stated(value):
            return None
        text = shown(value).strip().lower()
        if isinstance(value, dict | list) or text not in allowed:
            self.leave_out(path, value, f"it is not one of {', '.join(allowed)}")
            return None
        self.ledger.kept(path, shown(value), field)
        return text

    def objects(self, name: str) -> Iterator[Members]:
        """Take the objects of a list, or a single object. What is no object is not held."""
        if name not in self._left:
            return
        path, value = self.path_of(name), self.take(name)
        for inner_path, inner in each(value, path):
            if isinstance(inner, dict):
                yield self.inside(inner, inner_path)
            elif is_stated(inner):
                self.leave_out(inner_path, inner, "it is not an object")

    def inside(self, value: Mapping[str, Any], path: str) -> Self:
        """Return the members of an object within this one."""
        return type(self)(value, self.ledger, path, zone=self._zone, any_case=self._any_case)

    def leave_out(self, path: str, value: Any, reason: str = "") -> None:
        """Record every leaf of a value as not held."""
        for leaf_path, text in leaves(value, path):
            self.ledger.not_held(leaf_path, text, reason, thing=path)

    def keep(self, path: str, value: Any, field: str) -> None:
        """Record every leaf of a value as kept."""
        if self.ledger.whole:
            for leaf_path, text in leaves(value, path):
                self.ledger.kept(leaf_path, text, field)

    def end(self) -> None:
        """Record every leaf that was not taken as not held."""
        for name in list(self._left):
            path = self.path_of(name)
            self.leave_out(path, self.take(name))


def each(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the members of a list with their paths; a value that is no list is the only member."""
    if isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield f"{path}[{number}]", inner
    elif value is not None:
        yield path, value


def without_forbidden(text: str, path: str, ledger: Ledger) -> str:
    """Return a text without the characters that no format can hold; the ledger names them."""
    if find_forbidden(text) is None:
        return text
    gone = sorted({f"U+{ord(character):04X}" for character in FORBIDDEN.findall(text)})
    ledger.changed(path, text, None, f"without {', '.join(gone)}, which XML forbids")
    return FORBIDDEN.sub("", text)
