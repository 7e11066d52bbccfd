#!lua flags=allow-oom
-- Note folders without a record. Return those that have been known as such for `seconds`.
local seconds, first_folder = tonumber(ARGV[1]), 2
local now = tonumber(redis.call('TIME')[1])
local found = {}
for number = first_folder, #ARGV do
    redis.call('ZADD', ORPHANS, 'NX', now, ARGV[number])
    if now - redis.call('ZSCORE', ORPHANS, ARGV[number]) >= seconds then found[#found + 1] = ARGV[number] end
end
redis.call('ZREMRANGEBYSCORE', ORPHANS, '-inf', now - 86400)
return found
