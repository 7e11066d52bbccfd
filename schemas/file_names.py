"""Names of written files that lead back to their source: `story.txt` becomes `story.newsml.xml`."""

from __future__ import annotations

import re
from typing import Final

_PACKED: Final = ("gz", "zst", "zip", "tar", "tgz", "tar.gz", "tar.zst")
_MAIN: Final = "articles."
_LONGEST: Final = 60


def stem_of(source: str) -> str:
    """Return the name of a source without its extension, and without that of its compression."""
    stem, _, extension = source.rpartition(".")
    if not stem.strip("."):
        return source
    return stem_of(stem) if extension.lower() in _PACKED and "." in stem else stem


def file_stem(source: str | None) -> str | None:
    """Return the stem of a source for the names of files in a store, a zip and a URL; None if nothing is left of it."""
    stem = re.sub(r"[^\w.-]+", "-", stem_of(source or "")).strip("-.")[:_LONGEST]
    # The list of a job's failed articles is errors.ndjson.
    return f"{stem}-source" if stem == "errors" else stem or None


def title_stem(title: str | None) -> str | None:
    """Return the stem for the name of a file that is called by a title, such as that of a job; None if nothing is left.

    A title of several words has no extension: a point in it is part of a word or a number.
    """
    if not title or len(title.split()) == 1:
        return file_stem(title)
    return re.sub(r"[^\w.-]+", "-", title).strip("-.")[:_LONGEST].rstrip("-.") or None


def named_after(stem: str, name: str) -> str:
    """Return the name of a file of an export that is named after its source.

    Args:
        stem: the source's name without its extension: "story".
        name: the file's usual name: "articles.newsml.xml" becomes "story.newsml.xml", "paragraphs.csv"
            "story.paragraphs.csv".
    """
    return f"{stem}.{name.removeprefix(_MAIN)}"
