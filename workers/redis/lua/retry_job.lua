-- Queue a failed job again, with its first step. The fields of its last run, from the sixth argument on, are removed.
-- Return 'queued' and whether to wake a worker; 'not failed'; 'at work'; or 'full'.
-- needs: accounts, lists, due
local id, now, max_queued = ARGV[1], ARGV[2], tonumber(ARGV[3])
local queue, entry, first_field = ARGV[4], ARGV[5], 6
local record = RECORD .. id

local status = is_record(record) and redis.call('HGET', record, 'status')
if status ~= 'failed' and status ~= 'partial' then return {'not failed', 0} end
if at_work(id) == 1 then return {'at work', 0} end
if redis.call('ZCARD', ACTIVE) >= max_queued then return {'full', 0} end
redis.call('HDEL', record, unpack(ARGV, first_field))
redis.call('HSET', record, 'status', 'queued', 'done', 0, 'failed', 0, 'duplicates', 0)
redis.call('PERSIST', record)
redis.call('ZADD', ACTIVE, now, record)
redis.call('ZREM', EXPIRING, id)
account_for(record, id)
enlist(record, id, 'queued')
redis.call('PUBLISH', CHANGES, id .. ' queued')
add_due(queue, redis.call('HGET', record, 'owner') or '', entry, current_time())
return {'queued', wants_worker(queue)}
