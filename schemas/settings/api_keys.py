"""The keys of the API, as NEWSMILL_API_KEYS and a file of keys write them; only their digests are kept.

Entries stand apart by commas, blanks or line ends:

    KEY                     a key; its caller is called by the key's digest
    NAME:KEY                a key of the caller NAME
    NAME:sha256:HEX         the same, by the SHA-256 of the key, which tells nobody the key
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHORTEST: Final = 16
"""Characters that a key has at least: what is shorter can be guessed."""

PREFIX: Final = "nm_"
"""What a key that newsmill has made begins with, so that it is known for one where it should not be."""

_RANDOM_BYTES: Final = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_HASHED = re.compile(r"sha256:([0-9A-Fa-f]{64})")
_KEY = re.compile(r"[!-~]{1,1024}")
_FORMS: Final = "KEY, NAME:KEY or NAME:sha256:HEX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key: the caller that it is of, and its SHA-256 in hexadecimal."""

    caller: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeys:
    """Where the keys are: said in the setting itself, or in a file that it names."""

    keys: tuple[Key, ...] = ()
    path: Path | None = None

    def __str__(self) -> str:
        callers = dict.fromkeys(key.caller for key in self.keys)
        return str(self.path) if self.path else f"{len(self.keys)} of {', '.join(callers)}"


def parse_api_keys(text: str) -> ApiKeys:
    """What the setting says: keys, or the path of a file with keys.

    Raises:
        ValueError: an entry is none, or a key is too short. The message has no key in it.
    """
    if _is_file(text):
        return ApiKeys(path=Path(text))
    if text.startswith(("/", "./", "../")):
        raise ValueError(
            f"a file with keys, or keys as {_FORMS}; this begins as a path does, and there is no such file"
        )
    return ApiKeys(keys=parse_keys(text))


def parse_keys(text: str) -> tuple[Key, ...]:
    """The keys of a text, of which a line that begins with # is no part.

    Raises:
        ValueError: an entry is none, a key is too short, or two callers have the same. The message has no key in it.
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    entries = [entry for line in lines for entry in re.split(r"[,\s]+", line) if entry]
    keys = [_entry(entry, number) for number, entry in enumerate(entries, 1)]
    callers: dict[str, str] = {}
    for number, key in enumerate(keys, 1):
        if callers.setdefault(key.digest, key.caller) != key.caller:
            raise ValueError(f"a key of one caller each; the key of entry {number} is of {callers[key.digest]}, too")
    if not keys:
        raise ValueError(f"keys, as {_FORMS}; there is none")
    return tuple(keys)


def new_key() -> str:
    """A key that nobody can guess: 256 bits of chance, fit for a header, a URL and a shell."""
    return f"{PREFIX}{secrets.token_urlsafe(_RANDOM_BYTES)}"


def hashed_entry(name: str, key: str) -> str:
    """The entry of a key for a file of keys, which does not tell the key.

    Raises:
        ValueError: the name is none.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a caller: letters, digits, and ._@- within them, at most 64")
    return f"{name}:sha256:{digest_of(key)}"


def digest_of(key: str) -> str:
    """The SHA-256 of a key, in hexadecimal.

    A fast hash is enough: nobody tries out 256 bits of chance, and a slow one would be paid by each request.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # it is longer than the name of any file
        return False


def _entry(entry: str, number: int) -> Key:
    name, colon, rest = entry.partition(":")
    if not colon:
        digest = _digest(entry, number)
        return Key(caller=f"key-{digest[:16]}", digest=digest)
    if not _NAME.fullmatch(name):
        raise ValueError(f"keys, as {_FORMS}; entry {number} has a colon, and before it no name (A-Z a-z 0-9 . _ @ -)")
    if hashed := _HASHED.fullmatch(rest):
        return Key(caller=name, digest=hashed[1].lower())
    if rest.startswith("sha256:"):
        raise ValueError(f"keys, as {_FORMS}; entry {number}, of {name}, has no 64 hexadecimal digits after sha256:")
    return Key(caller=name, digest=_digest(rest, number))


def _digest(key: str, number: int) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"keys of visible ASCII characters; entry {number} is none")
    if len(key) < SHORTEST:
        raise ValueError(
            f"keys of at least {SHORTEST} characters; entry {number} has {len(key)}. `newsmill key NAME` makes one"
        )
    return digest_of(key)
