-- The lists of jobs: one sorted set for each status and owner. A job is in one of them. The list of a job that has ended
-- is that of its status; the field `listed` names that of any other job.

-- A damaged record may be of any type.
local function is_record(record) return redis.call('TYPE', record).ok == 'hash' end

-- The time of a record that has lost its own.
local no_time = '1970-01-01T00:00:00.000Z'

local function list_of(status, owner) return LIST .. ':' .. status .. ':' .. (owner or '') end

local function unlist(record, id)
    local was = redis.call('HMGET', record, 'listed', 'status', 'owner', 'created')
    local status = was[1] or was[2]
    if status then redis.call('ZREM', list_of(status, was[3]), (was[4] or no_time) .. ' ' .. id) end
end

-- Move a job to the list of a status. A list expires with its last record. Each move removes some of the oldest
-- members that have no record, so that a list in use does not grow without bound.
local function enlist(record, id, status)
    unlist(record, id)
    local of = redis.call('HMGET', record, 'owner', 'created')
    local list = list_of(status, of[1])
    if status == 'queued' or status == 'running' or status == 'expired' then
        redis.call('HSET', record, 'listed', status)
    end
    redis.call('ZADD', list, 0, (of[2] or no_time) .. ' ' .. id)
    redis.call('SADD', STATES, status)
    redis.call('SADD', OWNERS, of[1] or '')
    local lives = redis.call('TTL', record)
    if lives < 0 then redis.call('PERSIST', list)
    elseif redis.call('TTL', list) < lives then redis.call('EXPIRE', list, lives) end
    for _, oldest in ipairs(redis.call('ZRANGE', list, 0, 3)) do
        if redis.call('EXISTS', RECORD .. string.sub(oldest, 26)) == 1 then break end
        redis.call('ZREM', list, oldest)
    end
end
