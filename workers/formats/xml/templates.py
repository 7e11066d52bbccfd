"""Templates of items in XML: which values are left out, and how they are written again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from schemas.article import Article
from workers.formats.markup.writing.escaping import escape, quote_bytes, write_paragraphs
from workers.formats.templates import Slot, Value

# A longer template is that of one article.
_LONGEST: Final = 16 * 2**10
# The bytes before a value that tell its slot are at most as many.
_BEFORE: Final = 600
_VALUE = re.compile(rb'="([^"<]*)"|>([^<\s][^<]*)(?=<)')
_BETWEEN = re.compile(rb"</p>(\s*)<p>")


@dataclass(frozen=True, slots=True)
class XmlTemplate:
    """An item without its text and the values in slots.

    Args:
        form: its bytes, with %b in place of each value and of the text.
        values: the functions of the values, in order.
        quoted: the indexes of the values that stand in quotes.
        text_at: the number of values before the text; None for an item without one.
        between: the white space between two paragraphs.
    """

    form: bytes
    values: tuple[Value, ...]
    quoted: tuple[int, ...]
    text_at: int | None
    between: bytes

    def fits(self, article: Article, piece: bytes) -> bool:
        """Return whether a piece is this item with the values of an article."""
        # No value has a NUL, so that all of them are encoded and escaped at once.
        joined = escape("\0".join([value(article) for value in self.values]))
        filled = joined.encode().split(b"\0")
        if self.quoted and ('"' in joined or "\n" in joined or "\t" in joined):
            for number in self.quoted:
                filled[number] = quote_bytes(filled[number])
        if self.text_at is not None:
            filled.insert(self.text_at, write_paragraphs(article.encoded, self.between))
        return self.form % tuple(filled) == piece


@dataclass(frozen=True, slots=True)
class XmlItems:
    """The items of a format, as templates are made of them.

    Args:
        slots: the values that a template leaves out, with the bytes that each stands after, without `="` or `>`. An
            Article has checked them: its id is an IRI, its dates are dates, its texts have no character that XML
            forbids.
        before_text: the bytes before the text, which begins with a `p` element.
    """

    slots: tuple[Slot, ...]
    before_text: bytes = b""

    def template(self, article: Article, piece: bytes) -> XmlTemplate | None:
        """Return the template of an item; None if it is too long, or has not the text of its article."""
        parts, between = [piece], b""
        if article.paragraphs:
            start = piece.find(self.before_text + b"<p>") + len(self.before_text)
            found = _BETWEEN.search(piece, start)
            between = found[1] if found else b""
            text = write_paragraphs(article.encoded, between)
            if not piece.startswith(text, start):
                return None
            parts = [piece[:start], piece[start + len(text) :]]
        if sum(map(len, parts)) > _LONGEST:
            return None
        form: list[bytes] = []
        values: list[Value] = []
        quoted: list[int] = []
        text_at = None
        for part in parts:
            if form:
                text_at = len(values)
                form.append(b"%b")
            at = 0
            for found in _VALUE.finditer(part):
                in_quotes = found[1] is not None
                if value := self._value(article, part, found, in_quotes=in_quotes):
                    start, end = found.span(1 if in_quotes else 2)
                    form += [part[at:start].replace(b"%", b"%%"), b"%b"]
                    quoted += [len(values)] if in_quotes else []
                    values.append(value)
                    at = end
            form.append(part[at:].replace(b"%", b"%%"))
        return XmlTemplate(b"".join(form), tuple(values), tuple(quoted), text_at, between) if values else None

    def _value(self, article: Article, part: bytes, found: re.Match[bytes], *, in_quotes: bool) -> Value | None:
        """Return the function of the value that a match is, if it has a slot."""
        written, at = found[1] if in_quotes else found[2], found.start()
        for before, value in self.slots:
            stated = value(article)
            is_same = stated and written == _written(stated, in_quotes=in_quotes)
            if is_same and before.search(part, max(0, at - _BEFORE), at):
                return value
        return None


def _written(value: str, *, in_quotes: bool) -> bytes:
    escaped = escape(value).encode()
    return quote_bytes(escaped) if in_quotes else escaped
