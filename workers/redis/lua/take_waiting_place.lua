-- Take or renew one place among a caller's waiting requests. It expires after some seconds, so that a process which dies
-- frees its places. Return whether the caller has the place.
local owner, limit, place, seconds = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local key = WAITING .. owner
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
if redis.call('ZCARD', key) >= limit and not redis.call('ZSCORE', key, place) then return 0 end
redis.call('ZADD', key, now + seconds, place)
redis.call('EXPIRE', key, seconds)
return 1
