-- Write the record of a new job, and its first step as due, and wake a worker. Return 'new'; 'known' and the earlier job of
-- the same idempotency key; 'another' if the key belongs to another request; or the limit that refuses it.
-- needs: accounts, lists, due
local max_queued, id, owner = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local key, digest, key_kept = ARGV[4], ARGV[5], ARGV[6]
local bytes, most_jobs, most_bytes = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local queue, entry, first_field = ARGV[10], ARGV[11], 12
local record = RECORD .. id

local known = key ~= '' and redis.call('HMGET', IDEMPOTENCY .. key, 'job', 'digest')
if known and known[1] then return {known[2] == digest and 'known' or 'another', known[1]} end
if redis.call('ZCARD', ACTIVE) >= max_queued then return {'full'} end
local answer = within(owner, id, bytes, most_jobs, most_bytes)
if answer ~= 'ok' then return {answer} end

redis.call('HSET', record, unpack(ARGV, first_field))
redis.call('ZADD', ACTIVE, current_time(), record)
account_for(record, id, bytes)
enlist(record, id, 'queued')
if key ~= '' then
    redis.call('HSET', IDEMPOTENCY .. key, 'job', id, 'digest', digest)
    redis.call('EXPIRE', IDEMPOTENCY .. key, key_kept)
    redis.call('HSET', record, 'key', key)
end
if entry ~= '' then
    add_due(queue, owner, entry, current_time())
    wake(queue)
end
return {'new'}
