#!lua flags=allow-oom
-- Record the progress of a running job.
local id, first_field = ARGV[1], 2
local record = RECORD .. id
if redis.call('HGET', record, 'status') ~= 'running' then return 0 end
redis.call('HSET', record, unpack(ARGV, first_field))
redis.call('PUBLISH', CHANGES, id .. ' running')
return 1
