"""The objects in the data of a page that can be its article, and the one of them that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from workers.formats.articles_json.bodies import body_of, headline_of, known_members
from workers.formats.json.leaves import member_path
from workers.formats.markup import find_html, plain_text
from workers.formats.pages.text.extraction import weigh

_MOST_VISITED: Final = 200_000
_MOST_CANDIDATES: Final = 200
_MOST_PARSED: Final = 40
_DEEPEST: Final = 60
# A JSON text within a string.
_JSON_TEXT: Final = re.compile(r"\s*[{\[]")
_SHORTEST_JSON: Final = 200
_NO_WORD: Final = re.compile(r"\W+")
_ADDRESSES: Final = ("url", "link", "canonical", "canonicalurl", "path", "permalink", "slug", "uri", "href", "weburl")
_LEAST_TIED: Final = 20
_LEAST: Final = 140
_PROSE: Final = 400
_SAME_WORDS: Final = 0.6
_FEWEST_WORDS: Final = 3
# What ties an object to its page, from sure to likely.
_EXACT, _ALIKE, _UNTIED = 2, 1, 0

SEVERAL: Final = "several articles there have a text, and none has the headline or the address of the page"
NOT_OF_PAGE: Final = "the article there has neither the headline nor the address of the page"
UNKNOWN: Final = "the form of the data there is not known"


@dataclass(frozen=True)
class Candidate:
    """An object that states a headline and the text of an article.

    Args:
        path: its place in the data of the page, such as "__NEXT_DATA__.props.pageProps.article".
        value: the object.
        headline: its headline.
        text: its text, without markup.
        tie: how it is tied to the page.
    """

    path: str
    value: dict[str, Any]
    headline: str
    text: str
    tie: int = _UNTIED

    @property
    def is_inferred(self) -> bool:
        """Whether only its being alone tells that it is the article of the page."""
        return self.tie == _UNTIED


@dataclass(frozen=True)
class PageMarks:
    """What a page states that ties an object to it.

    Args:
        titles: its titles.
        address: its address.
        is_article: whether it says that it is an article.
        title: the title that it states for itself beside that of its site (og:title).
    """

    titles: tuple[str, ...]
    address: str | None
    is_article: bool
    title: str | None

    def tie(self, headline: str, value: dict[str, Any]) -> int:
        """Return how an object with a headline is tied to the page."""
        bare = _bare(headline)
        if bare and any(bare == _bare(title) for title in self.titles):
            return _EXACT
        path = urlsplit(self.address or "").path.rstrip("/")
        if path and any(_is_at(path, text) for text in _addresses(value)):
            return _EXACT
        words = set(_NO_WORD.split(headline.casefold())) - {""}
        for title in self.titles:
            others = set(_NO_WORD.split(title.casefold())) - {""}
            common = len(words & others)
            if common >= _FEWEST_WORDS and common >= _SAME_WORDS * min(len(words), len(others)):
                return _ALIKE
        return _UNTIED


def choose(states: Iterable[tuple[str, Any]], marks: PageMarks) -> Candidate | str | None:
    """Return the article of a page in its data; why it is not sure which it is; None if the data has no text.

    Args:
        states: the names and values of the data.
        marks: what the page states.
    """
    found: list[Candidate] = []
    has_prose = False
    for name, state in states:
        for path, one in _objects(name, state):
            if isinstance(one, str):
                has_prose = has_prose or _is_prose(one)
            elif len(found) < _MOST_CANDIDATES and (candidate := _candidate(path, one, marks)):
                found.append(candidate)
    tied = [one for one in found if one.tie and weigh([one.text]) >= _LEAST_TIED]
    best = max((one.tie for one in tied), default=_UNTIED)
    tied = [one for one in tied if one.tie == best]
    if tied:
        # Other objects with its headline are its teasers.
        longest = max(tied, key=lambda one: len(one.text))
        same = [one for one in tied if one.text == longest.text]
        return max(same, key=lambda one: len(known_members(one.value)))
    alone = [one for one in found if weigh([one.text]) >= _LEAST]
    texts = {_bare(one.text) for one in alone}
    if len(texts) > 1:
        return SEVERAL
    if not alone:
        return UNKNOWN if has_prose else None
    one = max(alone, key=lambda one: len(known_members(one.value)))
    is_dated = bool({"published", "bylines"} & set(known_members(one.value)))
    return one if is_dated and (marks.is_article or not marks.title) else NOT_OF_PAGE


def _candidate(path: str, value: dict[str, Any], marks: PageMarks) -> Candidate | None:
    headline = headline_of(value)
    body = body_of(value) if headline else None
    if not headline or not body:
        return None
    html = find_html(body)
    text = " ".join((plain_text(html) if html else body).split())
    return Candidate(path, value, headline, text, marks.tie(headline, value)) if text and text != headline else None


def _objects(name: str, state: Any) -> Iterator[tuple[str, Any]]:
    """Yield each object of a value with its path, in order, and each string that is no JSON itself."""
    pending: list[tuple[str, Any, int]] = [(name, state, 0)]
    cache = state if isinstance(state, dict) else {}
    visited = parsed = 0
    while pending and visited < _MOST_VISITED:
        path, one, depth = pending.pop()
        visited += 1
        if isinstance(one, str):
            if len(one) >= _SHORTEST_JSON and parsed < _MOST_PARSED and _JSON_TEXT.match(one):
                parsed += 1
                try:
                    pending.append((path, orjson.loads(one), depth + 1))
                except (orjson.JSONDecodeError, UnicodeEncodeError):
                    continue
            else:
                yield path, one
        elif depth > _DEEPEST:
            continue
        elif isinstance(one, dict):
            if "ROOT_QUERY" in one:
                cache = one
            yield path, _with_references(one, cache) if _holds_reference(one) else one
            pending += [(member_path(path, key), inner, depth + 1) for key, inner in reversed(one.items())]
        elif isinstance(one, list):
            pending += [(f"{path}[{number}]", one[number - 1], depth + 1) for number in range(len(one), 0, -1)]


def _holds_reference(value: dict[str, Any]) -> bool:
    inner = value.values()
    lists = (one for found in inner if isinstance(found, list) for one in found[:20])
    return any(isinstance(one, dict) and "__ref" in one for one in (*inner, *lists))


def _with_references(value: Any, cache: dict[str, Any], depth: int = 0) -> Any:
    """Return a value with objects in place of the references to them in the cache of a page (Apollo)."""
    if isinstance(value, list):
        return [_with_references(one, cache, depth) for one in value[:200]]
    if not isinstance(value, dict) or depth > 3:
        return value
    if isinstance(key := value.get("__ref"), str):
        target = cache.get(key)
        return _with_references(target, cache, depth + 1) if isinstance(target, dict) else value
    return {name: _with_references(inner, cache, depth + 1) for name, inner in value.items()}


def _addresses(value: dict[str, Any]) -> Iterator[str]:
    for name, inner in value.items():
        if _NO_WORD.sub("", name).replace("_", "").lower() in _ADDRESSES:
            named = (inner.get("current"), inner.get("alias")) if isinstance(inner, dict) else (inner,)
            yield from (one for one in named if isinstance(one, str))


def _is_at(path: str, stated: str) -> bool:
    """Return whether an address or a slug is that of a path."""
    own = urlsplit(stated).path.rstrip("/") if "/" in stated else ""
    if own.count("/") and own != "/":
        return own == path or (not stated.startswith("http") and path.endswith(f"/{own.lstrip('/')}"))
    last = path.rpartition("/")[2].partition(".")[0]
    return len(stated) > 4 and stated == last


def _is_prose(text: str) -> bool:
    return len(text) >= _PROSE // 3 and weigh([text]) >= _PROSE and (text.count(" ") > len(text) // 20 or "。" in text)


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()
