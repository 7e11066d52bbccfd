"""Due callbacks and the sweep, as the worker for callbacks does them."""

from __future__ import annotations

from typing import Final

import redis

from schemas.settings import Settings
from workers.callbacks.records import CallbackRecords
from workers.jobs.contents import JobContents
from workers.jobs.quotas import Quotas
from workers.jobs.store import JobStore
from workers.steps.adoption import adopt_work
from workers.steps.sweeper import sweep_expired
from workers.storage.base import open_store

_SETTLE_EVERY: Final = 3_600


class Upkeep:
    """Sends due callbacks, and sweeps. All threads of a worker share it.

    Args:
        client: a client of Redis.
        settings: the settings of this process.
    """

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._settings = settings
        self._store = open_store(settings.store)
        self._jobs = JobStore(client, settings)
        self._quotas = Quotas(client, settings)
        self._client = client
        contents = JobContents(self._store, settings)
        self._callbacks = CallbackRecords(client, settings.base_path or "", settings.timings, contents=contents)

    def __call__(self, _: str) -> bool:
        """Send the next due callback; False if none is due."""
        # Imported with the first callback: an HTTP client, which many services never need.
        from workers.callbacks.delivery import deliver_next  # noqa: PLC0415

        return deliver_next(self._callbacks, self._settings)

    def sweep(self) -> None:
        """Remove the files of expired jobs, and what was left behind, if it is the turn of this worker.

        Raises:
            BrokerError: Redis cannot be reached, or refuses writes.
            StoreError: files cannot be removed.
        """
        # A turn is shorter than the pause between sweeps, so that a single worker has every turn.
        if not self._jobs.take_turn("sweep of steps", 0.8 * self._settings.timings.sweep_every):
            return
        sweep_expired(self._jobs, self._store)
        if self._jobs.take_turn("accounts", _SETTLE_EVERY):
            self._quotas.sweep()
        adopt_work(self._client, self._callbacks.due, self._jobs)
