#!lua flags=allow-oom
-- Take the next due callback, and wake another worker for those that are left. A host, and a caller, has at most so many
-- callbacks sent at a time. Return the lane, the id, how often it has been taken, the seconds since the job's end, the
-- callback, and until its first attempt the record of the job at its end.
-- needs: due
local lease, per_host, per_caller = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

-- A callback of version 0.1 has no host in its lane.
local function caller_and_host(lane)
    local caller, host = string.match(lane, '^(.*)|(.*)$')
    return caller or lane, host or ''
end

local now = current_time()
local sent = {}
for _, field in ipairs(redis.call('HKEYS', HELD)) do
    local queue, lane, entry = split_held(field)
    if queue == CALLBACKS_QUEUE and tonumber(redis.call('ZSCORE', lane_key(queue, lane), entry) or 0) > now then
        local caller, host = caller_and_host(lane)
        sent['to ' .. host] = (sent['to ' .. host] or 0) + 1
        sent['of ' .. caller] = (sent['of ' .. caller] or 0) + 1
    end
end

local function may_take(lane)
    local caller, host = caller_and_host(lane)
    return (sent['to ' .. host] or 0) < per_host and (sent['of ' .. caller] or 0) < per_caller
end

while true do
    local lane, id, tries = take_due(CALLBACKS_QUEUE, lease, may_take)
    if not lane then return false end
    local callback = CALLBACK .. id
    if redis.call('EXISTS', callback) == 1 then
        redis.call('HINCRBY', callback, 'attempts', 1)
        local age = math.floor(now - redis.call('HGET', callback, 'since'))
        wake(CALLBACKS_QUEUE)
        return {lane, id, tries, age, redis.call('HGETALL', callback), redis.call('HGETALL', callback .. ':job')}
    end
    finish_due(CALLBACKS_QUEUE, lane, id, tries)
end
