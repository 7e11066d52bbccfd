"""The front matter of Markdown: fields before the text, in YAML, TOML or JSON, as static site generators have them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

import orjson
import yaml

from schemas.errors import InputError

OWN: Final = "# newsmill"
"""The first line of front matter that newsmill wrote: each line below it is a name and a value in JSON."""

LARGEST: Final = 2**20
"""The highest number of characters of front matter."""

_DEEPEST: Final = 20
_LARGEST_TOML: Final = 2**18
_MOST_DOTS: Final = 100
_YAML = re.compile(
    r"---[ \t]*\n(?P<text>(?:(?!---[ \t]*(?:\n|\Z)|\.\.\.[ \t]*(?:\n|\Z))[^\n]*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<text>(?:(?!\+\+\+[ \t]*(?:\n|\Z))[^\n]*\n)*)\+\+\+[ \t]*(?:\n|\Z)")
_JSON = re.compile(r";;;[ \t]*\n(?P<text>(?:(?!;;;[ \t]*(?:\n|\Z))[^\n]*\n)*);;;[ \t]*(?:\n|\Z)")
_NAME_AND_VALUE = re.compile(r"[\w\"'-]+[ \t]*:|#")


class FrontMatter(NamedTuple):
    """The front matter of a text.

    Args:
        fields: its values by their names.
        rest: the text behind it.
        own: whether newsmill wrote it.
    """

    fields: dict[str, Any]
    rest: str
    own: bool = False


def has_front_matter(text: str) -> bool:
    """Return whether a text begins with front matter. The text may end within it."""
    if text.startswith("---"):
        first, _, rest = text.partition("\n")
        return not first[3:].strip() and _NAME_AND_VALUE.match(rest) is not None and bool(_YAML.match(text))
    return bool(_TOML.match(text) or _JSON.match(text))


def read_front_matter(text: str, name: str) -> FrontMatter:
    """Return the front matter of a text; without any, there are no fields.

    Raises:
        InputError: it is not YAML, TOML or JSON, or has too much in it.
    """
    if not has_front_matter(text):
        return FrontMatter({}, text)
    for form, parse in ((_YAML, _parse_yaml), (_TOML, _parse_toml), (_JSON, _parse_json)):
        match = form.match(text)
        if match is None:
            continue
        if len(match["text"]) > LARGEST:
            raise InputError(name, "line 1", f"its front matter has more than {LARGEST:,} characters; make it shorter")
        rest = text[match.end() :]
        if match["text"].startswith(f"{OWN}\n"):
            return FrontMatter(_parse_own(match["text"], name), rest, own=True)
        try:
            fields = parse(match["text"])
        except (ValueError, yaml.YAMLError, RecursionError) as error:
            said = " ".join(str(error).split())[:200]
            raise InputError(name, "line 1", f"its front matter cannot be read: {said}") from None
        if fields is None:
            return FrontMatter({}, rest)
        if not isinstance(fields, dict):
            raise InputError(name, "line 1", "its front matter is no table of names and values")
        return FrontMatter({str(key): _plain(value) for key, value in fields.items()}, rest)
    return FrontMatter({}, text)


def _parse_own(text: str, name: str) -> dict[str, Any]:
    fields = {}
    for number, line in enumerate(text.splitlines()[1:], 3):
        key, _, value = line.partition(": ")
        try:
            fields[key] = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise InputError(name, f"line {number}", "the value is not JSON; take out the comment # newsmill") from None
    return fields


class _RefusedError(ValueError):
    """Front matter is well-formed, and has what newsmill does not take."""


class _Loader(yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader):  # type: ignore[misc]
    """A loader of strings, lists and tables. It makes no objects, and takes no aliases, which can grow without end."""


def _parse_yaml(text: str) -> Any:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError("it has an alias (*), which is refused; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _RefusedError(f"it nests more than {_DEEPEST} levels deep")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (it makes nothing but strings, lists and tables)


def _parse_toml(text: str) -> Any:
    # tomllib keeps each part of a key, and for each what is above it.
    if len(text) > _LARGEST_TOML:
        raise _RefusedError(f"it has more than {_LARGEST_TOML:,} characters of TOML")
    if any(line.partition("=")[0].count(".") > _MOST_DOTS for line in text.splitlines()):
        raise _RefusedError(f"a key has more than {_MOST_DOTS} parts")
    return _shallow(tomllib.loads(text))


def _parse_json(text: str) -> Any:
    return _shallow(orjson.loads(text))


def _shallow(fields: Any) -> Any:
    """Return a value that does not nest too deep.

    Raises:
        ValueError: it does.
    """
    level, depth = [fields], 0
    while level := [inner for one in level if isinstance(one, dict | list) for inner in _values(one)]:
        depth += 1
        if depth > _DEEPEST:
            raise _RefusedError(f"it nests more than {_DEEPEST} levels deep")
    return fields


def _values(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: TOML has dates."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
