"""Texts that are no prose, by how they begin."""

from __future__ import annotations

import re
from typing import Final

from workers.formats.foreign.kinds import PAGE, TEXT, Beginnings, Kind

_WEB_ARCHIVE: Final = Kind("a saved web page (MHTML)", "save the page as HTML")
_CALENDAR: Final = Kind("a calendar or a card (iCalendar, vCard)", "give the file that has the articles")
_SUBTITLES: Final = Kind("subtitles (SRT or WebVTT)", "save the words as plain text, without the times")
_SCRIPT: Final = Kind("a script", "give the file that has the articles")

TEXTS: Final = Beginnings(
    (
        (r"\{\\(?:rtf|urtf)", Kind("RTF", PAGE)),
        (r"filedesc://", Kind("a web archive (ARC)", "convert it to WARC")),
        (r"HTTP/\d(?:\.\d)? \d{3}\b", Kind("an HTTP answer with its header", "save the page without the header")),
        (r"%YAML|---[ \t]*\r?\n[\w\"'-]+:(?:[ \t]|\r?\n)", Kind("YAML", "write the articles as JSON")),
        (
            r"(?:\s|--[^\n]*\n|/\*.*?\*/;?|#[^\n]*\n)*+"
            r"(?=(?i:SET|USE|BEGIN|START|PRAGMA|LOCK|CREATE|DROP|ALTER|DELETE|INSERT|COPY|SELECT)\b)"
            r".*?(?i:\bCREATE\s+TABLE\b[^\n(]{1,200}\(|\bINSERT\s+INTO\s+[\w.`\"\[\]]+[^\n]{0,1000}?\bVALUES\s*\("
            r"|\bFROM stdin;)",
            Kind("an SQL dump", "export its table of articles as CSV"),
        ),
        (r"WEBVTT(?:\s|\Z)|1\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> ", _SUBTITLES),
        (r"BEGIN:V(?:CALENDAR|CARD)\b", _CALENDAR),
        (r"(?:\s|%[^\n]*\n)*+\\documentclass\b", Kind("LaTeX", TEXT)),
        (r"-----BEGIN PGP ", Kind("a PGP message", "decrypt it first")),
        (r"version https://git-lfs\.github\.com/spec/", Kind("a pointer of Git LFS", "run `git lfs pull` first")),
        (r"#!\s*/|<\?php\b", _SCRIPT),
        (
            r"\s*(?:/\*(?:(?!\*/).)*\*/\s*)?(?:(?:var|let|const)\s+[\w$]+\s*=|window[.\[][^=\n]{1,200}=|[\w.$]+\()\s*[\[{]",
            Kind("JavaScript", "take away what stands around the JSON"),
        ),
    )
)
"""The kinds of text."""

_HEADER: Final = re.compile(r"\s*((?:[A-Za-z][A-Za-z0-9-]*:[^\n]*(?:\n[ \t]+[^\n]*)*(?:\n|\Z)){2,200})")
_SAVED_PAGE: Final = re.compile(
    r"^(?:Snapshot-Content-Location:|From:[ \t]*<Saved by |Content-Type:\s*multipart/related)",
    re.MULTILINE | re.IGNORECASE,
)


def find_saved_page(text: str) -> Kind | None:
    """Return the kind of a web page that was saved as a mail; None if the text is none.

    A mail can have parts of the same type. It is read, because its format recognises it just as surely.
    """
    header = _HEADER.match(text)
    return _WEB_ARCHIVE if header and _SAVED_PAGE.search(header[1]) else None
