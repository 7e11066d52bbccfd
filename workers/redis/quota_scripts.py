"""Lua scripts for the quotas of callers.

An account is a hash in Redis with a field for each job of the caller: its bytes; the field `sum` is their sum. The set
beside it holds the caller's jobs that wait or run. The scripts that change a job's record change both, so that the
account and the records never differ.
"""

from __future__ import annotations

from typing import Final

from workers.redis import keys

ACCOUNTING: Final = f"""
local function put(account, field, bytes)
    if bytes > 0 then redis.call('HSET', account, field, string.format('%.0f', bytes))
    else redis.call('HDEL', account, field) end
end

local function number(text) return tonumber(text or 0) or 0 end

local function set_stored(account, id, bytes)
    local before = number(redis.call('HGET', account, id))
    put(account, id, bytes)
    put(account, 'sum', number(redis.call('HGET', account, 'sum')) + bytes - before)
end

-- Update the account of a job's owner: after each change of the record, and before its removal.
local function account_for(record, id, gone)
    local job = redis.call('HMGET', record, 'owner', 'status', 'input_bytes', 'file_bytes')
    local account = '{keys.ACCOUNT}' .. (job[1] or '')
    local active = not gone and (job[2] == 'queued' or job[2] == 'running')
    redis.call(active and 'SADD' or 'SREM', account .. ':active', id)
    local nothing = gone or job[2] == 'canceled'
    set_stored(account, id, nothing and 0 or number(job[3]) + number(job[4]))
end
"""

WITHIN: Final = f"""
-- Check a job's size in bytes against its owner's quotas; a quota of 0 means no quota. Return 'ok' and
-- the most bytes that it may have, or the name of the quota.
local function within(owner, id, bytes, most_jobs, most_bytes)
    local account = '{keys.ACCOUNT}' .. owner
    if most_jobs > 0 and redis.call('SCARD', account .. ':active') >= most_jobs then return 'jobs', 0 end
    if most_bytes == 0 then return 'ok', math.huge end
    local others = tonumber(redis.call('HGET', account, 'sum') or 0) - tonumber(redis.call('HGET', account, id) or 0)
    if others + bytes > most_bytes then return 'bytes', 0 end
    return 'ok', most_bytes - others
end
"""

# Reserve bytes for an upload: its size and up to `more` bytes. Return the reserved bytes, or the exceeded quota.
GROW: Final = f"""{ACCOUNTING}{WITHIN}
local arriving, account = KEYS[1], KEYS[2]
local owner, id, bytes, more = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local answer, most = within(owner, id, bytes, tonumber(ARGV[5]), tonumber(ARGV[6]))
if answer ~= 'ok' then return answer end
local room = math.min(bytes + more, most)
set_stored(account, id, room)
redis.call('ZADD', arriving, redis.call('TIME')[1], id)
return string.format('%.0f', room)
"""

# End an upload. If it has become a job, the job's record says how many bytes it has.
END_UPLOAD: Final = f"""{ACCOUNTING}
local arriving, account, record = KEYS[1], KEYS[2], KEYS[3]
redis.call('ZREM', arriving, ARGV[1])
if redis.call('EXISTS', record) == 0 then set_stored(account, ARGV[1], 0) end
"""

# Remove from an account each job without a record or a running upload.
SETTLE: Final = f"""{ACCOUNTING}
local account, arriving, dead_after = KEYS[1], KEYS[2], ARGV[1]
local since, sum = redis.call('TIME')[1] - dead_after, 0
redis.call('ZREMRANGEBYSCORE', arriving, '-inf', '(' .. since)
for _, id in ipairs(redis.call('HKEYS', account)) do
    if id ~= 'sum' then
        if redis.call('EXISTS', '{keys.RECORD}' .. id) == 1 or redis.call('ZSCORE', arriving, id) then
            sum = sum + redis.call('HGET', account, id)
        else
            redis.call('HDEL', account, id)
        end
    end
end
put(account, 'sum', sum)
for _, id in ipairs(redis.call('SMEMBERS', account .. ':active')) do
    local status = redis.call('HGET', '{keys.RECORD}' .. id, 'status')
    if status ~= 'queued' and status ~= 'running' then redis.call('SREM', account .. ':active', id) end
end
"""
