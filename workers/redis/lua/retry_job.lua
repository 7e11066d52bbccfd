-- Queue a failed job again, with its first step, and with its request in the fields from the seventh argument on, and wake
-- a worker. Its last run leaves nothing. Return 'queued'; 'not failed'; 'at work'; or the limit that refuses it.
-- needs: accounts, lists, rewriting, due
local id, max_queued = ARGV[1], tonumber(ARGV[2])
local queue, entry = ARGV[3], ARGV[4]
local most_jobs, bytes, first_field = tonumber(ARGV[5]), tonumber(ARGV[6]), 7
local record = RECORD .. id

-- Return whether a worker holds a lease on a step of the job.
local function is_at_work()
    local now = current_time()
    for _, field in ipairs(redis.call('HKEYS', HELD)) do
        local of, lane, step = split_held(field)
        if of and string.sub(step, 1, #id + 1) == id .. ' ' then
            local ends = redis.call('ZSCORE', lane_key(of, lane), step)
            if ends and tonumber(ends) > now then return true end
        end
    end
    return false
end

local status = is_record(record) and redis.call('HGET', record, 'status')
if status ~= 'failed' and status ~= 'partial' then return 'not failed' end
if is_at_work() then return 'at work' end
if redis.call('ZCARD', ACTIVE) >= max_queued then return 'full' end
local owner = redis.call('HGET', record, 'owner') or ''
local answer = within(owner, id, 0, most_jobs, 0)
if answer ~= 'ok' then return answer end

rewrite(record, id, {'owner', 'created', 'key', 'counted', 'callback', 'callback_host'}, {unpack(ARGV, first_field)})
redis.call('ZADD', ACTIVE, current_time(), record)
redis.call('ZREM', EXPIRING, id)
account_for(record, id, bytes)
enlist(record, id, 'queued')
redis.call('PUBLISH', CHANGES, id .. ' queued')
add_due(queue, owner, entry, current_time())
wake(queue)
return 'queued'
