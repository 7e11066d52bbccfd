#!lua flags=allow-oom
-- End an upload. If it has become a job, the job's record says how many bytes it has.
-- needs: accounts
local owner, id = ARGV[1], ARGV[2]
redis.call('ZREM', ARRIVING, id)
if redis.call('EXISTS', RECORD .. id) == 0 then set_reserved(ACCOUNT .. owner, id, 0) end
