"""The built-in types of XML Schema (W3C XML Schema 1.0, part 2), as checks of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Final

Check = Callable[[str], bool]

_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_CHARACTER = f"{_NAME_START}\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_DATE = re.compile(r"-?([1-9][0-9]*)?([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNRESERVED = r"A-Za-z0-9\-._~!$&'()*+,;="
_PCHAR = rf"(?:[{_UNRESERVED}:@]|%[0-9A-Fa-f]{{2}})"
# RFC 3986, appendix A. Characters that an IRI may have and a URI has to escape count as allowed (XML Linking, 5.4).
_AUTHORITY = (
    rf"(?:(?:[{_UNRESERVED}:]|%[0-9A-Fa-f]{{2}})*@)?"
    rf"(?:\[[0-9A-Fa-fvV:.{_UNRESERVED}]+\]|(?:[{_UNRESERVED}]|%[0-9A-Fa-f]{{2}})*)(?::[0-9]*)?"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_AFTER_SCHEME = re.compile(
    rf"(?://{_AUTHORITY}(?:/{_PCHAR}*)*|(?!//){_PCHAR}*(?:/{_PCHAR}*)*)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:\#(?:{_PCHAR}|[/?])*)?"
)
_COLON_IN_FIRST_SEGMENT = re.compile(r"[^/?#]*:")
# All but printable ASCII without the blank and <>"{}|\^`. A set of the others takes 4 ms to compile.
_ESCAPED_IN_URIS = re.compile(r"[^!#-;=?-\[\]_a-z~]")


def _matches(pattern: str) -> Check:
    # Compiled on first use: the names of XML, with their large sets of characters, take 30 ms together.
    compiled = cache(partial(re.compile, pattern))
    return lambda text: compiled().fullmatch(text) is not None


def _is_uri(text: str) -> bool:
    escaped = _ESCAPED_IN_URIS.sub("_", text)
    if scheme := _SCHEME.match(escaped):
        return _AFTER_SCHEME.fullmatch(escaped, scheme.end()) is not None
    return _AFTER_SCHEME.fullmatch(escaped) is not None and not _COLON_IN_FIRST_SEGMENT.match(escaped)


def _is_date(text: str) -> bool:
    match = _DATE.match(text)
    if match is None or (match[2] == "0000" and not match[1]):
        return False
    month, day = int(match[3]), int(match[4])
    # Years repeat every 400; the calendar of Python ends at 9999.
    year = int((match[1] or "0")[-2:] + match[2]) % 400 + 2000
    try:
        date(year, month, day)
    except ValueError:
        return False
    return re.fullmatch(_ZONE, text[match.end() :]) is not None


def _is_date_time(text: str) -> bool:
    day, separator, rest = text.partition("T")
    return bool(separator) and _is_date(day) and re.fullmatch(_TIME + _ZONE, rest) is not None


def _integer(least: int | None, most: int | None) -> Check:
    pattern = re.compile(r"[+-]?[0-9]+")

    def check(text: str) -> bool:
        if not pattern.fullmatch(text):
            return False
        # Numbers of any length are compared as decimals: int() refuses texts of thousands of digits.
        value = Decimal(text)
        return (least is None or value >= least) and (most is None or value <= most)

    return check


def as_number(text: str) -> Decimal | None:
    """Return a number as a decimal, or None if the text is not one."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


_NCNAME = rf"[{_NAME_START}][{_NAME_CHARACTER}]*"
_NMTOKEN = rf"[{_NAME_CHARACTER}:]+"

BUILT_IN: Final[Mapping[str, Check]] = {
    "anyType": lambda _: True,
    "anySimpleType": lambda _: True,
    "string": lambda _: True,
    "normalizedString": lambda _: True,
    "token": lambda _: True,
    "language": _matches(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    "Name": _matches(rf"[{_NAME_START}:][{_NAME_CHARACTER}:]*"),
    "NCName": _matches(_NCNAME),
    "NMTOKEN": _matches(_NMTOKEN),
    "NMTOKENS": _matches(rf"{_NMTOKEN}( {_NMTOKEN})*"),
    "QName": _matches(rf"({_NCNAME}:)?{_NCNAME}"),
    "ID": _matches(_NCNAME),
    # An entity has to be declared in a DOCTYPE, which is refused.
    "ENTITY": lambda _: False,
    "IDREF": _matches(_NCNAME),
    "IDREFS": _matches(rf"{_NCNAME}( {_NCNAME})*"),
    "anyURI": _is_uri,
    "boolean": _matches("true|false|1|0"),
    "decimal": _matches(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    "double": _matches(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN"),
    "float": _matches(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN"),
    "integer": _integer(None, None),
    "nonNegativeInteger": _integer(0, None),
    "positiveInteger": _integer(1, None),
    "nonPositiveInteger": _integer(None, 0),
    "negativeInteger": _integer(None, -1),
    "long": _integer(-(2**63), 2**63 - 1),
    "int": _integer(-(2**31), 2**31 - 1),
    "short": _integer(-(2**15), 2**15 - 1),
    "unsignedInt": _integer(0, 2**32 - 1),
    "date": _is_date,
    "dateTime": _is_date_time,
    "time": _matches(_TIME + _ZONE),
    "gYear": _matches(rf"-?([1-9][0-9]{{3,}}|0[0-9]{{3}}){_ZONE}"),
    "gYearMonth": _matches(rf"-?([1-9][0-9]{{3,}}|0[0-9]{{3}})-(0[1-9]|1[0-2]){_ZONE}"),
    "gMonth": _matches(rf"--(0[1-9]|1[0-2]){_ZONE}"),
    "gDay": _matches(rf"---(0[1-9]|[12][0-9]|3[01]){_ZONE}"),
    "gMonthDay": _matches(rf"--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){_ZONE}"),
    "duration": _matches(
        r"-?P(?=[0-9T])([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=[0-9.])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
    ),
}
"""Each built-in type by its local name; texts are given with their white space folded already."""

WHITE_SPACE_KEPT: Final = frozenset({"string", "anyType", "anySimpleType"})
WHITE_SPACE_REPLACED: Final = frozenset({"normalizedString"})
