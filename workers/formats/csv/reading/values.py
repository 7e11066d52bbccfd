"""The values of cells: in newsmill's own notation, and as other software writes them.

A function takes a cell that is not empty, and an `Account` to say what the Article does not hold of it. It returns the
value of the field, or None. A value that breaks a rule raises a ValueError with the rule.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import orjson

from schemas.article import (
    STATUSES,
    AlternativeId,
    Block,
    Byline,
    Media,
    Party,
    Place,
    Preformatted,
    Rendition,
    RoleText,
    Subject,
    split_paragraphs,
)
from schemas.article.dates import DayOrder, ReadMoment, read_moment, read_zoned_moment
from schemas.article.values import check_iri, make_line, shorten
from schemas.columns.names import TEXT
from schemas.ledger import Ledger
from workers.formats.csv.cells import read_items
from workers.formats.csv.parts import read_parts
from workers.formats.csv.tables import ARTICLE_COLUMNS
from workers.formats.markup import find_html, plain_text, read_html


class Account:
    """The outcomes of the cells of one row: entries of its ledger.

    Args:
        zone: the zone of times that state none.
        order: the order of day and month in numeric dates.
    """

    __slots__ = ("field", "ledger", "order", "path", "zone")

    def __init__(self, zone: str | None, order: DayOrder | None) -> None:
        self.zone = zone
        self.order = order
        self.ledger = Ledger()
        self.path = ""
        self.field = ""

    def changed(self, cell: str, reason: str, field: str | None = None) -> None:
        """Record that the field holds the cell in another form."""
        self.ledger.changed(self.path, cell, field or self.field, reason)

    def not_held(self, cell: str, reason: str) -> None:
        """Record that no field holds the cell."""
        self.ledger.not_held(self.path, cell, reason)


Read = Callable[[str, Account], Any]

NOTHING: Final = frozenset(("NaN", "nan", "NaT", "NA", "N/A", "n/a", "#N/A", "<NA>", "None", "null", "NULL", "Null"))
"""The words that data frames and databases write into a cell without a value."""
LONGEST_NOTHING: Final = max(map(len, NOTHING))

# Common words of other systems for the status of an article.
_STATUS_WORDS: Final = {
    **dict.fromkeys(("publish", "published", "live", "released", "public"), "usable"),
    **dict.fromkeys(("draft", "pending", "private", "future", "scheduled", "unpublished", "hold"), "withheld"),
    **dict.fromkeys(("cancelled", "killed", "kill", "withdrawn", "retracted"), "canceled"),
}
_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
_WHOLE: Final = re.compile(r"(\d{1,16})(\.0*)?", re.ASCII)
# A list of strings as Python, NumPy and JavaScript print it.
_STRING: Final = r"""(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|None|nan|null)"""
_LIST_OF_STRINGS: Final = re.compile(rf"\[\s*+(?:{_STRING}[\s,]*+)*+\]", re.DOTALL)
_STRINGS: Final = re.compile(_STRING, re.DOTALL)
_BLANK_LINE: Final = re.compile(r"\n\s*\n")
_LONGEST_LIST: Final = 100_000


def read_list(cell: str) -> list[Any] | None:
    """Return the list that a cell holds in JSON or as Python prints it; None if it is no list."""
    if cell[0] != "[" or cell[-1:] != "]" or len(cell) > _LONGEST_LIST:
        return None
    try:
        return _without_nothing(orjson.loads(cell))
    except orjson.JSONDecodeError:
        pass
    try:
        if _LIST_OF_STRINGS.fullmatch(cell):
            # NumPy prints no commas, and Python would join the strings.
            return _without_nothing([_string(one) for one in _STRINGS.findall(cell)])
        found = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return _without_nothing(found) if isinstance(found, list) else None


def _string(literal: str) -> Any:
    return ast.literal_eval(literal) if literal[0] in "'\"" else None


def _without_nothing(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None and value != "" and value not in ("NaN", "nan")]


def _names(cell: str, account: Account, delimiters: str = ";,") -> tuple[str, ...]:
    """Return plain names, separated by the first of the delimiters that is there."""
    values = read_list(cell)
    if values is not None:
        return tuple(name for value in values if (name := _name(value, cell, account)))
    delimiter = next((one for one in delimiters if one in cell), delimiters[0])
    return tuple(name for name in map(make_line, cell.split(delimiter)) if name)


def _name(value: Any, cell: str, account: Account) -> str:
    """Return the name of one value of a list: a text, a number, or an object with a name."""
    if isinstance(value, dict):
        named = next((value[key] for key in ("name", "title", "label") if isinstance(value.get(key), str)), None)
        if named is None or len(value) > 1:
            account.changed(cell, "only the name of each object is held")
        value = named or ""
    return make_line(str(value)) if isinstance(value, str | int | float) else ""


def _named(make: Callable[..., Any], delimiters: str = ";,") -> Read:
    return lambda cell, account: tuple(make(name=name) for name in _names(cell, account, delimiters))


def _only(cell: str, account: Account) -> str:
    """Return the text of a cell; of a list, the first one."""
    values = read_list(cell)
    if values is None:
        return cell
    if len(values) > 1:
        account.changed(cell, "only the first value of the list is held")
    return _name(values[0], cell, account) if values else ""


def _line(cell: str, account: Account) -> str | None:
    if cell[0] == "[":
        cell = _only(cell, account)
    cell = _without_markup(cell, account)
    line = make_line(cell)
    if line is not cell and line != cell.strip():
        account.changed(cell, "each line break or tab is a blank")
    return line or None


def _without_markup(cell: str, account: Account) -> str:
    """Return the text of a cell that may be HTML, or have character references."""
    if "<" not in cell and "&" not in cell:
        return cell
    text = plain_text(cell)
    if text != cell:
        account.changed(cell, "it is HTML, and read as plain text")
    return text


def _text(cell: str, account: Account) -> str | None:
    return _without_markup(cell, account).strip() or None


def _paragraphs(cell: str, account: Account) -> tuple[Block, ...]:
    if "<" not in cell and "&" not in cell:
        return split_paragraphs(cell)
    if source := find_html(cell):
        return read_html(source, account.ledger, account.path, field=account.field)
    return split_paragraphs(_without_markup(cell, account))


def _exact_text(cell: str, _account: Account) -> str | None:
    return cell.strip() or None


def _exact_paragraphs(cell: str, _account: Account) -> tuple[Block, ...]:
    if "\t" not in cell:
        return split_paragraphs(cell)
    # The text of a table whose first cell is empty begins with a tab. Without it, its columns would shift.
    paragraphs = (part.strip("\r\n ") for part in _BLANK_LINE.split(cell))
    return tuple(
        Preformatted(part.rstrip()) if part[:1] == "\t" else part.strip() for part in paragraphs if part.strip()
    )


def _address(cell: str, _account: Account) -> str | None:
    return cell.strip().replace("&amp;", "&") or None


def _part(make: Callable[..., Any]) -> Read:
    def read(cell: str, account: Account) -> Any:
        name = _line(cell, account)
        return make(name=name) if name else None

    return read


def _number(cell: str, _account: Account) -> int | None:
    cell = cell.strip()
    match = _WHOLE.fullmatch(cell)
    if match is None:
        if cell:
            raise ValueError(f"{shorten(cell)!r} is not a whole number")
        return None
    return int(match[1])


def _version(cell: str, account: Account) -> int | None:
    major, _, minor = cell.strip().partition(".")
    if minor.strip("0") and minor.isdecimal() and major.isdecimal():
        account.changed(cell, "a version is a whole number")
        cell = major
    return _number(cell, account)


def _flag(cell: str, _account: Account) -> bool:
    flag = _FLAGS.get(cell.strip().lower())
    if flag is None:
        raise ValueError(f"{shorten(cell)!r} is neither true nor false")
    return flag


def _status(cell: str, account: Account) -> str:
    word = cell.strip().lower()
    if word in STATUSES:
        return word
    if word not in _STATUS_WORDS:
        raise ValueError(f"{shorten(cell)!r} is not a status; the statuses are {', '.join(STATUSES)}")
    status = _STATUS_WORDS[word]
    account.changed(cell, f"the status is {status}")
    return status


def _language(cell: str, account: Account) -> str | None:
    line = _line(cell, account)
    # The form of POSIX and of many databases: en_US.
    return line.replace("_", "-") if line else None


def _id(cell: str, account: Account) -> str | AlternativeId:
    """Return an id; an AlternativeId if it is no URI."""
    id_ = make_line(cell)
    if check_iri(id_) is None:
        return id_
    account.changed(cell, "an id is an absolute URI; this one is an alternative id", "alternative_ids.id")
    return AlternativeId(id=id_)


def _date(cell: str, account: Account, read: Callable[..., ReadMoment] = read_moment) -> str | None:
    if not cell.strip():
        return None
    value, reason = read(cell, account.zone, account.order)
    if value is None:
        account.not_held(cell, reason or "")
    elif reason:
        account.changed(cell, reason)
    return value


def _pictures(cell: str, _account: Account) -> tuple[Media, ...]:
    """Return the pictures at the addresses in a cell."""
    values = read_list(cell)
    addresses = [cell.strip()] if values is None else [str(value) for value in values]
    for address in addresses:
        if check_iri(address) or not address.startswith("http"):
            raise ValueError(f"{shorten(address)!r} is not the address of a picture")
    return tuple(Media(kind="picture", renditions=(Rendition(href=address),)) for address in addresses)


_LINE_FIELDS: Final = (
    *("signal", "headline", "slugline", "dateline", "section", "genre", "byline", "credit_line", "kind"),
    *("data_mining", "digital_source_type", "profile", "source_name", "source_sha256"),
)
_TEXT_FIELDS: Final = ("description", "copyright_notice", "usage_terms", "ed_note")
# The functions for plain cells. The fields of lists without one are in the notation in any table.
_PLAIN: Final[Mapping[str, Read]] = {
    **dict.fromkeys(_LINE_FIELDS, _line),
    **dict.fromkeys(_TEXT_FIELDS, _text),
    "url": _address,
    **dict.fromkeys(("published", "modified", "expires"), _date),
    **dict.fromkeys(("embargoed", "first_created", "version_created"), partial(_date, read=read_zoned_moment)),
    TEXT: _paragraphs,
    "id": _id,
    "version": _version,
    "urgency": _number,
    "status": _status,
    "language": _language,
    "access_free": _flag,
    "bylines": _named(Byline, ";"),
    "contributors": _named(Byline, ";"),
    "keywords": _names,
    "signals": _names,
    "services": _names,
    "audience": _names,
    "roles": _names,
    "inferred": _names,
    "subjects": _named(Subject),
    "headlines": lambda cell, account: tuple(RoleText(text=name) for name in _names(cell, account, ";")),
    "provider": _part(Party),
    "copyright_holder": _part(Party),
    "located": _part(Place),
    "media": _pictures,
}


def _noted(make: Any, *, many: bool, labels: bool, plain: Read | None) -> Read:
    """Return the function for parts in the notation."""

    def read(cell: str, account: Account) -> Any:
        if plain is not None and read_list(cell) is not None:
            return plain(cell, account)
        parts = read_parts(make, cell, labels=labels)
        if many:
            return parts
        if len(parts) == 1:
            return parts[0]
        if plain is not None:
            # A single name with a semicolon in it, of a table that is not in the notation.
            return plain(cell, account)
        raise ValueError(f"it holds {len(parts)} values in place of one")

    return read


def _items(cell: str, _account: Account) -> tuple[str, ...]:
    return read_items(cell)


def readers(*, ours: bool, labels: bool) -> tuple[Mapping[str, Read], Mapping[str, Read]]:
    """Return the functions for cells of each field: plain cells, and cells in the notation.

    Args:
        ours: whether the table is newsmill's own, so that a text in brackets is a text.
        labels: whether braces hold labelled values, which newsmill 0.1 did not write.
    """
    plain = dict(_PLAIN)
    if ours:
        plain |= dict.fromkeys((*_LINE_FIELDS, *_TEXT_FIELDS, "url"), _exact_text)
        plain[TEXT] = _exact_paragraphs
    noted: dict[str, Read] = {}
    for column in ARTICLE_COLUMNS:
        fallback = None if ours else _PLAIN.get(column.name)
        if column.part:
            noted[column.name] = _noted(column.part, many=column.list_of, labels=labels, plain=fallback)
        elif column.list_of:
            noted[column.name] = _items
    return plain, noted
