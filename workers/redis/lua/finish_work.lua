#!lua flags=allow-oom
-- Remove a leased entry, because its work is done.
-- needs: due
local queue, lane, entry, tries = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
return finish_due(queue, lane, entry, tries)
