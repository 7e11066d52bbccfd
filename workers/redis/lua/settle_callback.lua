#!lua flags=allow-oom
-- Record the result of an attempt at a callback, which is due again in some seconds or, if `again` is empty, done. A
-- process whose lease another one has taken over changes nothing.
-- needs: due
local lane, id, tries, job_id, state, again = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local first_field = 7
local callback, record = CALLBACK .. id, RECORD .. job_id
if finish_due(CALLBACKS_QUEUE, lane, id, tries) == 0 then return end
redis.call('DEL', callback .. ':job')
if again == '' then
    redis.call('DEL', callback)
else
    redis.call('HSET', callback, unpack(ARGV, first_field))
    add_due(CALLBACKS_QUEUE, lane, id, current_time() + again)
end
if redis.call('HGET', record, 'callback_id') == id then redis.call('HSET', record, 'callback', state) end
