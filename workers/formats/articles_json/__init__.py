"""Articles in JSON, in the form of `schemas.article.json_form`: read, written, checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from schemas.conversion import Defaults, Division
from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.articles_json.checks import ArticlesJsonChecker, check_articles_file
from workers.formats.articles_json.documents import is_list_in_object
from workers.formats.articles_json.head import read_keys
from workers.formats.articles_json.places import PLACES
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.articles_json.rules import RULES
from workers.formats.articles_json.writer import LINES_TYPE, NAME, ArticlesJsonWriter
from workers.formats.json.lines import divide_lines, first_object
from workers.formats.json.sniffing import starts_as_json

_EXTENSIONS: Final = ("json", "jsonl", "ndjson")


def divide(head: bytes, *, is_part: bool, defaults: Defaults) -> Division | None:
    """Divide a document into its lines. A line that has a list of articles in an object is a document of one piece."""
    division = divide_lines(head, is_part=is_part, defaults=defaults)
    if division is None or is_part:
        return division
    return None if is_list_in_object(first_object(head)) else replace(division, sample=head)


def sniff(head: Head, name: str | None) -> Evidence:
    """Recognise any JSON as articles. JSON formats that state their name have stronger evidence."""
    if starts_as_json(head.text):
        return Evidence.LIKELY
    return Evidence.NAME if extension_of(name) in _EXTENSIONS else Evidence.NONE


FORMAT: Final = Format(
    id="articles-json",
    name="Articles in JSON",
    title="Articles in newsmill's own JSON",
    media_types=(LINES_TYPE,),
    extensions=_EXTENSIONS,
    files=(NAME,),
    sniff=sniff,
    mapped=True,
    table_head=read_keys,
    divide=divide,
    reader=read_json_articles,
    writer=ArticlesJsonWriter,
    checker=ArticlesJsonChecker,
    file_checker=check_articles_file,
    rules=RULES,
    places=PLACES,
)
