#!lua flags=allow-oom
-- Return the workers whose last heartbeat is at most `seconds` old, and forget the others.
local seconds = ARGV[1]
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', '(' .. (redis.call('TIME')[1] - seconds))
return redis.call('ZRANGE', WORKERS, 0, -1)
