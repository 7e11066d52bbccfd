"""Lua scripts for the records of jobs and the lists of jobs: one for each transition.

Redis runs a script as a whole, so that two workers, or a worker and a client that cancels, never both win.
"""

from __future__ import annotations

from typing import Final

from schemas.record_fields import NO_TIME
from workers.redis.keys import EXPIRING, LIST, OWNERS, RECORD, STATES
from workers.redis.quota_scripts import ACCOUNTING, WITHIN
from workers.redis.step_scripts import CROSSING_OFF, TAKING

PENDING: Final = "pending"
"""The field of an idempotency key with the time until which its request counts as pending."""

KEY_KEPT: Final = 86_400
"""Seconds for which an idempotency key is kept."""

# A written record is always queued later, so a request that died does not block its key for longer than this.
_PENDING_FOR: Final = 30

LISTS_COMPLETE: Final = f"{LIST}:2:complete"
"""The key that says that every record is in a list, and the list's status and owner in `STATES` and `OWNERS`."""

_LISTING: Final = f"""
local function list_of(status, owner) return '{LIST}:' .. status .. ':' .. (owner or '') end

-- The time of a record that has lost its own.
local no_time = '{NO_TIME}'

local function unlist(record, id)
    local was = redis.call('HMGET', record, 'listed', 'owner', 'created')
    if was[1] then redis.call('ZREM', list_of(was[1], was[2]), (was[3] or no_time) .. ' ' .. id) end
end

-- Move a job to the list of a status. A list expires with its last record. Each move removes some of the oldest
-- members that have no record, so that a list in use does not grow without bound.
local function enlist(record, id, status)
    unlist(record, id)
    local of = redis.call('HMGET', record, 'owner', 'created')
    local list = list_of(status, of[1])
    redis.call('HSET', record, 'listed', status)
    redis.call('ZADD', list, 0, (of[2] or no_time) .. ' ' .. id)
    redis.call('SADD', '{STATES}', status)
    redis.call('SADD', '{OWNERS}', of[1] or '')
    local lives = redis.call('TTL', record)
    if lives < 0 then redis.call('PERSIST', list)
    elseif redis.call('TTL', list) < lives then redis.call('EXPIRE', list, lives) end
    for _, oldest in ipairs(redis.call('ZRANGE', list, 0, 3)) do
        if redis.call('EXISTS', '{RECORD}' .. string.sub(oldest, 26)) == 1 then break end
        redis.call('ZREM', list, oldest)
    end
end
"""

_IDEMPOTENCY: Final = f"""
-- Return the state of an idempotency key: nil, another request, a pending request, or a job.
local function known_by(key, digest, now)
    local known = key ~= '' and redis.call('HMGET', key, 'job', 'digest', '{PENDING}')
    if not known or not known[1] then return nil end
    if known[2] ~= digest then return {{'another'}} end
    if known[3] and tonumber(known[3]) > tonumber(now) then return {{'pending'}} end
    return {{'known', known[1]}}
end

local function remember(key, digest, now, record, id)
    if key == '' then return end
    redis.call('HSET', key, 'job', id, 'digest', digest, '{PENDING}', now + {_PENDING_FOR})
    redis.call('EXPIRE', key, {KEY_KEPT})
    redis.call('HSET', record, 'key', key)
end

local function forget_key(record, id)
    local key = redis.call('HGET', record, 'key')
    if key and redis.call('HGET', key, 'job') == id then redis.call('DEL', key) end
end
"""

