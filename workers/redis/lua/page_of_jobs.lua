#!lua flags=allow-oom
-- Return the newest members of an owner's lists: those of the statuses from the fifth argument on, and of all other
-- statuses too if the fourth is "all".
-- needs: lists
local owner, after, most, which, first_status = ARGV[1], ARGV[2], ARGV[3], ARGV[4], 5
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
for _, id in ipairs(redis.call('ZRANGEBYSCORE', EXPIRING, '-inf', now, 'LIMIT', 0, 1000)) do
    local known = redis.pcall('HMGET', RECORD .. id, 'listed', 'status')
    if known[2] and known[1] ~= 'expired' then enlist(RECORD .. id, id, 'expired') end
end
local pages, asked = {}, {}
local function add_page(status)
    if asked[status] then return end
    asked[status] = true
    pages[#pages + 1] = redis.call('ZREVRANGEBYLEX', list_of(status, owner), after, '-', 'LIMIT', 0, most)
end
for number = first_status, #ARGV do add_page(ARGV[number]) end
if which == 'all' then
    for _, status in ipairs(redis.call('SMEMBERS', STATES)) do add_page(status) end
end
return pages
