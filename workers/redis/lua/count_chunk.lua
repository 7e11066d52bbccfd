#!lua flags=allow-oom
-- Count a converted chunk, once.
-- needs: chunks
local id, number, result, done, failed, duplicates = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local size = ARGV[7]
local record = RECORD .. id
if redis.call('HGET', record, 'status') ~= 'running' then return 'stopped' end
if redis.call('HSETNX', record .. ':made', number, result) == 1 then
    redis.call('HINCRBY', record, 'done', done)
    redis.call('HINCRBY', record, 'failed', failed)
    redis.call('HINCRBY', record, 'duplicates', duplicates)
    redis.call('HINCRBY', record, 'written', size)
    redis.call('PUBLISH', CHANGES, id .. ' running')
end
return ready_for(number, record)
