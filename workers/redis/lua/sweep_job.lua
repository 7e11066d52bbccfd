#!lua flags=allow-oom
-- Record that the files of an expired job are removed. Its record keeps the fields that the list shows, from the third
-- argument on, until it is removed itself.
-- needs: accounts, lists, rewriting
local id, expires, first_field = ARGV[1], ARGV[2], 3
local record = RECORD .. id
if not is_record(record) then
    redis.call('ZREM', EXPIRING, id)
    return
end
-- The job was retried meanwhile.
if (redis.call('HGET', record, 'expires') or '') ~= expires then return end
redis.call('ZREM', EXPIRING, id)
account_for(record, id, 0, true)
local lives = redis.call('TTL', record)
local kept = {'owner', 'created', 'status', 'expires', 'callback', 'callback_id'}
rewrite(record, id, kept, {unpack(ARGV, first_field)})
if lives > 0 then redis.call('EXPIRE', record, lives) end
enlist(record, id, 'expired')
