"""What each caller has here: the jobs that wait or run, and the bytes that are stored.

The accounts change with the records of jobs (workers.jobs.quota_scripts). Here is what has no record: an upload counts
while it arrives, before there is a job. Should the process die that receives it, it counts for another hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, cast

import redis

from schemas.errors import BrokerError, LimitError
from schemas.settings import Settings
from workers.jobs.listing import RECORD
from workers.jobs.quota_scripts import ACCOUNT, WITHIN, account_key
from workers.jobs.store import broker_errors, job_key

_ARRIVING: Final = "newsmill:arriving"
_DEAD_AFTER: Final = 3_600
_STEP: Final = 8 * 2**20

# Room for what has arrived, and for some more where there is any: how much it is, or which limit is reached.
_GROW = f"""{ACCOUNT}{WITHIN}
local owner, id, bytes, more = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local answer, most = within(owner, id, bytes, tonumber(ARGV[5]), tonumber(ARGV[6]))
if answer ~= 'ok' then return answer end
local room = math.min(bytes + more, most)
set_stored(KEYS[2], id, room)
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], id)
return string.format('%.0f', room)
"""

# An upload is over. Where a job has come of it, its record says what there is.
_OVER = f"""{ACCOUNT}
redis.call('ZREM', KEYS[1], ARGV[1])
if redis.call('EXISTS', KEYS[3]) == 0 then set_stored(KEYS[2], ARGV[1], 0) end
"""

# By the records, whatever has become of them.
_SETTLE = f"""{ACCOUNT}
local since, sum = redis.call('TIME')[1] - ARGV[2], 0
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. since)
for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do
    if id ~= 'sum' then
        if redis.call('EXISTS', ARGV[1] .. id) == 1 or redis.call('ZSCORE', KEYS[2], id) then
            sum = sum + redis.call('HGET', KEYS[1], id)
        else
            redis.call('HDEL', KEYS[1], id)
        end
    end
end
put(KEYS[1], 'sum', sum)
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1] .. ':active')) do
    local status = redis.call('HGET', ARGV[1] .. id, 'status')
    if status ~= 'queued' and status ~= 'running' then redis.call('SREM', KEYS[1] .. ':active', id) end
end
"""


class Accounts:
    """The accounts of all callers.

    Raises (every method):
        BrokerError: Redis cannot be reached, or does not let us write.
    """

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._client = client
        self._limits = settings.limit_jobs, settings.limit_bytes
        self._grow = client.register_script(_GROW)
        self._over = client.register_script(_OVER)
        self._settle = client.register_script(_SETTLE)

    @contextmanager
    def upload(self, owner: str, job_id: str) -> Iterator[Upload]:
        """An upload of a caller, from its first byte to its job."""
        upload = Upload(self, owner, job_id)
        try:
            yield upload
        finally:
            if upload.room and any(self._limits):
                with suppress(BrokerError):  # it is swept later
                    self._is_over(owner, job_id)

    def grow(self, owner: str, job_id: str, size: int) -> float:
        """How many bytes an upload may have, so many at least.

        Raises:
            LimitError: it would be past a limit of its owner.
        """
        if not any(self._limits):
            return float("inf")
        with broker_errors():
            keys = [_ARRIVING, account_key(owner)]
            answer = cast("bytes", self._grow(keys=keys, args=[owner, job_id, size, _STEP, *self._limits])).decode()
        if answer in ("jobs", "bytes"):
            raise LimitError(answer, dict(zip(("jobs", "bytes"), self._limits, strict=True))[answer])
        return float(answer) if self._limits[1] else float("inf")

    def sweep(self) -> None:
        """Forget what no job and no upload stands for: the process that received it is dead, or the record is gone."""
        with broker_errors():
            for account in self._client.scan_iter(account_key("*"), count=1000, _type="HASH"):
                self._settle(keys=[account, _ARRIVING], args=[RECORD, _DEAD_AFTER])

    def _is_over(self, owner: str, job_id: str) -> None:
        with broker_errors():
            self._over(keys=[_ARRIVING, account_key(owner), job_key(job_id)], args=[job_id])


class Upload:
    """One upload while it arrives."""

    def __init__(self, accounts: Accounts, owner: str, job_id: str) -> None:
        self._accounts = accounts
        self._owner = owner
        self._job_id = job_id
        self._size = 0
        self.room = 0.0

    def arrived(self, more: int) -> None:
        """So many more bytes are here, and about to be stored.

        Raises:
            LimitError: they are past a limit of their owner.
            BrokerError: Redis cannot be reached.
        """
        self._size += more
        if self._size > self.room:
            self.room = self._accounts.grow(self._owner, self._job_id, self._size)
