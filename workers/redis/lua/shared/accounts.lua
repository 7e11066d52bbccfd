-- The accounts of callers. An account is a hash with a field for each job of the caller: its bytes; the field `sum` is
-- their sum. The set beside it holds the caller's jobs that wait or run. The scripts that change a record change both, so
-- that the account and the records never differ.

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
    local account = ACCOUNT .. (job[1] or '')
    local active = not gone and (job[2] == 'queued' or job[2] == 'running')
    redis.call(active and 'SADD' or 'SREM', account .. ':active', id)
    local nothing = gone or job[2] == 'canceled'
    set_stored(account, id, nothing and 0 or number(job[3]) + number(job[4]))
end

-- Check a job's size in bytes against its owner's quotas; a quota of 0 means no quota. Return 'ok' and the most bytes
-- that it may have, or the name of the quota.
local function within(owner, id, bytes, most_jobs, most_bytes)
    local account = ACCOUNT .. owner
    if most_jobs > 0 and redis.call('SCARD', account .. ':active') >= most_jobs then return 'jobs', 0 end
    if most_bytes == 0 then return 'ok', math.huge end
    local others = tonumber(redis.call('HGET', account, 'sum') or 0) - tonumber(redis.call('HGET', account, id) or 0)
    if others + bytes > most_bytes then return 'bytes', 0 end
    return 'ok', most_bytes - others
end
