"""The checks: the rules of each export format, for what the pipe writes and for files from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from schemas.checks import Checker, FileFault
from schemas.conversion import Conversion
from schemas.errors import UnknownNameError
from schemas.formats import CSV, NEWS_ARTICLE, NEWSML_G2
from workers.formats.csv.checks import CsvChecker
from workers.formats.csv.file_checks import check_description, check_table
from workers.formats.news_article.checks import NewsArticleChecker, check_news_articles
from workers.formats.newsml_g2.checks.documents import NewsmlG2Checker, check_newsml

CHECKERS: Final[Mapping[str, Callable[[Conversion, Any], Checker]]] = {
    NEWSML_G2: NewsmlG2Checker,
    NEWS_ARTICLE: NewsArticleChecker,
    CSV: CsvChecker,
}

CSVW: Final = "csvw"

_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD: Final = 4096


def get_checker(format_id: str) -> Callable[[Conversion, Any], Checker]:
    """What makes the checker of a format.

    Raises:
        UnknownNameError: there is no such format.
    """
    if format_id not in CHECKERS:
        raise UnknownNameError("format", format_id, tuple(CHECKERS))
    return CHECKERS[format_id]


def check_file(path: Path, *, xsd: Path | None = None) -> Iterator[FileFault]:
    """Every fault of a file, in the order of the file, as it is read; the format is found by its content.

    Args:
        path: the file.
        xsd: the official schema of NewsML-G2, if it is at hand.

    Raises (while it is iterated):
        OSError: the file cannot be read.
        SettingsError: the schema cannot be read.
    """
    kind = detect_kind(path)
    if kind == NEWSML_G2:
        with path.open("rb") as stream:
            yield from check_newsml(stream, path.name, xsd)
    elif kind == NEWS_ARTICLE:
        with path.open("rb") as stream:
            yield from check_news_articles(stream, path.name)
    elif kind == CSVW:
        yield from check_description(path)
    elif kind == CSV:
        yield from check_table(path)
    else:
        yield FileFault(path.name, 0, "kind", "neither XML nor JSON nor a table", f"a file of {', '.join(CHECKERS)}")


def detect_kind(path: Path) -> str | None:
    """The format of a file by how it begins: a format id, "csvw", or None where it is none that is checked.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    for mark in _MARKS:
        head = head.removeprefix(mark)
    # A zero byte beside each character is UTF-16, which XML may be in.
    start = head.replace(b"\0", b"").lstrip()
    if start.startswith(b"<"):
        return NEWSML_G2
    if start.startswith((b"{", b"[")):
        return CSVW if b"http://www.w3.org/ns/csvw" in head else NEWS_ARTICLE
    is_text = b"," in head or path.suffix.lower() == ".csv"
    return CSV if is_text else None
