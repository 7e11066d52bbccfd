"""Names of written files that lead back to their source: `story.txt` becomes `story.newsml.xml`."""

from __future__ import annotations

from typing import Final

_PACKED: Final = ("gz", "zst", "zip", "tar", "tgz", "tar.gz", "tar.zst")
_MAIN: Final = "articles."


def stem_of(source: str) -> str:
    """Return the name of a source without its extension, and without that of its compression."""
    stem, _, extension = source.rpartition(".")
    if not stem.strip("."):
        return source
    return stem_of(stem) if extension.lower() in _PACKED and "." in stem else stem


def named_after(stem: str, name: str) -> str:
    """Return the name of a file of an export that is named after its source.

    Args:
        stem: the source's name without its extension: "story".
        name: the file's usual name: "articles.newsml.xml" becomes "story.newsml.xml", "paragraphs.csv"
            "story.paragraphs.csv".
    """
    return f"{stem}.{name.removeprefix(_MAIN)}"
