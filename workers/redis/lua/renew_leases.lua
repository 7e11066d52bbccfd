#!lua flags=allow-oom
-- Extend leases, each given by its queue, lane, entry and tries.
-- needs: due
local ends = current_time() + ARGV[1]
for first = 2, #ARGV, 4 do
    local queue, lane, entry, tries = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3]
    if is_held(queue, lane, entry, tries) then put_off(queue, lane, entry, ends) end
end
