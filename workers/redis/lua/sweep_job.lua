#!lua flags=allow-oom
-- Record that the files of an expired job are removed.
-- needs: accounts, lists
local id = ARGV[1]
local record = RECORD .. id
redis.call('ZREM', EXPIRING, id)
if not is_record(record) then return end
account_for(record, id, true)
enlist(record, id, 'expired')
