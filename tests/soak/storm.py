"""The storm of a soak: it kills and stalls processes of the service, fills Redis, and upgrades the service."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.parts import Parts
from tests.running import descendants

WORKERS = ("worker-1", "worker-2")


class Storm:
    """Kills or stalls a process every few seconds, and restarts the parts that have ended, as a supervisor does."""

    def __init__(self, parts: Parts, random: Random) -> None:
        self._parts = parts
        self._random = random
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.killed: Counter[str] = Counter()
        self.peaks: dict[str, int] = {}
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._kill, self._supervise)]

    def begin(self) -> None:
        for name in ("api", *WORKERS):
            self._start(name)
        assert self._parts.ready()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop killing and restarting."""
        self._over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def end(self) -> None:
        """Stop killing, and restart all parts."""
        self.stop()
        self._restart_ended()
        assert self._parts.ready(120), "the service did not come back"

    def upgrade(self, house: Path) -> None:
        """Replace each part by that of another version, one after the other: the workers, then the API."""
        for name in (*WORKERS, "api"):
            with self._lock:
                self._parts.house = house
                with suppress(KeyError):
                    self._parts.stop(name)
                self._start(name)
            self.killed["a part, to upgrade it"] += 1

    def memory(self) -> dict[str, int]:
        """The resident bytes of the largest process of each kind."""
        found: dict[str, int] = {}
        roots = {name: process.pid for name, process in self._parts.running.items()}
        if self._parts.valkey.process:
            roots["valkey"] = self._parts.valkey.process.pid
        for name, root in roots.items():
            for pid in (root, *(one.pid for one in descendants(root))):
                with suppress(OSError):
                    with open(f"/proc/{pid}/statm") as statm:  # noqa: PTH123
                        size = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
                    kind = name.partition("-")[0]
                    found[kind] = max(found.get(kind, 0), size)
        return found

    def _start(self, name: str) -> None:
        self._parts.start(name, name.partition("-")[0])

    def _restart_ended(self) -> None:
        with self._lock:
            for name in ("api", *WORKERS):
                process = self._parts.running.get(name)
                if process is None or process.poll() is not None:
                    self._start(name)

    def _supervise(self) -> None:
        while not self._over.wait(0.5):
            self._restart_ended()
            for kind, size in self.memory().items():
                self.peaks[kind] = max(self.peaks.get(kind, 0), size)

    def _kill(self) -> None:
        acts = (
            (self._pool_process, 4),
            (self._whole_worker, 3),
            (self._worker_is_told_to_stop, 2),
            (self._api, 2),
            (self._valkey, 1),
            (self._stall, 2),
            (self._full_redis, 1),
        )
        while not self._over.wait(self._random.uniform(2, 6)):
            act = self._random.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
            act()

    def _pool_process(self) -> None:
        name = self._random.choice(WORKERS)
        with suppress(KeyError, IndexError, ProcessLookupError):
            # A nursery and the children that it has forked have one command. Before its first task, a worker has none.
            pool = [one for one in self._parts.tree(name) if "workers.isolation.nursery" in one.command]
            os.kill(self._random.choice(pool).pid, signal.SIGKILL)
            self.killed["a process of a pool"] += 1

    def _whole_worker(self) -> None:
        with self._lock, suppress(KeyError):
            self._parts.kill(self._random.choice(WORKERS))
            self.killed["a whole worker"] += 1

    def _worker_is_told_to_stop(self) -> None:
        name = self._random.choice(WORKERS)
        with suppress(KeyError):
            self._parts.running[name].send_signal(signal.SIGTERM)
            self.killed["a worker, told to stop"] += 1

    def _api(self) -> None:
        with self._lock, suppress(KeyError):
            self._parts.kill("api")
            self.killed["the API"] += 1

    def _stall(self) -> None:
        """Stop a process for longer than a lease lasts, and let it go on as if nothing had happened."""
        with self._lock, suppress(KeyError, IndexError, ProcessLookupError):
            stalled = self._random.choice(self._parts.tree(self._random.choice(WORKERS))).pid
            os.kill(stalled, signal.SIGSTOP)
        self._over.wait(self._random.uniform(1, 20))
        with suppress(UnboundLocalError, ProcessLookupError):
            os.kill(stalled, signal.SIGCONT)
            self.killed["stalled: a process of a worker"] += 1

    def _full_redis(self) -> None:
        """Let Redis be full for some seconds."""
        redis = self._parts.redis()
        redis.config_set("maxmemory", 1)
        self._over.wait(self._random.uniform(1, 5))
        redis.config_set("maxmemory", 0)
        self.killed["filled: Redis"] += 1

    def _valkey(self) -> None:
        self._parts.valkey.kill()
        time.sleep(self._random.uniform(0.2, 3))
        self._parts.valkey.start()
        self.killed["Valkey"] += 1
