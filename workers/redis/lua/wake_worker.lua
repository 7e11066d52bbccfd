#!lua flags=allow-oom
-- Wake a worker of a queue if work is due that no message announces. All scripts send this message from now on.
-- needs: due
local queue, message = ARGV[1], ARGV[2]
redis.call('HSET', MESSAGES, queue, message)
wake(queue)
