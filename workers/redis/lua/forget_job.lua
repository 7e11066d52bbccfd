#!lua flags=allow-oom
-- Remove a record, and the idempotency key of its request.
-- needs: accounts, lists
local id = ARGV[1]
local record = RECORD .. id
if is_record(record) then
    account_for(record, id, 0, true)
    unlist(record, id)
    local key = redis.call('HGET', record, 'key')
    if key and redis.call('HGET', IDEMPOTENCY .. key, 'job') == id then redis.call('DEL', IDEMPOTENCY .. key) end
end
redis.call('ZREM', ACTIVE, record)
redis.call('ZREM', EXPIRING, id)
redis.call('DEL', record)
