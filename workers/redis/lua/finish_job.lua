#!lua flags=allow-oom
-- End a job, remove the step that ends it, and add its callback, with a copy of the record. Return whether the job ended
-- now. The record shrinks: the job's request and result are in its folder, or packed in the given fields. It outlives the
-- files, so that a late client is answered "expired" and not "not found".
-- needs: accounts, lists, rewriting, due
local id, retention, tombstone = ARGV[1], ARGV[2], ARGV[3]
local callback_id, callback_state = ARGV[4], ARGV[5]
local queue, lane, entry, tries = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local bytes, first_field = tonumber(ARGV[10]), 11
local record = RECORD .. id

-- A newer version may have written a status that this one does not know. Only a job that has ended expires.
local function has_ended(status)
    if status == 'queued' or status == 'running' then return false end
    local ended = {succeeded = true, partial = true, failed = true, canceled = true, expired = true}
    return ended[status] or redis.call('HEXISTS', record, 'expires') == 1
end

local status = is_record(record) and redis.call('HGET', record, 'status')
if not status or has_ended(status) then return 0 end
if entry ~= '' then finish_due(queue, lane, entry, tries) end
local now = current_time()
local expires = string.format('%.3f', now + retention)
rewrite(record, id, {'owner', 'created', 'key', 'counted', 'callback', 'callback_host'}, {unpack(ARGV, first_field)})
redis.call('HSET', record, 'expires', expires)
redis.call('ZREM', ACTIVE, record)
redis.call('EXPIRE', record, retention + tombstone)
redis.call('ZADD', EXPIRING, expires, id)
account_for(record, id, bytes)
status = redis.call('HGET', record, 'status')
enlist(record, id, status)
redis.call('PUBLISH', CHANGES, id .. ' ' .. status)
if redis.call('HEXISTS', record, 'callback') == 0 then return 1 end

redis.call('HSET', record, 'callback', callback_state, 'callback_id', callback_id)
redis.call('COPY', record, CALLBACK .. callback_id .. ':job')
redis.call('HSET', CALLBACK .. callback_id, 'job', id, 'attempts', 0, 'since', math.floor(now))
local of = redis.call('HMGET', record, 'owner', 'callback_host')
add_due(CALLBACKS_QUEUE, (of[1] or '') .. '|' .. (of[2] or ''), callback_id, now)
wake(CALLBACKS_QUEUE)
return 1
