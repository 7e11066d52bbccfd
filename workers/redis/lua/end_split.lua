#!lua flags=allow-oom
-- Record the number of chunks of a job that has been split, and of the articles if it is known.
-- needs: chunks
local id, chunks, total, failed = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local record = RECORD .. id
if redis.call('HGET', record, 'status') ~= 'running' then return 'stopped' end
redis.call('HSET', record, 'cut', '1', 'chunks', chunks)
if total ~= '' then redis.call('HSET', record, 'total', total) end
if redis.call('HSETNX', record, 'cut_failed', failed) == 1 then redis.call('HINCRBY', record, 'failed', failed) end
redis.call('PUBLISH', CHANGES, id .. ' running')
return ready_for('cut', record)
