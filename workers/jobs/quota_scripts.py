"""What each caller has here: Lua for the scripts that change a job's record, or look at the limits.

An account is a hash in Redis: a field for each job of the caller, with its bytes, and their sum; beside it is the set
of its jobs that wait or run. Both change within the scripts that change the record, and say of a job what the record
says, so that they do not drift apart.
"""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = """
local function put(account, field, bytes)
    if bytes > 0 then redis.call('HSET', account, field, string.format('%.0f', bytes))
    else redis.call('HDEL', account, field) end
end

local function set_stored(account, id, bytes)
    local before = tonumber(redis.call('HGET', account, id) or 0)
    put(account, id, bytes)
    put(account, 'sum', tonumber(redis.call('HGET', account, 'sum') or 0) + bytes - before)
end

-- What a job has, as its record says: to be called whenever the record has changed, or is about to go.
local function account_for(record, id, gone)
    local job = redis.call('HMGET', record, 'owner', 'status', 'input_bytes', 'file_bytes')
    local account = 'newsmill:account:' .. (job[1] or '')
    local active = not gone and (job[2] == 'queued' or job[2] == 'running')
    redis.call(active and 'SADD' or 'SREM', account .. ':active', id)
    local nothing = gone or job[2] == 'canceled'
    set_stored(account, id, nothing and 0 or tonumber(job[3] or 0) + tonumber(job[4] or 0))
end
"""
"""Lua for the scripts that change a record: `account_for(record, id, gone)`; and `set_stored(account, id, bytes)`."""

WITHIN: Final = """
-- Whether a job of so many bytes is within the limits of its owner, and how many it may have at most.
local function within(owner, id, bytes, most_jobs, most_bytes)
    local account = 'newsmill:account:' .. owner
    if most_jobs > 0 and redis.call('SCARD', account .. ':active') >= most_jobs then return 'jobs', 0 end
    if most_bytes == 0 then return 'ok', math.huge end
    local others = tonumber(redis.call('HGET', account, 'sum') or 0) - tonumber(redis.call('HGET', account, id) or 0)
    if others + bytes > most_bytes then return 'bytes', 0 end
    return 'ok', most_bytes - others
end
"""
"""Lua for whoever takes in a job: `within(owner, id, bytes, most_jobs, most_bytes)`; a limit of 0 is none."""


def account_key(owner: str) -> str:
    """The key of a caller's account."""
    return f"newsmill:account:{owner}"
