"""Lua scripts for the steps of jobs and their leases.

All times are Redis's own: workers run on many machines, and their clocks differ.
"""

from __future__ import annotations

from typing import Final

from workers.redis.keys import LEASES, TAKEN, TRIES

TAKING: Final = f"""
-- Take a step: return how often it has been taken, or 0 if a worker holds it. The time since which it had waited
-- is kept: queues are taken in order, so the message of a step that has waited longer is lost.
local function take(waiting, step, lease)
    local now = tonumber(redis.call('TIME')[1])
    local leased = redis.call('ZSCORE', '{LEASES}', step)
    if leased and tonumber(leased) > now then return 0 end
    local since = redis.call('ZSCORE', waiting, step)
    if since then
        redis.call('ZREM', waiting, step)
        redis.call('HSET', '{TAKEN}', waiting, since)
    end
    redis.call('ZADD', '{LEASES}', now + lease, step)
    return redis.call('HINCRBY', '{TRIES}', step, 1)
end
"""

CROSSING_OFF: Final = f"""
-- Remove the lease and the tries of a step that is done. An entry in a waiting list stays: it was written since, and
-- its message finds nothing to do.
local function cross_off(step)
    redis.call('ZREM', '{LEASES}', step)
    redis.call('HDEL', '{TRIES}', step)
end
"""

TAKE: Final = f"{TAKING} return take(KEYS[1], ARGV[1], ARGV[2])"

CROSS_OFF: Final = f"{CROSSING_OFF} cross_off(ARGV[1])"

WAIT: Final = """
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
"""

RENEW: Final = """
local expires = tonumber(redis.call('TIME')[1]) + ARGV[1]
for number = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', expires, ARGV[number]) end
"""

# Return the steps whose lease has expired, and add them to the waiting steps.
LAPSED: Final = """
local waiting, leases, waiting_chunks = KEYS[1], KEYS[2], KEYS[3]
local now = tonumber(redis.call('TIME')[1])
local lapsed = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 100)
for _, step in ipairs(lapsed) do
    redis.call('ZREM', leases, step)
    redis.call('ZADD', string.find(step, ' convert ', 1, true) and waiting or waiting_chunks, now, step)
end
return lapsed
"""

# Return the steps whose message is lost, and set their waiting time to 0. If the queue is empty, these are the steps
# that have waited for `seconds`; otherwise the steps queued at least `seconds` before the step that was taken last.
FORGOTTEN: Final = """
local waiting, taken, seconds, queue_empty = KEYS[1], KEYS[2], ARGV[1], ARGV[2] == '1'
local now = tonumber(redis.call('TIME')[1])
local passed = queue_empty and now or tonumber(redis.call('HGET', taken, waiting) or 0)
local steps = redis.call('ZRANGEBYSCORE', waiting, '-inf', passed - seconds, 'LIMIT', 0, 100)
for _, step in ipairs(steps) do redis.call('ZADD', waiting, now, step) end
return steps
"""

LOAD: Final = """
local now = redis.call('TIME')[1]
local waiting, waited = 0, 0
for number = 2, #KEYS do
    local oldest = redis.call('ZRANGE', KEYS[number], 0, 0, 'WITHSCORES')
    waiting = waiting + redis.call('ZCARD', KEYS[number])
    waited = math.max(waited, oldest[2] and now - oldest[2] or 0)
end
return {waiting, redis.call('ZCARD', KEYS[1]), waited}
"""
