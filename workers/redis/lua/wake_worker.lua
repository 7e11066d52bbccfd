#!lua flags=allow-oom
-- Wake a worker of a queue if work is due that no message announces. A given message is the one to send from now on.
-- needs: due
local queue, message = ARGV[1], ARGV[2]
if message ~= '' then redis.call('HSET', MESSAGES, queue, message) end
wake(queue)
