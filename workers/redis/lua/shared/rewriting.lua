-- Take a job from its list, and write its record again with some of its fields and new ones. Redis keeps a hash of few
-- and short fields in one piece of memory, but only one that never had more.
local function rewrite(record, id, names, fields)
    unlist(record, id)
    local values = redis.call('HMGET', record, unpack(names))
    redis.call('DEL', record)
    for number, name in ipairs(names) do
        if values[number] then redis.call('HSET', record, name, values[number]) end
    end
    redis.call('HSET', record, unpack(fields))
end
