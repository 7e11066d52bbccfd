#!lua flags=allow-oom
-- Correct an account: forget uploads that have died, and add up the bytes of all jobs of its caller.
-- needs: accounts
local owner, dead_after = ARGV[1], ARGV[2]
local account = ACCOUNT .. owner
local sum = 0
redis.call('ZREMRANGEBYSCORE', ARRIVING, '-inf', '(' .. (redis.call('TIME')[1] - dead_after))
for _, id in ipairs(redis.call('HKEYS', account)) do
    if id ~= 'sum' then
        if redis.call('EXISTS', RECORD .. id) == 1 or redis.call('ZSCORE', ARRIVING, id) then
            sum = sum + number(redis.call('HGET', account, id))
        else
            redis.call('HDEL', account, id)
        end
    end
end
for _, status in ipairs({'queued', 'running', 'succeeded', 'partial', 'failed'}) do
    for _, member in ipairs(redis.call('ZRANGE', LIST .. ':' .. status .. ':' .. owner, 0, -1)) do
        local counted = redis.pcall('HGET', RECORD .. string.sub(member, 26), 'counted')
        if type(counted) == 'string' then sum = sum + number(counted) end
    end
end
put(account, 'sum', sum)
for _, id in ipairs(redis.call('SMEMBERS', account .. ':active')) do
    local status = redis.call('HGET', RECORD .. id, 'status')
    if status ~= 'queued' and status ~= 'running' then redis.call('SREM', account .. ':active', id) end
end
