"""Keys that clients give to their requests, so that one sent twice makes one job.

A key is written with the record of its job, by the same script: there is no moment at which one of them is there
without the other, and a request that was not accepted has not used its key up. It is kept for a day, or until its
job is deleted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 86_400
"""Seconds that a key is kept."""

PENDING: Final = "pending"
"""The field of a key that says until when its request is taken to be on its way to the queue."""

# Whatever is written down is queued in the end, so that a key whose request has died is as good as any.
_SETTLES: Final = 30

KNOWN: Final = f"""
-- What is known of a key: nothing, another request, one on its way, or its job.
local function known_by(key, digest, now)
    local known = key ~= '' and redis.call('HMGET', key, 'job', 'digest', '{PENDING}')
    if not known or not known[1] then return nil end
    if known[2] ~= digest then return {{'another'}} end
    if known[3] and tonumber(known[3]) > tonumber(now) then return {{'pending'}} end
    return {{'known', known[1]}}
end

local function remember(key, digest, now, record, id)
    if key == '' then return end
    redis.call('HSET', key, 'job', id, 'digest', digest, '{PENDING}', now + {_SETTLES})
    redis.call('EXPIRE', key, {KEPT})
    redis.call('HSET', record, 'key', key)
end

local function forget_key(record, id)
    local key = redis.call('HGET', record, 'key')
    if key and redis.call('HGET', key, 'job') == id then redis.call('DEL', key) end
end
"""
"""Functions of Lua for the scripts that make records and remove them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """A key of a request, and what the request was.

    Args:
        owner: who sent it: two may use the same key.
        value: the key.
        digest: the SHA-256 of the request's content.
    """

    owner: str
    value: str
    digest: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        # A digest of both, as neither is to be read or to be of any length in Redis.
        whole = f"{len(self.owner)} {self.owner} {self.value}".encode()
        object.__setattr__(self, "name", f"newsmill:key:{hashlib.sha256(whole).hexdigest()}")
