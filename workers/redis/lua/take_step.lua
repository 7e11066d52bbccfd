#!lua flags=allow-oom
-- Take the next due step of a queue, start its job if it is queued, and wake another worker for the steps that are left.
-- Return the lane, the entry, how often it has been taken, whether more steps may be due, and the job's record. A step whose
-- job has ended is removed, unless an earlier worker may have left files. The lanes from the fourth argument on have their
-- share of the worker, and are passed over.
-- needs: lists, due
local queue, lease, at = ARGV[1], ARGV[2], ARGV[3]
local full = {}
for index = 4, #ARGV do full[ARGV[index]] = true end
while true do
    local lane, entry, tries = take_due(queue, lease, function(of) return not full[of] end)
    if not lane then return false end
    local id = string.match(entry, '^%S+')
    local record = RECORD .. id
    local status = is_record(record) and redis.call('HGET', record, 'status')
    if status == 'queued' then
        redis.call('HSET', record, 'status', 'running', 'started', at)
        enlist(record, id, 'running')
        redis.call('PUBLISH', CHANGES, id .. ' running')
    end
    if status == 'queued' or status == 'running' or (status and tries > 1) then
        local more = wake(queue) and 1 or 0
        return {lane, entry, tries, more, unpack(redis.call('HGETALL', record))}
    end
    finish_due(queue, lane, entry, tries)
end
