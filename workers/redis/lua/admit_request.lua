-- Count a request of a caller, by the generic cell rate algorithm. Each caller has one value: the time until which its
-- share is used. A request moves that time on by window/limit seconds. It may lie at most one window ahead, so that a
-- caller can send `limit` requests at once and then `limit` in each window. A limit of 0 is none.
-- Return whether the request is admitted; how many more are; the seconds until all are again, and until the next one is;
-- and the caller's active jobs, stored bytes and waiting requests.
local owner, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local account = ACCOUNT .. owner
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local admitted, left, full, again = 1, 0, 0, 0
if limit > 0 then
    local share = window / limit
    local used_until = math.max(tonumber(redis.call('GET', REQUESTS .. owner) or 0), now)
    if used_until + share - now > window + 0.000001 then
        admitted, again = 0, used_until + share - window - now
    else
        used_until = used_until + share
        local lives = math.ceil((used_until - now) * 1000) + 1
        redis.call('SET', REQUESTS .. owner, string.format('%.6f', used_until), 'PX', lives)
    end
    left = math.floor((window - (used_until - now)) / share + 0.000001)
    full = used_until - now
end
local waiting = redis.call('ZCOUNT', WAITING .. owner, now, '+inf')
local active, stored = redis.call('SCARD', account .. ':active'), redis.call('HGET', account, 'sum') or 0
local seconds = {string.format('%.3f', full), string.format('%.3f', again)}
return {admitted, math.max(left, 0), seconds[1], seconds[2], active, tostring(stored), waiting}
