#!lua flags=allow-oom
-- Wake a worker of a queue for work that comes soon. The worker takes nothing yet, and gets ready.
-- needs: due
local queue = ARGV[1]
send_message(queue)
