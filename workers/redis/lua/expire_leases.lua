#!lua flags=allow-oom
-- End all leases: their work is due now.
-- needs: due
for _, field in ipairs(redis.call('HKEYS', HELD)) do
    local queue, lane, entry = split_held(field)
    if queue then put_off(queue, lane, entry, current_time()) end
end
