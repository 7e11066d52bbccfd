"""The keys of the API while it runs: who has which, and a file of them that may change meanwhile."""

from __future__ import annotations

import hmac
import threading
from pathlib import Path
from typing import Final

from schemas.errors import SettingsError
from schemas.settings.api_keys import ApiKeys, Key, digest_of, parse_keys
from workers.telemetry.logs import get_logger

_LARGEST: Final = 2**20

log = get_logger(__name__)

_Version = tuple[int, int, int]


class KeyRing:
    """The keys that are good now.

    A file is read again as soon as it is another one, or has changed, so that keys come and go without a restart.
    While it cannot be read, or has a mistake in it, the keys are good that were before, and the log says so: half a
    file, caught while it was written, locks nobody out.
    """

    def __init__(self, api_keys: ApiKeys) -> None:
        """Read the keys.

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
                raise SettingsError(f"NEWSMILL_API_KEYS={self._path}: {_said(error)}") from None

    def caller_of(self, token: str) -> str | None:
        """The caller whose key this is; None where it is nobody's.

        A key is taken with its caller's name before it, too, as it stands in the setting. Every key is compared, each
        in the same time whatever its digest is, so that the time tells nothing about any.
        """
        name, _, rest = token.partition(":")
        whole, named = digest_of(token), digest_of(rest)
        found = None
        for key in self._current():
            of_whole = hmac.compare_digest(key.digest, whole)
            of_named = hmac.compare_digest(key.digest, named) & (key.caller == name)
            if of_whole | of_named:
                found = key.caller
        return found

    def _current(self) -> tuple[Key, ...]:
        if self._path:
            with self._lock:
                self._look_again(self._path)
        return self._keys

    def _look_again(self, path: Path) -> None:
        version: _Version | None = None
        try:
            version = _version(path)
            if version != self._version:
                self._keys = _read(path)
                log.warning("NEWSMILL_API_KEYS: %s has changed, and was read again", path)
        except (OSError, ValueError) as error:
            if version != self._version:
                log.error(  # noqa: TRY400 - a traceback could have an entry of the file in it
                    "NEWSMILL_API_KEYS: %s: %s; the keys are good that were before", path, _said(error)
                )
        self._version = version


def _version(path: Path) -> _Version:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read(path: Path) -> tuple[Key, ...]:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"a file of at most {_LARGEST:,} bytes")
    return parse_keys(content.decode("utf-8-sig"))


def _said(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "expected a text in UTF-8"
    return str(error.strerror or error) if isinstance(error, OSError) else f"expected {error}"