# The record and its first waiting step are written together. If no message follows, the sweep sends one.
CREATE: Final = f"""{ACCOUNTING}{WITHIN}{_LISTING}{_IDEMPOTENCY}
local record, active, key, waiting = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, max_queued, id, digest, owner = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local bytes, most_jobs, most_bytes, step = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9]
local known = known_by(key, digest, now)
if known then return known end
if redis.call('ZCARD', active) >= max_queued then return {{'full'}} end
local answer = within(owner, id, bytes, most_jobs, most_bytes)
if answer ~= 'ok' then return {{answer}} end
redis.call('HSET', record, unpack(ARGV, 10))
redis.call('ZADD', active, now, record)
if step ~= '' then redis.call('ZADD', waiting, redis.call('TIME')[1], step) end
account_for(record, id)
enlist(record, id, 'queued')
remember(key, digest, now, record, id)
return {{'new', id}}
"""

# A small job is one step: taking the step starts the job. Return how often the step was taken, and then the record, if
# the job may run.
TAKE_AND_START: Final = f"""{TAKING}{_LISTING}
local waiting, record = KEYS[1], KEYS[2]
local step, lease, at, id, changes = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local tries = take(waiting, step, lease)
if tries == 0 then return {{0}} end
if redis.call('TYPE', record).ok ~= 'hash' then return {{tries}} end
local status = redis.call('HGET', record, 'status')
if status ~= 'queued' and status ~= 'running' then return {{tries}} end
if status == 'queued' then
    redis.call('HSET', record, 'status', 'running', 'started', at)
    enlist(record, id, 'running')
    redis.call('PUBLISH', changes, id .. ' running')
end
return {{tries, unpack(redis.call('HGETALL', record))}}
"""

PROGRESS: Final = """
local record, id, changes = KEYS[1], ARGV[1], ARGV[2]
if redis.call('HGET', record, 'status') ~= 'running' then return 0 end
redis.call('HSET', record, unpack(ARGV, 3))
redis.call('PUBLISH', changes, id .. ' running')
return 1
"""

_ENDED: Final = """
-- A newer version may have written a status that this one does not know. Only a job that has ended expires.
local function has_ended(record, status)
    if status == 'queued' or status == 'running' then return false end
    local ended = {succeeded = true, partial = true, failed = true, canceled = true, expired = true}
    return ended[status] or redis.call('HEXISTS', record, 'expires') == 1
end
"""

# The record outlives the files, so that a late client is answered "expired" and not "not found". Both times are from
# Redis's clock, so a jump of another clock removes no files. The script also removes the step that ends its job.
# Return 2 if the job has a callback; it is then written as due, with a copy of the record.
FINISH: Final = f"""{_ENDED}{ACCOUNTING}{_LISTING}{CROSSING_OFF}
local record, active, expiring, callbacks, callback, copy = unpack(KEYS)
local id, changes, retention, tombstone, callback_id, callback_state, step = unpack(ARGV, 1, 7)
local status = redis.call('HGET', record, 'status')
if not status or has_ended(record, status) then return 0 end
if step ~= '' then cross_off(step) end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local expires = string.format('%.3f', now + retention)
redis.call('HSET', record, 'finished', string.format('%.3f', now), 'expires', expires, unpack(ARGV, 8))
redis.call('ZREM', active, record)
redis.call('EXPIRE', record, retention + tombstone)
redis.call('ZADD', expiring, expires, id)
account_for(record, id)
status = redis.call('HGET', record, 'status')
enlist(record, id, status)
redis.call('PUBLISH', changes, id .. ' ' .. status)
if redis.call('HEXISTS', record, 'callback') == 0 then return 1 end
redis.call('HSET', record, 'callback', callback_state, 'callback_id', callback_id)
redis.call('COPY', record, copy)
redis.call('HSET', callback, 'job', id, 'attempts', 0, 'since', time[1])
redis.call('ZADD', callbacks, time[1], callback_id)
return 2
"""

