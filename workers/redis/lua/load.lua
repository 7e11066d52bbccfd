-- Return the number of entries of a queue that are due, and of those that are leased or due later; and for how many
-- seconds the first one has been due.
-- needs: due
local queue = ARGV[1]
local now = current_time()
local due, later, waited = 0, 0, 0
for _, lane in ipairs(redis.call('ZRANGE', LANES .. queue, 0, -1)) do
    local key = lane_key(queue, lane)
    local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    due = due + redis.call('ZCOUNT', key, '-inf', now)
    later = later + redis.call('ZCOUNT', key, string.format('(%.17g', now), '+inf')
    if first[2] then waited = math.max(waited, now - first[2]) end
end
return {due, later, math.floor(waited)}
