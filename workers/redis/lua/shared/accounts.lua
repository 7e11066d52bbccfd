-- The accounts of callers. An account is a hash. Its field `sum` has the caller's stored bytes, and a field for each
-- upload that arrives has the bytes that are reserved for it. The bytes of a job are in the field `counted` of its
-- record, which takes less room than a field of the account. The set beside the account holds the caller's jobs that
-- wait or run. The scripts that change a record change both, so that the account and the records never differ.

local function put(key, field, bytes)
    if bytes > 0 then redis.call('HSET', key, field, string.format('%.0f', bytes))
    else redis.call('HDEL', key, field) end
end

local function number(text) return tonumber(text or 0) or 0 end

local function add_stored(account, bytes)
    if bytes ~= 0 then put(account, 'sum', number(redis.call('HGET', account, 'sum')) + bytes) end
end

local function set_reserved(account, id, bytes)
    add_stored(account, bytes - number(redis.call('HGET', account, id)))
    put(account, id, bytes)
end

-- Count the bytes that a job has in the store and in its record. Call it after each change of its status, and before
-- its removal. Before the first call, the account has the bytes of the job's upload; versions before 0.2 had those of
-- the job there too.
local function account_for(record, id, bytes, gone)
    local job = redis.call('HMGET', record, 'owner', 'status', 'counted')
    local account = ACCOUNT .. (job[1] or '')
    local active = not gone and (job[2] == 'queued' or job[2] == 'running')
    redis.call(active and 'SADD' or 'SREM', account .. ':active', id)
    add_stored(account, bytes - number(job[3] or redis.call('HGET', account, id)))
    redis.call('HDEL', account, id)
    put(record, 'counted', bytes)
end

-- Check a job's size in bytes against its owner's quotas; a quota of 0 means no quota. Return 'ok' and the most bytes
-- that it may have, or the name of the quota.
local function within(owner, id, bytes, most_jobs, most_bytes)
    local account = ACCOUNT .. owner
    if most_jobs > 0 and redis.call('SCARD', account .. ':active') >= most_jobs then return 'jobs', 0 end
    if most_bytes == 0 then return 'ok', math.huge end
    local others = number(redis.call('HGET', account, 'sum')) - number(redis.call('HGET', account, id))
    if others + bytes > most_bytes then return 'bytes', 0 end
    return 'ok', most_bytes - others
end