# Queue a failed job again. The fields of its last run, from the fifth argument on, are removed.
RETRY: Final = f"""{ACCOUNTING}{_LISTING}
local record, active, expiring = KEYS[1], KEYS[2], KEYS[3]
local id, changes, now, max_queued = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
if redis.call('TYPE', record).ok ~= 'hash' then return 'not failed' end
local status = redis.call('HGET', record, 'status')
if status ~= 'failed' and status ~= 'partial' then return 'not failed' end
if redis.call('ZCARD', active) >= max_queued then return 'full' end
redis.call('HDEL', record, unpack(ARGV, 5))
redis.call('HSET', record, 'status', 'queued', 'done', 0, 'failed', 0, 'duplicates', 0)
redis.call('PERSIST', record)
redis.call('ZADD', active, now, record)
redis.call('ZREM', expiring, id)
account_for(record, id)
enlist(record, id, 'queued')
redis.call('PUBLISH', changes, id .. ' queued')
return 'ok'
"""

# A damaged record may be of any type.
FORGET: Final = f"""{ACCOUNTING}{_LISTING}{_IDEMPOTENCY}
local record, active, expiring, id = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
if redis.call('TYPE', record).ok == 'hash' then
    account_for(record, id, true)
    unlist(record, id)
    forget_key(record, id)
end
redis.call('ZREM', active, record)
redis.call('ZREM', expiring, id)
redis.call('DEL', record)
"""

SWEPT: Final = f"""{ACCOUNTING}{_LISTING}
local record, expiring, id = KEYS[1], KEYS[2], ARGV[1]
redis.call('ZREM', expiring, id)
if redis.call('TYPE', record).ok ~= 'hash' then return end
account_for(record, id, true)
enlist(record, id, 'expired')
"""

# The time is Redis's, since workers run on many machines, and their clocks differ.
SEEN: Final = "redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])"

# Note folders without a record. Return those that have been known as such for `seconds`.
ORPHANED: Final = """
local orphans, seconds = KEYS[1], tonumber(ARGV[1])
local now = tonumber(redis.call('TIME')[1])
local found = {}
for number = 2, #ARGV do
    redis.call('ZADD', orphans, 'NX', now, ARGV[number])
    if now - redis.call('ZSCORE', orphans, ARGV[number]) >= seconds then found[#found + 1] = ARGV[number] end
end
redis.call('ZREMRANGEBYSCORE', orphans, '-inf', now - 86400)
return found
"""

TURN: Final = "return redis.call('SET', KEYS[1], 1, 'NX', 'PX', ARGV[1]) and 1 or 0"

PRESENT: Final = """
local since = redis.call('TIME')[1] - ARGV[1]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. since)
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""

# Return the newest members of an owner's lists; false while there are records in no list. The statuses of the lists
# are the arguments from the fifth on, and all others too if the fourth is "all".
PAGE: Final = f"""{_LISTING}
local owner, after, most = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
if redis.call('EXISTS', '{LISTS_COMPLETE}') == 0 then return false end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', '{EXPIRING}', '-inf', now, 'LIMIT', 0, 1000)) do
    local listed = redis.pcall('HGET', '{RECORD}' .. id, 'listed')
    if type(listed) == 'string' and listed ~= 'expired' then enlist('{RECORD}' .. id, id, 'expired') end
end
local pages = {{}}
local asked = {{}}
local function add_page(status)
    if asked[status] then return end
    asked[status] = true
    pages[#pages + 1] = redis.call('ZREVRANGEBYLEX', list_of(status, owner), after, '-', 'LIMIT', 0, most)
end
for number = 5, #ARGV do add_page(ARGV[number]) end
if ARGV[4] == 'all' then
    for _, status in ipairs(redis.call('SMEMBERS', '{STATES}')) do add_page(status) end
end
return pages
"""

# Add a record to its list. Earlier versions have written records that are in no list.
ADOPT: Final = f"""{_LISTING}
local record, id, owner = KEYS[1], ARGV[1], ARGV[2]
if redis.call('TYPE', record).ok ~= 'hash' then return 0 end
local known = redis.call('HMGET', record, 'listed', 'status')
if not known[2] then return 0 end
if owner ~= '' then redis.call('HSET', record, 'owner', owner) end
enlist(record, id, known[1] or known[2])
return 1
"""
