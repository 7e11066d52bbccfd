#!lua flags=allow-oom
-- Remove from an account each job without a record or a running upload.
-- needs: accounts
local account, dead_after = ARGV[1], ARGV[2]
local sum = 0
redis.call('ZREMRANGEBYSCORE', ARRIVING, '-inf', '(' .. (redis.call('TIME')[1] - dead_after))
for _, id in ipairs(redis.call('HKEYS', account)) do
    if id ~= 'sum' then
        if redis.call('EXISTS', RECORD .. id) == 1 or redis.call('ZSCORE', ARRIVING, id) then
            sum = sum + redis.call('HGET', account, id)
        else
            redis.call('HDEL', account, id)
        end
    end
end
put(account, 'sum', sum)
for _, id in ipairs(redis.call('SMEMBERS', account .. ':active')) do
    local status = redis.call('HGET', RECORD .. id, 'status')
    if status ~= 'queued' and status ~= 'running' then redis.call('SREM', account .. ':active', id) end
end
