#!lua flags=allow-oom
-- Add a record to its list. Earlier versions have written records that are in no list.
-- needs: lists
local id, owner = ARGV[1], ARGV[2]
local record = RECORD .. id
if not is_record(record) then return 0 end
local known = redis.call('HMGET', record, 'listed', 'status')
if not known[2] then return 0 end
if owner ~= '' then redis.call('HSET', record, 'owner', owner) end
enlist(record, id, known[1] or known[2])
return 1
