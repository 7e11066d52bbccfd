-- The due work of a queue. Each lane is a sorted set of entries with one score: the time at which an entry is due. For an
-- entry that is leased, that is the end of its lease. So an entry that waits, whose lease has lapsed, or whose message is
-- lost is simply due. The lanes of a queue are a sorted set too: each has the time at which its next entry is due.

local function current_time()
    local time = redis.call('TIME')
    return time[1] + time[2] / 1e6
end

local function lane_key(queue, lane) return DUE .. queue .. ':' .. lane end

local function held_field(queue, lane, entry) return queue .. '\n' .. lane .. '\n' .. entry end

-- Return the queue, the lane and the entry of a field of HELD.
local function split_held(field) return string.match(field, '^([^\n]*)\n([^\n]*)\n(.*)$') end

-- Add an entry. An entry that is there already keeps its time.
local function add_due(queue, lane, entry, at)
    redis.call('SADD', QUEUE .. queue, lane .. '\n' .. entry)
    redis.call('ZADD', lane_key(queue, lane), 'NX', at, entry)
    redis.call('ZADD', LANES .. queue, 'LT', at, lane)
end

-- Make an entry that is there due at a time.
local function put_off(queue, lane, entry, at)
    redis.call('ZADD', lane_key(queue, lane), 'XX', at, entry)
    redis.call('ZADD', LANES .. queue, 'XX', 'LT', at, lane)
end

-- Wake a worker of a queue, unless a message in the queue does. The worker has stored the message. kombu knows the messages
-- that a worker holds by their ids, so each gets its own.
local function send_message(queue)
    local message = redis.call('LLEN', queue) == 0 and redis.call('HGET', MESSAGES, queue)
    if message then
        local id = table.concat(redis.call('TIME'), '-')
        redis.call('LPUSH', queue, (string.gsub(message, MESSAGE_ID, id)))
    end
end

-- Wake a worker of a queue if work is due, and no message in the queue says so. Return whether work may be due.
local function wake(queue)
    if redis.call('LLEN', queue) > 0 then return true end
    if redis.call('ZCOUNT', LANES .. queue, '-inf', current_time()) == 0 then return false end
    send_message(queue)
    return true
end

-- Take the first due entry of the lane whose turn it is, and lease it. Return the lane, the entry, and how often it has
-- been taken. A lane whose entry was taken goes behind the others that have due work. `may_take` can refuse a lane.
local function take_due(queue, lease, may_take)
    local now = current_time()
    local lanes = LANES .. queue
    for _, lane in ipairs(redis.call('ZRANGEBYSCORE', lanes, '-inf', now, 'LIMIT', 0, 1000)) do
        if not may_take or may_take(lane) then
            local due = lane_key(queue, lane)
            local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
            if not first[1] then
                redis.call('ZREM', lanes, lane)
            elseif tonumber(first[2]) > now then
                redis.call('ZADD', lanes, first[2], lane)
            else
                redis.call('ZADD', due, now + lease, first[1])
                local next_due = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]
                redis.call('ZADD', lanes, math.max(now, tonumber(next_due)), lane)
                return lane, first[1], redis.call('HINCRBY', HELD, held_field(queue, lane, first[1]), 1)
            end
        end
    end
end

-- Return whether a lease is valid: no other worker has taken the entry since.
local function is_held(queue, lane, entry, tries)
    return redis.call('HGET', HELD, held_field(queue, lane, entry)) == tostring(tries)
end

-- Remove a leased entry, because its work is done. A worker whose lease another one has taken over removes nothing.
local function finish_due(queue, lane, entry, tries)
    if not is_held(queue, lane, entry, tries) then return 0 end
    redis.call('ZREM', lane_key(queue, lane), entry)
    redis.call('SREM', QUEUE .. queue, lane .. '\n' .. entry)
    redis.call('HDEL', HELD, held_field(queue, lane, entry))
    if redis.call('EXISTS', lane_key(queue, lane)) == 0 then redis.call('ZREM', LANES .. queue, lane) end
    return 1
end
