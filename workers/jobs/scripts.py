"""What changes the records of jobs: each is one script, which Redis runs as a whole."""

from __future__ import annotations

from workers.jobs.idempotency import KNOWN
from workers.jobs.listing import LISTING
from workers.jobs.quota_scripts import ACCOUNT, WITHIN
from workers.steps.scripts import CROSSING_OFF, TAKING

# With the record, its first step is written down as waiting: whatever dies then, it is queued in the end.
CREATE = f"""{ACCOUNT}{WITHIN}{LISTING}{KNOWN}
local known = known_by(KEYS[3], ARGV[4], ARGV[1])
if known then return known end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then return {{'full'}} end
local answer = within(ARGV[5], ARGV[3], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]))
if answer ~= 'ok' then return {{answer}} end
redis.call('HSET', KEYS[1], unpack(ARGV, 10))
redis.call('ZADD', KEYS[2], ARGV[1], KEYS[1])
if ARGV[9] ~= '' then redis.call('ZADD', KEYS[4], redis.call('TIME')[1], ARGV[9]) end
account_for(KEYS[1], ARGV[3])
enlist(KEYS[1], ARGV[3], 'queued')
remember(KEYS[3], ARGV[4], ARGV[1], KEYS[1], ARGV[3])
return {{'new', ARGV[3]}}
"""

_STARTING = f"""{LISTING}
-- Gives the record, or nothing where the state does not allow a start.
local function start(record, at, id, changes)
    local status = redis.call('HGET', record, 'status')
    if status ~= 'queued' and status ~= 'running' then return {{}} end
    if status == 'queued' then
        redis.call('HSET', record, 'status', 'running', 'started', at)
        enlist(record, id, 'running')
        redis.call('PUBLISH', changes, id .. ' running')
    end
    return redis.call('HGETALL', record)
end
"""

START = f"{_STARTING} return start(KEYS[1], ARGV[1], ARGV[2], ARGV[3])"

# A small job is one step: who takes it up starts the job. Gives how often it was taken up, and then the record.
TAKE_AND_START = f"""{TAKING}{_STARTING}
local tries = take(KEYS[1], ARGV[1], ARGV[2])
if tries == 0 then return {{0}} end
return {{tries, unpack(start(KEYS[2], ARGV[3], ARGV[4], ARGV[5]))}}
"""

PROGRESS = """
if redis.call('HGET', KEYS[1], 'status') ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' running')
return 1
"""

# The record outlives its files as a tombstone, so that a late client hears "expired" and not "unknown". When it ended,
# and when its files go, is Redis's to say: a clock that jumps removes none.
# The step that ends the job, where it is named, is crossed off with it.
# Gives 2 where somebody is to be told of the end: that is written down here and now, with the record as it is.
FINISH = f"""{ACCOUNT}{LISTING}{CROSSING_OFF}
local status = redis.call('HGET', KEYS[1], 'status')
if status ~= 'queued' and status ~= 'running' then return 0 end
if ARGV[7] ~= '' then cross_off(ARGV[7]) end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local expires = string.format('%.3f', now + ARGV[3])
redis.call('HSET', KEYS[1], 'finished', string.format('%.3f', now), 'expires', expires, unpack(ARGV, 8))
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[3] + ARGV[4])
redis.call('ZADD', KEYS[3], expires, ARGV[1])
account_for(KEYS[1], ARGV[1])
status = redis.call('HGET', KEYS[1], 'status')
enlist(KEYS[1], ARGV[1], status)
redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' ' .. status)
if redis.call('HEXISTS', KEYS[1], 'callback') == 0 then return 1 end
redis.call('HSET', KEYS[1], 'callback', ARGV[6], 'callback_id', ARGV[5])
redis.call('COPY', KEYS[1], KEYS[6])
redis.call('HSET', KEYS[5], 'job', ARGV[1], 'attempts', 0, 'since', redis.call('TIME')[1])
redis.call('ZADD', KEYS[4], redis.call('TIME')[1], ARGV[5])
return 2
"""

# Of how it ended nothing stays.
RETRY = f"""{ACCOUNT}{LISTING}
local status = redis.call('HGET', KEYS[1], 'status')
if status ~= 'failed' and status ~= 'partial' then return 'not failed' end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('HDEL', KEYS[1], unpack(ARGV, 5))
redis.call('HSET', KEYS[1], 'status', 'queued', 'done', 0, 'failed', 0)
redis.call('PERSIST', KEYS[1])
redis.call('ZADD', KEYS[2], ARGV[3], KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[1])
account_for(KEYS[1], ARGV[1])
enlist(KEYS[1], ARGV[1], 'queued')
redis.call('PUBLISH', ARGV[2], ARGV[1] .. ' queued')
return 'ok'
"""

FORGET = f"""{ACCOUNT}{LISTING}{KNOWN}
account_for(KEYS[1], ARGV[1], true)
unlist(KEYS[1], ARGV[1])
forget_key(KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[1])
"""

SWEPT = f"""{ACCOUNT}{LISTING}
account_for(KEYS[1], ARGV[1], true)
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 1 then enlist(KEYS[1], ARGV[1], 'expired') end
"""

# By Redis's own clock, as workers on many machines have many.
SEEN = "redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])"

PRESENT = """
local since = redis.call('TIME')[1] - ARGV[1]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. since)
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""
