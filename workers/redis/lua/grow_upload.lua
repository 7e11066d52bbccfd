-- Reserve bytes for an upload: its size and up to `more` bytes. Return the reserved bytes, or the exceeded quota.
-- needs: accounts
local owner, id, bytes, more = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local most_jobs, most_bytes = tonumber(ARGV[5]), tonumber(ARGV[6])
local answer, most = within(owner, id, bytes, most_jobs, most_bytes)
if answer ~= 'ok' then return answer end
local room = math.min(bytes + more, most)
set_reserved(ACCOUNT .. owner, id, room)
redis.call('ZADD', ARRIVING, redis.call('TIME')[1], id)
return string.format('%.0f', room)
