"""What changes the steps and their leases: Lua, and the keys that it is about.

All times are Redis's own: workers on many machines have many clocks, and a clock can jump.
"""

from __future__ import annotations

from typing import Final

WAITING: Final = "newsmill:waiting"
WAITING_CHUNKS: Final = "newsmill:waiting:chunks"
TAKEN: Final = "newsmill:taken"
LEASES: Final = "newsmill:leases"
TRIES: Final = "newsmill:tries"

PLACES: Final = "newsmill:places"
"""Where each step is that is taken up again."""

DEATHS: Final = "newsmill:deaths"
"""Where the processes of each step have died."""

TAKING: Final = f"""
-- Gives how often a step has been taken up, or 0 where somebody is at work on it. Since when the step that was taken
-- last had waited is kept: queues are taken in order, and the message of one that waits for longer is lost.
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
-- A step is done: its lease goes, and what is known of its tries. What waits stays: whoever wrote it down since has
-- sent a message for it, which then finds nothing to do.
local function cross_off(step)
    redis.call('ZREM', '{LEASES}', step)
    for _, key in ipairs({{'{TRIES}', '{PLACES}', '{DEATHS}'}}) do redis.call('HDEL', key, step) end
end
"""

TAKE: Final = f"{TAKING} return take(KEYS[1], ARGV[1], ARGV[2])"

CROSS_OFF: Final = f"{CROSSING_OFF} cross_off(ARGV[1])"

WAIT: Final = """
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
"""

RENEW: Final = """
local now = tonumber(redis.call('TIME')[1])
for _, step in ipairs(ARGV) do redis.call('ZADD', KEYS[1], 'XX', now + KEYS[2], step) end
"""

# Steps whose lease has run out, now waiting again.
LAPSED: Final = """
local now = tonumber(redis.call('TIME')[1])
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)
for _, step in ipairs(lapsed) do
    redis.call('ZREM', KEYS[2], step)
    redis.call('ZADD', string.find(step, ' convert ', 1, true) and KEYS[1] or KEYS[3], now, step)
end
return lapsed
"""

# Steps that have waited for so long though their queue is empty, or for so much longer than the one that was taken
# last; taken as queued again from now.
FORGOTTEN: Final = """
local now = tonumber(redis.call('TIME')[1])
local passed = ARGV[2] == '1' and now or tonumber(redis.call('HGET', KEYS[2], KEYS[1]) or 0)
local steps = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', passed - ARGV[1], 'LIMIT', 0, 100)
for _, step in ipairs(steps) do redis.call('ZADD', KEYS[1], now, step) end
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
