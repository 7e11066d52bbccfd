-- The chunks of a large job. The hash `:made` beside its record holds the result of each converted chunk.

-- Return 'join' to one caller, which then merges the parts: the caller that counts the last chunk after the split. A
-- repeated call returns it again, since the caller may have died before it queued the merge. Others get 'ok'.
local function ready_for(caller, record)
    if redis.call('HGET', record, 'cut') ~= '1'
        or redis.call('HLEN', record .. ':made') ~= tonumber(redis.call('HGET', record, 'chunks'))
    then return 'ok' end
    redis.call('HSETNX', record, 'joining', caller)
    return redis.call('HGET', record, 'joining') == caller and 'join' or 'ok'
end
