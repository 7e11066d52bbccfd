"""The lines before the text of a story: headline, byline and notes; and the dateline that begins the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from schemas.article import Block, Byline
from schemas.article.bylines import name_in
from schemas.article.values import make_line
from schemas.ledger import Ledger
from workers.formats.markup.reading.broken_lines import Line
from workers.formats.markup.reading.signatures import IS_SIGNATURE, SIGNATURE

_LONGEST_HEADLINE: Final = 160
_MOST_HEADLINE_LINES: Final = 3
_MOST: Final = 30
_TAB: Final = 8
_NAME: Final = r"[^\W\d_a-z][\w.'’-]*"
_JOINT: Final = r"(?:(?:de|del|di|van|von|der|den|la|and|und|y|et|e|&) ){0,2}"
_BYLINE: Final = re.compile(
    rf"(?:[Bb]y|BY|Von|Por|Par|Di|Door|Av|Af):? {_NAME}(?: {_JOINT}{_NAME}){{0,7}}"
    r"(?: (?:in|for|at) [^.!?]{1,60}|,(?: [a-z]{1,4})? [^\W\d_a-z][^.!?]{0,60})?"
)
_TITLE: Final = re.compile(
    r"[\w ,'’&/-]{0,60}\b(?:Writer|Correspondent|Reporter|Editor|Staff|Columnist|Critic)", re.IGNORECASE
)
_BY: Final = re.compile(r"(?i:by|von|por|par|di|door|av|af):? +(?=\S)")
# Words for a version on a line of their own: REFILE, 1ST LEAD, ROUNDUP, CORRECTION.
_MARK: Final = re.compile(r"(?:\d{0,2}(?:ST|ND|RD|TH)? ?)[A-Z]{3,15}(?:[ /-][A-Z]{2,15}){0,2}:?|\(\w{2,20}\)")
_MOST_BLOCK_LINES: Final = 8
_NOTE: Final = re.compile(r"\(?(?:Eds?|EDS?|Editors?|EDITORS?)(?:[’']S? NOTE)?\s?[:_]\s*(?=\S)|EDITOR[’']S NOTE\b")
_SLUG: Final = re.compile(r"(?:[A-Z]{2}-[A-Z]{2}--|[AaPpBb][MmCcPp]-)\S[^\n]{0,80}")
_WORD: Final = (
    r"(?:[^\W\d_a-z][\w.'’/-]*|\d{1,2}\.?|\d{4}|d[aeiou]s?|l[aeo]s?|of|am|an|der|im|upon|on|sur|en|and|und|et|y)"
)
_PLACE: Final = rf"{_WORD}(?:,? {_WORD}){{0,9}}"
_AGENCY: Final = r"(?:\([^()\n]{2,30}\)|/[\w .-]{2,30}/)"
_DASH: Final = r"(?:--?|[–—―_=:])"
_DATELINE: Final = re.compile(
    rf"(?P<dateline>{_PLACE},? ?{_AGENCY}|\([A-Z]{{2,12}}\) ?{_DASH} ?[A-Z]{_PLACE})"
    rf"\s*{_DASH}(?:\s+|(?<=[–—_])(?=\S))(?=\S)"
)
# Without the agency, the place is in capitals.
_PLACE_ONLY: Final = re.compile(
    r"(?P<dateline>[A-ZÀ-Þ][A-ZÀ-Þ.'’]+(?:[ -][A-ZÀ-Þ][A-ZÀ-Þ.'’]+){0,4}(?:, [\w. ]{2,30})?)"
    r"(?:\s+(?:--?|[–—_])\s+|[–—])(?=\S)"
)
_NOT_PUBLIC: Final = re.compile(
    r"\A# ?(?:Notebook|Notizblock)\b"
    r"|the following information is not (?:intended )?for publication|folgenden Informationen sind nicht zur Ver",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"\*\d{3,5}")
_PICTURES: Final = re.compile(r"(?i:with )?(?:[A-Z]{2,4} )?(?:Photos?|PHOTOS?|Video|VIDEO|Graphics?|GRAPHICS?)\b")
_LEAST_SUMMARY_WORDS: Final = 10
_LONGEST_TITLE: Final = 40


class Heads:
    """The fields that the lines before the text state.

    Args:
        ledger: the ledger of the article.
        fields: the fields that the header states; those found are added.
    """

    def __init__(self, ledger: Ledger, fields: dict[str, Any]) -> None:
        self.fields = fields
        self._ledger = ledger

    def take_from(self, lines: Sequence[Line], *, has_headline: bool = True, tabular: bool = False) -> Sequence[Line]:
        """Take headline, byline and notes; return the lines of the text. There is always a text.

        Args:
            lines: the lines of the story below its header.
            has_headline: whether its first lines may be a headline.
            tabular: whether the header says that the whole text is a table; the lines above its rows are of it.
        """
        rest = self._slug(self._code(_stated(lines)))
        if has_headline and "headline" not in self.fields:
            rest = self._ended_block(rest) or self._headline(rest)
        text: list[Line] = []
        for _ in range(_MOST):
            if not rest:
                break
            after = self._byline(rest) or self._note(rest)
            if after is None and tabular and self._precedes_byline(rest):
                text.append(rest[0])
                after = _stated(rest[1:])
            elif after is None and not tabular:
                after = self._flush(rest)
            if after is None:
                break
            rest = after
        return [*text, *rest] if text else rest

    def take_signature(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Take the signature of the agency below the text."""
        stated = [number for number, line in enumerate(lines) if line.text]
        if len(stated) < 2 or not SIGNATURE.fullmatch(lines[stated[-1]].text):
            return lines
        before, last = lines[stated[-2]].text, lines[stated[-1]]
        # A signature is no last line of a broken paragraph.
        if stated[-1] - stated[-2] == 1 and not before.endswith((".", '"', "”", "'")) and last.indent == 0:
            return lines
        self._ledger.not_held("signature", last.text, IS_SIGNATURE)
        return lines[: stated[-1]]

    def take_dateline(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """Take the dateline that one of the first paragraphs begins with."""
        for number, block in enumerate(blocks[:3]):
            if not isinstance(block, str):
                continue
            match = _DATELINE.match(block) or (None if number else _PLACE_ONLY.match(block))
            if match:
                self.keep("dateline", match["dateline"], "dateline")
                return (*blocks[:number], block[match.end() :], *blocks[number + 1 :])
        return blocks

    def take_notes(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """Take the notebook of dpa, and what is said to be not for publication, as a note to editors."""
        for number, block in enumerate(blocks[:-1]):
            if isinstance(block, str) and number and _NOT_PUBLIC.search(block):
                note = "\n\n".join(one if isinstance(one, str) else getattr(one, "text", "") for one in blocks[number:])
                self._add_note(note)
                return blocks[:number]
        return blocks

    def keep(self, path: str, value: str, field: str, held: Any = None) -> None:
        """Record a value, and hold it."""
        self.fields[field] = make_line(value) if held is None else held
        self._ledger.kept(path, value, field)

    # Private

    def _code(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Name the code of a file that stands above the text of ANPA 1312."""
        if len(lines) > 1 and _CODE.fullmatch(lines[0].text):
            self._ledger.not_held("code", lines[0].text)
            return _stated(lines[1:])
        return lines

    def _slug(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Take the line of the keyword that ANPA 1312 repeats in the text, or that stands above a block with it."""
        first = lines[0] if lines else None
        block = _stated(lines[1:]) if len(lines) > 1 and not lines[1].text else ()
        if first and len(block) > 1 and block[0].text == f"{first.text}:" and "slugline" not in self.fields:
            self.keep("keyword", first.text, "slugline")
            self._ledger.not_held("keyword", block[0].text)
            return _stated(block[1:])
        if first and len(lines) > 1 and _SLUG.fullmatch(first.text) and (first.is_flush or " " not in first.text):
            if "slugline" in self.fields:
                self._ledger.not_held("keyword", first.text)
            else:
                self.keep("keyword", first.text, "slugline")
            return _stated(lines[1:])
        return lines

    def _ended_block(self, lines: Sequence[Line]) -> Sequence[Line] | None:
        """Take the lines that `=` ends: marks such as REFILE and 1ST LEAD, the headline, and the byline."""
        block: list[str] = []
        for line in lines[:_MOST_BLOCK_LINES]:
            if not line.text or line.is_flush:
                return None
            block.append(line.text)
            if line.text.endswith("="):
                break
        else:
            return None
        rest = _stated(lines[len(block) :])
        printed = make_line(block[-1].rstrip("= "))
        marks = next((at for at, line in enumerate(block[:-1]) if not _MARK.fullmatch(line)), len(block) - 1)
        begins = _BY.match(printed) if len(block) > 1 else None
        headline = block[marks : -1 if begins else None]
        if not rest or not headline or (not marks and not begins):
            return None
        for mark in block[:marks]:
            self._ledger.not_held("mark", mark)
        self.keep("headline", " ".join(headline), "headline", make_line(" ".join(headline).rstrip("= ")))
        if begins:
            self.keep("byline", block[-1], "byline", make_line(printed[begins.end() :]))
            if _is_byline(printed) and (name := name_in(printed[begins.end() :])):
                self.fields["bylines"] = (Byline(name=make_line(name)),)
        return rest

    def _headline(self, lines: Sequence[Line]) -> Sequence[Line]:
        taken: list[str] = []
        flush = bool(lines) and lines[0].is_flush
        for line in lines[: _MOST_HEADLINE_LINES + 1]:
            if not line.text or (taken and (line.indent or flush)) or self._begins_other(line):
                break
            taken.append(line.text)
        rest = _stated(lines[len(taken) :])
        # A tab begins a paragraph of the text, and a line alone is the text.
        if not taken or lines[0].indent >= _TAB or (not rest and len(taken) == 1):
            return lines
        stands_alone = bool(rest) and (
            rest[0] is not lines[len(taken)] or rest[0].indent > 0 or self._begins_other(rest[0]) or flush
        )
        is_text = len(" ".join(taken)) > _LONGEST_HEADLINE or (taken[-1].endswith(".") and not flush)
        if not stands_alone or len(taken) > _MOST_HEADLINE_LINES or (is_text and len(taken) > 1):
            second = lines[1].text
            width = max(len(line.text) for line in lines)
            if (
                len(taken[0]) + 1 + len(second.split(None, 1)[0]) > min(width, _LONGEST_HEADLINE)
                or second[:1].islower()
            ):
                return lines
            taken = taken[:1]
        headline = " ".join(taken)
        if len(headline) > _LONGEST_HEADLINE or (headline.endswith(".") and not flush and not headline.endswith("..")):
            return lines
        self.keep("headline", headline, "headline", make_line(headline.rstrip("=+ ")) or headline)
        return _stated(lines[len(taken) :])

    def _begins_other(self, line: Line) -> bool:
        return bool(
            _is_byline(line.text)
            or _NOTE.match(line.text)
            or (not line.is_flush and (_DATELINE.match(line.text) or _PLACE_ONLY.match(line.text)))
        )

    def _byline(self, lines: Sequence[Line]) -> Sequence[Line] | None:
        line = lines[0].text
        rest = _stated(lines[1:])
        if "byline" in self.fields or not rest or not _is_byline(line):
            return None
        printed = re.sub(r"(?i)^(?:by:?|von|por|par|di|door|av|af)\s+", "", line)
        self.keep("byline", line, "byline", make_line(printed))
        if name := name_in(printed):
            title = None
            if _TITLE.fullmatch(rest[0].text) and len(rest) > 1:
                title = rest[0].text
                self._ledger.kept("byline/title", title, "bylines.job_title")
                rest = _stated(rest[1:])
            self.fields["bylines"] = (Byline(name=make_line(name), job_title=title),)
        return rest

    def _note(self, lines: Sequence[Line]) -> Sequence[Line] | None:
        if not _NOTE.match(lines[0].text):
            return None
        taken = 1
        while not lines[taken - 1].is_ended and taken < len(lines) and _continues(lines[taken]):
            taken += 1
        rest = _stated(lines[taken:])
        if not rest:
            return None
        self._add_note(" ".join(line.text for line in lines[:taken]))
        return rest

    def _flush(self, lines: Sequence[Line]) -> Sequence[Line] | None:
        """Take a line that stands alone between the headline and the text of ANPA 1312: its summary, or name it."""
        line = lines[0].text
        if not lines[0].is_flush or not any(line.text and not line.is_flush for line in lines):
            return None
        if "byline" in self.fields and self._heads_text(lines):
            return None
        is_summary = len(line.split()) >= _LEAST_SUMMARY_WORDS and not _PICTURES.match(line)
        if is_summary and "headline" in self.fields and "description" not in self.fields:
            self.keep("summary", line, "description")
        else:
            self._ledger.not_held("line", line, "it stands before the text, and is of no known form")
        return _stated(lines[1:])

    def _heads_text(self, lines: Sequence[Line]) -> bool:
        """Return whether a line below the byline is a heading of the text, and no title of its author."""
        line, following = lines[0].text, lines[1]
        is_title = len(line) <= _LONGEST_TITLE and not line.isupper()
        return not is_title or (following.is_flush and not self._begins_other(following))

    def _precedes_byline(self, lines: Sequence[Line]) -> bool:
        """Return whether the byline is one of the lines below the first, which is a line that stands alone."""
        if "byline" in self.fields or not lines[0].is_flush:
            return False
        return any(line.is_flush and _is_byline(line.text) for line in lines[1:4])

    def _add_note(self, note: str) -> None:
        self._ledger.kept("note", note, "ed_note")
        self.fields["ed_note"] = "\n\n".join(filter(None, (self.fields.get("ed_note"), note.strip())))


def _is_byline(text: str) -> bool:
    return len(text) <= 100 and _BYLINE.fullmatch(text) is not None


def _continues(line: Line) -> bool:
    return bool(line.text) and not line.indent and not line.is_flush


def _stated(lines: Sequence[Line]) -> Sequence[Line]:
    """Return lines from the first one that is not blank."""
    for number, line in enumerate(lines):
        if line.text:
            return lines[number:]
    return ()
