"""The kinds of stores, and which one NEWSMILL_STORE names."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import SettingsError, StoreError, StoreSetupError
from workers.storage.base import Store
from workers.storage.local_store import LocalStore
from workers.telemetry.logs import get_logger

log = get_logger(__name__)


def open_store(location: str) -> Store:
    """The store at a location: a folder, or s3://bucket/prefix. Nothing is connected until it is used.

    Raises:
        SettingsError: there is no kind of store for such a location, or a variable that it needs is missing or wrong.
    """
    if location.startswith("s3://"):
        # Most processes have no use for it, and it costs each some megabytes.
        from workers.storage.s3_access import S3Access  # noqa: PLC0415
        from workers.storage.s3_store import S3Store  # noqa: PLC0415

        return S3Store(S3Access.from_environ(location))
    if "://" in location:
        raise SettingsError(f"NEWSMILL_STORE={location}: no such kind of store; give a folder, or s3://bucket/prefix")
    return LocalStore(Path(location))


def try_store(location: str) -> None:
    """Look whether the store at a location lets us in. That it cannot be reached now is no reason not to start.

    Raises:
        SettingsError: it does not, and will not until a setting is changed.
    """
    try:
        open_store(location).check()
    except StoreSetupError as error:
        raise SettingsError(f"NEWSMILL_STORE: {error}") from None
    except StoreError as error:
        log.warning("the artifact store is not ready: %s", error)
