-- Add a batch of counts of a process to those of all, once: a batch whose reply was lost is sent again with its number.
local process, batch, first_count = ARGV[1], ARGV[2], 3
local last = COUNTS .. ':' .. process
if redis.call('GET', last) == batch then return end
redis.call('SET', last, batch, 'EX', 3600)
for index = first_count, #ARGV, 2 do redis.call('HINCRBY', COUNTS, ARGV[index], ARGV[index + 1]) end
