"""Markdown with front matter: read, written, checked."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.markdown.checks import MarkdownChecker, check_markdown_file
from workers.formats.markdown.front_matter import has_front_matter
from workers.formats.markdown.places import PLACES
from workers.formats.markdown.reader import MEDIA_TYPE, read_markdown
from workers.formats.markdown.rules import RULES
from workers.formats.markdown.writer import NAME, MarkdownWriter

_EXTENSIONS: Final = ("md", "markdown", "mdown", "mdx")


def sniff(head: Head, name: str | None) -> Evidence:
    """Recognise front matter, or the extension of the name."""
    if has_front_matter(head.text.replace("\r\n", "\n")):
        return Evidence.CERTAIN
    return Evidence.NAME if extension_of(name) in _EXTENSIONS else Evidence.NONE


FORMAT: Final = Format(
    id="markdown",
    name="Markdown",
    title="Markdown with front matter",
    media_types=(MEDIA_TYPE,),
    extensions=_EXTENSIONS,
    files=(NAME,),
    sniff=sniff,
    mapped=True,
    reader=read_markdown,
    writer=MarkdownWriter,
    checker=MarkdownChecker,
    file_checker=check_markdown_file,
    rules=RULES,
    places=PLACES,
)
