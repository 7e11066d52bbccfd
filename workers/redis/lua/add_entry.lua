#!lua flags=allow-oom
-- Add an entry of a job to a queue as due. Wake a worker.
-- needs: due
local queue, id, entry = ARGV[1], ARGV[2], ARGV[3]
add_due(queue, redis.call('HGET', RECORD .. id, 'owner') or '', entry, current_time())
wake(queue)
