#!lua flags=allow-oom
-- Record a heartbeat of a worker, and forget those whose last one is more than `seconds` old.
local name, seconds = ARGV[1], ARGV[2]
local now = redis.call('TIME')[1]
redis.call('ZADD', WORKERS, now, name)
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', '(' .. (now - seconds))
