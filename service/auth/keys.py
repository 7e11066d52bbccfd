"""The API keys at run time, including a key file that may change while the service runs."""

from __future__ import annotations

import hmac
import threading
from pathlib import Path
from typing import Final

from schemas.errors import SettingsError
from schemas.settings import Settings
from schemas.settings.api_keys import ApiKeys, Key, NoKeysError, digest_of, parse_keys
from workers.telemetry.logs import get_logger

_LARGEST: Final = 2**20

log = get_logger(__name__)

_Version = tuple[int, int, int]


class KeyRing:
    """The keys that are valid now.

    A key file is read again when it changes, so that adding or removing a key needs no restart. While an entry of the
    file is wrong, or the file cannot be opened, the keys before it stay valid and the log has an error: a half-written
    entry locks no caller out. A file without keys, and one that is gone, let no caller in: the last key was removed.
    """

    def __init__(self, api_keys: ApiKeys, setting: str = "NEWSMILL_API_KEYS") -> None:
        """Read the keys of a setting.

        Raises:
            SettingsError: the file cannot be read, or an entry is wrong.
        """
        self._path = api_keys.path
        self._keys = api_keys.keys
        self._version: _Version | None = None
        self._lock = threading.Lock()
        if self._path:
            try:
                self._version = _version(self._path)
                self._keys = _read(self._path)
            except (OSError, ValueError) as error:
                raise SettingsError(f"{setting}={self._path}: {_reason(error)}") from None

    def caller_of(self, token: str) -> str | None:
        """Return the caller that owns a key; None if the key is not known.

        `NAME:KEY`, as in the setting, is accepted too. Every key is compared in constant time, so that the response
        time reveals nothing about any key.
        """
        name, _, rest = token.partition(":")
        whole, named = digest_of(token), digest_of(rest)
        found = None
        if self._path:
            with self._lock:
                self._reload(self._path)
        for key in self._keys:
            of_whole = hmac.compare_digest(key.digest, whole)
            of_named = hmac.compare_digest(key.digest, named) & (key.caller == name)
            if of_whole | of_named:
                found = key.caller
        return found

    def _reload(self, path: Path) -> None:
        version: _Version | None = None
        try:
            version = _version(path)
            if version != self._version:
                self._keys = _read(path)
                log.warning("key file reloaded", path=str(path))
        except (FileNotFoundError, NoKeysError):
            if self._keys:
                self._keys = ()
                log.error("the key file has no keys; every request is refused", path=str(path))  # noqa: TRY400
        except (OSError, ValueError) as error:
            if version != self._version:
                log.error(  # noqa: TRY400 - a traceback could show a key
                    "key file not reloaded; the keys before stay valid", path=str(path), error=_reason(error)
                )
        self._version = version


def key_rings(settings: Settings) -> tuple[KeyRing | None, KeyRing | None]:
    """Return the keys of the callers and those of the operators; None for each that is not set.

    Raises:
        SettingsError: the keys cannot be read.
    """
    callers, operators = settings.api_keys, settings.operator_keys
    return (
        KeyRing(callers) if callers else None,
        KeyRing(operators, "NEWSMILL_OPERATOR_KEYS") if operators else None,
    )


def _version(path: Path) -> _Version:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(path: Path) -> tuple[Key, ...]:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"a file of at most {_LARGEST:,} bytes")
    return parse_keys(content.decode("utf-8-sig"))


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "expected a text in UTF-8"
    return str(error.strerror or error) if isinstance(error, OSError) else f"expected {error}"
