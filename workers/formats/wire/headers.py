"""The header and the trailer of a story: what each line states, and the field that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from schemas.article import Party, Subject
from schemas.article.dates import read_moment
from schemas.article.values import make_line
from schemas.ledger import Ledger
from workers.formats.wire.releases import Release, find_release
from workers.formats.wire.typography import clean

# IPTC 7901: source and message number, priority, category, word count, further information.
_IPTC: Final = re.compile(
    r"(?P<source>[A-Za-z]{2,8}) ?(?P<number>\d{1,6}) +(?P<priority>\d) +(?P<category>[A-Za-z]{1,4}) +(?P<words>\d{1,5})"
    r"(?: +(?P<information>\S.*))?",
    re.ASCII,
)
# ANPA 1312: service level, story number and selector; then priority, category, format, keyword, date, word count.
_ANPA: Final = re.compile(r"(?P<level>[A-Za-z]?)(?P<number>\d{3,4})(?P<upi>[^\x1f\n]*)\x1f(?P<selector>[^\n]*)")
_ANPA_WITHOUT_CONTROLS: Final = re.compile(r"(?P<level>[A-Za-z])(?P<number>\d{4})(?P<selector>[A-Za-z-]{2,12})")
_ANPA_SECOND: Final = re.compile(
    r"(?P<priority>[A-Za-z]) (?P<category>[A-Za-z]) ?(?P<format>[\x11-\x14]{0,2}) *"
    r"(?P<keyword>[^\n]*?)(?: +(?P<date>\d{1,2}-\d{1,2}))?(?: +(?P<words>\d{1,5}))? *"
)
# ZCZC: each line begins with a character that says what it is.
_MARKED: Final = re.compile(r"([$:=^*&+#@%~])(.*)")
_MARKS: Final = {
    "$": "category",
    ":": "keyword",
    "=": "take",
    "^": "headline",
    "*": "format",
    "&": "level",
    "+": "subject",
    "#": "keyword",
    "@": "take",
    "%": "%",
    "~": "service",
}
_LONGEST_CATEGORY: Final = 3
_KEYWORD_AND_HEADLINE: Final = re.compile(r":?(?P<keyword>[A-Z]{3,20}) ?:(?P<headline>.*\S)")
# The line of codes that follows a number on the first line, such as `YY RFG INTERNET (3RR)`.
_CODES: Final = re.compile(
    r"[A-Z]{1,2} (?:[A-Z]{2}[A-Za-z]{0,20}(?:\(\w{1,12}\))?|\(\w{1,12}\))"
    r"(?: (?:[A-Z]{2}\w{0,20})?(?:\(\w{1,12}\))?){0,9}"
)
# Some wires begin each line with two letters: `TI#Ferry back`.
_LETTERED: Final = re.compile(r"(?P<letters>[A-Z]{2})#(?P<value>.*)")
_FIELDS: Final = {"TI": "headline", "AB": "description", "BY": "byline", "KY": "slugline"}
_KEYWORD: Final = re.compile(
    r"[A-Z]{2}-[^\s/]\S*|/?[^\s/][^/]{0,60}/(?:[^/]{1,60}/){0,9}|[^\s/]{1,40}(?:/[^\s/.]{1,40}){1,9}"
)
_LETTERS_AND_DIGITS: Final = re.compile(r"(?=\S*\d)[A-Z0-9/_-]{3,40}")
_GROUP: Final = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d) {0,3}(?P<zone>GMT|UTC|UT|Z)? {0,3}"
    r"(?P<month>[A-Za-z]{3,9}) {0,3}(?P<year>\d{4}|\d\d)"
)
_GROUP_ALONE: Final = re.compile(rf"(?:[A-Z]{{2,8}} )?{_GROUP.pattern}")
_ANPA_TIME: Final = re.compile(
    r"(?:(?P<source>[A-Za-z]{1,9})-(?P<desk>[A-Za-z]{1,9})-)?(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4}|\d\d)"
    r" {1,3}(?P<hour>\d\d):?(?P<minute>\d\d) {0,3}(?P<zone>[A-Z]{1,4})?"
)
_CLOCK: Final = re.compile(r"[A-Z]{2,5}-\d\d:\d\d(?:-\d\d){3}")
# Months of German and French groups whose abbreviations are not those of English.
_MONTHS: Final = {"avr": "Apr", "aou": "Aug", "dez": "Dec", "fev": "Feb", "mai": "May", "mrz": "Mar", "okt": "Oct"}
_LONGEST: Final = 500
# Wires of results have one header line, whose units a separator divides: place, number, flags, day.
_UNIT: Final = "\x1f"
_LEAST_UNITS: Final = 2
_COUNT: Final = "it is counted again"
_TWO_DIGITS: Final = "its year has two digits; from 69 it is 19xx, else 20xx"
_IN_PART: Final = "it is no date with its day, month and year"


def divide_trailer(text: str) -> tuple[str, str]:
    """Return a text, and the date-time group that stands alone on its last line; "" if there is none."""
    before, _, last = text.rstrip().rpartition("\n")
    line = clean(last).removesuffix("<").rstrip()
    if len(line) > _LONGEST:
        return text, ""
    is_group = _GROUP_ALONE.fullmatch(line) or ((time := _ANPA_TIME.fullmatch(line)) and time["source"])
    is_group = is_group or _CLOCK.fullmatch(line)
    return (before, line) if is_group else (text, "")


def begins_with_header(text: str) -> bool:
    """Return whether a text begins with the header of IPTC 7901 or ANPA 1312, without its control characters."""
    return _STRICT.match(text) is not None


_STRICT: Final = re.compile(
    r"\s{0,40}(?:[A-Za-z]{3}\d{3,6} [1-9] [A-Za-z]{1,3} \d{2,4}(?: [^\n]{0,60})?"
    r"|[A-Za-z]\d{4}[A-Za-z-]{2,12}[ \r]*\n[a-z] [a-z] [^\n]{1,60} \d\d-\d\d \d{4}[ \r]*)\r?\n",
    re.ASCII,
)


class Header:
    """The fields that a header states, whether the text is a table, and of what kind the header is.

    Args:
        ledger: the ledger of the article.
        zone: the zone of a time that states none.
    """

    def __init__(self, ledger: Ledger, zone: str | None) -> None:
        self.ledger = ledger
        self.fields: dict[str, Any] = {}
        self.tabular = False
        self.is_anpa = False
        self.is_release = False
        self.is_result = False
        self._begun_by_name = False
        self._zone = zone

    def read(self, header: str) -> None:
        """Read a header that a mark divides from the text: no line of it is text."""
        lines = [line for line in header.split("\n") if clean(line)]
        for line in lines[self._known(lines[:2]) :]:
            if not self._marked(clean(line)):
                self._further(clean(line))

    def take_keyword(self, lines: Sequence[str]) -> int:
        """Take the keyword that some wires put below STX, with a slash behind it; return the number of its lines."""
        first = next((number for number, line in enumerate(lines) if clean(line)), 0)
        line = clean(lines[first]) if lines else ""
        is_keyword = "slugline" not in self.fields and line.endswith("/") and _KEYWORD.fullmatch(line)
        if not is_keyword or not any(map(clean, lines[first + 1 :])):
            return 0
        self._line("keyword", line.strip("/"), "slugline")
        return first + 1

    def take_from(self, lines: Sequence[str], *, is_first_line: bool) -> int:
        """Read the header lines at the begin of a text without a mark between; return their number.

        Args:
            lines: the lines of the text.
            is_first_line: whether the first line follows ZCZC on its line.
        """
        if release := find_release(lines):
            return self._release(release)
        taken = 0
        if is_first_line and lines and clean(lines[0]):
            taken = self._known(lines[:2])
            if not taken:
                self._not_held("start", clean(lines[0]))
                taken = 1
                if len(lines) > 2 and _LETTERS_AND_DIGITS.fullmatch(clean(lines[0])):
                    taken += self._codes(lines[1:3])
        taken += _blanks(lines, taken)
        taken += self._known(lines[taken : taken + 2])
        taken += _blanks(lines, taken)
        # A line like a header is the text if nothing follows it. ANPA 1312 and results have no others.
        has_more = not self.is_anpa and not self.is_result
        while has_more and taken + 1 < len(lines) and self._is_header(clean(lines[taken])):
            taken += 1 + _blanks(lines, taken + 1)
        return taken

    def read_trailer(self, trailer: str) -> None:
        """Read the lines after the text: the date-time group is the date of publication, if it is complete."""
        for line in filter(None, map(clean, trailer.split("\n"))):
            if len(line) > _LONGEST:
                self._not_held("trailer", line)
                continue
            group, anpa = _GROUP.search(line), _ANPA_TIME.search(line)
            found = group or anpa
            if found is None or "published" in self.fields:
                value = read_moment(line.rstrip("."), self._zone)
                if value.value and "published" not in self.fields:
                    self._keep("trailer", line, "published", value.value, value.reason)
                else:
                    self._not_held("trailer", line, "" if found else _IN_PART if line[:1].isdigit() else "")
                continue
            self._moment(line, found.groupdict())
            if anpa and not group and anpa["source"]:
                self.fields.setdefault("provider", Party(name=anpa["source"]))
                self._not_held("trailer/desk", anpa["desk"])

    # Private

    def _release(self, release: Release) -> int:
        """Read the header of a media release; return the number of its lines."""
        self.is_release = True
        self._line("source", release.source, "provider", Party(name=make_line(release.source)))
        self._not_held("header/release", release.number)
        self._line("headline", release.headline, "headline")
        self._line("dateline", release.dateline, "dateline")
        return release.lines

    def _moment(self, line: str, parts: dict[str, str | None]) -> None:
        year = parts["year"] or ""
        short = len(year) == 2
        if short:
            year = f"{'19' if int(year) >= 69 else '20'}{year}"
        zone = "Z" if parts["zone"] in ("GMT", "UTC", "UT", "Z") else parts["zone"] or ""
        month = _MONTHS.get((parts["month"] or "")[:3].casefold(), parts["month"] or "")
        clock = f"{parts['hour']}:{parts['minute']}{zone}"
        text = f"{year}-{month}-{parts['day']} {clock}" if month.isdigit() else f"{parts['day']} {month} {year} {clock}"
        value, reason = read_moment(text, self._zone)
        if value is None:
            self._not_held("trailer", line, reason or _IN_PART)
        else:
            reasons = [reason] if reason else []
            self._keep("trailer", line, "published", value, "; ".join([*reasons, *([_TWO_DIGITS] if short else [])]))

    def _known(self, lines: Sequence[str]) -> int:
        """Read the header lines of IPTC 7901 or ANPA 1312; return their number."""
        if not lines or any(len(line) > _LONGEST for line in lines):
            return 0
        match = _ANPA.match(lines[0].strip(" \0\x16"))
        if match is None and len(lines) > 1 and begins_with_header(f"{lines[0]}\n{lines[1]}\n"):
            match = _ANPA_WITHOUT_CONTROLS.fullmatch(lines[0].strip())
        if match:
            self.is_anpa = True
            for name, value in match.groupdict().items():
                self._not_held(f"header/{name}", clean(value))
            if len(lines) > 1 and (second := _ANPA_SECOND.fullmatch(lines[1].strip(" \0"))):
                self._second(second)
                return 2
            return 1
        if lines[0].count(_UNIT) >= _LEAST_UNITS:
            self.is_result = True
            keyword, *units = map(clean, lines[0].split(_UNIT))
            self._line("keyword", keyword, "slugline")
            for number, unit in enumerate(units, 1):
                self._not_held(f"header/unit[{number}]", unit)
            return 1
        if match := _IPTC.fullmatch(clean(lines[0])):
            self._line("source", match["source"], "provider", Party(name=match["source"]))
            self._not_held("header/number", match["number"])
            self._priority(match["priority"])
            self._line("category", match["category"], "section")
            self._not_held("header/words", match["words"], _COUNT)
            self._not_held("header/information", match["information"])
            return 1
        return 0

    def _second(self, match: re.Match[str]) -> None:
        self._not_held("header/priority", match["priority"])
        self._line("category", match["category"], "section")
        self.tabular = "\x12" in match["format"]
        self._line("keyword", clean(match["keyword"]), "slugline")
        self._not_held("header/date", match["date"], "it has no year")
        self._not_held("header/words", match["words"], _COUNT)

    def _priority(self, value: str) -> None:
        if value == "0":
            self._not_held("header/priority", value, "it is not from 1 to 9")
        else:
            self._line("priority", value, "urgency", int(value))

    def _codes(self, lines: Sequence[str]) -> int:
        """Read the line of codes, and a keyword with a headline below it; return their number."""
        line, following = map(clean, lines)
        if not _CODES.fullmatch(line):
            return 0
        self._not_held("header/code", line)
        return 1 + self._keyword_and_headline(following)

    def _keyword_and_headline(self, line: str) -> bool:
        match = _KEYWORD_AND_HEADLINE.fullmatch(line)
        if match is None or "slugline" in self.fields or "headline" in self.fields:
            return False
        self._line("keyword", match["keyword"], "slugline")
        self._line("headline", match["headline"].strip(), "headline")
        return True

    def _is_header(self, line: str) -> bool:
        return self._lettered(line) or self._marked(line) or self._plain(line)

    def _lettered(self, line: str) -> bool:
        """Read a header line that begins with two letters; return whether it is one."""
        match = _LETTERED.fullmatch(line)
        if match is None:
            return False
        letters, value = match["letters"], match["value"].strip()
        if letters == "KN" and value:
            self._line(letters, value, "provider", Party(name=value))
        elif letters == "PD" and (moment := read_moment(value, self._zone)).value:
            self._keep(f"header/{letters}", value, "published", moment.value, moment.reason)
        elif letters in _FIELDS:
            self._line(letters, value, _FIELDS[letters])
        else:
            self._not_held(f"header/{letters}", value)
        return True

    def _marked(self, line: str) -> bool:
        """Read a header line of ZCZC that begins with its mark; return whether it is one."""
        match = _MARKED.fullmatch(line)
        if match is None:
            return False
        name, value = _MARKS[match[1]], match[2].strip()
        if match[1] == ":" and self._begun_by_name:
            name = "headline"
        self._begun_by_name |= match[1] in "#@%"
        if not value or self._keyword_and_headline(line):
            return True
        if match[1] == "$" and len(value) > _LONGEST_CATEGORY:
            name = "headline"
        if name == "headline" and name in self.fields and value.startswith("("):
            self._line("dateline", value.strip("()"), "dateline")
        elif name in ("category", "keyword", "headline"):
            field = {"category": "section", "keyword": "slugline"}.get(name, name)
            self._line(name, value, field)
        elif name in ("subject", "format") and re.fullmatch(r"\d{8}", value, re.ASCII):
            self._keep(
                "header/subject", value, "subjects.qcode", None, "it is a code of subj, the IPTC's subject codes"
            )
            self.fields["subjects"] = (*self.fields.get("subjects", ()), Subject(qcode=f"subj:{value}"))
        else:
            self.tabular |= name == "format" and value == "T"
            self._not_held(f"header/{name}", value)
        return True

    def _plain(self, line: str) -> bool:
        """Read a line that is no headline, such as a keyword; return whether it is one."""
        if "slugline" not in self.fields and _KEYWORD.fullmatch(line):
            self._line("keyword", line.strip("/"), "slugline")
            return True
        if _LETTERS_AND_DIGITS.fullmatch(line) or re.fullmatch(r"[A-Z](?: [A-Z0-9]{2,5}){2,5}", line):
            self._not_held("header/code", line)
            return True
        return False

    def _further(self, line: str) -> None:
        """Read a header line that is of no known form: the first is the keyword line of IPTC 7901."""
        slug = self.fields.get("slugline")
        if slug is None:
            self._line("keyword", line.rstrip("/") or line, "slugline")
        else:
            self._not_held("header/line", line)

    def _line(self, name: str, value: str, field: str, held: Any = None) -> None:
        if not value:
            return
        if field in self.fields:
            self._not_held(f"header/{name}", value)
        else:
            self._keep(f"header/{name}", value, field, make_line(value) if held is None else held)

    def _keep(self, path: str, value: str, field: str, held: Any, reason: str | None = None) -> None:
        if held is not None:
            self.fields[field] = held
        if reason:
            self.ledger.changed(path, value, field, reason)
        else:
            self.ledger.kept(path, value, field)

    def _not_held(self, path: str, value: str | None, reason: str = "") -> None:
        if value:
            self.ledger.not_held(path, value, reason)


def _blanks(lines: Sequence[str], begin: int) -> int:
    """Return the number of blank lines from a place on."""
    count = 0
    while begin + count < len(lines) and not clean(lines[begin + count]):
        count += 1
    return count
