"""Names of people as pages print them: "By Ada Reed and Bo Lim"; and names of sites."""

from __future__ import annotations

import re
from typing import Final

# What stands before the names of a byline, in the languages of the news.
_BEFORE: Final = re.compile(
    r"\s*(?:(?:written |story |text |reported |words |posted |published |article )?by|von|vom|par|por|af|av|"
    r"door|przez|autor(?:a|es|ka|en|i)?|author|auteur|autore|автор|авторы|текст|yazar|haber|penulis|oleh|reporter|"
    r"bởi|του|της|بقلم|كتب|کتب|द्वारा|文|作者|記者|记者|取材・文)(?:\s*[:：|]\s*|\s+)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"\s*(?:[;|,/،、，&]|\s(?:and|und|et|y|e|och|og|en|i|и|та|ve|dan|और|و)\s)\s*", re.IGNORECASE
)
_MOST_NAMES: Final = 12
_LONGEST_NAME: Final = 80
_NO_WORD: Final = re.compile(r"\W+")


def read_names(byline: str) -> list[str]:
    """Return the names in a byline."""
    bare = _BEFORE.sub("", byline, count=1) if _BEFORE.match(byline) else byline
    parts = [part.strip(" .–—-") for part in _BETWEEN.split(bare)]
    names = [part for part in parts if part]
    # A comma may stand before a title or a place, and an "and" in the name of an organisation.
    if len(names) > 1 and not all(_is_whole_name(name) for name in names):
        return [bare.strip()]
    return names[:_MOST_NAMES] or [byline.strip()]


def without_label(name: str) -> str:
    """Return a name without the word that introduces it: "By Ada Reed"."""
    return _BEFORE.sub("", name, count=1) or name


def _is_whole_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and (" " in name or not name.isascii())


def is_site(text: str, site: str | None, host: str) -> bool:
    """Return whether a text is the name of a site, or of the host that it is at."""
    bare = _bare(text)
    if not bare:
        return False
    if site and bare in (_bare(site), _bare(site.partition(".")[0])):
        return True
    labels = host.removeprefix("www.").split(".")
    return bool(host) and (bare == _bare(host.removeprefix("www.")) or (len(bare) > 2 and bare == _bare(labels[0])))


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()
