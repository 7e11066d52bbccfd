#!lua flags=allow-oom
-- Record a heartbeat of a worker.
redis.call('ZADD', WORKERS, redis.call('TIME')[1], ARGV[1])
