#!lua flags=allow-oom
-- Return whether a worker of a queue should be woken.
-- needs: due
return wants_worker(ARGV[1])
