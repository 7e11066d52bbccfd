"""API keys, as NEWSMILL_API_KEYS or a key file lists them. Only their digests are kept.

Entries are separated by commas or white space:

    KEY                     a key; its caller is named after the key's digest
    NAME:KEY                a key of the caller NAME
    NAME:sha256:HEX         the same, by the SHA-256 of the key, which does not reveal the key
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PREFIX: Final = "nm_"
"""The start of every key that newsmill makes, so that scanners for leaked secrets recognise it."""

_SHORTEST: Final = 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_HASHED = re.compile(r"sha256:([0-9A-Fa-f]{64})")
_KEY = re.compile(r"[!-~]{1,1024}")
_FORMS: Final = "KEY, NAME:KEY or NAME:sha256:HEX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key: its caller, and its SHA-256 in hexadecimal."""

    caller: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeys:
    """The keys in the setting itself, or the path of a key file."""

    keys: tuple[Key, ...] = ()
    path: Path | None = None

    def __str__(self) -> str:
        callers = dict.fromkeys(key.caller for key in self.keys)
        return str(self.path) if self.path else f"{len(self.keys)} of {', '.join(callers)}"


class NoKeysError(ValueError):
    """A list of keys is empty."""


def parse_api_keys(text: str) -> ApiKeys:
    """Parse the setting: keys, or the path of a key file.

    Raises:
        ValueError: as in `parse_keys`, or the file does not exist.
    """
    with suppress(OSError):  # too long for the name of a file
        if Path(text).is_file():
            return ApiKeys(path=Path(text))
    if text.startswith(("/", "./", "../")):
        raise ValueError(f"a file with keys, or keys as {_FORMS}; this looks like a path, and no such file exists")
    return ApiKeys(keys=parse_keys(text))


def parse_keys(text: str) -> tuple[Key, ...]:
    """Parse a list of keys. A line that begins with # is a comment.

    Raises:
        ValueError: an entry is wrong, a key is too short, or two callers have the same key. The message does not show
            any key.
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    entries = [entry for line in lines for entry in re.split(r"[,\s]+", line) if entry]
    keys = [_entry(entry, number) for number, entry in enumerate(entries, 1)]
    callers: dict[str, str] = {}
    for number, key in enumerate(keys, 1):
        if callers.setdefault(key.digest, key.caller) != key.caller:
            raise ValueError(f"one caller for each key; {callers[key.digest]} has the key of entry {number} too")
    if not keys:
        raise NoKeysError(f"keys, as {_FORMS}; the list is empty")
    return tuple(keys)


def new_key() -> str:
    """Return a new key: 256 random bits, in characters that need no escape in a header, a URL or a shell."""
    # Both modules load OpenSSL, 4 MB: a supervisor without keys needs none of it.
    import secrets  # noqa: PLC0415

    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def hashed_entry(name: str, key: str) -> str:
    """Return an entry for a key file, with the digest of a key.

    Raises:
        ValueError: the name is not valid.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid name: use a letter or digit, then up to 63 of A-Z a-z 0-9 . _ @ -")
    return f"{name}:sha256:{digest_of(key)}"


def digest_of(key: str) -> str:
    """Return the SHA-256 of a key, in hexadecimal.

    A fast hash is enough: 256 random bits cannot be guessed, and a slow hash would delay every request.
    """
    import hashlib  # noqa: PLC0415 - as in `new_key`

    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _entry(entry: str, number: int) -> Key:
    name, colon, rest = entry.partition(":")
    if not colon:
        digest = _digest(entry, number)
        return Key(caller=f"key-{digest[:16]}", digest=digest)
    if not _NAME.fullmatch(name):
        raise ValueError(f"keys, as {_FORMS}; entry {number} has no valid name before its colon")
    if hashed := _HASHED.fullmatch(rest):
        return Key(caller=name, digest=hashed[1].lower())
    if rest.startswith("sha256:"):
        raise ValueError(f"keys, as {_FORMS}; entry {number}, of {name}, needs 64 hexadecimal digits after sha256:")
    return Key(caller=name, digest=_digest(rest, number))


def _digest(key: str, number: int) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"keys of visible ASCII characters; entry {number} has others")
    if len(key) < _SHORTEST:
        raise ValueError(
            f"keys of at least {_SHORTEST} characters; entry {number} has {len(key)}. `newsmill key NAME` makes one"
        )
    return digest_of(key)
