#!lua flags=allow-oom
-- Take the turn of a task, unless another process has taken it in the last milliseconds.
local name, milliseconds = ARGV[1], ARGV[2]
return redis.call('SET', TURN .. name, 1, 'NX', 'PX', milliseconds) and 1 or 0
